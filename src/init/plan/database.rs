//! The database and Redis: outside in production, in the namespace on staging. SQLite changes more.

use crate::diag;
use crate::yaml::Node;
use crate::yaml::edit::Content;

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

/// Older Rails has no `db:prepare`, and SQLite no Job.
fn migrations(work: &mut Work<'_>) -> diag::Result<()> {
    let file = "base/migrate/job.yaml";
    if work.app.has_rails(6, 0) || !work.tree.has(file) {
        return Ok(());
    }
    work.decide("migration: `db:migrate`, as Rails before 6.0 has no `db:prepare`");
    work.note("create the database by hand before the first release: this version of Rails has no `db:prepare`");
    work.tree.set(
        file,
        &path("spec/template/spec/containers/0/command/1"),
        Content::text("db:migrate"),
    )?;
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
    let out = [
        "postgresql",
        "valkey",
        "migrate-before",
        "migrate-wait",
        "autoscaling",
        "topology-spread",
    ];
    for name in out.iter().filter(|name| **name != "valkey" || !work.app.needs_redis) {
        work.components.remove(name);
    }
    work.components.add("sqlite");
    work.components.forget("canary");
    let tree = &mut work.tree;
    tree.remove_directory("overlays/canary");
    tree.remove_directory("base/migrate");
    tree.remove_items("base/kustomization.yaml", "resources", |item| {
        item.text().is_some_and(|text| *text == *"migrate")
    })?;
    tree.remove_line("base/kustomization.yaml", "#   migrate/ ")?;
    for overlay in ["staging", "prod"] {
        let file = kustomization(overlay);
        // The settings of a Job that there is not.
        tree.remove_items(&file, "replacements", |item| {
            let targets = item.at(&["targets"]).and_then(Node::as_sequence);
            let mut targets = targets.into_iter().flat_map(|list| &list.items);
            targets.any(|target| has_text(target, &["select", "name"], "migrate"))
        })?;
        tree.remove_items(&file, "patches", |item| {
            has_text(item, &["target", "kind"], "HorizontalPodAutoscaler")
        })?;
        tree.reword(
            &file,
            "# history of the rollouts, and the settings into the ConfigMap whose hash names the migration: see base/migrate.\n",
            "# history of the rollouts.\n",
        )?;
    }
    Ok(())
}
