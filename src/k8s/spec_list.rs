//! A list of field specs, ready to be applied to many resources.

use super::default_specs::{self, DefaultSpec};
use super::field_spec::{FieldPath, FieldSpec};
use super::field_walk::{Leaf, visit};
use super::id::{GvkSelector, Id};
use crate::diag::{Code, Diagnostic, Result};
use crate::source::{Span, Text};
use crate::yaml::Node;

impl FieldSpec {
    /// Whether the spec is for objects of this type; an empty part of it fits any.
    pub(crate) fn selects(&self, group: &str, version: &str, kind: &str) -> bool {
        (self.group.is_empty() || self.group == *group)
            && (self.version.is_empty() || self.version == *version)
            && (self.kind.is_empty() || self.kind == *kind)
    }

    /// Whether the spec is for resources of this type.
    pub(crate) fn fits(&self, id: &Id) -> bool {
        self.selects(id.group(), id.version(), &id.kind)
    }

    /// Calls `set` where the path leads in an object.
    pub(crate) fn visit(
        &self,
        id: &Id,
        node: &mut Node,
        leaf: Option<Leaf>,
        origin: Span,
        set: &mut dyn FnMut(&mut Node) -> Result<()>,
    ) -> Result<()> {
        let leaf = leaf.filter(|_| self.create);
        visit(node, &self.path, leaf, origin, set).map_err(|error| {
            let note = format!("considering field `{}` of {id}", self.path.text());
            Box::new(error.note(note).or_at(origin))
        })
    }
}

/// So many types of resources are remembered.
const MANY_TYPES: usize = 64;

/// Field specs, and for each type that was met, which of them are for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SpecList {
    specs: Vec<FieldSpec>,
    /// For each type that was met: `apiVersion`, kind, and the specs. A build has few types.
    by_type: Vec<(Text, Text, Vec<u16>)>,
}

impl SpecList {
    pub(crate) fn new(specs: Vec<FieldSpec>) -> SpecList {
        SpecList { specs, by_type: Vec::new() }
    }

    pub(crate) fn as_slice(&self) -> &[FieldSpec] {
        &self.specs
    }

    /// The specs for resources of this type, in order.
    pub(crate) fn fitting(&mut self, id: &Id) -> impl Iterator<Item = &FieldSpec> {
        let is_type = |(version, kind, _): &(Text, Text, Vec<u16>)| {
            *kind == id.kind && *version == id.api_version
        };
        let at = match self.by_type.iter().position(is_type) {
            Some(at) => at,
            None if self.by_type.len() < MANY_TYPES => {
                self.by_type.push(self.new_type(id));
                self.by_type.len() - 1
            }
            // Remembering more types would cost more than asking anew.
            None => {
                self.by_type[MANY_TYPES - 1] = self.new_type(id);
                MANY_TYPES - 1
            }
        };
        self.by_type[at].2.iter().map(|at| &self.specs[usize::from(*at)])
    }

    fn new_type(&self, id: &Id) -> (Text, Text, Vec<u16>) {
        let all = self.specs.iter().enumerate().filter(|(_, spec)| spec.fits(id));
        let fitting = all.map(|(at, _)| at as u16).collect();
        (id.api_version.clone(), id.kind.clone(), fitting)
    }
}

/// The default specs as field specs.
pub(crate) fn from_defaults(defaults: &[DefaultSpec]) -> Vec<FieldSpec> {
    let specs = defaults.iter().map(|spec| FieldSpec {
        group: text(spec.group),
        version: text(spec.version),
        kind: text(spec.kind),
        path: FieldPath::new(spec.path),
        create: spec.create,
        span: Span::NONE,
    });
    specs.collect()
}

/// The default name references: a type, and the fields that hold names of it.
pub(crate) fn default_name_references() -> impl Iterator<Item = (GvkSelector, Vec<FieldSpec>)> {
    default_specs::NAME_REFERENCES.iter().map(|reference| {
        let target = GvkSelector {
            group: text(reference.group),
            version: text(reference.version),
            kind: text(reference.kind),
        };
        (target, from_defaults(reference.fields))
    })
}

fn text(text: &'static str) -> Text {
    if text.is_empty() { Text::default() } else { text.into() }
}

/// Adds field specs to a list by the reference's rule: what an entry covers is left out, and one
/// that agrees in all but `create` is an error.
///
/// An entry covers another one when the paths are equal and the other's type, read as a selector,
/// selects the entry's type. So a spec without a kind is covered by any spec with its path.
pub(crate) fn merge_specs(list: &mut Vec<FieldSpec>, incoming: &[FieldSpec]) -> Result<()> {
    for new in incoming {
        let covers = |old: &&FieldSpec| {
            old.path == new.path && new.selects(&old.group, &old.version, &old.kind)
        };
        match list.iter().find(covers) {
            Some(old) if old.create != new.create => {
                return Err(Box::new(
                    Diagnostic::error(
                        Code::Configuration,
                        format!("field spec for `{}` contradicts another one", new.path.text()),
                    )
                    .label(new.path.text().span(), format!("`create` is {}", new.create))
                    .label(old.path.text().span(), format!("`create` is {}", old.create))
                    .note(format!("the other spec is for {}", describe_type(old)))
                    .help("give both the same `create`, or name a type that the other does not"),
                ));
            }
            Some(_) => {}
            None => list.push(new.clone()),
        }
    }
    Ok(())
}

fn describe_type(spec: &FieldSpec) -> String {
    if spec.kind.is_empty() { "any kind".into() } else { format!("kind `{}`", spec.kind) }
}

/// Sorts field specs by type, as the reference does after each merge: specs for any type last.
pub(crate) fn sort_specs(list: &mut [FieldSpec]) {
    list.sort_by(|a, b| {
        super::order::compare_types(
            (&a.group, &a.version, &a.kind),
            (&b.group, &b.version, &b.kind),
        )
    });
}
