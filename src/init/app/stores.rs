//! Where an app keeps things: its database, Action Cable's messages, uploads.

use super::erb_yaml::{Config, child, known};
use super::files::Files;
use super::{App, Database, Uploads, ruby};
use crate::yaml::Node;

impl App {
    pub(super) fn read_database(&mut self, files: &Files<'_>) {
        let config = Config::read(files, "config/database.yml");
        let mut adapters = Vec::new();
        if let Some(config) = &config {
            self.note_if_unclear(config);
            let production = config.at(&["production"]);
            adapters.extend(production.and_then(|node| known(child(node, "adapter")?)));
            // Several databases, each with a name of its own.
            let entries = production.and_then(Node::as_mapping).into_iter().flatten();
            let named = entries.filter_map(|entry| {
                let adapter = known(child(&entry.value, "adapter")?)?;
                Some((entry.key.text.to_string(), adapter))
            });
            let mut named: Vec<(String, String)> = named.collect();
            // `primary` is the one that DATABASE_URL is for; without it, the first.
            named.sort_by_key(|(name, _)| name != "primary");
            self.other_databases.extend(named.iter().skip(1).map(|(name, _)| name.clone()));
            adapters.extend(named.into_iter().map(|(_, adapter)| adapter));
        }
        let named = adapters.first().and_then(|adapter| match adapter.as_str() {
            "postgresql" | "postgis" => Some(Database::PostgreSql),
            "mysql2" | "trilogy" => Some(Database::MySql),
            "sqlite3" => Some(Database::Sqlite),
            _ => None,
        });
        if let Some(database) = named {
            self.fact(database.name(), "config/database.yml");
            if !self.other_databases.is_empty() {
                let names = self.other_databases.join(", ");
                self.fact(format!("the databases {names} besides"), "config/database.yml");
            }
            self.database = Some(database);
            return;
        }
        let by_gem = [
            ("pg", Database::PostgreSql),
            ("mysql2", Database::MySql),
            ("trilogy", Database::MySql),
            ("sqlite3", Database::Sqlite),
        ];
        if let Some((gem, database)) = by_gem.iter().find(|(gem, _)| self.gems.has(gem)) {
            self.fact(format!("{} (the gem {gem})", database.name()), self.gems.file);
            self.database = Some(*database);
            return;
        }
        let compose = files.first(&[
            "docker-compose.yml",
            "docker-compose.yaml",
            "compose.yml",
            "compose.yaml",
        ]);
        if let Some((file, _)) = compose
            && let Some(config) = Config::read(files, file)
        {
            self.read_compose(&config);
        }
    }

    /// Services of a compose file stand for what the app needs, where nothing better says so.
    pub(super) fn read_compose(&mut self, config: &Config) {
        self.note_if_unclear(config);
        let services = config.at(&["services"]).and_then(Node::as_mapping);
        let images =
            services.into_iter().flatten().filter_map(|entry| known(child(&entry.value, "image")?));
        for image in images {
            let name =
                image.rsplit('/').next().unwrap_or_default().split(':').next().unwrap_or_default();
            let found = match name {
                "postgres" | "postgis" | "postgresql" => Database::PostgreSql,
                "mysql" | "mariadb" => Database::MySql,
                _ => continue,
            };
            if self.database.is_none() {
                self.fact(format!("{} (the image {name})", found.name()), &config.file);
                self.database = Some(found);
            }
        }
    }

    pub(super) fn read_cable(&mut self, files: &Files<'_>) {
        let Some(config) = Config::read(files, "config/cable.yml") else { return };
        self.note_if_unclear(&config);
        let Some(adapter) = config.text_at(&["production", "adapter"]) else { return };
        self.needs_redis |=
            adapter == "redis" && (self.gems.has("redis") || self.gems.has("redis-client"));
        if files.has_directory("app/channels") {
            self.fact(format!("Action Cable by {adapter}"), "config/cable.yml");
            if adapter == "async" {
                self.note("Action Cable: `async` reaches those who are connected to the same pod only; take redis or solid_cable");
            }
        }
    }

    pub(super) fn read_uploads(&mut self, files: &Files<'_>) {
        let uses = ["db/schema.rb", "db/structure.sql"].iter().any(|file| {
            files.text(file).is_some_and(|text| text.contains("active_storage_attachments"))
        });
        let production = files.text("config/environments/production.rb").unwrap_or_default();
        let service = ruby::code_lines(&production)
            .find_map(|line| ruby::setting(line, "config.active_storage.service"))
            .and_then(|value| match value.starts_with("ENV") {
                true => ruby::fallback(value),
                false => ruby::symbol(value),
            });
        let config = Config::read(files, "config/storage.yml");
        if let Some(config) = &config {
            self.note_if_unclear(config);
        }
        if uses {
            let service = service.unwrap_or_else(|| "local".to_owned());
            let kind = config.as_ref().and_then(|config| config.text_at(&[&service, "service"]));
            match kind.as_deref() {
                Some("Disk") | None if service == "local" => {
                    self.use_disk("Active Storage on a disk", "config/storage.yml")
                }
                Some("Disk") => self.use_disk("Active Storage on a disk", "config/storage.yml"),
                Some("S3") => {
                    self.fact(
                        format!("Active Storage in a bucket, as `{service}`"),
                        "config/storage.yml",
                    );
                    self.uploads = Some(Uploads::Bucket);
                }
                other => {
                    let other =
                        other.unwrap_or("a service that is not in config/storage.yml").to_owned();
                    self.fact(format!("Active Storage by {other}"), "config/storage.yml");
                    self.note(format!(
                        "uploads go to {other}: its keys belong into the Secret `app-secrets`"
                    ));
                }
            }
        } else if let Some(gem) =
            self.gems.first(&["carrierwave", "shrine", "kt-paperclip", "paperclip"])
        {
            self.fact(format!("uploads by {gem}"), self.gems.file);
            self.note(format!(
                "{gem}: pods can write below /tmp, log and tmp only, so keep uploads in a bucket"
            ));
        }
    }

    fn use_disk(&mut self, text: &str, file: &str) {
        self.fact(text, file);
        self.uploads = Some(Uploads::Disk);
    }
}

impl Database {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Database::PostgreSql => "PostgreSQL",
            Database::MySql => "MySQL",
            Database::Sqlite => "SQLite",
        }
    }
}
