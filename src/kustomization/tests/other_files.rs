//! Configurations, replacements, definitions, and plugins.

use super::parse;
use super::told;
use crate::diag::{Code, Diagnostic};
use crate::kustomization::plugin::{self, Plugin, RoleBindingSubjects};
use crate::kustomization::{crds, replacements, transformer_config};
use crate::source::Text;

fn codes<T>(result: Result<T, Vec<Diagnostic>>) -> Vec<Code> {
    let problems = result.err().unwrap_or_default();
    problems.iter().filter(|problem| problem.is_error()).map(|problem| problem.code).collect()
}

fn plugin(kind: &str, fields: &str) -> Result<Plugin, Vec<Diagnostic>> {
    let text = format!("{{apiVersion: builtin, kind: {kind}, metadata: {{name: x}}, {fields}}}");
    let config = parse(&text).expect("a resource");
    plugin::decode(&Text::from(kind), &config).map(|decoded| decoded.value)
}

macro_rules! decoded_plugin {
    ($kind:ident, $fields:expr) => {
        match plugin(stringify!($kind), $fields) {
            Ok(Plugin::$kind(config)) => *config,
            other => panic!("{other:?}"),
        }
    };
}

#[test]
fn configurations_are_strict_but_take_numbers_for_text() {
    for (text, expected) in [
        ("null", None),
        ("{NamePrefix: [{PATH: a/b, create: yes}], namePrefix: []}", None),
        ("{namePrefix: [{path: 1}], images: null}", None),
        ("{nameReference: [{kind: a, version: b, group: c, fieldSpecs: [{path: d}]}]}", None),
        ("{namePrefix: [{path: a, group: 1}]}", Some(Code::WrongType)),
        ("{namePrefix: [{create: 1}]}", Some(Code::WrongType)),
        ("{namePrefix: {path: a}}", Some(Code::WrongType)),
        ("[]", Some(Code::WrongType)),
        ("{foo: []}", Some(Code::UnknownField)),
        ("{namePrefix: [{apiVersion: v1}]}", Some(Code::UnknownField)),
        ("{nameReference: [{path: a}]}", Some(Code::UnknownField)),
        ("{namePrefix: [], namePrefix: []}", Some(Code::DuplicateKey)),
    ] {
        let found = codes(transformer_config::decode(parse(text).as_ref()));
        assert_eq!(found.first().copied(), expected, "{text}");
    }
}

#[test]
fn configurations_hold_field_specs_in_file_order() {
    let text = "{varReference: [{kind: A, path: a/b}, {path: 'c[]/d', create: true}], nameReference: \
                [{kind: Secret, version: v1, fieldSpecs: [{path: e, kind: Pod}]}]}";
    let config = transformer_config::decode(parse(text).as_ref()).expect("a configuration").value;
    let [first, second] = &*config.var_reference else { panic!("two specs") };
    assert_eq!(
        (first.kind.as_str(), first.path.text().as_str(), first.create),
        ("A", "a/b", false)
    );
    assert!(second.create && second.path.segments()[0].list && !second.span.is_none());
    let [reference] = &*config.name_reference else { panic!("one reference") };
    assert_eq!(
        (reference.referred.kind.as_str(), reference.referred.version.as_str()),
        ("Secret", "v1")
    );
    assert_eq!(reference.referrers[0].kind, *"Pod");
    assert!(transformer_config::decode(None).is_ok());
}

#[test]
fn a_file_of_replacements_holds_one_or_a_list_and_is_not_strict() {
    for (text, expected) in [
        ("{source: {kind: a, more: b}, targets: [{select: {}}], path: c}", Ok(1)),
        ("[{source: {fieldPath: 1, options: {delimiter: 2}}}, null]", Ok(2)),
        ("[]", Ok(0)),
        ("{}", Ok(1)),
        ("{source: {kind: a}, source: {kind: b}}", Ok(1)),
        ("{source: {kind: 1}}", Err(Code::WrongType)),
        ("{source: {options: {index: '1'}}}", Err(Code::WrongType)),
        ("a", Err(Code::WrongType)),
        ("null", Err(Code::WrongType)),
    ] {
        let found = replacements::decode(parse(text).as_ref());
        let found = found.map(|decoded| decoded.value.len()).map_err(|problems| problems[0].code);
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(codes(replacements::decode(None)), [Code::WrongType]);
    let text = "{sorce: {kind: a}}";
    let decoded = replacements::decode(parse(text).as_ref()).expect("not strict");
    let warning = "warning[no-effect]: `sorce` is no field of a replacement: ignored <sorce>; did you mean `source`?";
    assert_eq!(told(text, &decoded.warnings), [warning]);
}

#[test]
fn plugins_take_numbers_for_text_but_not_in_inherited_fields() {
    let labels =
        decoded_plugin!(LabelTransformer, "labels: {a: 1, b: true, c: 1.50, d: yes, e: null}");
    let values: Vec<&str> = labels.labels.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["1", "true", "1.5", "yes", ""]);
    let image = decoded_plugin!(ImageTagTransformer, "imagetag: {name: a, newTag: 1.25}");
    assert_eq!(image.image_tag.new_tag, *"1.25");
    for (kind, fields) in [
        ("PatchTransformer", "target: {name: 1}"),
        ("LabelTransformer", "fieldSpecs: [{kind: 1}]"),
        ("LabelTransformer", "fieldSpecs: [{create: yes}]"),
        ("ConfigMapGenerator", "literals: [1]"),
        ("ConfigMapGenerator", "options: {labels: {a: 1}}"),
        ("SecretGenerator", "type: 1"),
        ("ReplacementTransformer", "replacements: [{source: {options: {delimiter: 1}}}]"),
        ("IAMPolicyGenerator", "kubernetesService: {name: 1}"),
        ("HelmChartInflationGenerator", "name: 1"),
        ("ReplicaCountTransformer", "replica: {count: '3'}"),
        ("AnnotationsTransformer", "annotations: {a: {b: c}}"),
    ] {
        assert_eq!(codes(plugin(kind, fields)), [Code::WrongType], "{kind} {fields}");
    }
    assert_eq!(codes(plugin("LabelTransformer", "labels: {1: a}")), [Code::InvalidKey]);
    assert_eq!(codes(plugin("HashTransformer", "x: {1: a}")), [Code::InvalidKey]);
    let patch = decoded_plugin!(PatchTransformer, "target: {labelSelector: 1, apiVersion: v1}");
    assert_eq!(patch.target.expect("a target").label_selector, *"1");
}

#[test]
fn three_plugins_need_exact_names_and_their_field_specs() {
    let prefix = decoded_plugin!(
        PrefixTransformer,
        "prefix: 1.23456789, Prefix: b, fieldSpecs: [{path: a, group: 1, create: yes}]"
    );
    assert_eq!(prefix.prefix, *"1.23456789");
    assert!(prefix.field_specs[0].create && prefix.field_specs[0].group == *"1");
    for kind in ["PrefixTransformer", "SuffixTransformer", "PrefixSuffixTransformer"] {
        assert_eq!(codes(plugin(kind, "")), [Code::InvalidField], "{kind}");
        assert_eq!(codes(plugin(kind, "fieldSpecs: null")), [Code::InvalidField], "{kind}");
        assert_eq!(codes(plugin(kind, "fieldSpecs: []")), [], "{kind}");
        assert_eq!(codes(plugin(kind, "fieldSpecs: [{create: 'true'}]")), [Code::WrongType]);
    }
}

#[test]
fn generators_as_plugins_fall_back_on_their_metadata_and_pass_over_env() {
    let text = "{metadata: {name: a, namespace: b}, env: c, Envs: [d]}";
    let config = parse(text).expect("a resource");
    let decoded = plugin::decode(&Text::from("ConfigMapGenerator"), &config).expect("a generator");
    let Plugin::ConfigMapGenerator(config) = decoded.value else { panic!("a ConfigMap") };
    assert_eq!((config.args.name.as_str(), config.args.namespace.as_str()), ("a", "b"));
    assert_eq!((config.args.envs.len(), config.args.env.as_str()), (1, ""));
    assert_eq!(decoded.warnings[0].code, Code::NoEffect);
    let secret = decoded_plugin!(SecretGenerator, "name: c, type: d");
    assert_eq!((secret.args.args.name.as_str(), secret.args.secret_type.as_str()), ("c", "d"));
}

#[test]
fn plugins_are_told_apart_by_kind() {
    for kind in Plugin::KINDS {
        assert_eq!(codes(plugin(kind, "fieldSpecs: []")), [], "{kind}");
    }
    let problems = plugin("PrefixTransfomer", "").expect_err("no such plugin");
    assert_eq!(problems[0].code, Code::Plugin);
    assert_eq!(problems[0].help, ["did you mean `PrefixTransformer`?"]);
    for (written, subjects) in [
        ("null", RoleBindingSubjects::DefaultOnly),
        ("defaultOnly", RoleBindingSubjects::DefaultOnly),
        ("allServiceAccounts", RoleBindingSubjects::AllServiceAccounts),
        ("none", RoleBindingSubjects::None),
    ] {
        let fields = format!("setRoleBindingSubjects: {written}, unsetOnly: true");
        let config = decoded_plugin!(NamespaceTransformer, &fields);
        assert_eq!((config.role_binding_subjects(), config.unset_only.value), (subjects, true));
        assert_eq!(config.metadata.name, *"x");
    }
    let fields = "setRoleBindingSubjects: all";
    assert_eq!(codes(plugin("NamespaceTransformer", fields)), [Code::InvalidField]);
    let replacements =
        decoded_plugin!(ReplacementTransformer, "omitempty: [{}], replacements: [{path: 1}]");
    assert_eq!((replacements.first.len(), replacements.replacements[0].path.as_str()), (1, "1"));
    let values = decoded_plugin!(ValueAddTransformer, "value: 5, targets: [{filePathPosition: 2}]");
    assert_eq!((values.value.as_str(), values.targets[0].file_path_position.value), ("5", 2));
    let targets = plugin::decode_value_targets(parse("{targets: [{fieldPath: a}]}").as_ref());
    assert_eq!(targets.expect("targets").value.targets[0].field_path, *"a");
}

const TYPE: &str = "kind: {}, apiVersion: {}, metadata: {}";

#[test]
fn marks_in_definitions_become_field_specs() {
    let text = format!(
        "{{com.example.v1.Bee: {{Schema: {{properties: {{{TYPE}, notes: {{x-kubernetes-annotation: ''}}, \
         pick: {{x-kubernetes-label-selector: ''}}, self: {{x-kubernetes-identity: ''}}, spec: \
         {{$ref: com.example.v1.Spec}}}}}}}}, com.example.v1.Spec: {{Schema: {{properties: {{secret: \
         {{x-kubernetes-object-ref-api-version: v1, x-kubernetes-object-ref-kind: Secret}}, map: \
         {{x-kubernetes-object-ref-api-version: v1, x-kubernetes-object-ref-kind: ConfigMap, \
         x-kubernetes-object-ref-name-key: key}}, none: {{x-kubernetes-object-ref-kind: A}}}}}}}}}}"
    );
    let config = crds::decode(parse(&text).as_ref()).expect("definitions").value;
    let told = |specs: &[crate::k8s::field_spec::FieldSpec]| -> Vec<String> {
        specs
            .iter()
            .map(|spec| format!("{} {} {}", spec.kind, spec.path.text(), spec.create))
            .collect()
    };
    assert_eq!(told(&config.common_annotations), ["Bee notes false"]);
    assert_eq!(told(&config.common_labels), ["Bee pick false"]);
    assert_eq!(told(&config.name_prefix), ["Bee self false"]);
    let references: Vec<_> = config.name_reference.iter().collect();
    let kinds: Vec<&str> = references.iter().map(|reference| &*reference.referred.kind).collect();
    assert_eq!(kinds, ["ConfigMap", "Secret"]);
    assert_eq!(told(&references[0].referrers), ["Bee spec/map/key false"]);
    assert_eq!(told(&references[1].referrers), ["Bee spec/secret/name false"]);
}

#[test]
fn definitions_are_no_manifests_and_must_end() {
    let manifest = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition}";
    assert_eq!(codes(crds::decode(parse(manifest).as_ref())), [Code::WrongType; 2]);
    let itself = format!("{{a.B: {{Schema: {{properties: {{{TYPE}, x: {{$ref: a.B}}}}}}}}}}");
    assert_eq!(codes(crds::decode(parse(&itself).as_ref())), [Code::OpenApi]);
    let mut doubling = format!("{{a.T0: {{Schema: {{properties: {{{TYPE}, l: {{$ref: a.T1}}}}}}}}");
    for at in 1..40 {
        let next = at + 1;
        doubling += &format!(
            ", a.T{at}: {{Schema: {{properties: {{l: {{$ref: a.T{next}}}, r: {{$ref: a.T{next}}}}}}}}}"
        );
    }
    assert_eq!(codes(crds::decode(parse(&format!("{doubling}}}")).as_ref())), [Code::TooLarge]);
}

#[test]
fn schemas_are_checked_all_the_way_down() {
    for (schema, sound) in [
        ("description: '1', type: string, nullable: true, maximum: 1.5, maxLength: 3", true),
        ("type: [a, b], required: [a], enum: [1, {a: b}], default: [1], x-any: 1, other: 1", true),
        ("items: a, not: {}, allOf: [{}, null], additionalProperties: true", true),
        ("items: [{type: a}], additionalProperties: {type: a}, definitions: {a: {type: b}}", true),
        ("x-kubernetes-identity: 1, $ref: 1, Description: 1", true),
        ("description: 1", false),
        ("type: 1", false),
        ("nullable: 'yes'", false),
        ("maximum: a", false),
        ("maxLength: 1.5", false),
        ("required: a", false),
        ("enum: a", false),
        ("allOf: {}", false),
        ("items: [1]", false),
        ("properties: {a: {properties: {b: {items: {type: 1}}}}}", false),
        ("additionalProperties: a", false),
        ("externalDocs: a", false),
    ] {
        let text = format!("{{a.B: {{Schema: {{{schema}}}}}}}");
        assert_eq!(codes(crds::decode(parse(&text).as_ref())).is_empty(), sound, "{text}");
    }
}
