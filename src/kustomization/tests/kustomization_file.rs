//! What a kustomization file may hold, and what it then means.

use super::parse;
use crate::diag::{Code, Diagnostic};
use crate::kustomization::sort::SortOrder;
use crate::kustomization::{Decoded, Kustomization, Map, decode};
use crate::source::Text;

fn file(text: &str) -> Kustomization {
    decoded(text).value
}

fn decoded(text: &str) -> Decoded<Kustomization> {
    decode(parse(text).as_ref()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

/// The codes of all errors.
fn refusal(text: &str) -> Vec<Code> {
    let problems = decode(parse(text).as_ref()).err().unwrap_or_default();
    problems.iter().filter(|problem| problem.is_error()).map(|problem| problem.code).collect()
}

fn pairs(map: &Map<Text>) -> Vec<(&str, &str)> {
    map.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn texts<'t>(texts: impl IntoIterator<Item = &'t Text>) -> Vec<&'t str> {
    texts.into_iter().map(Text::as_str).collect()
}

#[test]
fn every_field_takes_its_type() {
    for text in [
        "{metadata: {name: a, namespace: b, labels: {a: b}, annotations: {a: b}}}",
        "{openapi: {version: v1.21.2, path: a, other: b}}",
        "{namePrefix: a, nameSuffix: b, namespace: c}",
        "{commonLabels: {a: b}, commonAnnotations: {a: b}}",
        "{labels: [{pairs: {a: b}, includeSelectors: yes, includeTemplates: false, fields: \
         [{group: a, version: b, kind: c, path: d, create: true}]}]}",
        "{patchesStrategicMerge: [a], patchesJson6902: [{path: a, target: {name: b}}]}",
        "{patches: [{path: a, patch: b, options: {any: on}, target: {group: a, version: b, \
         kind: c, name: d, namespace: e, annotationSelector: f, labelSelector: g}}]}",
        "{images: [{name: a, newName: b, tagSuffix: c, newTag: d, digest: e}], imageTags: [{}]}",
        "{replacements: [{path: a}, {source: {group: a, version: b, kind: c, name: d, namespace: \
         e, fieldPath: f, options: {delimiter: a, index: -1, encoding: b, create: n}}, targets: \
         [{select: {}, reject: [{labelSelector: a}], fieldPaths: [a], options: {create: y}}]}]}",
        "{replicas: [{name: a, count: 3}, {count: 3.0}, {count: 1_0}, {count: -0.0}, {}]}",
        "{vars: [{name: A, objref: {apiVersion: a, group: b, version: c, kind: d, name: e, \
         namespace: f}, fieldref: {fieldPath: g}}, {objref: null}]}",
        "{sortOptions: {order: legacy, legacySortOptions: {orderFirst: [a], orderLast: [b]}}}",
        "{resources: [a], components: [a], crds: [a], configurations: [a], generators: [a], \
         transformers: [a], validators: [a], buildMetadata: [a]}",
        "{configMapGenerator: [{name: a, namespace: b, behavior: c, literals: [a=b], files: [a], \
         envs: [a], env: b, options: {labels: {a: b}, annotations: {a: b}, disableNameSuffixHash: \
         true, immutable: true}}]}",
        "{secretGenerator: [{name: a, type: b}]}",
        "{generatorOptions: {disableNameSuffixHash: true}}",
        "{helmGlobals: {chartHome: a, configHome: b}, helmCharts: [{valuesInline: {1: [{y: ~}]}}]}",
        "{helmChartInflationGenerator: [{chartName: a, releaseNamespace: b, extraArgs: [c]}]}",
    ] {
        assert_eq!(refusal(text), [], "{text}");
    }
}

#[test]
fn unknown_fields_are_refused_at_every_level() {
    for text in [
        "{foo: a}",
        "{\"<<\": {namePrefix: a}}",
        "{metadata: {uid: a}}",
        "{labels: [{fields: [{apiVersion: a}]}]}",
        "{images: [{tag: a}]}",
        "{patches: [{target: {apiVersion: v1}}]}",
        "{vars: [{fieldref: {path: a}}]}",
        "{configMapGenerator: [{type: a}]}",
        "{configMapGenerator: [{options: {hash: true}}]}",
        "{replacements: [{targets: [{fieldPath: a}]}]}",
        "{sortOptions: {order: fifo, first: []}}",
        "{helmCharts: [{args: a}]}",
        "{helmChartInflationGenerator: [{namespace: a}]}",
    ] {
        assert_eq!(refusal(text), [Code::UnknownField], "{text}");
    }
}

#[test]
fn values_of_another_type_are_refused_and_not_converted() {
    for text in [
        "[]",
        "a",
        "{namePrefix: 1}",
        "{namePrefix: [a]}",
        "{namespace: yes}",
        "{resources: a}",
        "{resources: {a: b}}",
        "{resources: [[a]]}",
        "{resources: [1]}",
        "{patches: [p.yaml]}",
        "{images: {name: a}}",
        "{images: [{newTag: 1.25}]}",
        "{images: [{newTag: 010}]}",
        "{commonLabels: [a]}",
        "{commonLabels: {a: 1}}",
        "{commonLabels: {a: {b: c}}}",
        "{openapi: {version: 1.2}}",
        "{replicas: [{count: \"3\"}]}",
        "{replicas: [{count: 1.5}]}",
        "{replicas: [{count: 9223372036854775808}]}",
        "{replicas: [{count: true}]}",
        "{labels: [{includeSelectors: \"true\"}]}",
        "{labels: [{includeSelectors: 1}]}",
        "{patches: [{options: {allowNameChange: \"yes\"}}]}",
        "{configMapGenerator: [{name: y}]}",
        "{configMapGenerator: [{literals: [{a: b}]}]}",
        "{secretGenerator: [{type: 1}]}",
        "{generatorOptions: []}",
        "{helmCharts: [{valuesInline: []}]}",
        "{sortOptions: fifo}",
    ] {
        assert_eq!(refusal(text), [Code::WrongType], "{text}");
    }
}

#[test]
fn text_is_what_yaml_1_1_takes_for_text() {
    for (written, read) in [
        ("a", "a"),
        ("\"1.25\"", "1.25"),
        ("'yes'", "yes"),
        ("2020-01-01", "2020-01-01"),
        ("1:30", "1:30"),
        ("1.2.3", "1.2.3"),
        ("!!str 5", "5"),
        ("!!binary aGVsbG8=", "hello"),
        ("!foo 12", "12"),
        ("null", ""),
        ("~", ""),
        ("nil", "nil"),
    ] {
        let text = format!("{{resources: [], namePrefix: {written}}}");
        assert_eq!(file(&text).name_prefix, *read, "{written}");
    }
}

#[test]
fn keys_of_maps_are_text_whatever_they_look_like() {
    let text = "{commonAnnotations: {1: a, 0x10: b, 1e3: c, 1.50: d, on: e, 1.2345678901: f, \
                1234567.0: g, .Inf: h, '2': i, 08: j}}";
    let expected = [
        (".inf", "h"),
        ("1", "a"),
        ("1.2345679", "f"),
        ("1.234567e+06", "g"),
        ("1.5", "d"),
        ("1000", "c"),
        ("16", "b"),
        ("2", "i"),
        ("8", "j"),
        ("true", "e"),
    ];
    assert_eq!(pairs(&file(text).common_annotations), expected);
    for key in ["~", "null", "18446744073709551615"] {
        let text = format!("{{commonLabels: {{{key}: a}}}}");
        assert_eq!(refusal(&text), [Code::InvalidKey], "{key}");
    }
    assert_eq!(refusal("{namePrefix: a, ~: b}"), [Code::InvalidKey]);
}

#[test]
fn numbers_without_an_end_are_refused_wherever_they_stand() {
    for text in ["{namePrefix: .inf}", "{helmCharts: [{valuesInline: {a: [-.INF]}}]}", "{x: .nan}"]
    {
        assert_eq!(refusal(text), [Code::InvalidValue], "{text}");
    }
}

#[test]
fn null_is_nothing_in_a_field_and_empty_in_a_list_or_map() {
    let text = "{resources: [a, null], images: null, metadata: null, commonLabels: {a: null}, \
                namePrefix: null, patches: [{options: {any: null}}, null], replicas: [{count: ~}]}";
    let file = file(text);
    assert_eq!(texts(&file.resources), ["a", ""]);
    assert!(!file.images.is_present() && file.metadata.is_none());
    assert_eq!(pairs(&file.common_labels), [("a", "")]);
    assert!(file.patches[1].path.is_empty() && !file.patches[0].options[0].1.value);
    assert_eq!(file.replicas[0].count.value, 0);
}

#[test]
fn field_names_match_in_any_case() {
    let file = file("{NAMEPREFIX: a, nameſuffix: b, configmapgenerator: [{Literals: [a=b]}]}");
    assert_eq!((file.name_prefix.as_str(), file.name_suffix.as_str()), ("a", "b"));
    assert_eq!(texts(&file.config_map_generator[0].literals), ["a=b"]);
    assert_eq!(Kustomization::field_named("ImageTags"), Some("imageTags"));
    assert_eq!(Kustomization::field_named("image tags"), None);
}

#[test]
fn a_second_spelling_decodes_into_what_the_first_left() {
    // Small letters sort behind capitals, wherever they stand in the file.
    let decoded = decoded(
        "{namePrefix: b, NamePrefix: a, nameSuffix: null, NAMESUFFIX: c, CommonLabels: {a: b}, \
         commonLabels: {c: d}, ConfigMapGenerator: [{name: x, literals: [a=b]}, {name: z}], \
         configMapGenerator: [{literals: [c=d]}], Resources: [r], resources: [null], \
         GeneratorOptions: {immutable: true}, generatorOptions: {disableNameSuffixHash: true}, \
         Images: [{}], images: null}",
    );
    let file = &decoded.value;
    assert_eq!((file.name_prefix.as_str(), file.name_suffix.as_str()), ("b", "c"));
    assert_eq!(pairs(&file.common_labels), [("a", "b"), ("c", "d")]);
    assert_eq!(file.config_map_generator.len(), 1);
    assert_eq!(file.config_map_generator[0].name, *"x");
    assert_eq!(texts(&file.config_map_generator[0].literals), ["c=d"]);
    assert_eq!(texts(&file.resources), ["r"]);
    let options = file.generator_options.as_ref().expect("options");
    assert!(options.immutable.value && options.disable_name_suffix_hash.value);
    assert!(!file.images.is_present());
    let lost = decoded.warnings.iter().filter(|warning| warning.code == Code::DataLoss);
    assert_eq!(lost.count(), 7);
}

#[test]
fn the_last_of_equal_keys_counts_with_a_warning() {
    let decoded = decoded("{namePrefix: a, namePrefix: b, commonAnnotations: {y: c, on: d, y: e}}");
    assert_eq!(decoded.value.name_prefix, *"b");
    assert_eq!(pairs(&decoded.value.common_annotations), [("true", "e")]);
    let codes: Vec<Code> = decoded.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, [Code::DataLoss; 3]);
    assert!(self::decoded("{namePrefix: a, namePrefix: a}").warnings.is_empty());
}

#[test]
fn merge_keys_take_effect_where_they_stand() {
    for (text, prefix) in [
        ("{<<: {namePrefix: a}, namePrefix: b}", "b"),
        ("{namePrefix: b, <<: {namePrefix: a}}", "a"),
        ("{<<: [{namePrefix: a}, {namePrefix: b, nameSuffix: c}]}", "a"),
        ("{<<: {<<: {namePrefix: a}}}", "a"),
    ] {
        assert_eq!(file(text).name_prefix, *prefix, "{text}");
    }
}

#[test]
fn anchors_give_each_place_its_own_copy() {
    let file = file(
        "labels:\n- pairs: &common\n    a: b\n- pairs:\n    <<: *common\n    c: d\ncommonAnnotations: *common\n",
    );
    assert_eq!(pairs(&file.labels[1].pairs), [("a", "b"), ("c", "d")]);
    assert_eq!(pairs(&file.common_annotations), [("a", "b")]);
}

#[test]
fn only_the_first_document_counts() {
    assert_eq!(file("namePrefix: a-\n---\nfoo: [\n").name_prefix, *"a-");
    assert_eq!(refusal("---\n---\nnamePrefix: a-\n"), [Code::EmptyKustomization]);
}

#[test]
fn kind_and_version_must_fit_each_other() {
    const FILE: &str = "kustomize.config.k8s.io/v1beta1";
    const COMPONENT: &str = "kustomize.config.k8s.io/v1alpha1";
    for (kind, version, errors) in [
        ("null", "null", 0),
        ("''", "''", 0),
        ("null", FILE, 0),
        ("Kustomization", "null", 0),
        ("Kustomization", FILE, 0),
        ("Component", "null", 0),
        ("Component", COMPONENT, 0),
        ("null", COMPONENT, 1),
        ("Kustomization", "v1", 1),
        ("Component", FILE, 1),
        ("Foo", "null", 1),
        ("Foo", FILE, 1),
        ("Foo", "v1", 2),
        ("kustomization", COMPONENT, 2),
    ] {
        let text = format!("{{kind: {kind}, apiVersion: {version}, resources: []}}");
        assert_eq!(refusal(&text), vec![Code::WrongKind; errors], "{text}");
    }
    let component = file("{kind: Component, namePrefix: a}");
    assert!(component.is_component());
    assert_eq!(component.api_version, *COMPONENT);
    let plain = file("{namePrefix: a}");
    assert!(!plain.is_component());
    assert_eq!((plain.kind.as_str(), plain.api_version.as_str()), ("Kustomization", FILE));
}

#[test]
fn a_file_is_empty_when_nothing_is_left_after_folding() {
    for text in [
        "null",
        "{}",
        "{kind: Component}",
        "{kind: Foo}",
        "{resources: null}",
        "{namePrefix: ''}",
        "{namespace: ~}",
        "{bases: []}",
        "{imageTags: []}",
        "{helmChartInflationGenerator: []}",
        "{Resources: [a], resources: null}",
    ] {
        assert_eq!(refusal(text), [Code::EmptyKustomization], "{text}");
    }
    assert_eq!(decode(None).err().map(|problems| problems.len()), Some(1));
    for text in [
        "{resources: []}",
        "{metadata: {}}",
        "{commonLabels: {}}",
        "{openapi: {}}",
        "{helmGlobals: {}}",
        "{helmCharts: []}",
        "{generatorOptions: {}}",
        "{bases: ['']}",
        "{vars: []}",
    ] {
        assert_eq!(refusal(text), [], "{text}");
    }
}

#[test]
fn older_fields_are_brought_forward() {
    let file = file(
        "{bases: [b], resources: [a], imageTags: [{name: d}], images: [{name: c}], \
         configMapGenerator: [{env: g, envs: [f]}, {env: ''}], secretGenerator: [{env: h}], \
         helmChartInflationGenerator: [{chartName: i, chartVersion: j, chartRepoUrl: k, values: l, \
         valuesMerge: m, releaseName: nn, helmHome: o}, {chartHome: p, helmHome: q}, {helmHome: \
         ''}], helmCharts: [{name: r}]}",
    );
    assert_eq!(texts(&file.resources), ["a", "b"]);
    assert_eq!(texts(file.images.iter().map(|image| &image.name)), ["c", "d"]);
    assert_eq!(texts(&file.config_map_generator[0].envs), ["f", "g"]);
    assert!(!file.config_map_generator[1].envs.is_present());
    assert_eq!(texts(&file.secret_generator[0].args.envs), ["h"]);
    assert!(file.secret_generator[0].args.env.is_empty());
    assert_eq!(texts(file.helm_charts.iter().map(|chart| &chart.name)), ["r", "i", "", ""]);
    let chart = &file.helm_charts[1];
    assert_eq!(
        texts([&chart.version, &chart.repo, &chart.values_file, &chart.values_merge]),
        ["j", "k", "l", "m"]
    );
    assert_eq!(chart.release_name, *"nn");
    let globals = file.helm_globals.as_ref().expect("globals");
    assert_eq!((globals.chart_home.as_str(), globals.config_home.as_str()), ("p", "q"));
    assert!(!file.bases.is_present() && !file.image_tags.is_present());
    assert!(!file.helm_chart_inflation_generator.is_present());
}

#[test]
fn charts_in_the_older_spelling_leave_globals_alone() {
    let file = file("{helmGlobals: {}, helmChartInflationGenerator: [{chartHome: a}]}");
    assert!(file.helm_globals.is_some_and(|globals| globals.chart_home.is_empty()));
}

#[test]
fn deprecated_fields_warn_in_the_references_order() {
    let is_deprecation = |problem: &&Diagnostic| problem.code == Code::Deprecated;
    let names = |problems: &[Diagnostic]| -> Vec<String> {
        let names = problems.iter().filter(is_deprecation);
        names.filter_map(|problem| Some(problem.message.split('`').nth(1)?.to_owned())).collect()
    };
    let decoded = decoded(
        "{vars: [], patchesStrategicMerge: [], patchesJson6902: [], imageTags: [], commonLabels: \
         {}, bases: []}",
    );
    let all =
        ["bases", "commonLabels", "imageTags", "patchesJson6902", "patchesStrategicMerge", "vars"];
    assert_eq!(names(&decoded.warnings), all);
    // The warning comes even if the file is refused for what is left.
    let problems = decode(parse("{bases: []}").as_ref()).expect_err("nothing is left");
    assert_eq!(names(&problems), ["bases"]);
    assert!(names(&self::decoded("{bases: null, vars: null, resources: []}").warnings).is_empty());
}

#[test]
fn the_sort_order_need_only_be_sound_when_it_is_asked_for() {
    let order_of = |text| file(text).sort_options.expect("options").order().map(drop).is_ok();
    assert!(order_of("{sortOptions: {order: fifo, legacySortOptions: null}}"));
    assert!(order_of("{sortOptions: {order: legacy, legacySortOptions: {}}}"));
    assert!(!order_of("{sortOptions: {}}"));
    assert!(!order_of("{sortOptions: {order: Legacy}}"));
    assert!(!order_of("{sortOptions: {order: fifo, legacySortOptions: {}}}"));
    let file = file("{sortOptions: {order: legacy, legacySortOptions: {orderLast: [a]}}}");
    let Ok(SortOrder::Legacy(Some(kinds))) = file.sort_options.as_ref().expect("options").order()
    else {
        panic!("a legacy order");
    };
    assert_eq!((kinds.first.len(), texts(&kinds.last)), (0, vec!["a"]));
}

#[test]
fn leaves_and_entries_know_their_places() {
    let text = "{namePrefix: web-, replicas: [{name: a, count: 3}], commonLabels: {b: c}}";
    let file = file(text);
    let at = |span: crate::source::Span| &text[span.start() as usize - 1..span.end() as usize - 1];
    assert_eq!(at(file.name_prefix.span()), "web-");
    assert_eq!(at(file.replicas.span()), "[{name: a, count: 3}]");
    assert_eq!(at(file.replicas[0].span), "{name: a, count: 3}");
    assert_eq!(at(file.replicas[0].count.span), "3");
    assert_eq!(at(file.common_labels[0].0.span()), "b");
    assert_eq!(at(file.common_labels[0].1.span()), "c");
}

#[test]
fn a_tree_that_is_too_deep_is_refused_without_falling_over() {
    let deep = 20_000;
    let mut node = crate::yaml::Node::string("a");
    for _ in 0..deep {
        node = crate::yaml::Node::sequence(vec![node], crate::source::Span::NONE);
    }
    let problems = decode(Some(&node)).expect_err("too deep");
    assert_eq!(problems[0].code, Code::TooLarge);
    // Dropping a tree is recursive; take it apart instead.
    while let crate::yaml::Node::Sequence(sequence) = &mut node {
        node = sequence.items.pop().expect("an item");
    }
}
