//! Flags of kustomize that railsgen knows and refuses.
//!
//! They start helm, containers or other programs, which a build here never does. They are no
//! flags of ours, so neither help nor completions offer them; but who uses one is told why it is
//! refused and what to do instead.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::diag::{Code, Diagnostic};

const HELM: &str = "render the chart once with `helm template`, keep the result beside the \
                    kustomization and list it under `resources`";
const PROGRAM: &str = "run the program once, keep its output beside the kustomization and list it \
                       under `resources`";

const FLAGS: [(&str, &str); 13] = [
    ("--enable-helm", HELM),
    ("--helm-api-versions", HELM),
    ("--helm-command", HELM),
    ("--helm-debug", HELM),
    ("--helm-kube-version", HELM),
    ("--as-current-user", PROGRAM),
    ("--enable-alpha-plugins", PROGRAM),
    ("--enable-exec", PROGRAM),
    ("--env", PROGRAM),
    ("--mount", PROGRAM),
    ("--network", PROGRAM),
    ("--network-name", PROGRAM),
    ("-e", PROGRAM),
];

/// Why a command line is refused, if it is for one of these flags.
pub(super) fn refusal(error: &clap::Error) -> Option<Diagnostic> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(used)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let (flag, help) = FLAGS.into_iter().find(|(flag, _)| flag == used)?;
    let message = format!("railsgen starts no subprocess, so `{flag}` can't be carried out");
    Some(Diagnostic::error(Code::Usage, message).help(help))
}
