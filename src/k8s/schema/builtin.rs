//! The layout of the built-in table and how one finds things in it.
//!
//! Rows are plain numbers and names are ranges of one string, so the table needs neither memory
//! nor relocation when the program starts.

use super::table::{FIELDS, KEYS, KINDS, NAMES, TYPES};

/// The row of schemas without fields.
pub(super) const NONE: u16 = u16::MAX;

/// A range of [`NAMES`].
#[derive(Clone, Copy)]
struct Name {
    at: u16,
    len: u8,
}

impl Name {
    fn text(self) -> &'static str {
        let at = usize::from(self.at);
        &NAMES[at..at + usize::from(self.len)]
    }
}

/// A kind and the row of its type.
pub(super) struct Kind {
    api_version: Name,
    kind: Name,
    row: u16,
}

/// A field and the row of its type.
pub(super) struct Field {
    name: Name,
    row: u16,
}

/// A type: an object, a map, a list that merges, or neither of them.
pub(super) struct Type {
    /// The first of its fields.
    first: u16,
    fields: u8,
    /// The row of [`KEYS`] plus one; zero for what is not a list that merges.
    keys: u8,
    /// The type of a map's values or of a list's items, or [`NONE`].
    inner: u16,
}

pub(super) const fn kind(
    version_at: u16,
    version_len: u8,
    kind_at: u16,
    kind_len: u8,
    row: u16,
) -> Kind {
    Kind {
        api_version: Name { at: version_at, len: version_len },
        kind: Name { at: kind_at, len: kind_len },
        row,
    }
}

pub(super) const fn field(at: u16, len: u8, row: u16) -> Field {
    Field { name: Name { at, len }, row }
}

/// Scalars, lists that are replaced, and objects that may hold anything.
pub(super) const fn leaf() -> Type {
    object(0, 0)
}

pub(super) const fn object(first: u16, fields: u8) -> Type {
    Type { first, fields, keys: 0, inner: NONE }
}

pub(super) const fn map(values: u16) -> Type {
    Type { first: 0, fields: 0, keys: 0, inner: values }
}

pub(super) const fn list(keys: u8, items: Option<u16>) -> Type {
    Type {
        first: 0,
        fields: 0,
        keys: keys + 1,
        inner: match items {
            Some(row) => row,
            None => NONE,
        },
    }
}

/// The type of a kind.
pub(super) fn of(api_version: &str, kind: &str) -> Option<&'static Type> {
    let wanted = (api_version, kind);
    let at = KINDS
        .binary_search_by(|row| (row.api_version.text(), row.kind.text()).cmp(&wanted))
        .ok()?;
    row(KINDS[at].row)
}

impl Type {
    /// The type of the value under a key.
    pub(super) fn field(&self, name: &str) -> Option<&'static Type> {
        let first = usize::from(self.first);
        let fields = &FIELDS[first..first + usize::from(self.fields)];
        match fields.binary_search_by(|field| field.name.text().cmp(name)) {
            Ok(at) => row(fields[at].row),
            Err(_) if self.keys == 0 => row(self.inner),
            Err(_) => None,
        }
    }

    /// The type of a merging list's items.
    pub(super) fn items(&self) -> Option<&'static Type> {
        if self.keys == 0 {
            return None;
        }
        row(self.inner)
    }

    /// The keys of a list that merges; none for a set of scalars.
    pub(super) fn keys(&self) -> Option<&'static [&'static str]> {
        let at = usize::from(self.keys).checked_sub(1)?;
        KEYS.get(at).copied()
    }
}

fn row(at: u16) -> Option<&'static Type> {
    TYPES.get(usize::from(at))
}
