use super::{Format, diagnostic};
use crate::diag::{Code, Diagnostic};
use crate::source::{Sources, Span};

/// A file system of texts, and the spans of words in them.
struct Texts {
    sources: Sources,
    files: Vec<(Span, String)>,
}

impl Texts {
    fn new(files: &[(&str, &str)]) -> Texts {
        let sources = Sources::new();
        let files = files.iter().map(|(path, text)| {
            let source = sources.add(path, (*text).to_owned()).unwrap();
            (source.span(), (*text).to_owned())
        });
        Texts { files: files.collect(), sources }
    }

    /// The first `word` of the file of this number.
    fn span(&self, file: usize, word: &str) -> Span {
        let (span, text) = &self.files[file];
        let at = text.find(word).unwrap() as u32;
        Span::new(span.start() + at, word.len() as u32)
    }

    fn full(&self, problem: &Diagnostic) -> String {
        diagnostic(problem, &self.sources, Format::Full)
    }
}

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: wbe\n";

fn patch_target() -> (Texts, Diagnostic) {
    let texts = Texts::new(&[
        ("overlays/prod/web.yaml", WEB),
        ("base/web.yaml", "kind: Deployment\nmetadata:\n  name: web\n"),
        (
            "overlays/prod/kustomization.yaml",
            "resources:\n- ../../base\npatches:\n- path: web.yaml\n",
        ),
        ("kustomization.yaml", "resources:\n- overlays/prod\n"),
    ]);
    let mut problem = Diagnostic::error(Code::PatchTarget, "patch matches no resource")
        .label(texts.span(0, "wbe"), "no Deployment `wbe` in this build")
        .label(texts.span(0, "Deployment"), "the kind")
        .label(texts.span(1, "web"), "a similar name")
        .note("names are compared before prefixes")
        .help("did you mean `web`?");
    problem.trace = vec![texts.span(3, "overlays/prod"), texts.span(2, "web.yaml")];
    (texts, problem)
}

#[test]
fn full_draws_places_notes_and_help() {
    let (texts, problem) = patch_target();
    insta::assert_snapshot!(texts.full(&problem), @r"
    error[patch-target]: patch matches no resource
     --> overlays/prod/web.yaml:4:9
      |
    2 | kind: Deployment
      |       ---------- the kind
    3 | metadata:
    4 |   name: wbe
      |         ^^^ no Deployment `wbe` in this build
      |
     ::: base/web.yaml:3:9
      |
    3 |   name: web
      |         --- a similar name
      |
      = note: names are compared before prefixes
      = note: included from overlays/prod/kustomization.yaml:4:9
      = note: included from kustomization.yaml:2:3
    help: did you mean `web`?
    ");
}

#[test]
fn one_line_formats() {
    let (texts, problem) = patch_target();
    let render = |format| diagnostic(&problem, &texts.sources, format);
    assert_eq!(
        render(Format::Concise),
        "overlays/prod/web.yaml:4:9: error[patch-target]: patch matches no resource\n"
    );
    assert_eq!(
        render(Format::Github),
        "::error file=overlays/prod/web.yaml,line=4,col=9,endLine=4,endColumn=12,\
         title=patch-target::patch matches no resource\
         %0Anote: names are compared before prefixes%0Ahelp: did you mean `web`?\n"
    );
    let json = render(Format::Json);
    assert_eq!(json.matches('\n').count(), 1);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let web = |line, from, to, message| {
        serde_json::json!({
            "file": "overlays/prod/web.yaml",
            "start": {"line": line, "column": from},
            "end": {"line": line, "column": to},
            "message": message,
        })
    };
    assert_eq!(value["version"], 1);
    assert_eq!(value["severity"], "error");
    assert_eq!(value["code"], "patch-target");
    assert_eq!(value["message"], "patch matches no resource");
    assert_eq!(value["labels"][0], web(4, 9, 12, "no Deployment `wbe` in this build"));
    assert_eq!(value["labels"][1], web(2, 7, 17, "the kind"));
    assert_eq!(value["notes"][0], "names are compared before prefixes");
    assert_eq!(value["help"][0], "did you mean `web`?");
    let from = serde_json::json!({"file": "kustomization.yaml", "line": 2, "column": 3});
    assert_eq!(value["trace"][0], from);
}

#[test]
fn color_changes_nothing_but_color() {
    let (texts, problem) = patch_target();
    let colored = diagnostic(&problem, &texts.sources, Format::FullInColor);
    assert!(colored.contains("\x1b["));
    let plain = anstream::adapter::strip_str(&colored).to_string();
    assert_eq!(plain, texts.full(&problem));
}

#[test]
fn a_problem_without_a_place_is_its_message() {
    let texts = Texts::new(&[]);
    let problem = Diagnostic::error(Code::Usage, "what\nis this").help("read the manual");
    insta::assert_snapshot!(texts.full(&problem), @r"
    error[usage]: what
                  is this
    help: read the manual
    ");
    let one_line = |format| diagnostic(&problem, &texts.sources, format);
    assert_eq!(one_line(Format::Concise), "error[usage]: what is this\n");
    assert_eq!(
        one_line(Format::Github),
        "::error title=usage::what%0Ais this%0Ahelp: read the manual\n"
    );
}

#[test]
fn tabs_and_wide_characters_keep_the_marks_in_place() {
    let texts = Texts::new(&[("a.yaml", "a:\tb\né: ü x\n日本: y\n")]);
    for (word, mark) in [("b", "^"), ("x", "^"), ("y", "^")] {
        let text = texts.full(&Diagnostic::warning(Code::NoEffect, "m").at(texts.span(0, word)));
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("warning[no-effect]: m"));
        let width = |s: &str| -> usize {
            let wide = s.chars().filter(|c| ('\u{2e80}'..='\u{9fff}').contains(c));
            s.chars().count() + wide.count()
        };
        let before = width(lines[3].split(word).next().unwrap());
        assert_eq!(lines[4].find(mark), Some(before), "{text}");
    }
}

#[test]
fn long_lines_are_cut_round_the_place() {
    let tail = "x".repeat(6_000_000);
    let line = |before: usize| format!("a: b\n{}needle{tail}\nlast: 1\n", "ä".repeat(before));
    let texts = Texts::new(&[("near.yaml", &line(4_000)), ("far.yaml", &line(3_000_000))]);
    let draw = |file| {
        let problem = Diagnostic::error(Code::Yaml, "m");
        texts.full(&problem.label(texts.span(file, "needle"), "here"))
    };
    let near = draw(0);
    assert!(near.contains(" --> near.yaml:2:4001\n"), "{near}");
    assert!(near.contains("ääneedlexx"), "{near}");
    assert!(!near.contains("last"), "{near}");
    let fits = |line: &str| line.chars().count() <= super::full::WIDTH;
    assert!(near.lines().all(fits), "{near}");
    assert_eq!(draw(1), "error[yaml]: m\n--> far.yaml:2:3000001\n\n");
}

#[test]
fn a_place_of_several_lines_is_marked_in_its_first() {
    let texts = Texts::new(&[("a.yaml", "a: [\n  b,\n  c]\nd: e\n")]);
    let text = texts.full(&Diagnostic::error(Code::Yaml, "m").at(texts.span(0, "[\n  b,\n  c]")));
    assert_eq!(text, "error[yaml]: m\n --> a.yaml:1:4\n  |\n1 | a: [\n  |    ^\n\n");
}

#[test]
fn the_end_of_a_file_is_the_end_of_its_last_line() {
    let texts = Texts::new(&[("a.yaml", "a: [\nb\n"), ("empty.yaml", "")]);
    for (file, place) in [(0, "a.yaml:2:2"), (1, "empty.yaml:1:1")] {
        let end = Span::new(texts.files[file].0.end(), 0);
        let problem = Diagnostic::error(Code::Yaml, "m").at(end);
        let text = texts.full(&problem);
        assert!(text.contains(&format!(" --> {place}\n")), "{text}");
        let concise = diagnostic(&problem, &texts.sources, Format::Concise);
        assert!(concise.starts_with(&format!("{place}: ")), "{concise}");
    }
}

#[test]
fn far_places_of_one_file_are_drawn_apart() {
    let lines: String = (1..=300).map(|n| format!("key{n}: value\n")).collect();
    let texts = Texts::new(&[("a.yaml", &lines)]);
    let problem = Diagnostic::error(Code::DuplicateKey, "m")
        .label(texts.span(0, "key290"), "again")
        .label(texts.span(0, "key3:"), "first");
    insta::assert_snapshot!(texts.full(&problem), @r"
    error[duplicate-key]: m
       --> a.yaml:290:1
        |
    290 | key290: value
        | ^^^^^^ again
        |
       ::: a.yaml:3:1
        |
      3 | key3: value
        | ----- first
    ");
}

#[test]
fn text_can_not_move_the_cursor() {
    let texts = Texts::new(&[("a\x1b[2J.yaml", "a: \x1b[31mred\n")]);
    let problem = Diagnostic::error(Code::Yaml, "m \x1b[2J")
        .label(texts.span(0, "red"), "l \x1b[2J\n\r")
        .note("n \x1b[2J")
        .help("h \x1b[2J");
    for format in [Format::Full, Format::Concise, Format::Json] {
        let text = diagnostic(&problem, &texts.sources, format);
        assert!(!text.contains(['\x1b', '\r']), "{text:?}");
    }
}

#[test]
fn lines_of_secrets_are_not_shown_in_any_format() {
    let texts = Texts::new(&[("s.yaml", "kind: Secret\nstringData:\n  password: hunter2\n")]);
    let problem = Diagnostic::error(Code::Yaml, "m").label(texts.span(0, "password"), "here");
    let text = texts.full(&problem);
    assert_eq!(
        text,
        "error[yaml]: m\n--> s.yaml:3:3\n = note: lines that may hold secrets are not shown\n\n"
    );
    for format in [Format::FullInColor, Format::Concise, Format::Json, Format::Github] {
        assert!(!diagnostic(&problem, &texts.sources, format).contains("hunter2"));
    }
}
