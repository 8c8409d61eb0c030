//! From what an app is to what its files say: one step after the other, in the order of a table.

mod components;
mod database;
mod health;
mod image;
mod jobs;
mod readme;
mod settings;
mod uploads;
mod workflow;

use std::path::Path;

use crate::diag;
use crate::yaml::edit::Content;

use super::Note;
use super::app::App;
use super::names::Names;
use super::stack::FILES;
use super::tree::{Tree, path};

use components::Components;

/// The files for an app, from its directory, and what was decided on the way.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) files: Vec<(String, String)>,
    pub(super) decisions: Vec<String>,
    pub(super) notes: Vec<Note>,
}

/// What the steps work on.
struct Work<'a> {
    app: &'a App,
    names: &'a Names,
    tree: Tree,
    components: Components,
    /// Where the manifests go, as the workflows name it.
    out: String,
    decisions: Vec<String>,
    notes: Vec<Note>,
}

/// All steps in their order: later ones find what earlier ones left.
const STEPS: &[fn(&mut Work<'_>) -> diag::Result<()>] = &[
    jobs::apply,
    database::apply,
    uploads::apply,
    image::apply,
    health::apply,
    settings::apply,
    components::apply,
    overlays,
    workflow::apply,
    readme::apply,
    rename,
];

/// Plans the files for an app. `out` is the directory of the manifests, from that of the app.
pub(super) fn plan(app: &App, names: &Names, out: &Path) -> diag::Result<Planned> {
    let mut tree = Tree::default();
    for (path, text) in FILES.iter().filter(|(path, _)| *path != "components/README.md") {
        tree.insert(*path, *text);
    }
    let mut work = Work {
        app,
        names,
        components: Components::of_stack(&tree)?,
        tree,
        out: out.to_string_lossy().replace('\\', "/"),
        decisions: Vec::new(),
        notes: Vec::new(),
    };
    for step in STEPS {
        step(&mut work)?;
    }
    let Work { tree, decisions, notes, out, .. } = work;
    let files =
        tree.into_files().into_iter().map(|(path, text)| match path.strip_prefix(".github/") {
            Some(_) => (path, text),
            None => (format!("{out}/{path}"), text),
        });
    Ok(Planned { files: files.collect(), decisions, notes })
}

impl Work<'_> {
    fn decide(&mut self, text: impl Into<String>) {
        self.decisions.push(text.into());
    }

    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(Note { text: text.into() });
    }

    /// The overlays that there are.
    fn overlays(&self) -> Vec<&'static str> {
        let all = ["staging", "prod", "canary"].into_iter();
        all.filter(|overlay| self.tree.has(&kustomization(overlay))).collect()
    }
}

/// The kustomization of an overlay.
fn kustomization(overlay: &str) -> String {
    format!("overlays/{overlay}/kustomization.yaml")
}

/// What each overlay is about, and its image.
fn overlays(work: &mut Work<'_>) -> diag::Result<()> {
    for overlay in work.overlays() {
        let file = kustomization(overlay);
        let label = path("labels/1/pairs").key("app.kubernetes.io/part-of");
        work.tree.set(&file, &label, Content::text(work.names.name.clone()))?;
        if let Some(tag) = &work.names.tag {
            work.tree.set(&file, &path("images/0/newTag"), Content::text(tag.clone()))?;
        }
        if let Some(digest) = work.names.digest.clone() {
            work.tree.edit(&file, |_, edits| {
                edits.rename(path("images/0/newTag"), "digest");
                edits.replace(path("images/0/newTag"), Content::text(digest));
            })?;
        }
    }
    Ok(())
}

/// The names of the example become those of the app.
fn rename(work: &mut Work<'_>) -> diag::Result<()> {
    let names = work.names;
    work.tree.rename(&[
        ("registry.example.com/rails-app", &names.image),
        ("app.example.com", &names.host),
        ("staging.example.com", &names.staging_host),
        ("canary.example.com", &names.canary_host),
        ("app-prod", &names.namespace),
        ("app-staging", &names.staging_namespace),
    ]);
    Ok(())
}
