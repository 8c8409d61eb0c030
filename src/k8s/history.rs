//! What a resource was called before: its record of former identities.

use thin_vec::ThinVec;

use super::id::PreviousId;
use crate::source::Text;

/// The ids that a resource had before, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    previous: ThinVec<PreviousId>,
    /// The reference's lists where they are not alike in length: an empty name or one with commas
    /// was recorded, or a user wrote them by hand.
    uneven: Option<Box<Lists>>,
}

/// The three lists in which the reference keeps the record, names and so on with commas between.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    pub(crate) names: Option<Vec<Text>>,
    pub(crate) namespaces: Option<Vec<Text>>,
    pub(crate) kinds: Option<Vec<Text>>,
}

impl History {
    /// The record that lists hold. Without names the reference looks at nothing else; beside names, a
    /// missing list has one empty entry.
    pub(crate) fn new(lists: Lists) -> History {
        let names = lists.names.iter().flatten().cloned();
        let others = |list: &Option<Vec<Text>>| match list {
            Some(list) => list.clone().into_iter(),
            None => vec![Text::default()].into_iter(),
        };
        let ids = names.zip(others(&lists.namespaces)).zip(others(&lists.kinds));
        let ids = ids.map(|((name, namespace), kind)| PreviousId { name, namespace, kind });
        History { previous: ids.collect(), uneven: (!lists.are_even()).then(|| Box::new(lists)) }
    }

    /// The ids.
    pub(crate) fn ids(&self) -> &[PreviousId] {
        &self.previous
    }

    /// Adds an id. What is empty does not come into its list; what has commas becomes several entries.
    pub(crate) fn store(&mut self, id: PreviousId) {
        let is_one = |text: &Text| !text.is_empty() && !text.contains(',');
        if self.uneven.is_none() && [&id.name, &id.namespace, &id.kind].into_iter().all(is_one) {
            self.previous.reserve_exact(1);
            self.previous.push(id);
            return;
        }
        let mut lists = self.lists();
        append(&mut lists.names, &id.name);
        append(&mut lists.namespaces, &id.namespace);
        append(&mut lists.kinds, &id.kind);
        *self = History::new(lists);
    }

    /// The reference's lists.
    pub(crate) fn lists(&self) -> Lists {
        if let Some(lists) = &self.uneven {
            return Lists::clone(lists);
        }
        let list = |part: fn(&PreviousId) -> &Text| {
            let parts = self.previous.iter().map(part).cloned();
            (!self.previous.is_empty()).then(|| parts.collect())
        };
        Lists {
            names: list(|id| &id.name),
            namespaces: list(|id| &id.namespace),
            kinds: list(|id| &id.kind),
        }
    }

    /// Whether the reference can tell the ids apart, and does not crash over them.
    pub(crate) fn is_sound(&self) -> bool {
        self.uneven.as_ref().is_none_or(|lists| {
            let length = |list: &Option<Vec<Text>>| list.as_ref().map_or(1, Vec::len);
            lists.names.as_ref().is_none_or(|names| {
                names.len() == length(&lists.namespaces) && names.len() == length(&lists.kinds)
            })
        })
    }
}

impl Lists {
    fn are_even(&self) -> bool {
        let length = |list: &Option<Vec<Text>>| list.as_ref().map(Vec::len);
        length(&self.names) == length(&self.namespaces)
            && length(&self.names) == length(&self.kinds)
    }
}

fn append(list: &mut Option<Vec<Text>>, text: &Text) {
    if text.is_empty() {
        return;
    }
    let mut start = 0;
    list.get_or_insert_default().extend(text.split(',').map(|part| {
        let range = start..start + part.len();
        start = range.end + 1;
        text.part(range)
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str, kind: &str) -> PreviousId {
        PreviousId { name: name.into(), namespace: "default".into(), kind: kind.into() }
    }

    fn names(history: &History) -> Vec<&str> {
        history.ids().iter().map(|id| id.name.as_str()).collect()
    }

    #[test]
    fn an_empty_name_makes_the_next_one_ambiguous() {
        let mut history = History::default();
        history.store(id("", "Job"));
        assert!(history.is_sound() && history.ids().is_empty());
        history.store(id("web", "Job"));
        assert!(!history.is_sound());
    }

    #[test]
    fn commas_in_all_parts_make_several_ids() {
        let mut history = History::default();
        let namespace = "n,m".into();
        history.store(PreviousId { name: "a,b".into(), namespace, kind: "K,L".into() });
        history.store(id("c", "M"));
        assert!(history.is_sound());
        assert_eq!(names(&history), ["a", "b", "c"]);
        history.store(id("d,e", "M"));
        assert!(!history.is_sound());
    }

    #[test]
    fn of_handwritten_lists_the_names_count() {
        let one = |text: &str| Some(vec![Text::from(text)]);
        let mut history = History::new(Lists { names: one("old"), ..Lists::default() });
        assert!(history.is_sound());
        assert_eq!(names(&history), ["old"]);
        history.store(id("new", "Job"));
        assert!(!history.is_sound(), "two names, but one namespace");
        let kinds = History::new(Lists { kinds: one("Job"), ..Lists::default() });
        assert!(kinds.is_sound() && kinds.ids().is_empty());
        assert!(kinds.lists().kinds.is_some());
    }
}
