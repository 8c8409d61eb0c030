//! `set replicas`.

use super::draft::{Draft, Pen};
use super::fields::{self, List};
use super::{Edited, Place};
use crate::diag::{Code, Diagnostic, Result};
use crate::yaml::Node;
use crate::yaml::edit::{At, Content, Path};

/// How many of something there are to be: `NAME=COUNT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replicas {
    /// The name of the workload.
    pub name: String,
    /// How many.
    pub count: i64,
}

impl Replicas {
    /// Reads `NAME=COUNT`.
    ///
    /// ```
    /// use railsgen::edit::replicas::Replicas;
    ///
    /// assert_eq!(Replicas::parse("web=3").unwrap(), Replicas { name: "web".into(), count: 3 });
    /// assert!(Replicas::parse("web=many").is_err());
    /// ```
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(arg: &str) -> Result<Replicas> {
        let parts = arg.split_once('=').filter(|(_, count)| !count.contains('='));
        match parts.map(|(name, count)| (name, count.parse())) {
            Some((name, Ok(count))) => Ok(Replicas { name: name.to_owned(), count }),
            _ => {
                let message = format!("`{arg}` says no number of replicas");
                let error = Diagnostic::error(Code::Usage, message);
                Err(Box::new(error.help("write `NAME=COUNT`, such as `web=3`")))
            }
        }
    }
}

/// Sets numbers of replicas. Of several for one name the last counts.
///
/// New entries come where the order of names puts them, or at the end of a list without order.
///
/// # Errors
/// When there is no kustomization file, or it can't be changed.
pub fn set(place: Place<'_>, replicas: &[Replicas]) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let list = file.list("replicas")?;
    let mut new = Vec::new();
    for (index, wanted) in replicas.iter().enumerate() {
        if replicas[index + 1..].iter().any(|later| later.name == wanted.name) {
            continue;
        }
        let named = |item: &&Node| fields::text(item, "name") == wanted.name;
        match list.items.iter().position(|item| named(&item)) {
            Some(first) => change(&mut pen, &list, first, wanted)?,
            None => new.push(wanted),
        }
    }
    new.sort_by(|a, b| a.name.cmp(&b.name));
    let names: Vec<&str> = list.items.iter().map(|item| fields::text(item, "name")).collect();
    let items = new.into_iter().map(|wanted| {
        let Replicas { name, count } = wanted;
        let entry = Content::Map(vec![
            ("name".into(), Content::text(name.as_str())),
            ("count".into(), Content::Int(*count)),
        ]);
        (sorted_place(&names, name), entry, format!("replicas of `{name}`: {count} added"))
    });
    let items = items.collect();
    pen.add_items(&list, items);
    Draft { file, pen }.finish()
}

/// Changes the first entry of a name, and removes the others.
fn change(pen: &mut Pen, list: &List<'_>, first: usize, wanted: &Replicas) -> Result<()> {
    let (Some(path), Replicas { name, count }) = (&list.path, wanted) else { return Ok(()) };
    let at: Path = path.index(first);
    let Some(entry) = list.items[first].as_mapping() else { return Ok(()) };
    let what = |old: &str| match old {
        "" => format!("replicas of `{name}`: {count}"),
        old => format!("replicas of `{name}`: {old} -> {count}"),
    };
    match fields::field(entry, &at, "count")? {
        Some(field) if field.text() == count.to_string() => {}
        Some(field) => pen.replace(field.path.clone(), Content::Int(*count), what(field.text())),
        None => {
            let key = fields::field(entry, &at, "name")?.map(|field| field.key.as_str().into());
            let behind = key.map_or(At::End, At::Behind);
            pen.insert(at, behind, "count", Content::Int(*count), what(""));
        }
    }
    for (index, item) in list.items.iter().enumerate().skip(first + 1) {
        if fields::text(item, "name") == name {
            pen.remove(path.index(index), format!("replicas of `{name}`: second entry removed"));
        }
    }
    Ok(())
}

/// Where a new name belongs: in order if the names have one, else at the end.
pub(super) fn sorted_place(names: &[&str], name: &str) -> At {
    if !names.is_sorted() {
        return At::End;
    }
    match names.partition_point(|known| *known <= name) {
        at if at == names.len() => At::End,
        at => At::Before(at),
    }
}
