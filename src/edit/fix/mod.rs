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
    /// How the kustomization is built to compare.
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
    let before = build(place.fs, place.sources, place.directory, &options.build);
    let before = before.and_then(|built| Ok((built.to_yaml().map_err(one)?, built)));
    let (text, built) = before.map_err(unbuilt)?;
    let mut proof = Proof { place, options, text: &text, built: &built };
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
    /// The build as it is.
    text: &'b str,
    built: &'b Built,
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
        match self.difference(&edited.changes) {
            None => Ok(edited),
            Some(difference) => Err(Failed::Differs(difference)),
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

    /// How the build after some changes differs from the one before.
    fn difference(&self, changes: &Changes) -> Option<String> {
        let preview = Preview::new(self.place.fs, changes);
        let sources = crate::source::Sources::new();
        let built = build(&preview, &sources, self.place.directory, &self.options.build);
        let built = built.and_then(|built| Ok((built.to_yaml().map_err(one)?, built)));
        match built {
            Ok((text, _)) if text == self.text => None,
            Ok((_, built)) => Some(self.first_difference(&built)),
            Err(problems) => {
                let problem = problems.iter().find(|problem| problem.is_error());
                let message = problem.map_or("", |problem| problem.message.as_str());
                Some(format!("afterwards it would not build: {message}"))
            }
        }
    }

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

#[expect(clippy::boxed_local, reason = "errors come boxed")]
fn one(problem: Box<Diagnostic>) -> Vec<Diagnostic> {
    vec![*problem]
}

/// Says why the problems of a build stand in the way of an edit.
fn unbuilt(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if let Some(problem) = problems.iter_mut().find(|problem| problem.is_error()) {
        problem.notes.push(
            "a kustomization that can't be built can't be fixed: there is nothing to compare with"
                .to_owned(),
        );
    }
    problems
}
