use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::source::Sources;
use crate::yaml::json::{rebuild, write};
use crate::yaml::parse_stream;

const RESOURCE: &str = "spec: {m: {a: 1}, l: [a, b, c], s: text, n: null, e: {}}\n";

fn sources(resource: &str, patch: &str) -> (Sources, Arc<Source>, Arc<Source>) {
    let sources = Sources::new();
    let resource = sources.add("r.yaml", resource.to_owned()).unwrap();
    let patch = sources.add("p.yaml", patch.to_owned()).unwrap();
    (sources, resource, patch)
}

/// The patched resource as JSON.
fn patched(resource: &str, patch: &str) -> diag::Result<String> {
    let (_, resource, patch) = sources(resource, patch);
    let limits = Limits::default();
    let mut resource = parse_stream(&resource, &limits)?.documents.remove(0);
    apply(&mut resource, &parse(&patch, &limits)?)?;
    rebuild(&mut resource)?;
    let mut json = Vec::new();
    write(&resource, &mut json)?;
    Ok(String::from_utf8(json).unwrap())
}

/// What `spec` is after the operations, which are items of a YAML list.
fn spec(operations: &[&str]) -> String {
    let patch: String = operations.iter().map(|operation| format!("- {operation}\n")).collect();
    match patched(RESOURCE, &patch) {
        Ok(json) => {
            let spec = json.strip_prefix("{\"spec\":").and_then(|json| json.strip_suffix('}'));
            spec.unwrap_or(&json).replace('"', "")
        }
        Err(problem) => problem.message.clone(),
    }
}

#[test]
fn operations_do_what_the_reference_does() {
    for (operation, expected) in [
        ("{op: add, path: /spec/x, value: 1}", "{e:{},l:[a,b,c],m:{a:1},n:null,s:text,x:1}"),
        ("{op: add, path: /spec/l, value: 1}", "{e:{},l:1,m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/l/1, value: x}", "{e:{},l:[a,x,b,c],m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/l/3, value: x}", "{e:{},l:[a,b,c,x],m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/l/-, value: x}", "{e:{},l:[a,b,c,x],m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/l/-1, value: x}", "{e:{},l:[a,b,c,x],m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/l/-4, value: x}", "{e:{},l:[x,a,b,c],m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/l/+01, value: x}", "{e:{},l:[a,x,b,c],m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/x}", "{e:{},l:[a,b,c],m:{a:1},n:null,s:text,x:null}"),
        ("{op: replace, path: /spec/x, value: 1}", "{e:{},l:[a,b,c],m:{a:1},n:null,s:text,x:1}"),
        ("{op: replace, path: /spec/l/-1, value: x}", "{e:{},l:[a,b,x],m:{a:1},n:null,s:text}"),
        ("{op: replace, path: /spec/n}", "{e:{},l:[a,b,c],m:{a:1},n:null,s:text}"),
        ("{op: remove, path: /spec/l/-1}", "{e:{},l:[a,b],m:{a:1},n:null,s:text}"),
        ("{op: remove, path: /spec/n}", "{e:{},l:[a,b,c],m:{a:1},s:text}"),
        ("{op: move, from: /spec/m/a, path: /spec/l/0}", "{e:{},l:[1,a,b,c],m:{},n:null,s:text}"),
        ("{op: move, from: /spec/l/0, path: /spec/l/-}", "{e:{},l:[b,c,a],m:{a:1},n:null,s:text}"),
        (
            "{op: copy, from: /spec/m, path: /spec/m/b}",
            "{e:{},l:[a,b,c],m:{a:1,b:{a:1}},n:null,s:text}",
        ),
        ("{op: copy, from: /spec/nope, path: /spec/e}", "{e:null,l:[a,b,c],m:{a:1},n:null,s:text}"),
        (
            "{op: add, path: /spec/~01~1b~, value: 1}",
            "{e:{},l:[a,b,c],m:{a:1},n:null,s:text,~1/b~:1}",
        ),
        ("{op: add, path: spec, value: 1}", "`spec` is no path: it must begin with `/`"),
        ("{op: add, path: x/spec, value: 1}", "1"),
        ("{op: add, path: /, value: 1}", "{:1,spec:{e:{},l:[a,b,c],m:{a:1},n:null,s:text}}"),
        ("{op: replace, path: '', value: {spec: 1}}", "1"),
        ("{op: add, path: /spec/e/1, value: 1}", "{e:{1:1},l:[a,b,c],m:{a:1},n:null,s:text}"),
        (
            "{op: add, path: /spec/e, value: [yes, 010, 2020-01-01]}",
            "{e:[true,8,2020-01-01],l:[a,b,c],m:{a:1},n:null,s:text}",
        ),
        ("{op: test, path: /spec/nope, value: null}", "{e:{},l:[a,b,c],m:{a:1},n:null,s:text}"),
        ("{op: test, path: /spec/m, value: {a: 1.0}}", "{e:{},l:[a,b,c],m:{a:1},n:null,s:text}"),
        ("{op: add, path: /spec/e, value: 1, op: remove}", "{l:[a,b,c],m:{a:1},n:null,s:text}"),
    ] {
        assert_eq!(spec(&[operation]), expected, "{operation}");
    }
}

#[test]
fn operations_that_do_not_fit_are_refused() {
    for (operation, message) in [
        ("{op: add, path: /spec/x/y, value: 1}", "`add` does not apply: `/spec/x/y` leads nowhere"),
        ("{op: add, path: /spec/s/y, value: 1}", "`add` does not apply: `/spec/s/y` leads nowhere"),
        ("{op: add, path: /spec/n/y, value: 1}", "`add` does not apply: `/spec/n/y` leads nowhere"),
        (
            "{op: test, path: /spec/l/9/y, value: 1}",
            "`test` does not apply: `/spec/l/9/y` leads nowhere",
        ),
        ("{op: remove, path: /spec/l/-/y}", "`remove` does not apply: `/spec/l/-/y` leads nowhere"),
        ("{op: remove, path: /spec/nope}", "`remove` does not apply: there is no `/spec/nope`"),
        (
            "{op: move, from: /spec/nope, path: /x}",
            "`move` does not apply: there is no `/spec/nope`",
        ),
        (
            "{op: move, from: /spec/m, path: /spec/m/x}",
            "`move` does not apply: `/spec/m/x` leads nowhere",
        ),
        ("{op: add, path: /spec/l/4, value: 1}", "`/spec/l/4` goes beyond the end of the list"),
        ("{op: add, path: /spec/l/-5, value: 1}", "`/spec/l/-5` goes beyond the end of the list"),
        ("{op: replace, path: /spec/l/3, value: 1}", "`/spec/l/3` goes beyond the end of the list"),
        ("{op: remove, path: /spec/l/-}", "`-` is no index of a list"),
        ("{op: copy, from: /spec/l/x, path: /x}", "`x` is no index of a list"),
        ("{op: test, path: /spec/s, value: other}", "the test of `/spec/s` failed"),
        ("{op: test, path: /spec/s, value: null}", "the test of `/spec/s` failed"),
        ("{op: test, path: /spec/nope, value: 1}", "the test of `/spec/nope` failed"),
        ("{op: test, path: '', value: {spec: 1}}", "the test of `` failed"),
        ("{op: test, path: /spec/s}", "`test` without `value`"),
        ("{op: add, value: 1}", "`add` without `path`"),
        ("{op: add, path: 5, value: 1}", "`add` without `path`"),
        ("{op: copy, path: /x}", "`copy` without `from`"),
        ("{path: /x}", "an operation without the text `op`"),
        ("{op: null, path: /x}", "an operation without the text `op`"),
        ("{op: Add, path: /x}", "unknown operation `Add`"),
        ("null", "an operation without the text `op`"),
        ("{op: replace, path: ''}", "`replace` without `value`"),
        ("{op: replace, path: '', value: []}", "the patch leaves a sequence, not an object"),
    ] {
        assert_eq!(spec(&[operation]), message, "{operation}");
    }
}

#[test]
fn an_error_points_at_the_patch_and_at_the_object() {
    let operation = "- {op: remove, path: /spec/template/conainers}\n";
    let resource = "spec:\n  template:\n    containers: []\n";
    let (sources, resource, patch) = sources(resource, operation);
    let limits = Limits::default();
    let mut node = parse_document(&resource, &limits).unwrap().unwrap();
    let problem = apply(&mut node, &parse(&patch, &limits).unwrap()).unwrap_err();
    let places: Vec<String> = problem
        .labels
        .iter()
        .map(|label| format!("{} {}", sources.place(label.span).unwrap(), label.message))
        .collect();
    assert_eq!(places, ["p.yaml:1:22 ", "r.yaml:3:5 there is no `conainers` in here"]);
    assert_eq!(problem.help, ["did you mean `containers`?"]);
}

#[test]
fn tests_compare_values_and_odd_spellings() {
    let equal = |value: &str, patch: &str| patched(&format!("spec: {value}\n"), patch).is_ok();
    for (value, json) in [
        ("1", "1"),
        ("1.0", "1"),
        ("0x10", "16"),
        ("1e21", "1e+21"),
        ("9007199254740993", "9007199254740993"),
        ("<", r#""\u003c""#),
        ("é", "\"é\""),
        ("2020-01-01", "\"2020-01-01T00:00:00Z\""),
        ("{b: null, a: [1]}", r#"{"a": [ 1 ], "b": null}"#),
        ("[]", "[]"),
        ("null", "null"),
    ] {
        let patch = format!(r#"[{{"op": "test", "path": "/spec", "value": {json}}}]"#);
        assert!(equal(value, &patch), "{value} {json}");
    }
    for (value, json) in [
        ("1", "1.0"),
        ("1", "\"1\""),
        ("100", "1e2"),
        ("<", "\"<\""),
        ("é", r#""\u00e9""#),
        ("A", r#""\u0041""#),
        ("[null]", "[null]"),
        ("[1, 2]", "[1]"),
        ("{a: 1}", "{}"),
        ("{a: 1}", r#"{"b": 1}"#),
        ("{a: null}", r#"{"b": null}"#),
        ("{}", "[]"),
    ] {
        let patch = format!(r#"[{{"op": "test", "path": "/spec", "value": {json}}}]"#);
        assert!(!equal(value, &patch), "{value} {json}");
    }
    // What the patch brings itself keeps its spelling.
    assert!(equal(
        "1",
        r#"[{"op": "add", "path": "/spec", "value": 1.0}, {"op": "test", "path": "/spec", "value": 1.0}]"#
    ));
    assert!(!equal(
        "1",
        r#"[{"op": "add", "path": "/x", "value": 1.0}, {"op": "test", "path": "/spec", "value": 1.0}]"#
    ));
    assert!(equal("<", "- {op: test, path: /spec, value: '<'}\n"));
}

#[test]
fn mappings_of_any_size_are_compared() {
    let members: Vec<String> = (0..20).map(|n| format!("k{n}: {n}")).collect();
    let resource = format!("spec: {{{}}}\n", members.join(", "));
    let reversed: Vec<String> = members.iter().rev().cloned().collect();
    let patch = |members: &[String]| {
        format!("- {{op: test, path: /spec, value: {{{}}}}}\n", members.join(", "))
    };
    assert!(patched(&resource, &patch(&reversed)).is_ok());
    let other = [&reversed[..19], &["k0: 1".to_owned()]].concat();
    assert!(patched(&resource, &patch(&other)).is_err());
}

#[test]
fn text_that_begins_with_a_bracket_is_strict_json() {
    let read = |text: &str| {
        let (_, _, patch) = sources("", text);
        parse(&patch, &Limits::default()).map(|operations| operations.len())
    };
    for (text, operations) in [
        ("[]", 0),
        (" [{op: add, path: /a}]", 1),
        ("[ {\"op\" : \"add\"} ,\r\n\t{} ]\n", 2),
        ("[null]", 1),
        ("[{\"value\": [[], {}, {\"a\": [-0.5e-7, true, false, null]}]}]", 1),
        ("", 0),
        ("# nothing\n", 0),
        ("null", 0),
        ("- {op: add, path: /a}\n---\n- {}\n- {}\n", 1),
    ] {
        assert_eq!(read(text), Ok(operations), "{text}");
    }
    for text in [
        "[{op: add}]",
        "[{\"op\": 'add'}]",
        "[{\"op\": \"add\",}]",
        "[{\"op\": \"add\"},]",
        "[,]",
        "[{,}]",
        "[{\"op\" \"add\"}]",
        "[{\"op\": \"add\"} {}]",
        "[{}",
        "[{]",
        "[{\"a\": [}]",
        "[{}] x",
        "[{\"a\": 01}]",
        "[{\"a\": 1.}]",
        "[{\"a\": .5}]",
        "[{\"a\": -}]",
        "[{\"a\": 1e}]",
        "[{\"a\": +1}]",
        "[{\"a\": tru}]",
        "[{\"a\": \"\t\"}]",
        "[{\"a\": \"\\x41\"}]",
        "[{\"a\": \"\\u12\"}]",
        "[{\"a\": \"b}]",
        "[{\"a\": 1 /* c */}]",
        "[1]",
        "[[]]",
        "op: add",
        "- add",
        "add",
    ] {
        let problem = read(text).expect_err(text);
        assert_eq!(problem.code, Code::Patch, "{text}");
        assert!(!problem.span().is_none(), "{text}");
    }
}

#[test]
fn escapes_are_decoded_and_the_last_of_equal_members_counts() {
    let value = |json: &str| {
        let patch = format!(r#"[{{"op": "add", "path": "/x", "value": {json}}}]"#);
        patched("a: 1\n", &patch).unwrap().replace("{\"a\":1,\"x\":", "")
    };
    assert_eq!(value(r#""\"\\\/\b\f\n\r\t\u00e9""#), "\"\\\"\\\\/\\b\\f\\n\\r\\té\"}");
    assert_eq!(
        value(r#""\ud83d\ude00 \ud83d \ude00 \ud83dx""#),
        "\"😀 \u{fffd} \u{fffd} \u{fffd}x\"}"
    );
    assert_eq!(value(r#"{"b": 1, "c": 2, "b": 3}"#), "{\"b\":3,\"c\":2}}");
    assert_eq!(value("1.0"), "1}");
    assert!(patched("a: 1\n", r#"[{"op": "add", "path": "/x", "value": 1e400}]"#).is_err());
}

#[test]
fn bombs_are_refused() {
    let double = "- {op: copy, from: /a, path: /a/0}\n".repeat(40);
    let problem = patched("a: [[x, x], [x, x]]\n", &double).unwrap_err();
    assert_eq!(problem.code, Code::TooLarge);

    let deeper = "- {op: move, from: /a, path: /b}\n- {op: add, path: /a, value: []}\n\
                  - {op: move, from: /b, path: /a/0}\n";
    let problem = patched("a: x\n", &deeper.repeat(1000)).unwrap_err();
    assert_eq!(problem.code, Code::TooLarge);

    let mut json = "[".repeat(5000);
    json.insert_str(0, r#"[{"op": "add", "path": "/x", "value": "#);
    assert_eq!(patched("a: x\n", &json).unwrap_err().code, Code::TooLarge);
}

/// A small JSON value: few keys, so that paths meet.
fn value() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3i64..4).prop_map(Json::from),
        "[a-c<é ]{0,3}".prop_map(Json::from),
    ];
    scalar.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[ab/~1]", inner, 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// A place of a document: one that exists, and perhaps a step further.
type Pick = (prop::sample::Index, Option<String>);

fn pick() -> impl Strategy<Value = Pick> {
    let step = prop_oneof!["[ab1]", Just("~1".to_owned()), "[0-3]", Just("-".to_owned())];
    (any::<prop::sample::Index>(), prop::option::weighted(0.4, step))
}

fn pointer(document: &Json, (index, step): &Pick) -> String {
    let mut pointers = vec!["/spec".to_owned()];
    let mut pending = vec![("/spec".to_owned(), &document["spec"])];
    while let Some((pointer, value)) = pending.pop() {
        let children: Vec<(String, &Json)> = match value {
            Json::Array(items) => {
                items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect()
            }
            Json::Object(members) => members
                .iter()
                .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
                .collect(),
            _ => Vec::new(),
        };
        for (key, child) in children {
            pointers.push(format!("{pointer}/{key}"));
            pending.push((format!("{pointer}/{key}"), child));
        }
    }
    let found = index.get(&pointers);
    step.as_ref().map_or_else(|| found.clone(), |step| format!("{found}/{step}"))
}

type Wanted = (&'static str, Pick, Pick, Json);

fn operation() -> impl Strategy<Value = Wanted> {
    let op = prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test"]);
    (op, pick(), pick(), value())
}

/// Whether the reference takes a liberty with this operation, so that the RFC says otherwise.
fn takes_a_liberty(document: &Json, operation: &Json) -> bool {
    let text = |member: &str| operation[member].as_str().unwrap();
    let holds_null_in_list = |value: &Json| {
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            match value {
                Json::Array(items) if items.contains(&Json::Null) => return true,
                Json::Array(items) => pending.extend(items),
                Json::Object(members) => pending.extend(members.values()),
                _ => {}
            }
        }
        false
    };
    match text("op") {
        "replace" => document.pointer(text("path")).is_none(),
        "copy" => document.pointer(text("from")).is_none(),
        // Into itself: the RFC forbids what the reference only fails at.
        "move" => text("path").starts_with(text("from")),
        "test" => {
            document.pointer(text("path")).is_none() || holds_null_in_list(&operation["value"])
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Where the reference follows the RFC, this does what another implementation of it does.
    #[test]
    fn the_rfc_is_followed(spec in value(), operations in prop::collection::vec(operation(), 1..4)) {
        let mut expected = serde_json::json!({"spec": spec});
        let resource = expected.to_string();
        let mut fits = true;
        let mut patch = String::new();
        for (op, path, from, value) in operations {
            let (path, from) = (pointer(&expected, &path), pointer(&expected, &from));
            let same = (op == "test").then(|| expected.pointer(&path).cloned()).flatten();
            let value = same.unwrap_or(value);
            let operation =
                serde_json::json!({"op": op, "path": path, "from": from, "value": value});
            if takes_a_liberty(&expected, &operation) {
                break;
            }
            // As YAML, where spelling does not count.
            patch.push_str(&format!("- {operation}\n"));
            let one: json_patch::Patch =
                serde_json::from_value(Json::Array(vec![operation])).unwrap();
            fits = json_patch::patch(&mut expected, &one).is_ok();
            if !fits {
                break;
            }
        }
        match patched(&resource, &patch) {
            Ok(json) => {
                prop_assert!(fits, "{resource} {patch}");
                let found: Json = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(found, expected);
            }
            Err(problem) => prop_assert!(!fits, "{resource} {patch} {problem}"),
        }
    }
}
