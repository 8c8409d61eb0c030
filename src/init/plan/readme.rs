//! What people read: the README of the manifests, and the table of the components, with the rows of
//! those that are used.

use crate::diag;

use super::Work;

const README: &str = "README.md";

/// Sentences that name documents of the stack which an app does not get.
const BEYOND: &[(&str, &str)] = &[
    ("base/secrets.env.example", " See docs/guides/secrets.md."),
    (
        "overlays/canary/kustomization.yaml",
        "; docs/guides/canary.md tells how to send it a share of the traffic",
    ),
    ("overlays/canary/kustomization.yaml", " docs/guides/canary.md tells how they get there."),
];

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    for (file, sentence) in BEYOND {
        if work.tree.has(file) {
            work.tree.reword(file, sentence, "")?;
        }
    }
    let table = work.components.table();
    work.tree.insert("components/README.md", table);
    let mut text = include_str!("../README.md").to_owned();
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
    if !work.tree.has(".github/workflows/k8s-release.yml") {
        text = text
            .replace("\n`.github/workflows/k8s-release.yml` does that for each tag `v…`.\n", "");
    }
    if work.out != "k8s" {
        text = text.replace("k8s/", &format!("{}/", work.out));
    }
    work.tree.insert(README, text);
    Ok(())
}

/// A note with a stop at its end, and a capital at its beginning unless that is the name of a file.
fn sentence(text: &str) -> String {
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    if word.contains(['/', '_']) {
        return format!("{text}{}", if text.ends_with('.') { "" } else { "." });
    }
    let mut chars = text.chars();
    let first = chars.next().map_or(String::new(), |first| first.to_uppercase().collect());
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
