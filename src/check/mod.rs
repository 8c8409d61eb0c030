//! Checks of built resources: what a cluster would refuse, and what would go wrong in it.
//!
//! A check is a [`Rule`]: one file in `rules/`, with what it looks for, why, and a function from a
//! `Scene` to findings. [`RULES`] lists them all. A new one is a file there and a row in that table.
//!
//! | File | |
//! | --- | --- |
//! | `scene.rs` | what rules look at: resources by name, pods, what exists elsewhere |
//! | `pods.rs` | the pods that a resource makes, and their containers |
//! | `select.rs` | label selectors as objects have them |
//! | `quantity.rs` | `500m`, `2Gi` |
//! | `schema/` | which fields an object has, and of what type |
//!
//! Not known here: kustomization files, and how findings are shown. Nothing is read but the
//! resources, so the same set gives the same findings.

mod pods;
mod quantity;
mod rules;
mod scene;
mod schema;
mod select;

use crate::diag::{Code, Diagnostic};
use crate::k8s::{Resource, ResourceSet};
use crate::source::Span;

pub use rules::RULES;
pub use scene::{Existing, Options};

use scene::Scene;

/// One check.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which findings have as their code.
    pub id: &'static str,
    /// What it looks for, in one line.
    pub summary: &'static str,
    /// Why that matters and what to do, for people.
    pub explanation: &'static str,
    check: fn(&Scene<'_>, &mut Findings),
}

/// Runs every rule over the resources of a build.
///
/// An error is something that a cluster refuses or that can't work; a warning is something that
/// works until it does not. Findings come in the order of [`RULES`], and for each rule in the order
/// of the resources.
///
/// ```
/// use std::path::Path;
/// use railsgen::check::{Options, check};
/// use railsgen::{BuildOptions, Sources, build, fs::MemoryFs};
///
/// let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  port: 80\n";
/// let fs = MemoryFs::new()
///     .with("kustomization.yaml", "resources: [service.yaml]\n")
///     .with("service.yaml", service);
/// let built = build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap();
/// let findings = check(built.resources(), &Options::default());
/// assert_eq!(findings[0].to_string(), "error[schema]: a Service has no field `spec.port`");
/// ```
pub fn check(resources: &ResourceSet, options: &Options) -> Vec<Diagnostic> {
    let scene = Scene::new(resources.as_slice(), options);
    let mut findings = Vec::new();
    for rule in RULES {
        let mut found = Findings { rule: rule.id, found: Vec::new() };
        (rule.check)(&scene, &mut found);
        findings.append(&mut found.found);
    }
    findings
}

/// Where a rule puts what it finds.
struct Findings {
    rule: &'static str,
    found: Vec<Diagnostic>,
}

impl Findings {
    /// Adds what is wrong with a resource.
    fn add(&mut self, resource: &Resource, mut finding: Diagnostic) {
        finding.code = Code::Rule(self.rule);
        // The place may be in a file that many resources share, so the resource is named besides. What
        // was made by no file stands where its resource does.
        self.found.push(finding.or_at(resource.name_span()).note(format!("in {}", resource.id())));
    }
}

/// A finding that can't work; `span` is the place of the value in question.
fn error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::Rule(""), message).at(span)
}

/// A finding that works until it does not.
fn warning(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(Code::Rule(""), message).at(span)
}

#[cfg(test)]
mod tests;
