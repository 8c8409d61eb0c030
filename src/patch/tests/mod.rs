//! Strategic merge: cases taken from kustomize, errors, warnings and bounds.

use proptest::prelude::*;

use super::irregular;
use super::merge::{Merger, merge};
use crate::diag::{self, Code, Diagnostic};
use crate::k8s::schema::{ListMerge, Schema};
use crate::source::{Sources, Span};
use crate::yaml::{Limits, Node, Sequence, emit, parse_document, parse_stream};

fn node(sources: &Sources, path: &str, text: &str) -> Node {
    let source = sources.add(path, text.to_owned()).unwrap();
    parse_stream(&source, &Limits::default()).unwrap().documents.remove(0)
}

fn print(node: &Node) -> String {
    let mut text = Vec::new();
    emit(node, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

struct Run {
    sources: Sources,
    result: diag::Result<Option<String>>,
    warnings: Vec<Diagnostic>,
}

fn run(object: &str, patches: &[&str]) -> Run {
    let sources = Sources::new();
    let mut warnings = Vec::new();
    let schema = Schema::builtin();
    let mut object = Ok(Some(node(&sources, "object.yaml", object)));
    for patch in patches {
        let patch = node(&sources, "patch.yaml", patch);
        object = match object {
            Ok(Some(object)) => {
                merge(object, &patch, &schema, &mut |warning| warnings.push(warning))
            }
            gone => gone,
        };
    }
    Run { sources, result: object.map(|object| object.as_ref().map(print)), warnings }
}

fn merged(object: &str, patches: &[&str]) -> String {
    run(object, patches).result.unwrap().unwrap()
}

/// One block of `merge.txt`.
fn part<'c>(case: &'c str, name: &str) -> &'c str {
    let Some((_, part)) = case.split_once(&format!("\n--- {name}\n")) else { return "" };
    part.split_once("\n--- ").map_or(part, |(part, _)| part)
}

#[test]
fn objects_merge_as_kustomize_merges_them() {
    let text = include_str!("merge.txt");
    let cases: Vec<&str> = text.split("\n=== ").skip(1).map(str::trim_end).collect();
    assert!(cases.len() > 30);
    for case in cases {
        let (title, rest) = case.split_once('\n').unwrap();
        let (kind, _) = title.split_once(": ").unwrap();
        let api_version = match kind {
            "Deployment" => "apps/v1",
            "Service" => "v1",
            _ => "foo/v1",
        };
        let metadata = |text: &str| {
            if text.starts_with("metadata:") { "" } else { "metadata: {name: n}\n" }
        };
        let head = format!("apiVersion: {api_version}\nkind: {kind}\n");
        let whole = |text: &str| format!("{head}{}{text}\n", metadata(text));
        let object = rest.split("\n--- ").next().unwrap();
        let run = run(&whole(object), &[&whole(part(case, "patch"))]);
        let result = run.result.unwrap_or_else(|error| panic!("{title}: {error}")).unwrap();
        let mut rest = format!("\n{result}");
        let name = "metadata:\n  name: \"n\"";
        for line in [&format!("apiVersion: {api_version}"), &format!("kind: {kind}"), name] {
            rest = rest.replace(&format!("\n{line}\n"), "\n");
        }
        assert_eq!(rest.trim(), part(case, "result").trim_end(), "{title}");
        let warnings: Vec<&str> = run.warnings.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(warnings.join("\n"), part(case, "warnings").trim_end(), "{title}");
    }
}

#[test]
fn a_patch_can_delete_the_object() {
    let run = run("kind: Foo\n", &["kind: Foo\n$patch: delete\n"]);
    assert_eq!(run.result, Ok(None));
}

#[test]
fn mismatches_point_at_both_sides() {
    let run = run("kind: Foo\nspec:\n  a: [x]\n", &["spec:\n  a:\n    b: 1\n"]);
    let problem = run.result.unwrap_err();
    assert_eq!(problem.message, "the patch has a mapping where the object has a sequence");
    let places: Vec<String> = problem
        .labels
        .iter()
        .map(|label| format!("{} {}", run.sources.place(label.span).unwrap(), label.message))
        .collect();
    assert_eq!(
        places,
        ["patch.yaml:3:5 a mapping in the patch", "object.yaml:3:6 a sequence in the object"]
    );
}

#[test]
fn what_the_reference_refuses_is_refused() {
    let pod = |list: &str| format!("apiVersion: v1\nkind: Pod\nspec:\n  containers: {list}\n");
    let refused = |object: &str, patch: &str| run(object, &[patch]).result.unwrap_err().message;
    let unknown = "unknown patch strategy `foo`";
    assert_eq!(refused("spec: {}\n", "spec: {$patch: foo}\n"), unknown);
    assert_eq!(refused("spec: {}\n", "spec: {a: {b: {$patch: foo}}}\n"), unknown);
    assert_eq!(refused(&pod("[{name: a}]"), &pod("[{$patch: foo}]")), unknown);
    assert_eq!(refused(&pod("[{name: a}]"), &pod("[{name: a, $patch: foo}]")), unknown);
    assert_eq!(refused("spec: {}\n", "$patch: replace\na: {$patch: foo}\n"), unknown);
    assert_eq!(refused("spec: {}\n", "spec: {$patch: null}\n"), "unknown patch strategy `null`");
    let unfit = "a scalar is an item of a list that merges by key";
    assert_eq!(refused(&pod("[{name: a}, b]"), "x: 1\n"), unfit);
    assert_eq!(refused(&pod("[{name: a}]"), &pod("[{$patch: replace}, b]")), unfit);
    assert_eq!(
        refused(&pod("[]"), "spec: x\n"),
        "the patch has a scalar where the object has a mapping"
    );
}

#[test]
fn an_error_of_an_idle_part_is_still_an_error() {
    let object = "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n";
    let item = "{name: a, $patch: replace, env: {$patch: foo}}";
    let run = run(object, &[&format!("spec: {{containers: [{item}]}}\n")]);
    assert_eq!(run.result.unwrap_err().message, "unknown patch strategy `foo`");
}

#[test]
fn losses_are_shown_where_they_happen() {
    let object = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n  - image: x\n";
    let run = run(object, &["x: 1\n"]);
    let [warning] = run.warnings.as_slice() else { panic!("{:?}", run.warnings) };
    assert_eq!(warning.code, Code::DataLoss);
    let labels: Vec<String> = warning
        .labels
        .iter()
        .map(|label| format!("{} {}", run.sources.place(label.span).unwrap(), label.message))
        .collect();
    assert_eq!(labels, ["object.yaml:5:5 lost", "object.yaml:6:5 this item has no `name`"]);
}

#[test]
fn deleting_items_is_no_loss() {
    let object =
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}, {name: a}, {name: b}]}\n";
    let patch = "spec: {containers: [{name: a, $patch: delete}]}\n";
    let run = run(object, &[patch]);
    assert_eq!(run.warnings, []);
    assert!(!run.result.unwrap().unwrap().contains("name: a"));
}

#[test]
fn strings_that_look_like_others_are_quoted_for_later_patches() {
    let object = "spec: {a: yes, b: no, c: [on]}\n";
    assert_eq!(
        merged(object, &["spec: {a: 5}\n"]),
        "spec:\n  a: 5\n  b: \"no\"\n  c:\n  - \"on\"\n"
    );
    let twice = merged(object, &["x: 1\n", "spec: {a: 5, b: 6}\n"]);
    assert_eq!(twice, "spec:\n  a: \"5\"\n  b: \"6\"\n  c:\n  - \"on\"\nx: 1\n");
}

#[test]
fn of_repeated_keys_the_first_takes_part() {
    let object = "spec:\n  a: 1\n  a: 2\n  b:\n  c: {x: 1}\n";
    assert_eq!(merged(object, &["spec: {a: null}\n"]), "spec:\n  a: 2\n  c:\n    x: 1\n");
    let sources = Sources::new();
    let object = node(&sources, "o", "a: 1\na:\n");
    let merged = merge(object, &Node::mapping(Span::NONE), &Schema::builtin(), &mut |_| {});
    assert_eq!(merged.unwrap().unwrap().as_mapping().unwrap().len(), 2);
}

#[test]
fn large_mappings_and_lists_are_matched_by_index() {
    use std::fmt::Write as _;
    let (mut object, mut patch) = ("data:\n".to_owned(), "data:\n".to_owned());
    for at in 0..2000 {
        let _ = writeln!(object, "  k{at}: {at}");
        let _ = writeln!(patch, "  k{}: x", 2999 - at);
    }
    let result = merged(&object, &[&patch]);
    assert_eq!(result.lines().count(), 3001);
    assert!(result.contains("  k999: 999\n") && result.contains("  k1000: x\n"));

    let head = "apiVersion: v1\nkind: Pod\nspec:\n  volumes:\n";
    let (mut object, mut patch) = (head.to_owned(), head.to_owned());
    for at in 0..2000 {
        let _ = writeln!(object, "  - name: v{at}");
        let _ = writeln!(patch, "  - name: v{}\n    x: 1", at * 2);
    }
    let result = merged(&object, &[&patch]);
    assert_eq!(result.matches("name: v").count(), 3000);
    assert_eq!(result.matches("x: 1").count(), 2000);
}

#[test]
fn long_lists_without_keys_are_refused() {
    let mut object = "apiVersion: v1\nkind: Pod\nspec:\n  volumes:\n".to_owned();
    object.push_str(&"  - name: v\n".repeat(5000));
    let problem = run(&object, &["x: 1\n"]).result.unwrap_err();
    assert_eq!(problem.code, Code::TooLarge);
}

#[test]
fn the_patch_is_read_only() {
    let sources = Sources::new();
    let text = "spec: {a: {$patch: replace, b: 1}, l: [{$patch: delete}]}\n";
    let patch = node(&sources, "p", text);
    let before = print(&patch);
    for _ in 0..2 {
        let object = node(&sources, "o", "spec: {a: {c: 1}}\n");
        let merged = merge(object, &patch, &Schema::builtin(), &mut |_| {}).unwrap().unwrap();
        assert!(print(&merged).starts_with("spec:\n  a:\n    b: 1\n"));
    }
    assert_eq!(print(&patch), before);
}

/// Items with distinct keys, and what else they hold.
fn items() -> impl Strategy<Value = Vec<(u8, bool, Option<u8>)>> {
    prop::collection::btree_map((0u8..20, any::<bool>()), prop::option::of(0u8..4), 0..18)
        .prop_map(|items| items.into_iter().map(|((port, udp), rest)| (port, udp, rest)).collect())
        .prop_shuffle()
}

fn list(items: &[(u8, bool, Option<u8>)], is_patch: bool, is_short: bool) -> Sequence {
    let mut text = "[".to_owned();
    for (port, udp, rest) in items {
        let protocol = if *udp { "UDP" } else { "TCP" };
        let key = match is_short {
            true => format!("name: n{port}{protocol}"),
            false => format!("port: {port}, protocol: {protocol}"),
        };
        let rest = match (rest, is_patch) {
            (Some(0), true) => ", $patch: delete",
            (Some(1), true) => ", $patch: replace, a: 2",
            (Some(2), _) => ", a: {b: 1}",
            (Some(3), _) => ", c: null, d: ",
            _ => "",
        };
        text.push_str(&format!("{{{key}{rest}}}, "));
    }
    text.push(']');
    let source = Sources::new().add("list.yaml", text).unwrap();
    let node = parse_document(&source, &Limits::default()).unwrap().unwrap();
    node.as_sequence().unwrap().clone()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// For lists as they should be the short way and the long way lead to the same list.
    #[test]
    fn both_ways_of_merging_lists_agree(
        dest in items(),
        patch in items(),
        is_short: bool,
        has_patch in prop::bool::weighted(0.8),
    ) {
        let schema = Schema::builtin();
        let (api_version, kind, field) =
            if is_short { ("v1", "Pod", "volumes") } else { ("v1", "Service", "ports") };
        let of = schema.of(api_version, kind).unwrap().field("spec").unwrap().field(field).unwrap();
        let how: ListMerge<'_> = of.list().unwrap();
        let dest = list(&dest, false, is_short);
        let patch = list(&patch, true, is_short);
        let mut report = |_| {};
        let mut merger = Merger::new(&schema, &mut report);

        let mut short = dest.clone();
        let mut long = dest;
        if has_patch {
            merger.walk_list(&mut short, &patch, how, of.items()).unwrap();
            let items = irregular::Patch::Items(patch.items.into());
            irregular::merge(&mut merger, &mut long, items, how, of.items()).unwrap();
        } else {
            merger.sweep_list(&mut short, how, of.items()).unwrap();
            irregular::merge(&mut merger, &mut long, irregular::Patch::Nothing, how, of.items())
                .unwrap();
        }
        prop_assert_eq!(print(&short.into()), print(&long.into()));
    }
}
