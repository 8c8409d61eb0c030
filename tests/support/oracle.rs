//! The reference: a kubectl of the right level on this machine, if there is one.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::kubectl;
use super::run::{Outcome, Run, remark};

/// A kubectl whose kustomize is of the level that railsgen matches.
pub(crate) struct Oracle {
    kubectl: PathBuf,
}

/// The reference. `None` is said on stderr, once.
pub(crate) fn oracle() -> Option<&'static Oracle> {
    static FOUND: LazyLock<Option<Oracle>> = LazyLock::new(|| {
        let found = kubectl::find();
        if found.is_none() {
            remark(&format!(
                "skipped: comparisons with kustomize {}, for want of a kubectl that has it on PATH",
                railsgen::KUSTOMIZE_LEVEL
            ));
        }
        found.map(|kubectl| Oracle { kubectl })
    });
    FOUND.as_ref()
}

impl Oracle {
    /// The program itself.
    pub(crate) fn kubectl(&self) -> &Path {
        &self.kubectl
    }

    /// Builds as `kubectl kustomize` does; `line` is split at spaces.
    #[track_caller]
    pub(crate) fn build(&self, directory: &Path, line: &str) -> Outcome {
        Run::program(&self.kubectl, directory).arg("kustomize").words(line).run()
    }
}
