//! What is said, where it points, and what it advises.

use super::parse;
use super::told;
use crate::kustomization::decode;

/// All that is said of a file.
fn said(text: &str) -> Vec<String> {
    match decode(parse(text).as_ref()) {
        Ok(decoded) => told(text, &decoded.warnings),
        Err(problems) => told(text, &problems),
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(said(text), expected, "{text}");
}

#[test]
fn unknown_fields_come_with_the_nearest_name() {
    check(
        "{patchs: [], image: []}",
        &[
            "error[unknown-field]: unknown field `patchs` in a kustomization file <patchs>; did you mean `patches`?",
            "error[unknown-field]: unknown field `image` in a kustomization file <image>; did you mean `images`?",
        ],
    );
    check(
        "{images: [{nam: a, tag: b}]}",
        &[
            "error[unknown-field]: unknown field `nam` in an entry of `images` <nam>; did you mean `name`?",
            "error[unknown-field]: unknown field `tag` in an entry of `images` <tag>; did you mean `newTag`?",
        ],
    );
    check(
        "{patches: [{path: a, target: {apiVersion: apps/v1}}]}",
        &[
            "error[unknown-field]: unknown field `apiVersion` in a selector <apiVersion>; write `group` and `version` instead: `apps/v1` is group `apps`, version `v1`",
        ],
    );
    let problems = decode(parse("{replicas: [{deployment: a}]}").as_ref()).expect_err("unknown");
    assert_eq!(problems[0].notes, ["the fields of an entry of `replicas` are `name`, `count`"]);
}

#[test]
fn wrong_types_come_with_what_to_write() {
    check(
        "{images: [{newTag: 1.25}], resources: a.yaml, namespace: on}",
        &[
            "error[wrong-type]: `newTag` must be a string, but this is a number <1.25>; write it in quotes: `\"1.25\"`",
            "error[wrong-type]: `resources` must be a list, but this is a string <a.yaml>; make it a list: `resources: [a.yaml]`",
            "error[wrong-type]: `namespace` must be a string, but this is a boolean <on>; write it in quotes: `\"on\"`",
        ],
    );
    check(
        "{patches: [p.yaml], images: {name: a}, labels: [{includeSelectors: 'true'}]}",
        &[
            "error[wrong-type]: an entry of `patches` must be a mapping, but this is a string <p.yaml>; write `path: p.yaml`",
            "error[wrong-type]: `images` must be a list, but this is a mapping <{name: a}>; make it a list: put a dash before each entry",
            "error[wrong-type]: `includeSelectors` must be a boolean, but this is a string <true>; leave out the quotes: `true`",
        ],
    );
    check(
        "{commonLabels: {a: 1}, replicas: [{count: '3'}], openapi: [{path: a}]}",
        &[
            "error[wrong-type]: `a` in `commonLabels` must be a string, but this is a number <1>; write it in quotes: `\"1\"`",
            "error[wrong-type]: `count` must be a whole number, but this is a string <3>; leave out the quotes: `3`",
            "error[wrong-type]: `openapi` must be a mapping, but this is a list <[{path: a}]>; leave out the dashes",
        ],
    );
    check(
        "{configMapGenerator: [{literals: [{A: b}]}], resources: [{path: a}], namePrefix: [a]}",
        &[
            "error[wrong-type]: an entry of `literals` must be a string, but this is a mapping <{A: b}>; write each literal as `key=value`",
            "error[wrong-type]: an entry of `resources` must be a string, but this is a mapping <{path: a}>; write the path alone, without `path:`",
            "error[wrong-type]: `namePrefix` must be a string, but this is a list <[a]>; write the one entry alone, without a dash or brackets",
        ],
    );
    check(
        "[a]",
        &["error[wrong-type]: a kustomization file must be a mapping, but this is a list <[a]>"],
    );
    let problems = decode(parse("{namespace: on}").as_ref()).expect_err("a boolean");
    assert_eq!(problems[0].notes, ["YAML 1.1 reads a bare `on` as a boolean"]);
}

#[test]
fn values_of_secrets_are_not_shown() {
    check(
        "{secretGenerator: [{literals: [123456]}], configMapGenerator: [{literals: [123456]}]}",
        &[
            "error[wrong-type]: an entry of `literals` must be a string, but this is a number <123456>; write it in quotes",
            "error[wrong-type]: an entry of `literals` must be a string, but this is a number <123456>; write it in quotes: `\"123456\"`",
        ],
    );
}

#[test]
fn the_type_of_the_file_is_told_apart() {
    check(
        "{kind: Kustomisation, apiVersion: v1, resources: []}",
        &[
            "error[wrong-kind]: `kind` must be `Kustomization` or `Component` <Kustomisation>; did you mean `Kustomization`?",
            "error[wrong-kind]: `apiVersion` must be `kustomize.config.k8s.io/v1beta1` <v1>; correct it, or leave it out",
        ],
    );
    check(
        "{}",
        &[
            "error[empty-kustomization]: the kustomization file sets nothing <{}>; name what to build under `resources`",
        ],
    );
}

#[test]
fn what_is_lost_or_without_effect_is_said() {
    check(
        "{namePrefix: a, namePrefix: b}",
        &[
            "warning[data-loss]: `namePrefix` is there twice, and only the last one counts <namePrefix>; put both into one, or remove the one that is not meant",
        ],
    );
    check(
        "{namePrefix: a, NamePrefix: b}",
        &[
            "warning[data-loss]: `NamePrefix` and `namePrefix` are the same field, and `namePrefix` counts <NamePrefix>; keep one, spelled `namePrefix`",
        ],
    );
    check(
        "{buildMetadata: [originAnnotation], openapi: {file: a}, patches: [{options: {x: true}}], \
         configMapGenerator: [{behavior: merged}]}",
        &[
            "warning[no-effect]: `originAnnotation` is not an entry of `buildMetadata`: ignored <originAnnotation>; did you mean `originAnnotations`?",
            "warning[no-effect]: `file` is not a field of `openapi`: ignored <file>",
            "warning[no-effect]: `x` is not an option of a patch: ignored <x>",
            "warning[no-effect]: `merged` is not a behavior of a generator: ignored <merged>; did you mean `merge`?",
        ],
    );
    check(
        "{images: [{name: a, newTag: ~}], namespace: null}",
        &[
            "warning[no-effect]: `newTag` has no value: ignored <newTag>; write a value, or take the field out",
            "warning[no-effect]: `namespace` has no value: ignored <namespace>; write a value, or take the field out",
        ],
    );
    check(
        "{bases: [a], vars: []}",
        &[
            "warning[deprecated]: `bases` is deprecated: use `resources` instead <bases>; `railsgen edit fix` rewrites it",
            "warning[deprecated]: `vars` is deprecated: use `replacements` instead <vars>; `railsgen edit fix --vars` rewrites it",
        ],
    );
}
