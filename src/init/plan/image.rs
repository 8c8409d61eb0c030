//! What the image is like: its directory, its user, its commands, its registry.

use crate::diag;
use crate::yaml::edit::{Content, Path};
use crate::yaml::{Limits, parse_stream};

use super::Work;
use super::jobs::CONTAINER;
use crate::init::app::words;
use crate::init::tree::{path, scalars};

const WEB: &str = "base/web/deployment.yaml";

/// The user of the stack's pods.
const USER: &str = "1000";

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    thruster(work);
    server(work)?;
    directory(work);
    user(work)?;
    if !work.app.has_bin_rails && work.app.gems.has("rails") && work.app.dockerfile.is_some() {
        without_bin_rails(work);
    }
    if work.app.kamal.as_ref().is_some_and(|kamal| kamal.has_private_registry) {
        work.components.add("pull-secrets");
        work.decide("registry: with the credentials in the Secret `registry-credentials`");
    }
    Ok(())
}

fn thruster(work: &mut Work<'_>) {
    let starts = work.app.dockerfile.as_ref().is_none_or(|image| image.starts_thruster);
    if work.app.gems.has("thruster") && starts {
        work.components.add("thruster");
        work.decide("web: Thruster before Puma");
    }
}

/// Another server than Puma has a command of its own.
fn server(work: &mut Work<'_>) -> diag::Result<()> {
    let web = work.app.web_process().map(|web| web.command.clone());
    let others = ["passenger", "unicorn", "pitchfork", "falcon", "iodine"];
    let is_other = |web: &String| {
        others.iter().any(|server| web.contains(server) && work.app.gems.has(server))
    };
    // Puma may be there for development only.
    if work.app.gems.has("puma") && !web.as_ref().is_some_and(is_other) {
        return Ok(());
    }
    // What is no server of its own is what the stack starts anyway.
    let Some(web) = web.filter(|web| !web.contains("rails s")) else {
        work.note("the gem puma was not found: base/web/deployment.yaml starts `bin/rails server`, change it if that is wrong");
        return Ok(());
    };
    work.decide(format!("web: `{web}`"));
    work.note("the web pods must listen on port 3000, on all addresses; the variable PORT says so");
    let command = Content::List(words(&web).into_iter().map(Content::Text).collect());
    work.tree.set(WEB, &path(CONTAINER).key("command"), command)
}

/// The directory of the app in the image.
fn directory(work: &mut Work<'_>) {
    let image = work.app.dockerfile.as_ref();
    let Some(directory) = image.and_then(|image| image.directory.clone()) else { return };
    if directory == "/rails" {
        return;
    }
    work.decide(format!("directory in the image: {directory}"));
    let below = ["log", "tmp", "storage", "public", "config"];
    let names: Vec<(String, String)> = below
        .iter()
        .map(|name| (format!("/rails/{name}"), format!("{directory}/{name}")))
        .collect();
    let names: Vec<(&str, &str)> =
        names.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    work.tree.rename(&names);
}

/// The number of the user, in the pods of Rails; those of databases have others.
fn user(work: &mut Work<'_>) -> diag::Result<()> {
    let user = work.app.dockerfile.as_ref().and_then(|image| image.user).filter(|user| *user != 0);
    let Some(user) = user.filter(|user| user.to_string() != USER) else { return Ok(()) };
    work.decide(format!("user in the image: {user}"));
    for file in work.tree.paths() {
        let text = work.tree.get(&file)?;
        if !file.ends_with(".yaml") || !text.contains(USER) {
            continue;
        }
        let sources = crate::source::Sources::new();
        let source = sources.add(&file, text.to_owned());
        let source =
            source.map_err(|error| crate::init::tree::defect(&file, &error.to_string()))?;
        let mut found = Vec::new();
        let documents = parse_stream(&source, &Limits::default())?.documents;
        for node in documents.iter().take(1) {
            scalars(node, &Path::root(), &mut found);
        }
        let fields = ["runAsUser", "runAsGroup", "fsGroup"];
        let places: Vec<Path> = found
            .into_iter()
            .filter(|(place, node)| {
                let last = place.steps().last();
                let is_field = fields
                    .iter()
                    .any(|field| last == Some(&crate::yaml::edit::Step::Key((*field).into())));
                is_field && node.text().is_some_and(|text| *text == *USER)
            })
            .map(|(place, _)| place)
            .collect();
        work.tree.edit(&file, |_, edits| {
            for place in places {
                edits.replace(place, Content::Int(user.into()));
            }
        })?;
        let comment = "# uid 1000 is the `rails` user of the Dockerfile that Rails generates.";
        if work.tree.get(&file)?.contains(comment) {
            work.tree.reword(&file, comment, "# The user of the image.")?;
        }
    }
    Ok(())
}

/// An app without binstubs runs its commands by bundler.
fn without_bin_rails(work: &mut Work<'_>) {
    work.tree.rename(&[
        ("[\"./bin/rails\"", "[\"bundle\", \"exec\", \"rails\""),
        ("./bin/rails", "bundle exec rails"),
    ]);
}
