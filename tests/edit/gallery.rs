//! The gallery of `docs/edit.md`: before, command, after.
//!
//! A section holds files (`yaml` blocks; the first word behind `yaml` is the path), or a link to a
//! file of the repository, and commands (an `sh` block). What railsgen prints follows: the diff of
//! all commands together, or the refusal. `UPDATE=1` writes it.

use std::collections::BTreeMap;
use std::fs;

use similar::TextDiff;

use super::words;
use crate::support::project::Project;
use crate::support::run::Run;
use crate::support::{files_below, repository, updating};

const DOCUMENT: &str = "docs/edit.md";
/// Where the kustomization of a section lies, so that there is room above it.
const DIRECTORY: &str = "overlays/here";

/// A section: what is written by hand, and what is generated.
struct Section<'d> {
    title: &'d str,
    written: &'d str,
    stored: &'d str,
}

fn sections(gallery: &str) -> Vec<Section<'_>> {
    gallery
        .split("\n### ")
        .skip(1)
        .map(|text| {
            let sh = text.find("```sh\n").unwrap_or_else(|| panic!("no command: {text}"));
            let end = sh + text[sh + 6..].find("```\n").unwrap() + 10;
            let title = text.lines().next().unwrap();
            Section { title, written: &text[..end], stored: &text[end..] }
        })
        .collect()
}

/// The fenced blocks of a text: what stands behind the fence, and the lines.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("```") {
        let (info, body) = rest[start + 3..].split_once('\n').unwrap();
        let end = body.find("```\n").unwrap();
        blocks.push((info, &body[..end]));
        rest = &body[end + 4..];
    }
    blocks
}

/// Lays the files of a section out.
fn lay_out(section: &Section<'_>) -> Project {
    let project = Project::new("");
    project.write(&format!("{DIRECTORY}/.keep"), "");
    if let Some((_, link)) = section.written.split_once("\nBefore: [") {
        let path = link.split(']').next().unwrap();
        let text = fs::read_to_string(repository().join(path)).unwrap();
        project.write(&format!("{DIRECTORY}/kustomization.yaml"), &text);
    }
    for (info, body) in blocks(section.written) {
        let Some(about) = info.strip_prefix("yaml") else { continue };
        let crlf = about.trim() == "crlf";
        let path = match about.trim() {
            "" | "crlf" => "kustomization.yaml",
            path => path,
        };
        let body = if crlf { body.replace('\n', "\r\n") } else { body.to_owned() };
        project.write(&format!("{DIRECTORY}/{path}"), &body);
    }
    project
}

/// All files but those that commands made with `touch`.
fn snapshot(project: &Project) -> BTreeMap<String, String> {
    let read = |path: std::path::PathBuf| {
        let shown = path.strip_prefix(project.root()).unwrap().to_string_lossy().into_owned();
        (shown.replace('\\', "/"), fs::read_to_string(path).unwrap())
    };
    files_below(project.root()).into_iter().map(read).filter(|(_, text)| !text.is_empty()).collect()
}

/// Runs a section and shows what comes of it.
fn shown(section: &Section<'_>) -> String {
    let project = lay_out(section);
    let before = snapshot(&project);
    let directory = project.path(DIRECTORY);
    let (_, commands) = *blocks(section.written).iter().find(|(info, _)| *info == "sh").unwrap();
    let mut refusal = String::new();
    for command in commands.lines() {
        let words = words(command);
        let (program, args) = words.split_first().unwrap();
        if program == "touch" {
            for path in args {
                project.write(&format!("{DIRECTORY}/{path}"), "");
            }
            continue;
        }
        assert_eq!(program, "railsgen", "{command}");
        let run = args.iter().fold(Run::railsgen(&directory), |run, word| run.arg(word));
        let outcome = run.run();
        if !outcome.is_success() {
            refusal.push_str(&outcome.stderr);
        }
    }
    let mut text = String::new();
    for (path, after) in snapshot(&project) {
        let old = before.get(&path).map_or("", String::as_str);
        if *old == after {
            continue;
        }
        let diff = TextDiff::from_lines(old, after.as_str());
        let name = path.strip_prefix(DIRECTORY).unwrap_or(&path).trim_start_matches('/');
        let (a, b) = (format!("a/{name}"), format!("b/{name}"));
        let from = if old.is_empty() { "/dev/null" } else { &a };
        text.push_str(&diff.unified_diff().header(from, &b).to_string());
    }
    let text = text.replace('\r', "");
    match (refusal.as_str(), text.as_str()) {
        ("", diff) => format!("\n```diff\n{diff}```\n"),
        (refusal, "") => format!("\n```text\n{}\n```\n", refusal.trim_end()),
        _ => panic!("{}: both refused and changed", section.title),
    }
}

#[test]
fn the_gallery_is_true() {
    let path = repository().join(DOCUMENT);
    let text = fs::read_to_string(&path).unwrap();
    let start = text.find("\n## Gallery").expect("a gallery");
    let (rules, gallery) = text.split_at(start);
    let sections = sections(gallery);
    assert!(sections.len() >= 20, "{} sections", sections.len());
    let lead = gallery.split("\n### ").next().unwrap();
    let mut new = format!("{rules}{lead}");
    let mut stale = Vec::new();
    for section in &sections {
        let shown = shown(section);
        if section.stored.trim_end() != shown.trim_end() {
            stale.push(section.title);
        }
        new.push_str(&format!("\n### {}{shown}", section.written));
    }
    if updating() {
        fs::write(&path, new).unwrap();
    } else {
        assert!(stale.is_empty(), "UPDATE=1 cargo test --test main gallery: {stale:?}");
    }
}
