//! Vars become replacements.
//!
//! Where `$(NAME)` stands in a resource, a placeholder takes its place in the file, and a
//! replacement writes the value over it. Text around it must be set off by one character that
//! stands on both sides, or on the one where there is text: that is how replacements find it.

use crate::diag::{Code, Diagnostic, Result};
use crate::edit::draft::{File, Pen};
use crate::fs::Changes;
use crate::kustomization::Kustomization;
use crate::kustomization::vars::Var;
use crate::load::{self, Entry, Files, Layer, LoadRestrictor};
use crate::source::Text;
use crate::yaml::edit::{At, Content};
use crate::yaml::{self, Limits, Node};

/// An object that a file holds, and where `$(NAME)` may stand in it.
struct Object {
    root: Node,
    /// What picks it.
    select: Vec<(&'static str, String)>,
}

/// A place where a var stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Use {
    /// What picks the object.
    select: Vec<(&'static str, String)>,
    field_path: String,
    /// The character that sets it off, and which piece it is; nothing if it stands alone.
    within: Option<(char, usize)>,
}

/// Turns vars into replacements. Gives the resource files that have to be rewritten.
pub(super) fn convert(
    file: &File<'_>,
    pen: &mut Pen,
    kustomization: &Kustomization,
) -> Result<Changes> {
    let Some(field) = file.field("vars")? else { return Ok(Changes::new()) };
    let touched = touched(file)?;
    let mut replacements = Vec::new();
    for var in &kustomization.vars {
        let mut uses = Vec::new();
        for (_, objects) in &touched {
            for object in objects {
                find(&object.root, &var.name, &mut String::new(), &object.select, &mut uses)?;
            }
        }
        if !uses.is_empty() {
            replacements.push((At::End, replacement(var, &uses), String::new()));
        }
    }
    let known = file.list("replacements")?;
    let what = "vars -> replacements";
    if known.path.is_none() && !replacements.is_empty() {
        let items = replacements.into_iter().map(|(_, item, _)| item).collect();
        pen.rename(field.path.clone(), known.name, what);
        pen.replace(field.path, Content::List(items), "");
    } else {
        pen.add_items(&known, replacements);
        pen.remove(field.path, what);
    }

    let mut changes = Changes::new();
    for (source, _) in &touched {
        let mut text = source.text().to_owned();
        for var in &kustomization.vars {
            text = text.replace(&format!("$({})", var.name), &format!("{}_PLACEHOLDER", var.name));
        }
        changes.write(source.path(), Some(source.text().to_owned()), text);
    }
    Ok(changes)
}

type Touched = Vec<(std::sync::Arc<crate::source::Source>, Vec<Object>)>;

/// The files of the whole tree that hold resources or patches, and their objects.
fn touched(file: &File<'_>) -> Result<Touched> {
    let place = file.place;
    let mut files = Files::new(place.fs, place.sources, LoadRestrictor::None, Limits::default());
    let layer = load::load(&mut files, place.directory, &mut Vec::new(), &mut Vec::new());
    let layer = layer.map_err(|problems| {
        let first = problems.into_iter().find(Diagnostic::is_error);
        Box::new(first.unwrap_or_else(|| Diagnostic::error(Code::Internal, "nothing is loaded")))
    })?;
    let mut touched = Touched::new();
    let mut layers = vec![&layer];
    while let Some(layer) = layers.pop() {
        for entry in &layer.entries {
            match entry {
                Entry::File { target, named } => {
                    add(&mut touched, files.text_of(target, named.span())?, None)?;
                }
                Entry::Layer(layer) => layers.push(layer),
            }
        }
        layers.extend(&layer.components);
        add_patches(&mut touched, &files, layer)?;
    }
    Ok(touched)
}

fn add_patches(touched: &mut Touched, files: &Files<'_>, layer: &Layer) -> Result<()> {
    let kustomization = &layer.kustomization;
    for patch in kustomization.patches.iter().filter(|patch| !patch.path.is_empty()) {
        let source = files.text(&layer.root, &patch.path)?;
        let select = patch.target.as_ref().map(|target| {
            let parts = [
                ("group", &target.id.group),
                ("version", &target.id.version),
                ("kind", &target.id.kind),
                ("name", &target.id.name),
                ("namespace", &target.id.namespace),
                ("labelSelector", &target.label_selector),
                ("annotationSelector", &target.annotation_selector),
            ];
            parts.map(|(name, text)| (name, text.to_string())).to_vec()
        });
        add(touched, source, select)?;
    }
    for path in &kustomization.patches_strategic_merge {
        if let Ok(source) = files.text(&layer.root, path) {
            add(touched, source, None)?;
        }
    }
    Ok(())
}

/// Adds a file, once, if there is a var in it.
fn add(
    touched: &mut Touched,
    source: std::sync::Arc<crate::source::Source>,
    select: Option<Vec<(&'static str, String)>>,
) -> Result<()> {
    let is_known = touched.iter().any(|(known, _)| known.path() == source.path());
    if is_known || !source.text().contains("$(") {
        return Ok(());
    }
    let stream = yaml::parse_stream(&source, &Limits::default())?;
    let object =
        |root: Node| Object { select: select.clone().unwrap_or_else(|| identity(&root)), root };
    let objects = stream.documents.into_iter().map(object).collect();
    touched.push((source, objects));
    Ok(())
}

/// What picks an object that a file holds.
fn identity(root: &Node) -> Vec<(&'static str, String)> {
    let text = |path: &[&str]| root.at(path).and_then(Node::text).map_or("", Text::as_str);
    let (group, version) = match text(&["apiVersion"]).split_once('/') {
        Some((group, version)) => (group, version),
        None => ("", text(&["apiVersion"])),
    };
    [
        ("group", group),
        ("version", version),
        ("kind", text(&["kind"])),
        ("name", text(&["metadata", "name"])),
        ("namespace", text(&["metadata", "namespace"])),
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .to_vec()
}

/// Finds the places where a var stands. The depth is that of a parsed file, which is bounded.
fn find(
    node: &Node,
    name: &Text,
    path: &mut String,
    select: &[(&'static str, String)],
    uses: &mut Vec<Use>,
) -> Result<()> {
    let len = path.len();
    let mut below = |node: &Node, part: &str, path: &mut String| {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(part);
        let found = find(node, name, path, select, uses);
        path.truncate(len);
        found
    };
    match node {
        Node::Mapping(mapping) => mapping.iter().try_for_each(|entry| {
            let key = entry.key.text.as_str();
            let part = if key.contains('.') { format!("[{key}]") } else { key.to_owned() };
            below(&entry.value, &part, path)
        }),
        Node::Sequence(sequence) => sequence
            .items
            .iter()
            .enumerate()
            .try_for_each(|(at, item)| below(item, &at.to_string(), path)),
        Node::Scalar(scalar) => {
            let var = format!("$({name})");
            if scalar.text.contains(&var) {
                let within =
                    within(&scalar.text, &var).ok_or_else(|| undelimited(&scalar.text, name))?;
                let select = select.to_vec();
                uses.push(Use { select, field_path: path.clone(), within });
            }
            Ok(())
        }
    }
}

/// How a var stands in a text: alone, or as one of the pieces that a character separates. Nothing
/// if it is not set off.
fn within(text: &str, var: &str) -> Option<Option<(char, usize)>> {
    if text == var {
        return Some(None);
    }
    let at = text.find(var)?;
    let before = text[..at].chars().next_back();
    let after = text[at + var.len()..].chars().next();
    let delimiter = match (before, after) {
        (Some(before), Some(after)) => Some(before).filter(|_| before == after)?,
        (before, after) => before.or(after)?,
    };
    let index = text.split(delimiter).position(|piece| piece == var)?;
    Some(Some((delimiter, index)))
}

fn undelimited(text: &Text, name: &Text) -> Box<Diagnostic> {
    let message = format!("`$({name})` is not set off by one character from the text around it");
    Box::new(
        Diagnostic::error(Code::Edit, message)
            .at(text.span())
            .note("a replacement can only write over a piece between two like characters")
            .help("keep the var, or change the text"),
    )
}

/// An entry of `replacements`.
fn replacement(var: &Var, uses: &[Use]) -> Content {
    let (group, version) = var.object.group_version();
    let path = match var.field.path.as_str() {
        "" => "metadata.name".to_owned(),
        path => dotted(path),
    };
    let source = [
        ("group", group.as_str()),
        ("version", version.as_str()),
        ("kind", &var.object.kind),
        ("name", &var.object.name),
        ("namespace", &var.object.namespace),
        ("fieldPath", &path),
    ];
    let mut targets: Vec<(&Use, Vec<Content>)> = Vec::new();
    for found in uses {
        let path = Content::text(found.field_path.as_str());
        match targets.last_mut() {
            Some((last, paths)) if last.select == found.select && last.within == found.within => {
                paths.push(path);
            }
            _ => targets.push((found, vec![path])),
        }
    }
    let target = |(found, paths): (&Use, Vec<Content>)| {
        let select = found.select.iter().map(|(name, text)| (*name, text.as_str()));
        let mut target = vec![
            ("select".to_owned(), map(select)),
            ("fieldPaths".to_owned(), Content::List(paths)),
        ];
        if let Some((delimiter, index)) = found.within {
            let mut options = vec![("delimiter".to_owned(), Content::text(delimiter.to_string()))];
            if index > 0 {
                options.push(("index".to_owned(), Content::Int(index as i64)));
            }
            target.push(("options".to_owned(), Content::Map(options)));
        }
        Content::Map(target)
    };
    Content::Map(vec![
        ("source".to_owned(), map(source)),
        ("targets".to_owned(), Content::List(targets.into_iter().map(target).collect())),
    ])
}

/// The path of a var as replacements have it: `ports.0` for `ports[0]`.
fn dotted(path: &str) -> String {
    let mut dotted = String::with_capacity(path.len());
    for (index, piece) in path.split('[').enumerate() {
        match piece.split_once(']') {
            Some((inner, rest)) if index > 0 && inner.bytes().all(|b| b.is_ascii_digit()) => {
                dotted.push('.');
                dotted.push_str(inner);
                dotted.push_str(rest);
            }
            _ => {
                if index > 0 {
                    dotted.push('[');
                }
                dotted.push_str(piece);
            }
        }
    }
    dotted
}

/// A mapping of the texts that are not empty.
fn map<'t>(pairs: impl IntoIterator<Item = (&'static str, &'t str)>) -> Content {
    let filled = pairs.into_iter().filter(|(_, text)| !text.is_empty());
    Content::Map(filled.map(|(name, text)| (name.to_owned(), Content::text(text))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_lose_their_brackets() {
        for (path, found) in [
            ("spec.ports[0].port", "spec.ports.0.port"),
            ("a[1][22]", "a.1.22"),
            ("data.[a.b].c", "data.[a.b].c"),
            ("a.[name=x].b[3]", "a.[name=x].b.3"),
            ("a[", "a["),
        ] {
            assert_eq!(dotted(path), found);
        }
    }

    #[test]
    fn a_var_stands_alone_or_between_like_characters() {
        for (text, found) in [
            ("$(A)", Some(None)),
            ("$(A)/x", Some(Some(('/', 0)))),
            ("x/$(A)", Some(Some(('/', 1)))),
            ("http://$(A)/x", Some(Some(('/', 2)))),
            ("x:$(A):y", Some(Some((':', 1)))),
            ("x-$(A)/y", None),
            ("x", None),
        ] {
            assert_eq!(within(text, "$(A)"), found, "{text}");
        }
    }
}
