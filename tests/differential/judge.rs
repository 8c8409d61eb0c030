//! Builds a tree with both programs and tells in what they differ.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use railsgen::fs::MemoryFs;
use railsgen::render::{Format, diagnostic};
use railsgen::{BuildOptions, Sources, build};

use super::layers::Tree;
use crate::support::first_difference;
use crate::support::oracle::Oracle;
use crate::support::project::Project;

/// What both programs make of a tree.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The same bytes.
    BothBuild,
    /// For this reason, as far as the reference tells it.
    BothRefuse(String),
    Differs(Difference),
}

/// How a tree is not built as it should be.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    pub(super) kind: DifferenceKind,
    /// What to print about it.
    pub(super) about: String,
    /// What stays of the difference while a tree is made smaller.
    pub(super) class: String,
    /// What the reference prints, if it builds the tree.
    pub(super) expected: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DifferenceKind {
    WePanic,
    WeRefuse,
    WeBuild,
    OtherBytes,
}

/// How often the reference is asked again before a difference counts: its order of keys is not
/// always the same.
const RETRIES: usize = 4;

pub(super) fn judge(tree: &Tree, oracle: &Oracle) -> Verdict {
    let ours = catch_unwind(AssertUnwindSafe(|| ours(tree, "")));
    let project = Project::new("");
    for (path, content) in tree {
        project.write_bytes(path, content);
    }
    let mut reference = oracle.build(project.root(), ".");
    let differs = |kind, about: String, class: &str, expected: Option<&[u8]>| {
        let expected = expected.map(<[u8]>::to_vec);
        Verdict::Differs(Difference { kind, about, class: class.to_owned(), expected })
    };
    let built = match &ours {
        Err(_) => {
            let expected = reference.is_success().then_some(&*reference.stdout);
            return differs(DifferenceKind::WePanic, "railsgen panics".into(), "", expected);
        }
        Ok(Ok(built)) => built,
        Ok(Err(_)) if !reference.is_success() => {
            return Verdict::BothRefuse(skeleton(&reference.stderr));
        }
        Ok(Err((code, message))) => {
            let about = format!("kustomize builds it, railsgen says:\n{message}");
            return differs(DifferenceKind::WeRefuse, about, code, Some(&reference.stdout));
        }
    };
    for _ in 0..RETRIES {
        if reference.is_success() && reference.stdout == *built {
            return Verdict::BothBuild;
        }
        reference = oracle.build(project.root(), ".");
    }
    if !reference.is_success() {
        let lines: Vec<&str> = reference.stderr.lines().take(20).collect();
        let about = format!("railsgen builds it, kustomize says:\n{}", lines.join("\n"));
        return differs(DifferenceKind::WeBuild, about, &skeleton(&reference.stderr), None);
    }
    let about = first_difference(&reference.stdout, built);
    differs(DifferenceKind::OtherBytes, about, "", Some(&reference.stdout))
}

/// The bytes that railsgen prints for a directory of a tree, or the code and the text of why not.
pub(super) fn ours(tree: &Tree, directory: &str) -> Result<Vec<u8>, (String, String)> {
    let fs = tree.iter().fold(MemoryFs::new(), |fs, (path, content)| {
        fs.with(format!("/tree/{path}"), content.clone())
    });
    let sources = Sources::new();
    let refused = |problems: &[railsgen::diag::Diagnostic]| {
        let error = problems.iter().find(|problem| problem.is_error());
        let code = error.map(|error| format!("{:?}", error.code)).unwrap_or_default();
        let texts = problems.iter().map(|problem| diagnostic(problem, &sources, Format::Full));
        (code, texts.collect::<String>())
    };
    let built = build(&fs, &sources, &Path::new("/tree").join(directory), &BuildOptions::default())
        .map_err(|problems| refused(&problems))?;
    match built.to_yaml() {
        Ok(text) => Ok(text.into_bytes()),
        Err(problem) => Err(refused(&[*problem])),
    }
}

/// The words at the end of the reference's message, which name the problem and not the place.
fn skeleton(stderr: &str) -> String {
    let is_head = |line: &&str| line.starts_with("error: ") || line.starts_with("panic: ");
    let last = stderr.lines().find(is_head).unwrap_or(stderr);
    let tail = last.rsplit(": ").next().unwrap_or("");
    tail.chars().filter(|c| c.is_alphabetic() || *c == ' ').take(40).collect()
}
