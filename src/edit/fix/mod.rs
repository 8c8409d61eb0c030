//! `edit fix`: older fields are brought forward, and the build stays what it was.
//!
//! | File | What |
//! | --- | --- |
//! | `forward.rs` | which fields become which |
//! | `vars.rs` | vars become replacements |
//! | `preview.rs` | files as they would be |
//!
//! Whether a field can be brought forward depends on the whole tree: `patchesJson6902` run after
//! names have their prefixes, `patches` before. So nothing is reasoned out here. The kustomization
//! is built before and after, and the edit is only given out if the bytes are the same.

mod forward;
mod preview;
mod vars;

use std::path::{Path, PathBuf};

use crate::build::{BuildOptions, Built, build};
use crate::diag::{Code, Diagnostic};
use crate::fs::Changes;

use super::draft::Draft;
use super::{Edited, Place};
use forward::{Conversion, PatchOrder};
use preview::Preview;

/// How a kustomization is fixed.
#[derive(Clone, Debug, Default)]
pub struct FixOptions {
    /// Whether vars become replacements. That rewrites resource files, too.
    pub vars: bool,
    /// Other kustomizations whose builds must stay the same, such as those that include this one.
    /// A component is only compared with these, if there are any: it often can't be built alone.
    pub check: Vec<PathBuf>,
    /// How kustomizations are built to compare.
    pub build: BuildOptions,
}

/// Brings older fields forward.
///
/// # Errors
/// When the kustomization can't be built, when it can't be changed, and when the build would not be
/// the same afterwards. Nothing is planned then.
pub fn fix(place: Place<'_>, options: &FixOptions) -> Result<Edited, Vec<Diagnostic>> {
    let draft = Draft::open(place).map_err(one)?;
    let kustomization = draft.file.decode()?;
    let wanted = Conversion::wanted(&kustomization, options.vars);
    let mut left = Vec::new();
    if !options.vars && kustomization.vars.is_present() {
        let warning = Diagnostic::warning(Code::Deprecated, "`vars` stay as they are");
        let warning = warning.at(kustomization.vars.span());
        left.push(warning.help("`railsgen edit fix --vars` turns them into replacements, which rewrites resource files"));
    }
    if wanted.is_empty() {
        return Ok(Edited { warnings: left, ..Edited::default() });
    }
    let is_component = kustomization.kind == *"Component";
    let own = Some(place.directory).filter(|_| !is_component || options.check.is_empty());
    let directories = own.into_iter().chain(options.check.iter().map(PathBuf::as_path));
    let before = |directory| {
        let built = build(place.fs, place.sources, directory, &options.build);
        let built = built.and_then(|built| Ok((built.to_yaml().map_err(one)?, built)));
        let (text, built) = built.map_err(|problems| unbuilt(problems, is_component))?;
        Ok(Before { directory, text, built })
    };
    let before = directories.map(before).collect::<Result<Vec<_>, Vec<_>>>()?;
    let mut proof = Proof { place, options, before };
    let mut why = None;
    for order in PatchOrder::ALL {
        match proof.try_all(&wanted, order) {
            Ok(mut edited) => {
                edited.warnings.append(&mut left);
                return Ok(edited);
            }
            Err(Failed::Edit(problems)) => return Err(problems),
            Err(Failed::Differs(difference)) => why = why.or(Some(difference)),
        }
    }
    let difference = why.unwrap_or_default();
    Err(vec![proof.refusal(&draft, &wanted, &difference)])
}

/// What fixes are measured by.
struct Proof<'b> {
    place: Place<'b>,
    options: &'b FixOptions,
    before: Vec<Before<'b>>,
}

/// A build as it is.
struct Before<'b> {
    directory: &'b Path,
    text: String,
    built: Built,
}

/// Why a fix is not given out.
enum Failed {
    /// It can't be made.
    Edit(Vec<Diagnostic>),
    /// It changes the build. The words say how.
    Differs(String),
}

impl Proof<'_> {
    /// Makes some conversions, and builds.
    fn try_all(&mut self, wanted: &[Conversion], order: PatchOrder) -> Result<Edited, Failed> {
        let edited = self.plan(wanted, order).map_err(Failed::Edit)?;
        let preview = Preview::new(self.place.fs, &edited.changes);
        let difference = self.before.iter().find_map(|before| self.difference(before, &preview));
        match difference {
            Some(difference) => Err(Failed::Differs(difference)),
            None if !edited.changes.is_empty() && !preview.is_seen() => {
                let message = "none of the builds to compare includes this component";
                let problem = Diagnostic::error(Code::Usage, message);
                let help = "name another directory after `--check`";
                Err(Failed::Edit(vec![problem.help(help)]))
            }
            None => Ok(edited),
        }
    }

    fn plan(&self, wanted: &[Conversion], order: PatchOrder) -> Result<Edited, Vec<Diagnostic>> {
        let mut draft = Draft::open(self.place).map_err(one)?;
        let kustomization = draft.file.decode()?;
        let mut files = Changes::new();
        let Draft { file, pen } = &mut draft;
        forward::convert(file, pen, wanted, order).map_err(one)?;
        if wanted.contains(&Conversion::Vars) {
            files = vars::convert(file, pen, &kustomization).map_err(one)?;
        }
        let mut edited = draft.finish().map_err(one)?;
        for change in &files {
            edited.changes.write(&change.path, change.before.clone(), change.after.clone());
        }
        Ok(edited)
    }

    /// How a build after some changes differs from the one before.
    fn difference(&self, before: &Before<'_>, preview: &Preview<'_>) -> Option<String> {
        let sources = crate::source::Sources::new();
        let built = build(preview, &sources, before.directory, &self.options.build);
        let built = built.and_then(|built| Ok((built.to_yaml().map_err(one)?, built)));
        let difference = match built {
            Ok((text, _)) if text == before.text => return None,
            Ok((_, built)) => before.first_difference(&built),
            Err(problems) => {
                let problem = problems.iter().find(|problem| problem.is_error());
                let message = problem.map_or("", |problem| problem.message.as_str());
                format!("afterwards it would not build: {message}")
            }
        };
        Some(match before.directory == self.place.directory {
            true => difference,
            false => format!("in `{}`: {difference}", before.directory.display()),
        })
    }

    /// Says which of the conversions changes the build.
    fn refusal(
        &mut self,
        draft: &Draft<'_>,
        wanted: &[Conversion],
        difference: &str,
    ) -> Diagnostic {
        let culprits = wanted.iter().filter(|conversion| {
            PatchOrder::ALL.iter().all(|order| self.try_all(&[**conversion], *order).is_err())
        });
        let mut places = Vec::new();
        let mut names = Vec::new();
        for culprit in culprits {
            let (old, new) = culprit.names();
            names.push(format!("`{old}` into `{new}`"));
            if let Ok(Some(field)) = draft.file.field(old) {
                places.push(field.span());
            }
        }
        let message = match names.as_slice() {
            [] => "the fields can't be brought forward together: the build would change".to_owned(),
            names => format!("turning {} would change the build", names.join(", ")),
        };
        let mut problem = Diagnostic::error(Code::Edit, message);
        for place in places {
            problem = problem.at(place);
        }
        problem.or_at(draft.file.span()).note(difference).help("change this by hand")
    }
}

impl Before<'_> {
    /// Names the first resource that is another, or elsewhere.
    fn first_difference(&self, after: &Built) -> String {
        let (old, new) = (self.built.files(), after.files());
        for (old, new) in old.iter().zip(&new) {
            if old.name != new.name {
                return format!("there would be `{}` in the place of `{}`", new.name, old.name);
            }
            if old.to_yaml().ok() != new.to_yaml().ok() {
                return format!("`{}` would be another", old.name);
            }
        }
        format!("there would be {} resources instead of {}", new.len(), old.len())
    }
}

#[expect(clippy::boxed_local, reason = "errors come boxed")]
fn one(problem: Box<Diagnostic>) -> Vec<Diagnostic> {
    vec![*problem]
}

/// Says why the problems of a build stand in the way of an edit.
fn unbuilt(mut problems: Vec<Diagnostic>, is_component: bool) -> Vec<Diagnostic> {
    if let Some(problem) = problems.iter_mut().find(|problem| problem.is_error()) {
        problem.notes.push(
            "a kustomization that can't be built can't be fixed: there is nothing to compare with"
                .to_owned(),
        );
        if is_component {
            let help = "`--check DIR` names a kustomization that includes this component";
            problem.help.push(help.to_owned());
        }
    }
    problems
}
