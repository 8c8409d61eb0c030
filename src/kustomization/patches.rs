//! Patches and the objects that they are for.

use crate::source::Text;

use super::decode::record;
use super::value::{Map, Spanned};

record! {
    /// What objects are called: the parts by which one is picked. Empty parts stand for any.
    ///
    /// Whether a part is plain text or a regular expression is up to the user of the record.
    pub struct ObjectSelector: "a selector" {
        /// The API group.
        group: Text = "group",
        /// The API version without its group.
        version: Text = "version",
        /// The kind.
        kind: Text = "kind",
        /// The name.
        name: Text = "name",
        /// The namespace.
        namespace: Text = "namespace",
    }
}

record! {
    /// A selector of objects by what they are called and by what is attached to them.
    pub struct Selector: "a selector" [
        /// By what they are called.
        id: ObjectSelector
    ] {
        /// A selector on annotations, in the grammar of label selectors.
        annotation_selector: Text = "annotationSelector",
        /// A selector on labels.
        label_selector: Text = "labelSelector",
    }
    const SHORTHAND: Option<&'static str> = Some("name");
    const ADVICE: &'static [(&'static str, &'static str)] = SELECTOR_ADVICE;
}

/// Advice on names that the selectors of other tools have.
pub(super) const SELECTOR_ADVICE: &[(&str, &str)] = &[
    ("apiVersion", "write `group` and `version` instead: `apps/v1` is group `apps`, version `v1`"),
    ("apiGroup", "did you mean `group`?"),
    ("labels", "did you mean `labelSelector`? it is text, such as `app=web`"),
    ("annotations", "did you mean `annotationSelector`? it is text, such as `team=shop`"),
];

record! {
    /// An entry of `patches` or `patchesJson6902`: a patch, inline or in a file.
    pub struct Patch: "a patch" {
        /// The file that holds the patch.
        path: Text = "path",
        /// The patch itself.
        patch: Text = "patch",
        /// What to patch; without it, the patch itself says so.
        target: Option<Selector> = "target",
        /// Switches, such as `allowNameChange`.
        options: Map<Spanned<bool>> = "options",
    }
    const SHORTHAND: Option<&'static str> = Some("path");
}

impl Patch {
    /// Whether a switch is on.
    pub fn allows(&self, option: PatchOption) -> bool {
        self.options.get(option.name()).is_some_and(|switch| switch.value)
    }
}

/// A switch of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchOption {
    /// The patch may change the name.
    NameChange,
    /// The patch may change the kind.
    KindChange,
}

impl PatchOption {
    /// All switches.
    pub const ALL: [PatchOption; 2] = [PatchOption::NameChange, PatchOption::KindChange];

    /// How the switch is written.
    pub const fn name(self) -> &'static str {
        match self {
            PatchOption::NameChange => "allowNameChange",
            PatchOption::KindChange => "allowKindChange",
        }
    }
}
