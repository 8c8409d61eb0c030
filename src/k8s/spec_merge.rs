//! Merging lists of field specs, as configurations are merged.
//!
//! Knows the reference's rule for lists of specs and nothing of what the lists are for. A spec on
//! its own is in `field_spec`; lists that are applied to resources are in `spec_list`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::field_spec::FieldSpec;
use super::order::compare_types;
use crate::diag::{Code, Diagnostic, Result};

/// A list of field specs that costs nothing to copy, and next to nothing to merge with a list
/// that it has been merged with before.
///
/// Each layer of a build merges its configuration into that of the layer above, and nearly all of
/// it is the same in all of them.
#[derive(Clone, Debug)]
pub(crate) struct SharedSpecs {
    specs: Rc<Vec<FieldSpec>>,
    /// Whether no spec is covered by one before it, so that merging the list into nothing gives it
    /// back.
    is_settled: bool,
    /// A list that changes nothing when it is merged into this one.
    absorbed: Option<Rc<Vec<FieldSpec>>>,
}

impl SharedSpecs {
    /// A list in which no spec is covered by one before it.
    pub(crate) fn settled(specs: Vec<FieldSpec>) -> SharedSpecs {
        SharedSpecs { is_settled: true, ..SharedSpecs::consistent(specs) }
    }

    /// A list in which no two specs contradict each other, so that merging it into itself changes
    /// nothing.
    pub(crate) fn consistent(specs: Vec<FieldSpec>) -> SharedSpecs {
        let specs = Rc::new(specs);
        SharedSpecs { absorbed: Some(Rc::clone(&specs)), specs, is_settled: false }
    }

    /// A list as the user wrote it.
    pub(crate) fn new(specs: Vec<FieldSpec>) -> SharedSpecs {
        SharedSpecs { specs: Rc::new(specs), is_settled: false, absorbed: None }
    }

    /// Whether merging the list into nothing gives it back.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// The list, for those who apply it.
    pub(crate) fn shared(&self) -> Rc<Vec<FieldSpec>> {
        Rc::clone(&self.specs)
    }

    pub(crate) fn as_slice(&self) -> &[FieldSpec] {
        &self.specs
    }

    /// Adds the specs of another list that none covers, and says whether there were any.
    ///
    /// # Errors
    /// When two specs contradict each other.
    pub(crate) fn merge(&mut self, other: &SharedSpecs) -> Result<bool> {
        let was_empty = self.specs.is_empty();
        if was_empty && other.is_settled {
            *self = other.clone();
            return Ok(!other.specs.is_empty());
        }
        if self.absorbed.as_ref().is_some_and(|known| Rc::ptr_eq(known, &other.specs)) {
            return Ok(false);
        }
        let mut added = Vec::new();
        add_uncovered(&self.specs, &mut added, &other.specs)?;
        if added.is_empty() {
            self.absorbed = Some(other.shared());
            return Ok(false);
        }
        Rc::make_mut(&mut self.specs).append(&mut added);
        self.is_settled = was_empty;
        self.absorbed = None;
        Ok(true)
    }

    /// Puts all in the order of their types, those for any type last.
    pub(crate) fn sort(&mut self) {
        if !is_in_order(&self.specs) {
            *self = SharedSpecs::new(self.specs.to_vec());
            Rc::make_mut(&mut self.specs).sort_by(compare);
        }
    }

    /// Merges, and puts all in the order of their types, those for any type last. Says whether
    /// anything changed. The list must have been in order before.
    ///
    /// # Errors
    /// When two specs contradict each other.
    pub(crate) fn merge_in_order(&mut self, other: &SharedSpecs) -> Result<bool> {
        let has_changed = self.merge(other)?;
        if has_changed && !is_in_order(&self.specs) {
            Rc::make_mut(&mut self.specs).sort_by(compare);
            self.is_settled = false;
        }
        Ok(has_changed)
    }
}

impl Default for SharedSpecs {
    fn default() -> SharedSpecs {
        SharedSpecs::settled(Vec::new())
    }
}

fn is_in_order(specs: &[FieldSpec]) -> bool {
    specs.is_sorted_by(|a, b| compare(a, b).is_le())
}

fn compare(a: &FieldSpec, b: &FieldSpec) -> Ordering {
    compare_types((&a.group, &a.version, &a.kind), (&b.group, &b.version, &b.kind))
}

/// Adds field specs to a list by the reference's rule: what an entry covers is left out, and one
/// that agrees in all but `create` is an error.
///
/// # Errors
/// When two specs contradict each other.
pub(crate) fn merge_specs(list: &mut Vec<FieldSpec>, incoming: &[FieldSpec]) -> Result<()> {
    add_uncovered(&[], list, incoming)
}

/// Adds to `added` those specs that neither it nor `list` has an entry for.
///
/// An entry covers another one when the paths are equal and the other's type, read as a selector,
/// selects the entry's type. So a spec without a kind is covered by any spec with its path.
fn add_uncovered(
    list: &[FieldSpec],
    added: &mut Vec<FieldSpec>,
    incoming: &[FieldSpec],
) -> Result<()> {
    for new in incoming {
        let covers = |old: &&FieldSpec| {
            old.path == new.path && new.selects(&old.group, &old.version, &old.kind)
        };
        match list.iter().chain(&*added).find(covers) {
            Some(old) if old.create != new.create => return Err(contradiction(old, new)),
            Some(_) => {}
            None => added.push(new.clone()),
        }
    }
    Ok(())
}

fn contradiction(old: &FieldSpec, new: &FieldSpec) -> Box<Diagnostic> {
    let message = format!("field spec for `{}` contradicts another one", new.path.text());
    let error = Diagnostic::error(Code::Configuration, message)
        .label(new.path.text().span(), format!("`create` is {}", new.create))
        .label(old.path.text().span(), format!("`create` is {}", old.create))
        .note(format!("the other spec is for {}", describe_type(old)));
    let help = "give both the same `create`, or name a type that the other does not";
    Box::new(error.help(help))
}

fn describe_type(spec: &FieldSpec) -> String {
    if spec.kind.is_empty() { "any kind".into() } else { format!("kind `{}`", spec.kind) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::default_specs::{self as defaults, DefaultSpec};
    use crate::k8s::field_spec::FieldPath;
    use crate::k8s::spec_list::from_defaults;

    fn spec(kind: &str, path: &str, create: bool) -> FieldSpec {
        FieldSpec { kind: kind.into(), path: FieldPath::new(path), create, ..FieldSpec::default() }
    }

    fn kinds(list: &SharedSpecs) -> Vec<&str> {
        list.as_slice().iter().map(|spec| spec.kind.as_str()).collect()
    }

    #[test]
    fn default_lists_are_settled_and_in_order() {
        let lists: [&[DefaultSpec]; 9] = [
            defaults::NAME_PREFIX,
            defaults::NAME_SUFFIX,
            defaults::NAMESPACE,
            defaults::COMMON_LABELS,
            defaults::TEMPLATE_LABELS,
            defaults::COMMON_ANNOTATIONS,
            defaults::VAR_REFERENCE,
            defaults::IMAGES,
            defaults::REPLICAS,
        ];
        for list in lists {
            assert!(is_in_order(&from_defaults(list)));
        }
        for list in lists {
            let specs = from_defaults(list);
            let mut merged = Vec::new();
            merge_specs(&mut merged, &specs).unwrap();
            assert_eq!(merged, specs);
        }
    }

    #[test]
    fn fields_of_default_references_do_not_contradict_each_other() {
        for reference in defaults::NAME_REFERENCES {
            let mut specs = from_defaults(reference.fields);
            let count = specs.len();
            merge_specs(&mut specs, &from_defaults(reference.fields)).unwrap();
            assert_eq!(specs.len(), count);
        }
    }

    #[test]
    fn a_list_is_settled_only_when_merging_it_again_gives_it_back() {
        let own = SharedSpecs::new(vec![spec("", "a", true), spec("Job", "a", true)]);
        let mut first = SharedSpecs::default();
        first.merge_in_order(&own).unwrap();
        assert_eq!(kinds(&first), ["Job", ""]);
        // In this order, the spec for jobs covers the one for all kinds.
        let mut second = SharedSpecs::default();
        second.merge_in_order(&first).unwrap();
        assert_eq!(kinds(&second), ["Job"]);
        let mut third = SharedSpecs::default();
        third.merge_in_order(&second).unwrap();
        assert!(Rc::ptr_eq(&third.specs, &second.specs));
    }

    #[test]
    fn what_was_absorbed_is_not_looked_at_again_until_the_list_changes() {
        let defaults = SharedSpecs::settled(from_defaults(defaults::IMAGES));
        let mut list = defaults.clone();
        list.merge_in_order(&SharedSpecs::new(vec![spec("Foo", "spec/image", true)])).unwrap();
        assert!(list.absorbed.is_none());
        list.merge_in_order(&defaults).unwrap();
        assert!(list.absorbed.is_some());
        list.merge_in_order(&SharedSpecs::new(vec![spec("Bar", "spec/image", true)])).unwrap();
        assert!(list.absorbed.is_none());
        let odd = SharedSpecs::new(vec![spec("Bar", "spec/image", false)]);
        assert!(list.merge_in_order(&odd).is_err());
    }
}
