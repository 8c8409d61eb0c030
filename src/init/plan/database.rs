//! The database and Redis: outside in production, in the namespace on staging. SQLite changes more.

use crate::diag;
use crate::yaml::Node;
use crate::yaml::edit::{At, Content};

use super::components::has_text;
use super::{Work, kustomization};
use crate::init::app::Database;
use crate::init::tree::path;

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    if !work.app.needs_redis {
        work.components.remove("valkey");
    }
    match work.app.database {
        Some(Database::PostgreSql) => {
            work.decide("database: PostgreSQL, on staging in the namespace")
        }
        Some(Database::MySql) => {
            work.decide("database: MySQL, on staging in the namespace");
            work.components.remove("postgresql");
            work.components.add("mysql");
            if !work.app.other_databases.is_empty() {
                work.note("MySQL on staging: its user may use one database; create the others and grant them");
            }
        }
        Some(Database::Sqlite) => sqlite(work)?,
        None if work.app.gems.has("mongoid") => {
            work.decide("database: MongoDB, outside of the manifests, and no migration");
            work.components.remove("postgresql");
            work.note("MongoDB: set what config/mongoid.yml reads in the Secret `app-secrets`, and make new indexes by `rails db:mongoid:create_indexes` in a pod");
            let item = |key: &str, value| (key.to_owned(), value);
            let port =
                vec![item("protocol", Content::text("TCP")), item("port", Content::Int(27017))];
            work.tree.edit("components/network-policies/rails.yaml", |_, edits| {
                edits.push(path("spec/egress/1/ports"), At::End, Content::Map(port));
            })?;
            without_migrations(work)?;
        }
        None if !work.app.has_migrations => {
            work.decide("no database, and no migration");
            work.components.remove("postgresql");
            without_migrations(work)?;
        }
        None => {
            work.decide("no database that is known");
            work.components.remove("postgresql");
            work.note(
                "no database was recognised: set what the app needs in the Secret `app-secrets`",
            );
        }
    }
    migrations(work)
}

/// Takes the Job that migrates out, and what waits for it.
fn without_migrations(work: &mut Work<'_>) -> diag::Result<()> {
    work.components.remove("migrate-before");
    work.components.remove("migrate-wait");
    let overlays = work.overlays();
    let tree = &mut work.tree;
    tree.remove_directory("base/migrate");
    tree.remove_items("base/kustomization.yaml", "resources", |item| {
        item.text().is_some_and(|text| *text == *"migrate")
    })?;
    tree.remove_line("base/kustomization.yaml", "#   migrate/ ")?;
    for overlay in overlays {
        let file = kustomization(overlay);
        if overlay == "canary" {
            tree.reword(
                &file,
                " No migration of its own: the database is production's, and migrate-wait makes the\n\
                 # canary wait until it has the migrations of this release.",
                " There are no migrations.",
            )?;
            continue;
        }
        // The settings of a Job that there is not.
        tree.remove_items(&file, "replacements", |item| {
            let targets = item.at(&["targets"]).and_then(Node::as_sequence);
            let mut targets = targets.into_iter().flat_map(|list| &list.items);
            targets.any(|target| has_text(target, &["select", "name"], "migrate"))
        })?;
        tree.reword(
            &file,
            "# history of the rollouts, and the settings into the ConfigMap whose hash names the migration: see base/migrate.\n",
            "# history of the rollouts.\n",
        )?;
    }
    Ok(())
}

/// Older Rails has no `db:prepare`, and its tasks are those of rake; SQLite has no Job.
fn migrations(work: &mut Work<'_>) -> diag::Result<()> {
    if !work.app.has_rails(5, 0) {
        work.tree.rename(&[
            (
                "[\"./bin/rails\", \"db:prepare\"]",
                "[\"bundle\", \"exec\", \"rake\", \"db:prepare\"]",
            ),
            (
                "./bin/rails db:abort_if_pending_migrations",
                "bundle exec rake db:abort_if_pending_migrations",
            ),
        ]);
    }
    let file = "base/migrate/job.yaml";
    if work.app.has_rails(6, 0) || !work.tree.has(file) {
        return Ok(());
    }
    work.decide("migration: `db:migrate`, as Rails before 6.0 has no `db:prepare`");
    work.note("create the database by hand before the first release: this version of Rails has no `db:prepare`");
    let command = path("spec/template/spec/containers/0/command");
    let command = command.index(if work.app.has_rails(5, 0) { 1 } else { 3 });
    work.tree.set(file, &command, Content::text("db:migrate"))?;
    work.tree.reword(
        file,
        "          # db:prepare creates the database and loads the schema at the first release and migrates at every other.\n          \
         # Where the database user may not create databases, say db:migrate.\n",
        "          # From Rails 6.0 on say db:prepare: it creates the database and loads the schema at the first release.\n",
    )
}

/// One pod with a disk: no worker, no Job that migrates, no canary, nothing that scales.
fn sqlite(work: &mut Work<'_>) -> diag::Result<()> {
    work.decide("database: SQLite on a disk, so there is one pod and no canary");
    work.note("SQLite: a disk goes to one node at a time, so each release stops the app for a moment; PostgreSQL does not");
    let out = ["postgresql", "valkey", "autoscaling", "topology-spread"];
    for name in out.iter().filter(|name| **name != "valkey" || !work.app.needs_redis) {
        work.components.remove(name);
    }
    work.components.add("sqlite");
    work.components.forget("canary");
    work.tree.remove_directory("overlays/canary");
    without_migrations(work)?;
    for overlay in ["staging", "prod"] {
        work.tree.remove_items(&kustomization(overlay), "patches", |item| {
            has_text(item, &["target", "kind"], "HorizontalPodAutoscaler")
        })?;
    }
    Ok(())
}
