//! A list of field specs, ready to be applied to many resources.

use std::rc::Rc;

use super::default_specs::{self, DefaultSpec};
use super::field_spec::{FieldPath, FieldSpec};
use super::field_walk::{Leaf, visit};
use super::id::{GvkSelector, Id};
use crate::diag::Result;
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
    specs: Rc<Vec<FieldSpec>>,
    /// For each type that was met: `apiVersion`, kind, and the specs. A build has few types.
    by_type: Vec<(Text, Text, Vec<u16>)>,
}

impl SpecList {
    pub(crate) fn new(specs: impl Into<Rc<Vec<FieldSpec>>>) -> SpecList {
        SpecList { specs: specs.into(), by_type: Vec::new() }
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
    let all = defaults.iter().flat_map(|spec| [spec.group, spec.version, spec.kind, spec.path]);
    specs(defaults, &mut Slices::new(all))
}

/// The default name references: a type, and the fields that hold names of it.
pub(crate) fn default_name_references() -> impl Iterator<Item = (GvkSelector, Vec<FieldSpec>)> {
    let all = default_specs::NAME_REFERENCES.iter().flat_map(|reference| {
        let fields = reference.fields.iter();
        let fields = fields.flat_map(|spec| [spec.group, spec.version, spec.kind, spec.path]);
        [reference.group, reference.version, reference.kind].into_iter().chain(fields)
    });
    let mut texts = Slices::new(all);
    default_specs::NAME_REFERENCES.iter().map(move |reference| {
        let target = GvkSelector {
            group: texts.next(reference.group),
            version: texts.next(reference.version),
            kind: texts.next(reference.kind),
        };
        (target, specs(reference.fields, &mut texts))
    })
}

fn specs(defaults: &[DefaultSpec], texts: &mut Slices) -> Vec<FieldSpec> {
    let specs = defaults.iter().map(|spec| FieldSpec {
        group: texts.next(spec.group),
        version: texts.next(spec.version),
        kind: texts.next(spec.kind),
        path: FieldPath::new(texts.next(spec.path)),
        create: spec.create,
        span: Span::NONE,
    });
    specs.collect()
}

/// Many static texts in one piece of memory. Every build needs some two thousand of them, and one
/// allocation for each would be a good part of a small build.
struct Slices {
    all: Text,
    at: usize,
}

impl Slices {
    fn new(texts: impl Iterator<Item = &'static str>) -> Slices {
        let all: String = texts.collect();
        Slices { all: Text::made(all, Span::NONE), at: 0 }
    }

    /// The next text; those that were given to `new` must be asked for in the same order.
    fn next(&mut self, text: &'static str) -> Text {
        if text.is_empty() {
            return Text::default();
        }
        let start = self.at;
        self.at += text.len();
        let slice = self.all.part(start..self.at);
        debug_assert_eq!(slice, *text);
        slice
    }
}
