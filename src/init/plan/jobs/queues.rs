//! Further processes of Sidekiq: a Deployment each, as the component `sidekiq-queues` has them.

use crate::diag;
use crate::init::app::{Database, Sidekiq};
use crate::init::plan::Work;
use crate::init::tree::path;
use crate::yaml::edit::{Content, Path};

const COMPONENT: &str = "components/sidekiq-queues";

/// The queue of the example that the others are made from.
const EXAMPLE: &str = "critical";

pub(super) fn apply(work: &mut Work<'_>, answers_probes: bool) -> diag::Result<()> {
    let mut queues: Vec<(String, &Sidekiq)> = Vec::new();
    for queue in &work.app.queues {
        let name = short(&queue.name);
        let is_taken = queues.iter().any(|(taken, _)| *taken == name);
        let name = if is_taken { format!("{name}-{}", queues.len() + 1) } else { name };
        queues.push((name, queue));
    }
    if queues.is_empty() {
        return Ok(());
    }
    if work.app.database == Some(Database::Sqlite) {
        work.note("Sidekiq: only its first process was taken over, since all have to be in the pod of the database");
        return Ok(());
    }
    work.components.add("sidekiq-queues");
    let file = format!("{COMPONENT}/kustomization.yaml");
    let example = work.tree.get(&format!("{COMPONENT}/{EXAMPLE}/kustomization.yaml"))?.to_owned();
    for name in [EXAMPLE, "low"] {
        work.tree.remove_directory(&format!("{COMPONENT}/{name}"));
    }
    // The worker of the base has the arguments of its own process.
    work.tree.remove(&format!("{COMPONENT}/worker.yaml"));
    let names = queues.iter().map(|(name, _)| Content::text(name.clone())).collect();
    work.tree.edit(&file, |_, edits| {
        edits.replace(path("resources"), Content::List(names));
        edits.remove(path("patches"));
    })?;
    work.tree.reword(
        &file,
        "The base\n# worker keeps `default` and `mailers`. A queue",
        "The base\n# has the first worker. A queue",
    )?;
    for (name, queue) in &queues {
        work.decide(format!("worker: Sidekiq for `{}`, as queue-{name}", queue.name));
        one(work, name, queue, &example)?;
    }
    if answers_probes {
        return Ok(());
    }
    super::ask_sidekiq(work, &format!("{COMPONENT}/template/deployment.yaml"))
}

/// Writes the directory of a queue.
fn one(work: &mut Work<'_>, name: &str, queue: &Sidekiq, example: &str) -> diag::Result<()> {
    let file = format!("{COMPONENT}/{name}/kustomization.yaml");
    work.tree.insert(file.as_str(), example);
    let label = path("labels/0/pairs").key("app.kubernetes.io/component");
    work.tree.edit(&file, |_, edits| {
        edits.replace(path("nameSuffix"), Content::text(format!("-{name}")));
        edits.replace(label, Content::text(format!("queue-{name}")));
    })?;
    work.tree.reword(
        &file,
        "# The queue `critical` alone, so that nothing else can hold it up.\n",
        &format!("# `{}` of the Procfile.\n", queue.name),
    )?;
    // The patch is a text in this file, and YAML itself.
    let patch = work.tree.patch(&file, 0)?;
    let mut inside = crate::init::tree::Tree::default();
    inside.insert("patch", patch);
    let all = ["--timeout", "25"].into_iter().chain(queue.arguments.iter().map(String::as_str));
    let all = Content::List(all.map(Content::text).collect());
    inside.edit("patch", |_, edits| {
        let container: Path = path(super::CONTAINER);
        edits.replace(container.key("args"), all);
        let text = |key: &str, text: &str| (key.to_owned(), Content::text(text));
        let set = queue
            .environment
            .iter()
            .map(|(name, value)| Content::Map(vec![text("name", name), text("value", value)]));
        match queue.environment.is_empty() {
            true => edits.remove(container.key("env")),
            false => edits.replace(container.key("env"), Content::List(set.collect())),
        }
    })?;
    let patch = inside.get("patch")?.to_owned();
    work.tree.set(&file, &path("patches/0/patch"), Content::text(patch))
}

/// The name of a process without what all of them have in it, as names of objects are.
fn short(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let mut short = name.trim_matches('-');
    for part in ["sidekiq", "worker", "workers"] {
        short = short.strip_prefix(part).filter(|rest| rest.starts_with('-')).unwrap_or(short);
        short = short.strip_suffix(part).filter(|rest| rest.ends_with('-')).unwrap_or(short);
        short = short.trim_matches('-');
    }
    if short.is_empty() { "more".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn names_of_processes_become_names_of_objects() {
        for (name, expected) in [
            ("performance_worker", "performance"),
            ("sidekiq-Mailers", "mailers"),
            ("worker_low", "low"),
            ("worker2", "worker2"),
            ("sidekiq", "sidekiq"),
            ("_", "more"),
        ] {
            assert_eq!(short(name), expected);
        }
    }
}
