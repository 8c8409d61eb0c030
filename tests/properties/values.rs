//! Laws of merging and patching that hold for values of a certain form.

use proptest::prelude::*;
use railsgen::Sources;
use railsgen::k8s::schema::Schema;
use railsgen::patch::{json6902, merge};
use railsgen::yaml::{Limits, Node, emit, parse_stream};
use serde_json::{Value, json};

use super::runner;

fn node(value: &Value) -> Node {
    let source = Sources::new().add("a.json", value.to_string()).unwrap();
    let stream = parse_stream(&source, &Limits::default()).unwrap();
    stream.documents.into_iter().next().unwrap()
}

fn printed(node: &Node) -> String {
    let mut out = Vec::new();
    emit(node, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Text that is a string however it is written, and numbers.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof!["[a-d]{1,3}x".prop_map(Value::from), (0i64..100).prop_map(Value::from)]
}

fn names() -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(vec!["a", "b", "c", "d"], 1..4)
        .prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

/// A Deployment without nulls and empty things, whose lists have keys that tell items apart.
fn deployment() -> impl Strategy<Value = Value> {
    let fields = proptest::collection::btree_map("[a-c]", leaf(), 1..4);
    (names(), names(), fields, leaf(), proptest::collection::vec("[a-c]{1,2}z", 1..4)).prop_map(
        |(containers, variables, labels, value, args)| {
            let env: Vec<Value> =
                variables.iter().map(|name| json!({"name": name, "value": value})).collect();
            let containers: Vec<Value> = containers
                .iter()
                .map(|name| json!({"name": name, "image": "i", "env": env, "args": args}))
                .collect();
            json!({
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": "web", "labels": labels},
                "spec": {"template": {"spec": {"containers": containers}}},
            })
        },
    )
}

fn merged(object: &Node, patch: &Node) -> Node {
    let result = merge(object.clone(), patch, &Schema::builtin(), &mut |_| {});
    result.unwrap().expect("nothing is deleted")
}

#[test]
fn merging_with_itself_or_nothing_changes_nothing_and_twice_is_once() {
    runner(200)
        .run(&(deployment(), deployment()), |(object, patch)| {
            let (object, patch) = (node(&object), node(&patch));
            prop_assert_eq!(printed(&merged(&object, &object)), printed(&object));
            let empty = node(&json!({"kind": "Deployment"}));
            prop_assert_eq!(printed(&merged(&object, &empty)), printed(&object));
            let once = merged(&object, &patch);
            prop_assert_eq!(printed(&merged(&once, &patch)), printed(&once));
            // What the patch says is so afterwards.
            let labels = |node: &Node| node.at(&["metadata", "labels"]).cloned().unwrap();
            let (wanted, found) = (labels(&patch), labels(&once));
            for entry in wanted.as_mapping().unwrap() {
                let value = found.as_mapping().unwrap().text(&entry.key.text);
                prop_assert_eq!(value, entry.value.text());
            }
            Ok(())
        })
        .unwrap();
}

fn tree() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

fn pointer() -> impl Strategy<Value = String> {
    let part = prop_oneof!["[a-c]", "[0-3]", Just("-".to_owned())];
    proptest::collection::vec(part, 1..4).prop_map(|parts| format!("/{}", parts.join("/")))
}

fn operation() -> impl Strategy<Value = Value> {
    prop_oneof![
        (pointer(), tree())
            .prop_map(|(path, value)| json!({"op": "add", "path": path, "value": value})),
        pointer().prop_map(|path| json!({"op": "remove", "path": path})),
        (pointer(), tree())
            .prop_map(|(path, value)| json!({"op": "replace", "path": path, "value": value})),
        (pointer(), pointer())
            .prop_map(|(from, path)| json!({"op": "move", "from": from, "path": path})),
        (pointer(), pointer())
            .prop_map(|(from, path)| json!({"op": "copy", "from": from, "path": path})),
        (pointer(), tree())
            .prop_map(|(path, value)| json!({"op": "test", "path": path, "value": value})),
    ]
}

/// What the crate `json-patch` accepts follows the standard, and then so must we. (It refuses more:
/// the reference lets `replace` add, counts from the end of lists, and copies what is missing.)
#[test]
fn json_patches_give_what_the_standard_says() {
    let object = proptest::collection::btree_map("[a-c]", tree(), 1..4);
    let patch = proptest::collection::vec(operation(), 1..3);
    let accepted = std::cell::Cell::new(0);
    runner(4_000)
        .run(&(object, patch), |(object, patch)| {
            let (object, patch) = (Value::from_iter(object), Value::from(patch));
            let mut theirs = object.clone();
            let operations = serde_json::from_value::<json_patch::Patch>(patch.clone()).unwrap();
            if json_patch::patch_unsafe(&mut theirs, &operations).is_err() {
                return Ok(());
            }
            accepted.set(accepted.get() + 1);
            let mut ours = node(&json!({"x": object, "kind": "A"}));
            let below: Vec<Value> = patch.as_array().unwrap().iter().map(below_x).collect();
            let source = Sources::new().add("p.json", Value::from(below).to_string()).unwrap();
            let operations = json6902::parse(&source, &Limits::default()).unwrap();
            let applied = json6902::apply(&mut ours, &operations);
            prop_assert!(applied.is_ok(), "{applied:?}");
            let ours = serde_json::to_value(&ours).unwrap();
            prop_assert_eq!(&ours["x"], &theirs);
            Ok(())
        })
        .unwrap();
    assert!(accepted.get() > 50, "only {} patches were accepted", accepted.get());
}

/// The same operation on what lies below `x`.
fn below_x(operation: &Value) -> Value {
    let mut operation = operation.clone();
    for field in ["path", "from"] {
        if let Some(Value::String(pointer)) = operation.get_mut(field) {
            pointer.insert_str(0, "/x");
        }
    }
    operation
}
