//! The strings that are hard to write, as the data of ConfigMaps that go through a build. The
//! emitter alone is tested with them beside its code.

use std::path::Path;

use railsgen::fs::MemoryFs;
use railsgen::{BuildOptions, Sources, build};
use serde_json::{Value, json};

const CASES: &str = include_str!("data/yaml-emission-cases.json");

/// What a build prints for the data of a ConfigMap.
fn built(data: &Value) -> Result<String, String> {
    let object =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": data});
    let fs = MemoryFs::new()
        .with("kustomization.yaml", "resources: [config.json]\n")
        .with("config.json", ascii(&object.to_string()));
    let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default());
    let built = built.map_err(|problems| problems[0].to_string())?;
    built.to_yaml().map_err(|problem| problem.to_string())
}

/// JSON without raw line breaks of YAML. Its surrogates are no characters to YAML, so what would
/// need them stays.
fn ascii(json: &str) -> String {
    let mut escaped = String::new();
    for character in json.chars() {
        match u32::from(character) {
            code @ 0x7f..=0xffff => escaped.push_str(&format!("\\u{code:04x}")),
            _ => escaped.push(character),
        }
    }
    escaped
}

fn cases(context: &str) -> Vec<(Value, String)> {
    let all: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let cases = all.into_iter().filter(|case| case["context"] == context);
    let emitted = |case: &Value| case["emitted"].as_str().map(str::to_owned);
    cases.filter_map(|case| Some((case["value"].clone(), emitted(&case)?))).collect()
}

fn object(data: &str) -> String {
    format!("apiVersion: v1\ndata:\n{data}\nkind: ConfigMap\nmetadata:\n  name: x\n")
}

#[test]
fn values_come_through_a_build() {
    let cases = cases("value");
    assert!(cases.len() > 300);
    for (value, emitted) in cases.iter().filter(|(value, _)| value.is_string()) {
        let space = if emitted.starts_with('\n') { "" } else { " " };
        let expected = object(&format!("  key:{space}{emitted}"));
        assert_eq!(built(&json!({"key": value})), Ok(expected), "{value}");
    }
}

#[test]
fn keys_come_through_a_build() {
    let cases = cases("key");
    assert!(cases.len() > 30);
    for (key, emitted) in &cases {
        let data = json!({key.as_str().unwrap(): "V"});
        assert_eq!(built(&data), Ok(object(&format!("  {emitted}"))), "{key}");
    }
}
