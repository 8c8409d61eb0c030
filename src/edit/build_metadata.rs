//! `add`, `set` and `remove` buildmetadata.

use super::draft::Draft;
use super::fields::List;
use super::{Edited, Place};
use crate::diag::{Code, Diagnostic, Result};
use crate::kustomization::file::BuildMetadata;
use crate::yaml::Node;
use crate::yaml::edit::{At, Content};

const FIELD: &str = "buildMetadata";

/// Reads the names of options, separated by commas.
///
/// ```
/// use railsgen::edit::build_metadata::parse;
/// use railsgen::kustomization::file::BuildMetadata;
///
/// let options = parse("originAnnotations,managedByLabel").unwrap();
/// assert_eq!(options, [BuildMetadata::Origin, BuildMetadata::ManagedByLabel]);
/// ```
///
/// # Errors
/// When there is no such option.
pub fn parse(list: &str) -> Result<Vec<BuildMetadata>> {
    let option = |name: &str| {
        BuildMetadata::ALL.into_iter().find(|option| option.name() == name).ok_or_else(|| {
            let names = BuildMetadata::ALL.map(BuildMetadata::name);
            let message = format!("there is no buildMetadata option `{name}`");
            Box::new(
                Diagnostic::error(Code::Usage, message)
                    .help(format!("the options are {}", names.join(", ")))
                    .suggest(name, names),
            )
        })
    };
    list.split(',').map(option).collect()
}

/// Adds options.
///
/// # Errors
/// When there is no kustomization file, it has one of the options already, or it can't be changed.
pub fn add(place: Place<'_>, options: &[BuildMetadata]) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let list = file.list(FIELD)?;
    for (index, option) in options.iter().enumerate() {
        let known = list.position(option.name());
        if known.is_some() || options[..index].contains(option) {
            let message = format!("buildMetadata has `{}` already", option.name());
            let place = known.map_or(file.span(), |index| list.items[index].span());
            let problem = Diagnostic::error(Code::Edit, message).at(place);
            return Err(Box::new(
                problem.help("leave it out, or use `railsgen edit set buildmetadata`"),
            ));
        }
    }
    let items = options.iter().map(|option| added(*option)).collect();
    pen.add_items(&list, items);
    Draft { file, pen }.finish()
}

/// Makes these the options. Those that are there already stay where they are, if they come in this
/// order.
///
/// # Errors
/// When there is no kustomization file, or it can't be changed.
pub fn set(place: Place<'_>, options: &[BuildMetadata]) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let list = file.list(FIELD)?;
    // Each wanted option takes the next item that is it; what is between goes.
    let mut next = 0;
    let mut kept = Vec::new();
    let mut new = Vec::new();
    for option in options {
        let rest = list.items.get(next..).unwrap_or_default();
        match rest.iter().position(|item| item.text().is_some_and(|text| text == option.name())) {
            Some(found) => {
                kept.push(next + found);
                next += found + 1;
            }
            None => {
                let at = if next == list.items.len() { At::End } else { At::Before(next) };
                let (_, item, what) = added(*option);
                new.push((at, item, what));
            }
        }
    }
    let gone = (0..list.items.len()).filter(|index| !kept.contains(index));
    let gone: Vec<(usize, String)> =
        gone.map(|index| (index, removed(&list.items[index]))).collect();
    if new.is_empty() {
        pen.remove_items(&list, gone);
    } else if let Some(path) = &list.path {
        gone.into_iter().for_each(|(index, what)| pen.remove(path.index(index), what));
    }
    pen.add_items(&list, new);
    Draft { file, pen }.finish()
}

/// Takes options out.
///
/// # Errors
/// When there is no kustomization file, or it can't be changed.
pub fn remove(place: Place<'_>, options: &[BuildMetadata]) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let list: List<'_> = file.list(FIELD)?;
    let is_asked = |item: &Node| {
        let text = item.text();
        options.iter().any(|option| text.is_some_and(|text| *text == option.name()))
    };
    let gone = list.items.iter().enumerate().filter(|(_, item)| is_asked(item));
    let gone: Vec<_> = gone.map(|(index, item)| (index, removed(item))).collect();
    if gone.is_empty() {
        let place = if list.span.is_none() { file.span() } else { list.span };
        pen.no_effect(place, "none of these is among the buildMetadata options");
    }
    pen.remove_items(&list, gone);
    Draft { file, pen }.finish()
}

fn added(option: BuildMetadata) -> (At, Content, String) {
    let name = option.name();
    (At::End, Content::text(name), format!("buildMetadata `{name}` added"))
}

fn removed(item: &Node) -> String {
    format!("buildMetadata `{}` removed", item.text().map_or("", |text| text.as_str()))
}
