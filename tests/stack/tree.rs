//! [`Tree`]: the real files of the stack in memory, to be changed and built in this process; and the table of
//! components.

use std::collections::BTreeMap;
use std::path::Path;

use railsgen::check::{Options, check};
use railsgen::diag::Diagnostic;
use railsgen::fs::MemoryFs;
use railsgen::{BuildOptions, Built, Sources, build};

use crate::support::{files_below, repository};

/// Files by their path from the root of the repository.
#[derive(Clone)]
pub(super) struct Tree {
    pub(super) files: BTreeMap<String, String>,
}

impl Tree {
    /// What a user has of the stack.
    pub(super) fn stack() -> Tree {
        let directories = ["base", "components", "overlays", "examples"];
        let files = directories.iter().flat_map(|name| files_below(&repository().join(name)));
        let files = files.map(|path| {
            let name =
                path.strip_prefix(repository()).unwrap().to_string_lossy().replace('\\', "/");
            (name, std::fs::read_to_string(path).unwrap())
        });
        Tree { files: files.collect() }
    }

    pub(super) fn file(&self, path: &str) -> &str {
        self.files.get(path).unwrap_or_else(|| panic!("the stack has no {path}"))
    }

    /// Replaces a part of a file that must be there.
    #[track_caller]
    pub(super) fn replace(&mut self, path: &str, from: &str, to: &str) {
        let text = self.file(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        let text = text.replace(from, to);
        self.files.insert(path.to_owned(), text);
    }

    /// Has an overlay list these components, paths from its directory, in place of its own.
    pub(super) fn set_components(&mut self, overlay: &str, components: &[String]) {
        let path = format!("overlays/{overlay}/kustomization.yaml");
        let text = self.file(&path);
        let (before, rest) = text.split_once("\ncomponents:\n").expect("a list of components");
        let after = rest.find("\n\n").map_or("", |end| &rest[end..]);
        let list: String =
            components.iter().map(|component| format!("  - {component}\n")).collect();
        let text = format!("{before}\ncomponents:\n{}{after}", list.trim_end_matches('\n'));
        self.files.insert(path, text);
    }

    /// Builds a directory as the command does.
    #[track_caller]
    pub(super) fn build(&self, directory: &str) -> Made {
        let sources = Sources::new();
        let fs = self
            .files
            .iter()
            .fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text.as_str()));
        let built = build(&fs, &sources, Path::new(directory), &BuildOptions::default());
        let built = built.unwrap_or_else(|problems| {
            let said: Vec<String> = problems.iter().map(|one| shown(one, &sources)).collect();
            panic!("{directory}: {}", said.join("\n"))
        });
        Made { built, sources }
    }
}

/// A build, and the files that it was made of.
pub(super) struct Made {
    pub(super) built: Built,
    sources: Sources,
}

impl Made {
    pub(super) fn yaml(&self) -> String {
        self.built.to_yaml().unwrap()
    }

    /// What the build warns of.
    pub(super) fn warnings(&self) -> Vec<String> {
        self.built.warnings().iter().map(|warning| shown(warning, &self.sources)).collect()
    }

    /// What the rules find, Secrets that are made by hand aside.
    pub(super) fn findings(&self) -> Vec<String> {
        let by_hand = ["app-secrets", "registry-credentials"];
        let options = by_hand
            .iter()
            .fold(Options::default(), |options, name| options.existing("Secret", *name));
        self.findings_with(&options)
    }

    pub(super) fn findings_with(&self, options: &Options) -> Vec<String> {
        let findings = check(self.built.resources(), options);
        findings.iter().map(|finding| shown(finding, &self.sources)).collect()
    }

    /// The names of all resources of a kind.
    pub(super) fn names(&self, kind: &str) -> Vec<String> {
        let same = self.built.resources().iter().filter(|one| *one.id().kind == *kind);
        same.map(|one| one.id().name.to_string()).collect()
    }
}

/// A diagnostic in one line, with its place and its notes.
fn shown(problem: &Diagnostic, sources: &Sources) -> String {
    let place = sources.place(problem.span()).map_or(String::new(), |place| format!("{place}: "));
    format!("{place}{problem} ({})", problem.notes.join("; "))
}

/// A row of the table in `components/README.md`.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) order: u32,
    pub(super) overlays: Vec<String>,
    pub(super) excludes: Vec<String>,
    pub(super) requires: Vec<String>,
}

impl Component {
    /// Whether it is one of the strategies of which an overlay has exactly one.
    pub(super) fn is_strategy(&self) -> bool {
        self.name.starts_with("migrate-")
    }
}

/// All rows of the table.
pub(super) fn components() -> Vec<Component> {
    let text = std::fs::read_to_string(repository().join("components/README.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| [`"));
    let components: Vec<Component> = rows.map(component).collect();
    assert!(components.len() > 30, "the table in components/README.md");
    components
}

fn component(row: &str) -> Component {
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    let names = |cell: &str| -> Vec<String> {
        assert!(cell == "–" || cell.starts_with('`'), "names in backquotes: {cell}");
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    Component {
        name: names(cells[0].trim_start_matches('[')).remove(0),
        order: cells[1].parse().unwrap(),
        overlays: names(cells[2]),
        excludes: names(cells[3]),
        requires: names(cells[4]),
    }
}
