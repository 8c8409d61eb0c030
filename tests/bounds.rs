//! Inputs made to hurt: bombs, depth, cycles, floods, what is no text, and what lies outside.
//!
//! Each is built or refused in time by the command itself, so that a panic, an overflow of the
//! stack and a run without end are seen as what they are.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::support::project::Project;
use crate::support::run::Outcome;

/// Nothing here may take so long, in a debug build on a busy machine. Work that grows with the
/// square of the input takes minutes.
const LIMIT: Duration = Duration::from_secs(20);

/// A resource file for kustomizations that need one.
const WEB: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: b}\n";
const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n";
const WEB_ONLY: &str = "resources: [web.yaml]\n";
const DEEP: usize = 10_000;

fn tree(files: &[(&str, &str)]) -> Project {
    let project = Project::new("");
    for (path, content) in files {
        project.write(path, content);
    }
    project
}

#[track_caller]
fn build(project: &Project, flags: &str) -> Outcome {
    let start = Instant::now();
    let line = format!("build --message-format concise {flags}");
    let outcome = project.railsgen(&line).run();
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
    assert_ne!(outcome.code, Some(101), "{}", outcome.stderr);
    outcome
}

/// Asserts that a build is refused with this code at a line and column of `file`.
#[track_caller]
fn refused(files: &[(&str, &str)], file: &str, code: &str) -> Outcome {
    let outcome = build(&tree(files), "").fails();
    let code = format!(" error[{code}]: ");
    let is_it = |line: &str| {
        let rest = line.strip_prefix(file).and_then(|rest| rest.strip_prefix(':'));
        rest.and_then(|rest| rest.split_once(&code)).is_some_and(|(place, _)| {
            place.trim_end_matches(':').split(':').all(|number| number.parse::<u32>().is_ok())
        })
    };
    let shown: String = outcome.stderr.chars().take(2_000).collect();
    assert!(outcome.stderr.lines().any(is_it), "no `{file}:…:{code}` in: {shown}");
    assert!(outcome.stderr.len() < 20_000, "{} bytes of message", outcome.stderr.len());
    outcome
}

#[track_caller]
fn builds(files: &[(&str, &str)]) -> String {
    let outcome = build(&tree(files), "").exits(0);
    outcome.text().to_owned()
}

fn bomb() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
        writeln!(text, "a{n}: &a{n} [{aliases}]").unwrap();
    }
    text
}

/// A kustomization with one patch, inline or in the file `patch.yaml`.
const PATCHED: &str = "resources: [web.yaml]\npatches: [{path: patch.yaml}]\n";
const JSON_PATCHED: &str =
    "resources: [web.yaml]\npatches: [{path: patch.yaml, target: {kind: ConfigMap}}]\n";

/// Asserts that a text is refused as a resource, as patches of both kinds, as a kustomization, and
/// in files of configuration. It must be a mapping that may follow other fields.
#[track_caller]
fn refused_everywhere(fields: &str, code: &str) {
    let object = format!("{HEAD}{fields}");
    let kustomization = format!("{WEB_ONLY}{fields}");
    let inline = object.replace('\n', "\n    ");
    let web = ("web.yaml", WEB);
    refused(&[("kustomization.yaml", WEB_ONLY), ("web.yaml", &object)], "web.yaml", code);
    refused(&[("kustomization.yaml", &kustomization), web], "kustomization.yaml", code);
    refused(&[("kustomization.yaml", PATCHED), web, ("patch.yaml", &object)], "patch.yaml", code);
    let patch = format!("{WEB_ONLY}patches:\n- patch: |-\n    {inline}\n");
    refused(&[("kustomization.yaml", &patch), web], "kustomization.yaml", code);
    let json =
        format!("- op: add\n  path: /data\n  value:\n    {}\n", fields.replace('\n', "\n    "));
    let files = [("kustomization.yaml", JSON_PATCHED), web, ("patch.yaml", &json)];
    refused(&files, "patch.yaml", code);
    for plugins in ["transformers", "generators", "validators"] {
        let inline = format!("{WEB_ONLY}{plugins}:\n- |-\n    {inline}\n");
        refused(&[("kustomization.yaml", &inline), web], "kustomization.yaml", code);
        let named = format!("{WEB_ONLY}{plugins}: [x.yaml]\n");
        refused(&[("kustomization.yaml", &named), web, ("x.yaml", &object)], "x.yaml", code);
    }
    for field in ["openapi: {path: x.yaml}", "configurations: [x.yaml]"] {
        let kustomization = format!("{WEB_ONLY}{field}\n");
        let files = [("kustomization.yaml", &*kustomization), web, ("x.yaml", fields)];
        refused(&files, "x.yaml", code);
    }
}

#[test]
fn bombs_of_aliases_are_refused_wherever_they_are() {
    refused_everywhere(&bomb(), "too-large");
}

#[test]
fn chains_of_merge_keys_are_bounded() {
    let mut chain = "m0: &m0 {k0: v, l0: v}\n".to_owned();
    for n in 1..40 {
        let before = n - 1;
        writeln!(chain, "m{n}: &m{n}\n  k{n}: v\n  <<: [*m{before}, *m{before}, *m{before}]")
            .unwrap();
    }
    refused_everywhere(&chain, "too-large");
    let mut twice = "m0: &m0 {k: [x, x]}\n".to_owned();
    for n in 1..40 {
        let before = n - 1;
        writeln!(twice, "m{n}: &m{n}\n  a: {{<<: *m{before}}}\n  b: {{<<: *m{before}}}").unwrap();
    }
    refused_everywhere(&twice, "too-large");
}

#[test]
fn depth_is_refused_wherever_it_is() {
    let flow = format!("deep: {}{}\n", "[".repeat(DEEP), "]".repeat(DEEP));
    refused_everywhere(&flow, "too-large");
    let mappings = format!("deep: {}1{}\n", "{a: ".repeat(DEEP), "}".repeat(DEEP));
    refused_everywhere(&mappings, "too-large");
    refused_everywhere(&format!("deep: {}\n", "[".repeat(DEEP)), "too-large");
    refused_everywhere(&format!("deep:\n{}1\n", "- ".repeat(DEEP)), "too-large");
}

#[test]
fn depth_of_blocks_and_of_json_in_openapi_is_refused() {
    let mut blocks = String::new();
    for depth in 0..3_000 {
        writeln!(blocks, "{:depth$}a:", "").unwrap();
    }
    let object = format!("{HEAD}{blocks}");
    refused(&[("kustomization.yaml", WEB_ONLY), ("web.yaml", &object)], "web.yaml", "too-large");
    let files = [("kustomization.yaml", PATCHED), ("web.yaml", WEB), ("patch.yaml", &*object)];
    refused(&files, "patch.yaml", "too-large");
    refused(&[("kustomization.yaml", &blocks)], "kustomization.yaml", "too-large");
    let json = format!("{}1{}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP));
    let kustomization = format!("{WEB_ONLY}openapi: {{path: x.json}}\n");
    let files = [("kustomization.yaml", &*kustomization), ("web.yaml", WEB), ("x.json", &*json)];
    refused(&files, "x.json", "too-large");
}

#[test]
fn cycles_and_chains_of_inclusion_are_refused() {
    for (files, place) in [
        (
            &[
                ("kustomization.yaml", "resources: [b]\n"),
                ("b/kustomization.yaml", "resources: [..]\n"),
            ][..],
            "b/kustomization.yaml",
        ),
        (&[("kustomization.yaml", "resources: [.]\n")][..], "kustomization.yaml"),
        (
            &[
                ("kustomization.yaml", "components: [c]\n"),
                (
                    "c/kustomization.yaml",
                    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../c]\n",
                ),
            ][..],
            "c/kustomization.yaml",
        ),
    ] {
        refused(files, place, "cycle");
    }
    let linked = Project::new(
        "//- /kustomization.yaml\nresources: [b]\n//- /b/kustomization.yaml\nresources: [up]\n//- /b/up -> ..\n",
    );
    let _ = build(&linked, "").fails().says("error[cycle]");
    let project = tree(&[("kustomization.yaml", "resources: [d0]\n")]);
    for n in 0..300 {
        project
            .write(&format!("d{n}/kustomization.yaml"), &format!("resources: [../d{}]\n", n + 1));
    }
    let _ = build(&project, "").fails().says("error[too-large]");
}

#[test]
fn ten_thousand_documents_are_built() {
    let mut all = String::new();
    for n in 0..DEEP {
        let next = (n + 1) % DEEP;
        write!(all, "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: n{n}}}\nspec: {{volumes: [{{configMap: {{name: n{next}}}}}]}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: n{n}}}\n").unwrap();
    }
    let named = format!("{WEB_ONLY}namePrefix: a-\n");
    let built = builds(&[("kustomization.yaml", &named), ("web.yaml", &all)]);
    assert_eq!(built.matches("name: a-n9999\n").count(), 3);
}

#[test]
fn costly_expressions_are_refused_in_little_memory() {
    for bomb in ["(a{1000}){1000}", "((a{100}){100}){100}", "(\\\\pL{500}|\\\\pN{500}){2}"] {
        let patch = format!(
            "{WEB_ONLY}patches:\n- target: {{name: \"{bomb}\"}}\n  patch: '[{{op: add, path: /a, value: b}}]'\n"
        );
        refused(
            &[("kustomization.yaml", &patch), ("web.yaml", WEB)],
            "kustomization.yaml",
            "selector",
        );
    }
    let image = format!("{WEB_ONLY}images: [{{name: \"(a{{1000}}){{1000}}\", newTag: v2}}]\n");
    let pod = format!(
        "{WEB}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{image: aa, name: x}}]}}\n"
    );
    refused(&[("kustomization.yaml", &image), ("web.yaml", &pod)], "kustomization.yaml", "image");
}

#[test]
fn what_fans_out_ends_in_time() {
    let mut all = String::new();
    for n in 0..500 {
        write!(all, "---\n{}{n}\ndata: {{a: b}}\n", HEAD.trim_end()).unwrap();
    }
    let fan = "- source: {kind: ConfigMap, name: web0, fieldPath: data.a}\n  targets:\n".to_owned()
        + &"  - select: {kind: ConfigMap}\n    fieldPaths: [data.c]\n    options: {create: true}\n"
            .repeat(40);
    let kustomization = format!("{WEB_ONLY}replacements:\n{fan}");
    let built = builds(&[("kustomization.yaml", &kustomization), ("web.yaml", &all)]);
    assert_eq!(built.matches("  c: b\n").count(), 500);
    let patch = "- target: {kind: ConfigMap}\n  patch: '[{\"op\": \"add\", \"path\": \"/data/c\", \"value\": \"b\"}]'\n";
    let kustomization = format!("{WEB_ONLY}patches:\n{}", patch.repeat(40));
    let built = builds(&[("kustomization.yaml", &kustomization), ("web.yaml", &all)]);
    assert_eq!(built.matches("  c: b\n").count(), 500);
}

#[test]
fn many_keys_and_long_ones_end_in_time() {
    let fields = |of: &str| {
        (0..20_000).fold("data:\n".to_owned(), |all, n| all + &format!("  {of}{n}: x\n"))
    };
    let (web, patch) = (format!("{HEAD}{}", fields("a")), format!("{HEAD}{}", fields("b")));
    let built =
        builds(&[("kustomization.yaml", PATCHED), ("web.yaml", &web), ("patch.yaml", &patch)]);
    assert_eq!(built.matches(": x\n").count(), 40_000);
    let long = "k".repeat(1 << 20);
    let env = format!("A={long}\n{}=1\n", "B".repeat(200));
    let kustomization = "configMapGenerator: [{name: a, envs: [a.env]}]\n";
    let cut = build(&tree(&[("kustomization.yaml", kustomization), ("a.env", &env)]), "");
    let _ = cut.exits(0).says("a.env:1:1").says("warning[data-loss]");
    let name = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {long}}}\n");
    assert!(builds(&[("kustomization.yaml", WEB_ONLY), ("web.yaml", &name)]).contains(&long));
    let key = format!("{HEAD}data:\n  ? {long}\n  : x\n");
    refused(&[("kustomization.yaml", WEB_ONLY), ("web.yaml", &key)], "web.yaml", "invalid-key");
    let unknown = format!("{WEB_ONLY}? {long}\n: x\n");
    let outcome = build(&tree(&[("kustomization.yaml", &unknown), ("web.yaml", WEB)]), "");
    let _ = outcome.fails().says("error[unknown-field]");
    let _ = build(&tree(&[("kustomization.yaml", &format!("resources: [{long}]\n"))]), "").fails();
}

#[test]
fn the_jail_holds() {
    let outside = tree(&[("secret.yaml", WEB)]);
    let path = outside.path("secret.yaml");
    let path = path.to_str().unwrap();
    let project = tree(&[("x/kustomization.yaml", ""), ("up.yaml", WEB)]);
    std::fs::create_dir_all(project.path("x")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(path, project.path("x/link.yaml")).unwrap();
    for name in ["../up.yaml", path, "link.yaml"] {
        for (field, allowed) in [
            (format!("resources: [{name}]\n"), true),
            (format!("configMapGenerator: [{{name: a, files: [f={name}]}}]\n"), true),
            (format!("configMapGenerator: [{{name: a, envs: [{name}]}}]\n"), false),
        ] {
            project.write("x/kustomization.yaml", &field);
            let _ = build(&project, "x").fails().says(" error[outside-root]: ");
            let open = build(&project, "x --load-restrictor LoadRestrictionsNone");
            assert!(!allowed || open.is_success(), "{field}{}", open.stderr);
            assert!(!open.stderr.contains("outside-root"));
        }
    }
}

/// Every field of a kustomization that has a file read, with `FILE` for its name.
const READERS: [&str; 16] = [
    "resources: [FILE]",
    "components: [FILE]",
    "generators: [FILE]",
    "transformers: [FILE]",
    "validators: [FILE]",
    "crds: [FILE]",
    "configurations: [FILE]",
    "openapi: {path: FILE}",
    "patches: [{path: FILE}]",
    "patches: [{path: FILE, target: {kind: ConfigMap}}]",
    "patchesStrategicMerge: [FILE]",
    "patchesJson6902: [{path: FILE, target: {version: v1, kind: ConfigMap, name: web}}]",
    "replacements: [{path: FILE}]",
    "configMapGenerator: [{name: a, files: [FILE]}]",
    "configMapGenerator: [{name: a, envs: [FILE]}]",
    "secretGenerator: [{name: a, envs: [FILE]}]",
];

#[test]
fn a_file_of_any_content_is_built_or_refused() {
    for reader in READERS {
        let list = if reader.starts_with("resources") { "" } else { WEB_ONLY };
        let kustomization = format!("{list}{}\n", reader.replace("FILE", "file"));
        for content in [
            &b""[..],
            b"\n",
            b"\0",
            b"a: \0\n",
            b"\xff\xfe",
            b"\xff",
            b"a: \xc3\n",
            b"---\n---\n",
            b"\xef\xbb\xbf",
            b"[",
            b"null\n",
            b"- - -\n",
            b"\t\n",
            b"=\n",
            b"%YAML 1.1\n",
        ] {
            let project = tree(&[("kustomization.yaml", &kustomization), ("web.yaml", WEB)]);
            project.write_bytes("file", content);
            let outcome = build(&project, "");
            if !outcome.is_success() {
                let outcome = outcome.fails();
                assert!(
                    outcome.stderr.contains("error["),
                    "{reader} {content:?}: {}",
                    outcome.stderr
                );
            }
        }
        let project = tree(&[("kustomization.yaml", &kustomization), ("web.yaml", WEB)]);
        std::fs::create_dir(project.path("file")).unwrap();
        let _ = build(&project, "").fails().says("kustomization.yaml:").says(" error[");
    }
}

#[test]
fn huge_files_are_refused_unread() {
    let project = tree(&[("kustomization.yaml", WEB_ONLY), ("web.yaml", WEB)]);
    let huge = std::fs::File::create(project.path("web.yaml")).unwrap();
    // A file without content: nothing of it is on the disk.
    huge.set_len(20 << 30).unwrap();
    let refused = build(&project, "").fails();
    let _ =
        refused.says("kustomization.yaml:1:13: error[unreadable]: ").says("larger than 256 MiB");
    let huge = std::fs::File::create(project.path("kustomization.yaml")).unwrap();
    huge.set_len(20 << 30).unwrap();
    let _ = build(&project, "").fails().says("larger than 256 MiB");
}

/// A few small kustomizations that include one another twice, level by level.
#[test]
fn what_is_included_again_and_again_is_refused() {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
    for (field, head) in [("resources", ""), ("components", component)] {
        let project = tree(&[("web.yaml", WEB)]);
        project.write(
            "kustomization.yaml",
            &match field {
                "resources" => "resources: [a0, b0]\n".to_owned(),
                _ => format!("{WEB_ONLY}components: [a0, b0]\n"),
            },
        );
        for level in 0..40 {
            for side in ["a", "b"] {
                let next = level + 1;
                let text =
                    format!("{head}{field}: [../a{next}, ../b{next}]\nnamePrefix: {side}-\n");
                project.write(&format!("{side}{level}/kustomization.yaml"), &text);
            }
        }
        for side in ["a40", "b40"] {
            let text = format!("{head}namePrefix: {side}-\n");
            project.write(&format!("{side}/kustomization.yaml"), &text);
        }
        let refused = build(&project, "").fails().says(" error[too-large]: ");
        assert!(refused.stderr.contains("included again more than 20000 times"));
        assert!(refused.stderr.len() < 200_000, "{}", refused.stderr.len());
    }
    // Large files, included often.
    let big = format!("{HEAD}data:\n  a: {}\n", "x".repeat(1 << 20));
    let project = tree(&[("base/web.yaml", &big), ("base/kustomization.yaml", WEB_ONLY)]);
    let mut list = "resources:\n".to_owned();
    for n in 0..100 {
        let text = format!("resources: [../base]\nnamePrefix: n{n}-\n");
        project.write(&format!("o{n}/kustomization.yaml"), &text);
        writeln!(list, "- o{n}").unwrap();
    }
    project.write("kustomization.yaml", &list);
    let refused = build(&project, "").fails();
    let _ =
        refused.says("base/kustomization.yaml:1:13: error[too-large]: files are included again");
}

#[test]
fn values_that_are_copied_into_themselves_are_refused() {
    let doubling = "- source: {kind: ConfigMap, name: web, fieldPath: data}\n  targets: [{select: {kind: ConfigMap}, options: {create: true}, fieldPaths: [";
    let fields: Vec<String> = (0..40).map(|n| format!("data.x{n}")).collect();
    let kustomization = format!("{WEB_ONLY}replacements:\n{doubling}{}]}}]\n", fields.join(", "));
    let web = format!("{HEAD}data: {{a: a}}\n");
    let files = [("kustomization.yaml", &*kustomization), ("web.yaml", &*web)];
    let _ = refused(&files, "kustomization.yaml", "too-large").says("copy more than 2000000 nodes");
}

#[test]
fn texts_that_grow_are_refused() {
    let doubling = "- source: {kind: ConfigMap, name: web, fieldPath: data.a}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a], options: {delimiter: x, index: 1}}]\n";
    let kustomization = format!("{WEB_ONLY}replacements:\n{}", doubling.repeat(40));
    let web = format!("{HEAD}data: {{a: axb}}\n");
    let files = [("kustomization.yaml", &*kustomization), ("web.yaml", &*web)];
    let _ = refused(&files, "kustomization.yaml", "too-large").says("longer than 4 MiB");
    let kustomization = format!(
        "{WEB_ONLY}vars:\n- name: V\n  objref: {{apiVersion: v1, kind: ConfigMap, name: web}}\n  fieldref: {{fieldPath: data.a}}\n"
    );
    let web = format!(
        "{HEAD}data: {{a: {}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: a, args: [\"{}\"]}}]}}\n",
        "x".repeat(10_000),
        "$(V)".repeat(10_000)
    );
    let files = [("kustomization.yaml", &*kustomization), ("web.yaml", &*web)];
    let _ = refused(&files, "web.yaml", "too-large").says("vars stand for more than 16 MiB");
}
