//! The fields that Kubernetes 1.37 knows, in a table that needs no work when the program starts.
//!
//! Rows are plain numbers and names are ranges of one string. What the table says of a type:
//! whether a field is known, what it must be, and whether it must be there.

#[rustfmt::skip]
mod table;

use table::{FIELDS, KINDS, NAMES, TYPES};

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
struct Kind {
    group: Name,
    version: Name,
    kind: Name,
    row: u16,
}

/// A field and the row of its type.
struct Field {
    name: Name,
    is_required: bool,
    row: u16,
}

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Anything.
    Any,
    /// A string.
    String,
    /// A string of base64.
    Bytes,
    /// `true` or `false`.
    Bool,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A number.
    Number,
    /// An amount, as a string or as a number.
    Quantity,
    /// An integer, or a string such as a port's name or a percentage.
    IntOrString,
    /// A mapping with known keys.
    Object,
    /// A mapping with any keys.
    Map,
    /// A list.
    List,
}

/// The type of a value.
pub(super) struct Type {
    pub(super) what: What,
    fields: u8,
    /// The first field of an object; the type of what is in a map or a list.
    at: u16,
}

/// What the table knows of an apiVersion and a kind.
pub(super) enum Known {
    /// The type of the object.
    Type(&'static Type),
    /// The group is Kubernetes' own, and it has the kind in these versions only.
    OtherVersions(Vec<String>),
    /// The group is Kubernetes' own, and it has no such kind, only these.
    OtherKinds(Vec<&'static str>),
    /// The group is somebody else's.
    Foreign,
}

/// Looks a kind up.
pub(super) fn find(group: &str, version: &str, kind: &str) -> Known {
    let mut kinds = Vec::new();
    let mut versions = Vec::new();
    for row in KINDS.iter().filter(|row| row.group.text() == group) {
        let name = row.kind.text();
        kinds.push(name);
        if name != kind {
            continue;
        }
        let found = row.version.text();
        if found == version {
            return Known::Type(&TYPES[usize::from(row.row)]);
        }
        let separator = if group.is_empty() { "" } else { "/" };
        versions.push(format!("{group}{separator}{found}"));
    }
    match (versions.is_empty(), kinds.is_empty()) {
        (false, _) => Known::OtherVersions(versions),
        (true, false) => {
            kinds.dedup();
            Known::OtherKinds(kinds)
        }
        (true, true) => Known::Foreign,
    }
}

/// The apiVersions in which Kubernetes has a kind, whatever the group.
pub(super) fn versions_of(kind: &str) -> impl Iterator<Item = String> {
    KINDS.iter().filter(move |row| row.kind.text() == kind).map(|row| {
        let (group, version) = (row.group.text(), row.version.text());
        if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
    })
}

impl Type {
    fn rows(&self) -> &'static [Field] {
        let first = usize::from(self.at);
        match self.what {
            What::Object => &FIELDS[first..first + usize::from(self.fields)],
            _ => &[],
        }
    }

    /// The type of an object's field.
    pub(super) fn field(&self, name: &str) -> Option<&'static Type> {
        let rows = self.rows();
        let at = rows.binary_search_by(|row| row.name.text().cmp(name)).ok()?;
        Some(&TYPES[usize::from(rows[at].row)])
    }

    /// The names of an object's fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.rows().iter().map(|row| row.name.text())
    }

    /// The names of the fields that an object must have.
    pub(super) fn required(&self) -> impl Iterator<Item = &'static str> {
        self.rows().iter().filter(|row| row.is_required).map(|row| row.name.text())
    }

    /// The type of what is in a map or in a list.
    pub(super) fn inner(&self) -> Option<&'static Type> {
        match self.what {
            What::Map | What::List => Some(&TYPES[usize::from(self.at)]),
            _ => None,
        }
    }
}

// The table is written in terms of these, to keep its rows short.

const fn name(at: u16, len: u8) -> Name {
    Name { at, len }
}

const fn kind(group: Name, version: Name, kind: Name, row: u16) -> Kind {
    Kind { group, version, kind, row }
}

const fn field(name: Name, row: u16) -> Field {
    Field { name, is_required: false, row }
}

const fn required(name: Name, row: u16) -> Field {
    Field { name, is_required: true, row }
}

const fn scalar(what: What) -> Type {
    Type { what, fields: 0, at: 0 }
}

const fn object(first: u16, fields: u8) -> Type {
    Type { what: What::Object, fields, at: first }
}

const fn map(values: u16) -> Type {
    Type { what: What::Map, fields: 0, at: values }
}

const fn list(items: u16) -> Type {
    Type { what: What::List, fields: 0, at: items }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_kinds_versions_and_fields() {
        let Known::Type(deployment) = find("apps", "v1", "Deployment") else { panic!() };
        let spec = deployment.field("spec").unwrap();
        assert_eq!(spec.required().collect::<Vec<_>>(), ["selector", "template"]);
        let containers = spec.field("template").unwrap().field("spec").unwrap().field("containers");
        let container = containers.unwrap().inner().unwrap();
        assert_eq!(container.field("image").unwrap().what, What::String);
        assert!(container.field("imag").is_none());
        assert!(container.fields().any(|name| name == "livenessProbe"));
        let Known::OtherVersions(versions) = find("policy", "v1beta1", "PodDisruptionBudget")
        else {
            panic!()
        };
        assert_eq!(versions, ["policy/v1"]);
        assert!(matches!(find("apps", "v1", "Deploymnet"), Known::OtherKinds(_)));
        assert!(matches!(find("example.com", "v1", "Deployment"), Known::Foreign));
        assert_eq!(versions_of("Ingress").collect::<Vec<_>>(), ["networking.k8s.io/v1"]);
    }

    #[test]
    fn the_table_can_be_searched() {
        for row in &TYPES {
            assert!(row.rows().is_sorted_by(|a, b| a.name.text() < b.name.text()));
        }
    }
}
