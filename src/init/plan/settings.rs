//! Settings and secrets: `base/config.env` and the list of keys in `base/secrets.env.example`.

use crate::diag;

use super::Work;
use crate::init::app::Database;

const CONFIG: &str = "base/config.env";
const SECRETS: &str = "base/secrets.env.example";

/// Set by the stack, or without meaning in a container.
const OWN: &[&str] = &[
    "APP_HOST",
    "DATABASE_URL",
    "JOB_CONCURRENCY",
    "KAMAL_REGISTRY_PASSWORD",
    "LD_PRELOAD",
    "PIDFILE",
    "PORT",
    "RAILS_ENV",
    "RAILS_MASTER_KEY",
    "RELEASE",
    "SECRET_KEY_BASE",
    "SOLID_QUEUE_IN_PUMA",
    "WEB_CONCURRENCY",
];

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    config(work)?;
    secrets(work)
}

fn config(work: &mut Work<'_>) -> diag::Result<()> {
    if work.app.has_rails(7, 1) {
        let lines = "# Rails 7.1 and later do both by default. Drop these two lines there.\nRAILS_LOG_TO_STDOUT=true\n\
                     RAILS_SERVE_STATIC_FILES=true\n\n";
        work.tree.reword(CONFIG, lines, "")?;
    }
    let image = work.app.dockerfile.as_ref();
    if image.is_none_or(|image| !image.has_jemalloc || image.preloads) {
        let lines = "# `command:` replaces the entrypoint of the image, which is where Rails 7.2 and 8.0 preload jemalloc.\n\
                     # Newer images set it by themselves. An image without the library only warns: drop the line then.\n\
                     LD_PRELOAD=libjemalloc.so.2\n\n";
        work.tree.reword(CONFIG, lines, "")?;
    }
    let Some(kamal) = &work.app.kamal else { return Ok(()) };
    let mut text = work.tree.get(CONFIG)?.to_owned();
    let mut is_first = true;
    for (name, value) in &kamal.clear {
        let Some(value) = value.as_ref().filter(|value| is_line(value)) else { continue };
        if !is_name(name) || OWN.contains(&name.as_str()) {
            continue;
        }
        if has_key(&text, name) {
            text = with_value(&text, name, value);
            continue;
        }
        if is_first {
            text.push_str("\n# From config/deploy.yml.\n");
            is_first = false;
        }
        text.push_str(&format!("{name}={value}\n"));
    }
    work.tree.insert(CONFIG, text);
    Ok(())
}

fn secrets(work: &mut Work<'_>) -> diag::Result<()> {
    if !work.app.has_credentials {
        work.tree.reword(
            SECRETS,
            "# Decrypts config/credentials.yml.enc. Apps without encrypted credentials set SECRET_KEY_BASE instead.\nRAILS_MASTER_KEY=\n",
            "# `bin/rails secret` makes one. Apps with config/credentials.yml.enc set RAILS_MASTER_KEY instead.\nSECRET_KEY_BASE=\n",
        )?;
    }
    let scheme = match work.app.database {
        Some(Database::PostgreSql) => Some(("postgres", 5432)),
        Some(Database::MySql) if work.app.gems.has("mysql2") => Some(("mysql2", 3306)),
        Some(Database::MySql) => Some(("trilogy", 3306)),
        _ => None,
    };
    let lines = "# postgres://user:password@host:5432/app_production, or mysql2://…\n";
    if let Some((scheme, port)) = scheme {
        let line = format!("# {scheme}://user:password@host:{port}/app_production\n");
        work.tree.reword(SECRETS, lines, &line)?;
        if work.components.has("mysql") {
            let file = "components/mysql/kustomization.yaml";
            work.tree.reword(
                file,
                "DATABASE_URL=mysql2://",
                &format!("DATABASE_URL={scheme}://"),
            )?;
        }
    } else if work.app.database == Some(Database::Sqlite) || !work.app.has_migrations {
        work.tree.reword(SECRETS, &format!("{lines}DATABASE_URL=\n\n"), "")?;
    }
    if !work.app.needs_redis {
        let lines = "# redis://… or rediss://… for Sidekiq, Action Cable and the cache.\n\
                     # Not needed with the component valkey, solid-queue or good-job.\nREDIS_URL=\n\n";
        work.tree.reword(SECRETS, lines, "")?;
    }
    // Paragraphs that begin with "Only with the component", where that is not among those of the app.
    let text = work.tree.get(SECRETS)?.to_owned();
    let paragraphs = text.split_inclusive("\n\n").filter(|paragraph| {
        let component = paragraph.strip_prefix("# Only with the component ");
        let name = component.and_then(|rest| rest.split([':', '.']).next());
        name.is_none_or(|name| work.components.has(name))
    });
    let text: String = paragraphs.collect();
    let mut text = format!("{}\n", text.trim_end());
    if work.app.database != Some(Database::Sqlite) {
        let primary: Vec<String> = work.app.database_variable.iter().cloned().collect();
        add(&mut text, "The database, as config/database.yml names it.", "", &primary);
        let others = work.app.other_databases.iter();
        let urls: Vec<String> = others.map(|other| other.variable.clone()).collect();
        add(&mut text, "config/database.yml has these databases, too.", "", &urls);
    }
    let of_kamal = work.app.kamal.as_ref().map_or(&[][..], |kamal| &kamal.secret);
    add(&mut text, "Secrets of config/deploy.yml.", "", of_kamal);
    let config = work.tree.get(CONFIG)?;
    let read: Vec<String> =
        work.app.variables.iter().filter(|name| !has_key(config, name)).cloned().collect();
    add(
        &mut text,
        "Read by files in config/, without a default; those without secrets may go to config.env.",
        "#",
        &read,
    );
    work.tree.insert(SECRETS, text);
    Ok(())
}

/// Adds keys that are not there, under a comment.
fn add(text: &mut String, comment: &str, prefix: &str, names: &[String]) {
    let names: Vec<&String> = names
        .iter()
        .filter(|name| is_name(name) && !OWN.contains(&name.as_str()) && !has_key(text, name))
        .collect();
    if names.is_empty() {
        return;
    }
    text.push_str(&format!("\n# {comment}\n"));
    for name in names {
        text.push_str(&format!("{prefix}{name}=\n"));
    }
}

/// The text with another value for a key.
fn with_value(text: &str, name: &str, value: &str) -> String {
    let lines = text.lines().map(|line| {
        let is_it = line.strip_prefix(name).is_some_and(|rest| rest.starts_with('='));
        if is_it { format!("{name}={value}\n") } else { format!("{line}\n") }
    });
    lines.collect()
}

/// Whether a file has a key, in a comment or not.
fn has_key(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches('#');
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
    })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a value can stand in an env file as it is.
fn is_line(value: &str) -> bool {
    !value.contains(['\n', '\r']) && value.trim() == value
}
