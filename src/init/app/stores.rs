//! Where an app keeps things: its database, Action Cable's messages, uploads.

use super::erb_yaml::{Config, child, known, variable};
use super::files::Files;
use super::{App, Database, OtherDatabase, Uploads, ruby};
use crate::yaml::Node;

/// The configuration of databases, or what it is copied from.
const DATABASE_FILES: &[&str] = &[
    "config/database.yml",
    "config/database.yml.example",
    "config/database.yml.sample",
    "config/database.yml.dist",
    "config/database.example.yml",
    "config/example.database.yml",
];

impl App {
    pub(super) fn read_database(&mut self, files: &Files<'_>) {
        self.has_migrations =
            ["config/database.yml", "db/migrate", "db/schema.rb", "db/structure.sql"]
                .iter()
                .any(|path| files.has(path));
        let production = files.text("config/environments/production.rb");
        if self.has_migrations
            && production.is_some_and(|text| !text.contains("dump_schema_after_migration = false"))
        {
            self.note("migrations: set config.active_record.dump_schema_after_migration = false in config/environments/production.rb, as the schema file can't be written in a pod");
        }
        let config = DATABASE_FILES.iter().find_map(|file| Config::read(files, file));
        let mut adapters = Vec::new();
        let mut paths = Vec::new();
        if let Some(config) = &config {
            self.note_if_unclear(config);
            self.has_migrations = true;
            let production = config.at(&["production"]);
            // Several databases, each with a name of its own, or the one, which may hold what is no
            // database to Rails.
            let is_one = production.is_some_and(|node| child(node, "adapter").is_some());
            let several = production.filter(|_| !is_one);
            let entries = several.and_then(Node::as_mapping).into_iter().flatten();
            let named = entries.filter(|entry| child(&entry.value, "adapter").is_some());
            let mut named: Vec<(String, &Node)> =
                named.map(|entry| (entry.key.text.to_string(), &entry.value)).collect();
            // `primary` is the one that DATABASE_URL is for; without it, the first.
            named.sort_by_key(|(name, _)| name != "primary");
            let primary = named.first().map(|(_, node)| *node).or(production);
            self.database_variable = primary
                .and_then(|node| variable(child(node, "url")?))
                .filter(|variable| variable != "DATABASE_URL");
            self.other_databases.extend(named.iter().skip(1).map(|(name, node)| {
                OtherDatabase {
                    name: name.clone(),
                    variable: child(node, "url")
                        .and_then(variable)
                        .unwrap_or_else(|| format!("{}_DATABASE_URL", name.to_uppercase())),
                }
            }));
            let all = || production.into_iter().chain(named.iter().map(|(_, node)| *node));
            adapters.extend(all().filter_map(|node| known(child(node, "adapter")?)));
            paths.extend(all().filter_map(|node| known(child(node, "database")?)));
        }
        let named = adapters.first().and_then(|adapter| Database::of_adapter(adapter));
        if let (Some(database), Some(config)) = (named, &config) {
            self.fact(database.name(), &config.file);
            if !self.other_databases.is_empty() {
                let names: Vec<&str> =
                    self.other_databases.iter().map(|other| other.name.as_str()).collect();
                self.fact(format!("the databases {} besides", names.join(", ")), &config.file);
            }
            if let Some(variable) = &self.database_variable {
                let file = &config.file;
                self.note(format!(
                    "{file} takes the database from {variable}: set it beside DATABASE_URL"
                ));
            }
            // Only this directory is on the disk.
            let elsewhere = paths.iter().find(|path| !path.contains("storage/"));
            if let (Database::Sqlite, Some(path)) = (database, elsewhere) {
                self.note(format!(
                    "SQLite: the disk is the directory storage/, so move {path} there in {}",
                    config.file
                ));
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
        let mut found = by_gem.iter().filter(|(gem, _)| self.gems.has(gem));
        if let Some((gem, database)) = found.next() {
            let others: Vec<&str> = found
                .filter(|(_, other)| other != database)
                .map(|(_, other)| other.name())
                .collect();
            if !others.is_empty() {
                self.note(format!(
                    "the database may be {} as well as {}, by the gems: run it again with a config/database.yml that names the adapter",
                    others.join(" or "),
                    database.name()
                ));
            }
            self.fact(format!("{} (the gem {gem})", database.name()), self.gems.file);
            self.database = Some(*database);
            return;
        }
        if self.gems.has("mongoid") {
            self.fact("MongoDB (the gem mongoid)", self.gems.file);
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

    /// Where `Rails.cache` keeps things: the disk of a pod is not written to.
    pub(super) fn read_cache(&mut self, files: &Files<'_>) {
        // That of the environment is read last.
        let stores = ["config/environments/production.rb", "config/application.rb"].iter();
        let stores = stores.filter_map(|file| files.text(file)).map(|text| {
            let lines = ruby::code_lines(&text);
            let values = lines.filter_map(|line| ruby::setting(line, "config.cache_store"));
            values.map(str::to_owned).collect::<Vec<String>>()
        });
        let stores = stores.into_iter().find(|stores| !stores.is_empty()).unwrap_or_default();
        let has = |name: &str| stores.iter().any(|store| store.contains(name));
        if stores.is_empty() && files.has("config/environments/production.rb") {
            self.note("Rails.cache: without config.cache_store it is files below tmp/cache, which pods can't write; take solid_cache, Redis or :memory_store");
        } else if has(":file_store") {
            self.note("Rails.cache: pods can't write a :file_store, unless it is below /tmp; take solid_cache, Redis or :memory_store");
        }
        if has(":mem_cache_store") || has(":dalli_store") {
            self.note("Rails.cache: memcached is not part of the manifests; name yours in base/config.env, and its port in components/network-policies/rails.yaml");
        }
    }

    pub(super) fn read_uploads(&mut self, files: &Files<'_>) {
        let uses = ["db/schema.rb", "db/structure.sql"].iter().any(|file| {
            files.text(file).is_some_and(|text| text.contains("active_storage_attachments"))
        });
        let config = Config::read(files, "config/storage.yml");
        if let Some(config) = &config {
            self.note_if_unclear(config);
        }
        if uses {
            self.read_active_storage(files, config.as_ref());
        } else if let Some(gem) =
            self.gems.first(&["carrierwave", "shrine", "kt-paperclip", "paperclip"])
        {
            self.fact(format!("uploads by {gem}"), self.gems.file);
            self.note(format!(
                "{gem}: pods can write below /tmp, log and tmp only, so keep uploads in a bucket"
            ));
        }
    }

    fn read_active_storage(&mut self, files: &Files<'_>, config: Option<&Config>) {
        const FILE: &str = "config/storage.yml";
        let production = files.text("config/environments/production.rb").unwrap_or_default();
        let services = match ruby::choices(&production, "config.active_storage.service") {
            Some(services) => services,
            None => vec!["local".to_owned()],
        };
        let kind = |service: &String| {
            let kind = config.and_then(|config| config.text_at(&[service, "service"]));
            kind.or_else(|| (service == "local").then(|| "Disk".to_owned()))
        };
        let of_kind =
            |wanted: &str| services.iter().find(|service| kind(service).as_deref() == Some(wanted));
        if services.len() != 1 {
            let among = if services.is_empty() {
                "Ruby decides which service".to_owned()
            } else {
                format!("Ruby decides among {}", services.join(", "))
            };
            self.fact(format!("Active Storage, {among}"), "config/environments/production.rb");
        }
        if let Some(bucket) = of_kind("S3") {
            if services.len() == 1 {
                self.fact(format!("Active Storage in a bucket, as `{bucket}`"), FILE);
            } else {
                self.note(format!("uploads: set what makes config/environments/production.rb choose the bucket `{bucket}`"));
            }
            self.uploads = Some(Uploads::Bucket);
        } else if of_kind("Disk").is_some() {
            if services.len() == 1 {
                self.fact("Active Storage on a disk", FILE);
            }
            self.uploads = Some(Uploads::Disk);
        } else if let Some(service) = services.first() {
            let what = match kind(service) {
                Some(kind) => kind,
                None => format!("the service `{service}`, which is not in {FILE}"),
            };
            self.fact(format!("Active Storage by {what}"), FILE);
            self.note(format!(
                "uploads go to {what}: its keys belong into the Secret `app-secrets`"
            ));
        } else {
            self.note("uploads: a disk needs the component volumes, a bucket object-storage, and neither was taken");
        }
    }
}

impl Database {
    /// What an adapter of Active Record connects to. Those with a name behind it wrap another.
    fn of_adapter(adapter: &str) -> Option<Database> {
        let kinds = [
            ("postgresql", Database::PostgreSql),
            ("postgis", Database::PostgreSql),
            ("mysql2", Database::MySql),
            ("trilogy", Database::MySql),
            ("sqlite3", Database::Sqlite),
        ];
        let found = kinds.iter().find(|(name, _)| {
            adapter.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        });
        found.map(|(_, database)| *database)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Database::PostgreSql => "PostgreSQL",
            Database::MySql => "MySQL",
            Database::Sqlite => "SQLite",
        }
    }
}
