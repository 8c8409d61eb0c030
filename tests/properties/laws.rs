//! What holds for any input, as functions that panic where it does not.
//!
//! The properties beside this file try them with generated inputs, and the fuzzer in `tests/fuzz`
//! with inputs that it finds by watching which code they reach. An input is bytes; those with several
//! parts are texts with lines between the parts, so that they can be written and read by hand.

use std::path::Path;

use railsgen::diag::Diagnostic;
use railsgen::edit::fix::{FixOptions, fix};
use railsgen::edit::image::Image;
use railsgen::edit::{self, Place};
use railsgen::fs::MemoryFs;
use railsgen::k8s::schema::Schema;
use railsgen::patch::{json6902, merge};
use railsgen::render::{Format, diagnostic};
use railsgen::source::{Source, Span};
use railsgen::yaml::path::{self, Make, PathError, TargetPath};
use railsgen::yaml::{
    Entry, Limits, Mapping, Node, Scalar, Style, Tag, decode_text, emit, parse_document,
    parse_stream,
};
use railsgen::{BuildOptions, Built, Sources, build};

/// A law and its name.
pub(crate) type Law = (&'static str, fn(&[u8]));

/// All laws.
pub(crate) const LAWS: [Law; 7] = [
    ("read", read),
    ("emit", emit_and_read_back),
    ("merge", merge_documents),
    ("json6902", patch_document),
    ("path", follow_path),
    ("build", build_tree),
    ("edit", edit_tree),
];

/// The line between the parts of an input.
pub(crate) const BETWEEN: &str = "\n=====\n";

/// Texts of any kind are read or refused, and each value stands where its span says.
fn read(input: &[u8]) {
    let Ok(text) = decode_text(input.to_vec()) else { return };
    let sources = Sources::new();
    let source = sources.add("a.yaml", text).unwrap();
    match parse_stream(&source, &Limits::default()) {
        Ok(stream) => {
            stream.documents.iter().for_each(|node| assert_inside(node, &source));
            let pieces = &stream.ignored;
            pieces.iter().for_each(|span| assert!(within(*span, source.span())));
        }
        Err(problem) => assert_said(&[*problem], &sources),
    }
    match parse_document(&source, &Limits::default()) {
        Ok(node) => node.iter().for_each(|node| assert_inside(node, &source)),
        Err(problem) => assert_said(&[*problem], &sources),
    }
}

/// What is written is read as what it was, and written again as it is.
fn emit_and_read_back(input: &[u8]) {
    let sources = Sources::new();
    let Some(node) = first_document(&sources, input) else { return };
    let Some(text) = printed(&node) else { return };
    let again = first_document(&sources, text.as_bytes());
    let Some(again) = again else {
        assert!(is_nothing(&node), "{text:?} is not read");
        return;
    };
    // The reference writes these breaks, and those of folded texts, so that they are read as others.
    let breaks = ['\r', '\u{85}', '\u{2028}', '\u{2029}'];
    let is_odd = |scalar: &Scalar| {
        scalar.text.contains(breaks)
            || (scalar.style == Style::Folded && scalar.text.contains('\n'))
    };
    // It writes strings such as `0o-5` without quotes, and reads them as numbers.
    let is_number_to_be =
        |scalar: &Scalar| scalar.text.starts_with("0o-") || scalar.text.starts_with("0o+");
    let any = |test: &dyn Fn(&Scalar) -> bool| {
        let mut found = false;
        for_each(&node, &mut |node| {
            found |= node.as_scalar().is_some_and(test);
            found |= node.as_mapping().is_some_and(|map| map.iter().any(|entry| test(&entry.key)));
        });
        found
    };
    if any(&is_number_to_be) {
        return;
    }
    assert_eq!(Some(&text), printed(&again).as_ref());
    assert!(any(&is_odd) || same(&node, &again), "{text:?}");
}

/// Merging gives the same whenever it is done, and what comes out stands in one of the two files.
/// (An empty patch may change an object: the reference sweeps keys without a value, and items that
/// share their key with others.)
fn merge_documents(input: &[u8]) {
    let sources = Sources::new();
    let Some((object, patch)) = two_documents(&sources, input) else { return };
    let schema = Schema::builtin();
    let merged = |object: &Node, patch: &Node| {
        let mut warnings = Vec::new();
        let result = merge(object.clone(), patch, &schema, &mut |warning| warnings.push(warning));
        warnings.iter().for_each(|warning| assert!(!warning.is_error()));
        result
    };
    let (first, second) = (merged(&object, &patch), merged(&object, &patch));
    match (&first, &second) {
        (Ok(Some(first)), Ok(Some(second))) => {
            assert!(same(first, second));
            assert_eq!(printed(first), printed(second));
            assert_placed(first, &sources);
        }
        (Ok(None), Ok(None)) => {}
        (Err(first), Err(second)) => {
            assert_eq!(first, second);
            assert_said(&[Diagnostic::clone(first)], &sources);
        }
        _ => panic!("{first:?} and {second:?}"),
    }
}

/// JSON patches are applied or refused, the same way twice, and what comes out can be written.
fn patch_document(input: &[u8]) {
    let sources = Sources::new();
    let Ok(text) = decode_text(input.to_vec()) else { return };
    let Some((object, patch)) = text.split_once(BETWEEN) else { return };
    let Some(object) = first_document(&sources, object.as_bytes()) else { return };
    let patch = sources.add("patch.yaml", patch.to_owned()).unwrap();
    let operations = match json6902::parse(&patch, &Limits::default()) {
        Ok(operations) => operations,
        Err(problem) => return assert_said(&[*problem], &sources),
    };
    let applied = || {
        let mut object = object.clone();
        json6902::apply(&mut object, &operations).map(|()| object)
    };
    match (applied(), applied()) {
        (Ok(first), Ok(second)) => {
            assert!(same(&first, &second));
            assert_placed(&first, &sources);
            let _ = printed(&first);
        }
        (Err(first), Err(second)) => {
            assert_eq!(first, second);
            assert_said(&[*first], &sources);
        }
        (first, second) => panic!("{first:?} and {second:?}"),
    }
}

/// A path leads somewhere or is refused; one that makes what is missing finds it afterwards.
fn follow_path(input: &[u8]) {
    let sources = Sources::new();
    let Ok(text) = decode_text(input.to_vec()) else { return };
    let Some((object, path)) = text.split_once(BETWEEN) else { return };
    let Some(object) = first_document(&sources, object.as_bytes()) else { return };
    let _ = path::get(&object, &path::split(path));
    let Ok(target) = TargetPath::new(path) else { return };
    let count = |object: &mut Node, make| {
        let mut seen = 0;
        let mut see = |_: &mut Node| {
            seen += 1;
            Ok::<(), PathError>(())
        };
        target.visit(object, make, Span::NONE, &mut see).inspect(|said| assert_eq!(*said, seen))
    };
    let mut read = object.clone();
    let found = count(&mut read, None);
    assert!(same(&read, &object), "a path that makes nothing changed something");
    let mut made = object.clone();
    if let Ok(number) = count(&mut made, Some(Make::Scalar)) {
        assert!(found.is_err() || found.unwrap() <= number);
        assert_placed(&made, &sources);
    }
}

/// Trees are built or refused, the same way twice, and what is built builds to itself.
fn build_tree(input: &[u8]) {
    let tree = tree(input);
    for root in roots(&tree) {
        let run = || {
            let sources = Sources::new();
            let built = build(&fs(&tree), &sources, Path::new(&root), &BuildOptions::default());
            let text = built.and_then(|built| text(&built));
            if let Err(problems) = &text {
                assert_said(problems, &sources);
            }
            text
        };
        let (first, second) = (run(), run());
        assert_eq!(first, second);
        if let Ok(text) = first
            && !text.is_empty()
        {
            let again = MemoryFs::new()
                .with("kustomization.yaml", "resources: [all.yaml]\n")
                .with("all.yaml", text.clone());
            let options = BuildOptions::default();
            // Objects that are told apart here by more than what they say of themselves are
            // refused when they come again.
            if let Ok(built) = build(&again, &Sources::new(), Path::new("/"), &options) {
                let _ = built.to_yaml();
            }
        }
    }
}

fn text(built: &Built) -> Result<String, Vec<Diagnostic>> {
    built.to_yaml().map_err(|problem| vec![*problem])
}

/// Edits are planned or refused, and never plan what can't be read.
fn edit_tree(input: &[u8]) {
    let tree = tree(input);
    let fs = fs(&tree);
    for root in roots(&tree) {
        let sources = Sources::new();
        let place = Place { fs: &fs, sources: &sources, directory: Path::new(&root) };
        match fix(place, &FixOptions::default()) {
            Ok(edited) => assert_readable(&edited),
            Err(problems) => assert_said(&problems, &sources),
        }
        let image = Image::parse("web=registry.example.com/web:v2").unwrap();
        match edit::image::set(place, &[image]) {
            Ok(edited) => assert_readable(&edited),
            Err(problem) => assert_said(&[*problem], &sources),
        }
        let list = edit::paths::PathList::Resources;
        match edit::paths::remove(place, list, &["web.yaml"]) {
            Ok(edited) => assert_readable(&edited),
            Err(problem) => assert_said(&[*problem], &sources),
        }
    }
}

fn assert_readable(edited: &edit::Edited) {
    for change in &edited.changes {
        let source = Sources::new().add("after.yaml", change.after.clone()).unwrap();
        if let Err(problem) = parse_document(&source, &Limits::default()) {
            panic!("{problem} in {:?}", change.after);
        }
    }
}

/// The files of an input: a line `//- path` begins each.
pub(crate) fn tree(input: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        let path = line.strip_prefix(b"//- ").and_then(|path| std::str::from_utf8(path).ok());
        match (path, files.last_mut()) {
            (Some(path), _) => files.push((path.trim_end().to_owned(), Vec::new())),
            (None, Some((_, content))) => content.extend_from_slice(line),
            (None, None) => {}
        }
    }
    files.retain(|(path, _)| !path.is_empty() && !path.contains('\0'));
    files.truncate(64);
    files
}

fn fs(tree: &[(String, Vec<u8>)]) -> MemoryFs {
    tree.iter().fold(MemoryFs::new(), |fs, (path, content)| fs.with(path, content.clone()))
}

/// The directories that have a kustomization; not more than a few.
fn roots(tree: &[(String, Vec<u8>)]) -> Vec<String> {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let paths = tree.iter().map(|(path, _)| path);
    let roots = paths.filter_map(|path| names.iter().find_map(|name| path.strip_suffix(name)));
    roots.map(|root| format!("/{root}")).take(8).collect()
}

fn first_document(sources: &Sources, text: &[u8]) -> Option<Node> {
    let source = sources.add("object.yaml", decode_text(text.to_vec()).ok()?).ok()?;
    parse_stream(&source, &Limits::default()).ok()?.documents.into_iter().next()
}

fn two_documents(sources: &Sources, input: &[u8]) -> Option<(Node, Node)> {
    let text = decode_text(input.to_vec()).ok()?;
    let (first, second) = text.split_once(BETWEEN)?;
    Some((first_document(sources, first.as_bytes())?, first_document(sources, second.as_bytes())?))
}

fn printed(node: &Node) -> Option<String> {
    let mut out = Vec::new();
    emit(node, &mut out).ok()?;
    Some(String::from_utf8(out).expect("text"))
}

fn is_nothing(node: &Node) -> bool {
    node.is_null() || node.is_empty_collection()
}

/// Whether two nodes have the same shape and strings, whatever their places and styles. Numbers and
/// dates may be spelled in another way.
fn same(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Scalar(a), Node::Scalar(b)) => {
            let kept = a.text.as_str() == b.text.as_str();
            a.resolved_tag() != Tag::Str || (kept && b.resolved_tag() == Tag::Str)
        }
        (Node::Sequence(a), Node::Sequence(b)) => {
            a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| same(a, b))
        }
        (Node::Mapping(a), Node::Mapping(b)) => {
            let (a, b) = (sorted(a), sorted(b));
            let alike = |(a, b): (&&Entry, &&Entry)| {
                a.key.text.as_str() == b.key.text.as_str() && same(&a.value, &b.value)
            };
            a.len() == b.len() && a.iter().zip(&b).all(alike)
        }
        _ => false,
    }
}

fn sorted(mapping: &Mapping) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = mapping.iter().collect();
    entries.sort_by(|a, b| a.key.text.as_str().cmp(b.key.text.as_str()));
    entries
}

fn within(span: Span, whole: Span) -> bool {
    span.is_none() || (span.start() >= whole.start() && span.end() <= whole.end())
}

fn assert_inside(node: &Node, source: &Source) {
    for_each(node, &mut |node| assert!(within(node.span(), source.span()), "{node:?}"));
}

/// Asserts that each value has no place, or one in some file.
fn assert_placed(node: &Node, sources: &Sources) {
    for_each(node, &mut |node| {
        let span = node.span();
        assert!(span.is_none() || sources.place(span).is_some(), "{node:?}");
    });
}

fn for_each(node: &Node, f: &mut impl FnMut(&Node)) {
    let mut left = vec![node];
    while let Some(node) = left.pop() {
        f(node);
        match node {
            Node::Scalar(_) => {}
            Node::Sequence(sequence) => left.extend(&sequence.items),
            Node::Mapping(mapping) => left.extend(mapping.iter().map(|entry| &entry.value)),
        }
    }
}

/// Asserts that a refusal says something, in every format.
fn assert_said(problems: &[Diagnostic], sources: &Sources) {
    assert!(problems.iter().any(Diagnostic::is_error), "{problems:?}");
    for problem in problems {
        assert!(!problem.message.is_empty());
        for format in [Format::Full, Format::Concise, Format::Json, Format::Github] {
            assert!(diagnostic(problem, sources, format).ends_with('\n'));
        }
    }
}
