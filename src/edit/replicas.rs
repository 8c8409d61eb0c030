//! `set replicas`.

use super::draft::{Draft, Pen};
use super::fields::{self, List};
use super::named::{Named, last_of_each};
use super::{Edited, Place};
use crate::diag::{Code, Diagnostic, Result};
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
        let parts =
            arg.split_once('=').filter(|(name, count)| !name.is_empty() && !count.contains('='));
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
    let named = Named::of(&list);
    for wanted in last_of_each(replicas, |replicas| &replicas.name) {
        match named.indexes(&wanted.name) {
            [first, others @ ..] => change(&mut pen, &list, *first, others, wanted)?,
            [] => new.push(wanted),
        }
    }
    new.sort_by(|a, b| a.name.cmp(&b.name));
    let items = new.into_iter().map(|wanted| {
        let Replicas { name, count } = wanted;
        let entry = Content::Map(vec![
            ("name".into(), Content::text(name.as_str())),
            ("count".into(), Content::Int(*count)),
        ]);
        (named.place(name), entry, format!("replicas of `{name}`: {count} added"))
    });
    let items = items.collect();
    pen.add_items(&list, items);
    Draft { file, pen }.finish()
}

/// Changes the first entry of a name, and removes the others.
fn change(
    pen: &mut Pen,
    list: &List<'_>,
    first: usize,
    others: &[usize],
    wanted: &Replicas,
) -> Result<()> {
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
    for index in others {
        pen.remove(path.index(*index), format!("replicas of `{name}`: second entry removed"));
    }
    Ok(())
}
