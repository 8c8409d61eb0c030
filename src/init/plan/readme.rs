//! The README of the manifests: an ordinary document, and the rows of the components that are used.

use crate::diag;

use super::Work;

const README: &str = "README.md";

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    let mut text = include_str!("../README.md").to_owned();
    for row in work.components.used() {
        let needs = row.needs.as_str();
        text.push_str(&format!("| `{}` | {} | {} |\n", row.name, row.about, needs));
    }
    let notes = work.app.notes.iter().chain(&work.notes);
    let notes: Vec<String> = notes.map(|note| format!("- {}\n", sentence(&note.text))).collect();
    if !notes.is_empty() {
        text.push_str("\n## Left to do\n\n");
        text.extend(notes);
    }
    if !work.tree.has("overlays/canary/kustomization.yaml") {
        text = text.replace("overlays/canary/    the next release beside production\n", "");
    }
    if !work.tree.has("base/worker/deployment.yaml") {
        text = text.replace(" deployment/worker", "");
    }
    if work.out != "k8s" {
        text = text.replace("k8s/", &format!("{}/", work.out));
    }
    work.tree.insert(README, text);
    Ok(())
}

/// A note with a capital at its beginning and a stop at its end.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map_or(String::new(), |first| first.to_uppercase().collect());
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
