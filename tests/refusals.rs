//! What kustomize builds and railsgen refuses on purpose: a test for each row of the table in
//! `docs/compatibility.md`.

use std::fmt::Write as _;
use std::path::Path;

use railsgen::diag::{Code, Diagnostic};
use railsgen::fs::MemoryFs;
use railsgen::{BuildOptions, Sources, build};

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

/// Builds a kustomization with a file `a.yaml` beside it.
fn problems(kustomization: &str, file: impl Into<Vec<u8>>) -> Result<(), Vec<Diagnostic>> {
    let fs = MemoryFs::new().with("kustomization.yaml", kustomization).with("a.yaml", file);
    let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default())?;
    built.to_yaml().map_err(|problem| vec![*problem])?;
    Ok(())
}

#[track_caller]
fn refused(code: Code, kustomization: &str, file: impl Into<Vec<u8>>) {
    let problems = problems(kustomization, file).unwrap_err();
    let last = problems.last().unwrap();
    assert!(last.is_error() && last.code == code, "{problems:?}");
}

#[test]
fn control_characters_and_bytes_that_are_no_text() {
    let list = "resources: [a.yaml]\n";
    assert!(problems(list, format!("{MAP}# fine\n")).is_ok());
    refused(Code::Yaml, list, format!("{MAP}# a \u{1}\n"));
    refused(Code::NotUtf8, list, [MAP.as_bytes(), b"# \xff\n"].concat());
}

#[test]
fn odd_byte_order_marks() {
    let list = "resources: [a.yaml]\n";
    assert!(problems(list, format!("\u{feff}{MAP}")).is_ok());
    refused(Code::Yaml, list, format!("\u{feff}\u{feff}{MAP}"));
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    assert!(problems(list, utf16(MAP)).is_ok());
    refused(
        Code::NotUtf8,
        list,
        utf16(&format!("{MAP}---\n{}", MAP.replace("name: a", "name: b"))),
    );
}

#[test]
fn collections_as_keys() {
    refused(Code::InvalidKey, "resources: [a.yaml]\n", format!("{MAP}data: {{[a]: b}}\n"));
}

#[test]
fn depth() {
    let nested = |depth: usize| format!("{MAP}x: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    assert!(problems("resources: [a.yaml]\n", nested(400)).is_ok());
    refused(Code::TooLarge, "resources: [a.yaml]\n", nested(501));
}

#[test]
fn infinity_for_text() {
    refused(Code::InvalidValue, "resources: [a.yaml]\nnamePrefix: .inf\n", MAP);
}

#[test]
fn annotations_that_become_a_list() {
    let patched = |value: &str| {
        let patch = r#"[{"op": "add", "path": "/metadata/annotations", "value": VALUE}]"#;
        let patch = patch.replace("VALUE", value);
        format!(
            "resources: [a.yaml]\npatches: [{{target: {{kind: ConfigMap}}, patch: '{patch}'}}]\n"
        )
    };
    assert!(problems(&patched(r#"{"key": "value"}"#), MAP).is_ok());
    assert!(problems(&patched(r#"["key", "value"]"#), MAP).is_ok(), "each two are a pair");
    refused(Code::NotAResource, &patched(r#"["key", "value", "left"]"#), MAP);
}

#[test]
fn what_makes_the_reference_crash() {
    refused(Code::Configuration, "namePrefix: p-\ncrds: [a.yaml]\n", "");
}

#[test]
fn long_lists_without_merge_keys() {
    let ports = |count: usize| -> String {
        let mut text =
            "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n".to_owned();
        (0..count).for_each(|at| writeln!(text, "  - name: p{at}").unwrap());
        text
    };
    let patched = "resources: [a.yaml]\npatches:\n- path: a.yaml\n";
    assert!(problems(patched, ports(100)).is_ok());
    refused(Code::TooLarge, patched, ports(4_097));
}
