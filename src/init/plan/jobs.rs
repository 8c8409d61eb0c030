//! What runs jobs: Sidekiq as the base has it, another component, another command, or nothing.

use crate::diag;
use crate::yaml::edit::{At, Content, Edits, Path};
use crate::yaml::{Node, Value};

use super::components::has_text;
use super::{Work, kustomization};
use crate::init::app::{Database, Jobs, Sidekiq, words};
use crate::init::tree::{defect, path};

mod queues;

const WORKER: &str = "base/worker/deployment.yaml";

/// Where the container is in a Deployment.
pub(super) const CONTAINER: &str = "spec/template/spec/containers/0";

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    let is_on_one_disk = work.app.database == Some(Database::Sqlite);
    match &work.app.jobs {
        Some(Jobs::SolidQueue) if is_on_one_disk => {
            work.decide("worker: Solid Queue inside of Puma");
            if !work.app.has_puma_plugin {
                work.note("Solid Queue: config/puma.rb needs `plugin :solid_queue if ENV[\"SOLID_QUEUE_IN_PUMA\"]`");
            }
            remove(work)?;
        }
        Some(Jobs::Sidekiq { process, answers_probes }) => {
            sidekiq(work, process, *answers_probes)?;
            queues::apply(work, *answers_probes)?;
        }
        Some(Jobs::SolidQueue) => solid_queue(work)?,
        Some(Jobs::GoodJob) => {
            work.components.add("good-job");
            work.decide("worker: GoodJob");
        }
        Some(Jobs::Command(command)) => other(work, command)?,
        None => {
            work.decide("no worker");
            remove(work)?;
        }
    }
    if is_on_one_disk && work.tree.has(WORKER) {
        move_beside_puma(work)?;
    }
    schedule(work)
}

/// Makes the worker a second container of the web pod: only there is the disk of the database.
fn move_beside_puma(work: &mut Work<'_>) -> diag::Result<()> {
    work.decide("the worker is a container of the web pod, where the disk of the database is");
    let mut container = None;
    work.tree.edit(WORKER, |root, _| {
        let list = root.at(&["spec", "template", "spec", "containers"]).and_then(Node::as_sequence);
        container = list.and_then(|list| list.items.first()).map(content);
    })?;
    let Some(Content::Map(mut fields)) = container else {
        return Err(defect(WORKER, "it has no container"));
    };
    for (field, value) in &mut fields {
        if field == "name" {
            *value = Content::text("worker");
        }
    }
    work.tree.edit("base/web/deployment.yaml", |_, edits| {
        edits.push(path("spec/template/spec/containers"), At::End, Content::Map(fields));
    })?;
    let text = |key: &str, value: &str| (key.to_owned(), Content::text(value));
    let mount = Content::Map(vec![text("name", "database"), text("mountPath", "/rails/storage")]);
    let place = "/spec/template/spec/containers/1/volumeMounts/-";
    let operation = vec![text("op", "add"), text("path", place), ("value".to_owned(), mount)];
    work.tree.edit("components/sqlite/web.yaml", |_, edits| {
        edits.push(Path::root(), At::End, Content::Map(operation));
    })?;
    remove(work)
}

/// A value of another file.
fn content(node: &Node) -> Content {
    match node {
        Node::Mapping(map) => Content::Map(
            map.iter().map(|entry| (entry.key.text.to_string(), content(&entry.value))).collect(),
        ),
        Node::Sequence(list) => Content::List(list.items.iter().map(content).collect()),
        Node::Scalar(scalar) => match scalar.value() {
            Ok(Value::Int(number)) => Content::Int(number),
            Ok(Value::Bool(value)) => Content::Bool(value),
            _ => Content::text(scalar.text.as_str()),
        },
    }
}

fn sidekiq(work: &mut Work<'_>, process: &Sidekiq, answers_probes: bool) -> diag::Result<()> {
    work.decide("worker: Sidekiq");
    if !process.arguments.is_empty() {
        let all = ["--timeout", "25"].into_iter();
        let all = all.chain(process.arguments.iter().map(String::as_str));
        let all = Content::List(all.map(Content::text).collect());
        work.tree.set(WORKER, &path(CONTAINER).key("args"), all)?;
    }
    environment(work, WORKER, &process.environment)?;
    if answers_probes { Ok(()) } else { ask_sidekiq(work, WORKER) }
}

/// Variables of the first container.
fn environment(work: &mut Work<'_>, file: &str, set: &[(String, String)]) -> diag::Result<()> {
    work.tree.edit(file, |root, edits| {
        let list = root.at(&["spec", "template", "spec", "containers"]).and_then(Node::as_sequence);
        let container = list.and_then(|list| list.items.first());
        let known = container.and_then(|node| node.at(&["env"])).and_then(Node::as_sequence);
        let known = known.map_or(&[][..], |list| &list.items);
        for (name, value) in set {
            let env = path(CONTAINER).key("env");
            match known.iter().position(|item| has_text(item, &["name"], name)) {
                Some(at) => edits.replace(env.index(at).key("value"), Content::text(value.clone())),
                None => {
                    let text =
                        |key: &str, text: &String| (key.to_owned(), Content::text(text.clone()));
                    let item = Content::Map(vec![text("name", name), text("value", value)]);
                    edits.push(env, At::End, item);
                }
            }
        }
    })
}

/// Has the probes of a worker without `sidekiq_alive` look at its process: Sidekiq names it when it has
/// booted.
fn ask_sidekiq(work: &mut Work<'_>, file: &str) -> diag::Result<()> {
    ask_process(work, file, "^sidekiq")?;
    work.tree.reword(
        file,
        "          # Port 7433 is answered by the gem sidekiq_alive, or by `health_check` of Sidekiq Enterprise. Without either,\n          \
         # have Sidekiq touch a file below TMPDIR and probe its age with exec; images have no `ps` to ask.\n",
        "          # Sidekiq names its process when it has booted: the probes see that it runs, not that it works. For that take\n          \
         # the gem sidekiq_alive, which answers on port 7433.\n",
    )
}

fn solid_queue(work: &mut Work<'_>) -> diag::Result<()> {
    let file = "components/solid-queue/worker.yaml";
    work.components.add("solid-queue");
    work.decide("worker: Solid Queue");
    if !work.app.has_bin_jobs {
        let command = ["bundle", "exec", "rake", "solid_queue:start"];
        let command = Content::List(command.into_iter().map(Content::text).collect());
        work.tree.set(file, &path(CONTAINER).key("command"), command)?;
    }
    if work.app.has_pidfile {
        return Ok(());
    }
    for probe in PROBES {
        let command = path(CONTAINER).key(probe).key("exec").key("command");
        work.tree.set(file, &command, grep("^solid-queue"))?;
    }
    work.tree.reword(
        file,
        "          # The supervisor writes the file when it has booted. It answers no port, and restarts its own processes.\n",
        "          # The supervisor names its process when it has booted. It answers no port, and restarts its own processes.\n",
    )?;
    work.tree.reword(
        "components/solid-queue/kustomization.yaml",
        "# Needs config.solid_queue.supervisor_pidfile = \"tmp/pids/solid_queue.pid\" and config.solid_queue.shutdown_timeout =\n\
         # 25.seconds in the app: the default of 5 s fails jobs that take longer whenever a pod ends.\n",
        "# Needs config.solid_queue.shutdown_timeout = 25.seconds in the app: the default of 5 s fails jobs that take longer\n\
         # whenever a pod ends.\n",
    )?;
    work.note("Solid Queue: set config.solid_queue.shutdown_timeout = 25.seconds, or jobs that take longer than 5 s fail at each release");
    Ok(())
}

/// A process that is known by its command only.
fn other(work: &mut Work<'_>, command: &str) -> diag::Result<()> {
    work.decide(format!("worker: `{command}`"));
    let command = words(command).into_iter().map(Content::Text).collect();
    work.tree.edit(WORKER, |_, edits| {
        edits.replace(path(CONTAINER).key("command"), Content::List(command));
        edits.remove(path(CONTAINER).key("args"));
    })?;
    work.tree.reword(
        WORKER,
        "          # On SIGTERM Sidekiq takes no new jobs and lets the running ones finish for up to 25 seconds, so it needs no\n          \
         # preStop. For longer jobs raise `--timeout` and terminationGracePeriodSeconds together.\n",
        "          # It gets SIGTERM, and has terminationGracePeriodSeconds to finish.\n",
    )?;
    work.tree.reword(
        WORKER,
        "      # Must exceed `--timeout` below. Jobs that are not done by then go back to the queue.\n",
        "      # As long as the longest job takes. What is not done by then is killed.\n",
    )?;
    work.tree.reword(
        WORKER,
        "          # Port 7433 is answered by the gem sidekiq_alive, or by `health_check` of Sidekiq Enterprise. Without either,\n          \
         # have Sidekiq touch a file below TMPDIR and probe its age with exec; images have no `ps` to ask.\n",
        "          # The probes see that the process is neither stopped nor dead, and no more. To know that it works, have jobs\n          \
         # touch a file below TMPDIR, and probe its age.\n",
    )?;
    head(work, "Background jobs.")?;
    let check = ["sh", "-c", "! grep -q '^State:.*[TZ]' /proc/1/status"];
    ask(work, WORKER, &Content::List(check.into_iter().map(Content::text).collect()))
}

/// The first sentence of the worker's file, and its line in the base.
fn head(work: &mut Work<'_>, text: &str) -> diag::Result<()> {
    work.tree.reword(
        WORKER,
        "# Sidekiq. The components solid-queue and good-job put their own process in its place, sidekiq-queues adds workers for\n# further queues.\n",
        &format!("# {text}\n"),
    )?;
    work.tree.reword(
        "base/kustomization.yaml",
        "#   worker/   Sidekiq and its budget\n",
        "#   worker/   background jobs and their budget\n",
    )
}

/// Has the probes look at the name of the process, in the place of a port.
fn ask_process(work: &mut Work<'_>, file: &str, name: &str) -> diag::Result<()> {
    ask(work, file, &grep(name))
}

/// A command that fails until the first process has a name.
fn grep(name: &str) -> Content {
    Content::List(["grep", "-q", name, "/proc/1/cmdline"].into_iter().map(Content::text).collect())
}

fn ask(work: &mut Work<'_>, file: &str, command: &Content) -> diag::Result<()> {
    work.tree.edit(file, |_, edits| {
        for probe in PROBES {
            run(edits, path(CONTAINER).key(probe).key("httpGet"), command);
        }
        edits.remove(path(CONTAINER).key("ports"));
    })
}

fn run(edits: &mut Edits, handler: Path, command: &Content) {
    edits.rename(handler.clone(), "exec");
    edits.replace(handler, Content::Map(vec![("command".to_owned(), command.clone())]));
}

/// Takes the worker out, wherever it is named.
fn remove(work: &mut Work<'_>) -> diag::Result<()> {
    let tree = &mut work.tree;
    tree.remove_directory("base/worker");
    tree.remove_items("base/kustomization.yaml", "resources", |item| {
        item.text().is_some_and(|text| text.starts_with("worker/"))
    })?;
    tree.remove_line("base/kustomization.yaml", "#   worker/ ")?;
    for overlay in ["staging", "prod", "canary"] {
        tree.remove_items(&kustomization(overlay), "replicas", |item| {
            has_text(item, &["name"], "worker")
        })?;
    }
    let canary = kustomization("canary");
    if tree.has(&canary) {
        tree.reword(&canary, "one web pod and one worker of the", "one web pod of the")?;
    }
    for directory in ["overlays/prod/shared", "components/topology-spread"] {
        tree.remove(&format!("{directory}/worker.yaml"));
        let file = format!("{directory}/kustomization.yaml");
        tree.remove_items(&file, "patches", |item| has_text(item, &["path"], "worker.yaml"))?;
    }
    Ok(())
}

/// A clock process that enqueues jobs.
fn schedule(work: &mut Work<'_>) -> diag::Result<()> {
    let clock = work.app.clock().map(|clock| clock.command.clone());
    let Some(clock) = clock.filter(|_| work.app.database != Some(Database::Sqlite)) else {
        return Ok(());
    };
    let file = "components/scheduler/deployment.yaml";
    work.components.add("scheduler");
    work.decide(format!("scheduler: `{clock}`"));
    let command = Content::List(words(&clock).into_iter().map(Content::Text).collect());
    let check = ["sh", "-c", "! grep -q '^State:.*[TZ]' /proc/1/status"];
    let check = Content::List(check.into_iter().map(Content::text).collect());
    work.tree.edit(file, |root, edits| {
        edits.replace(path(CONTAINER).key("command"), command);
        let container = root.at(&["spec", "template", "spec", "containers"]);
        let container = container.and_then(Node::as_sequence).and_then(|list| list.items.first());
        for probe in PROBES {
            let place = [probe, "exec", "command"];
            if container.is_some_and(|container| container.at(&place).is_some()) {
                let place = place.iter().fold(path(CONTAINER), |path, key| path.key(key));
                edits.replace(place, check.clone());
            }
        }
    })
}
