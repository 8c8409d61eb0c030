//! What can be told of a Rails app from its files, and from which of them.
//!
//! Nothing is run and nothing is guessed silently: every fact names its file, and what is there but
//! not understood is said. Files with Ruby in them are read as far as they make sense without it.

mod dockerfile;
mod erb_yaml;
mod files;
mod gems;
mod kamal;
mod procfile;
mod ruby;

use std::path::Path;

use crate::fs::FileSystem;
use crate::yaml::Node;

use super::{Fact, Note};
use erb_yaml::{Config, child, known};
use files::Files;

pub(super) use dockerfile::Dockerfile;
pub(super) use gems::Gems;
pub(super) use kamal::Kamal;
pub(super) use procfile::{Process, words};

/// A Rails app.
#[derive(Debug, Default)]
pub(super) struct App {
    /// The name, as it is written where it was found.
    pub(super) name: Option<String>,
    pub(super) gems: Gems,
    pub(super) dockerfile: Option<Dockerfile>,
    pub(super) processes: Vec<Process>,
    pub(super) kamal: Option<Kamal>,
    pub(super) database: Option<Database>,
    /// Databases besides the primary one.
    pub(super) other_databases: Vec<String>,
    pub(super) jobs: Option<Jobs>,
    /// Whether something other than jobs needs Redis, or jobs do.
    pub(super) needs_redis: bool,
    pub(super) uploads: Option<Uploads>,
    /// The path that answers when the app has booted.
    pub(super) health: Option<String>,
    /// Whether secrets are in `config/credentials.yml.enc`.
    pub(super) has_credentials: bool,
    /// Whether Solid Queue writes a file that tells that it runs.
    pub(super) has_pidfile: bool,
    /// Variables that configuration files read and that have no default.
    pub(super) variables: Vec<String>,
    pub(super) has_bin_rails: bool,
    pub(super) has_bin_jobs: bool,
    pub(super) facts: Vec<Fact>,
    pub(super) notes: Vec<Note>,
}

/// A database server, or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    PostgreSql,
    MySql,
    Sqlite,
}

/// What runs jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Jobs {
    Sidekiq {
        /// Arguments besides those that the stack gives.
        arguments: Vec<String>,
        answers_probes: bool,
    },
    SolidQueue,
    GoodJob,
    /// Another one, by its command.
    Command(String),
}

/// Where uploads go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uploads {
    Disk,
    Bucket,
}

impl App {
    /// Reads an app; `None` if the directory does not hold one.
    pub(super) fn read(fs: &dyn FileSystem, root: &Path) -> Option<App> {
        let files = Files::new(fs, root);
        let gems = Gems::read(&files);
        let application = files.text("config/application.rb");
        let is_rails = ["rails", "railties"].iter().any(|gem| gems.has(gem));
        if !is_rails && application.as_deref().is_none_or(|text| !text.contains("Rails")) {
            return None;
        }
        let mut app = App { gems, ..App::default() };
        app.read_versions(&files);
        app.read_name(&files, application.as_deref());
        app.read_image(&files);
        app.read_processes(&files);
        app.read_kamal(&files);
        app.read_database(&files);
        app.read_jobs(&files);
        app.read_cable(&files);
        app.read_uploads(&files);
        app.read_health(&files);
        app.read_schedules(&files);
        app.read_others(&files);
        Some(app)
    }

    fn fact(&mut self, text: impl Into<String>, file: impl Into<String>) {
        self.facts.push(Fact { text: text.into(), file: file.into() });
    }

    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(Note { text: text.into() });
    }

    /// Says that a file was not understood, if it was not.
    fn note_if_unclear(&mut self, config: &Config) {
        if config.is_unclear() {
            self.note(format!("{} was not understood: Ruby decides what is in it", config.file));
        }
    }

    /// Whether the app has at least this version of Rails; a version that is not known is new.
    pub(super) fn has_rails(&self, major: u32, minor: u32) -> bool {
        let release = self.gems.release("rails").or_else(|| self.gems.release("railties"));
        release.is_none_or(|release| release >= (major, minor))
    }

    fn read_versions(&mut self, files: &Files<'_>) {
        let gem = if self.gems.has("rails") { "rails" } else { "railties" };
        let version = self.gems.version(gem).filter(|version| !version.is_empty());
        if let Some(version) = version.map(str::to_owned) {
            self.fact(format!("Rails {version}"), self.gems.file);
        }
        let versions = files.text(".tool-versions").and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("ruby "))?;
            Some((".tool-versions", line.trim().to_owned()))
        });
        let file = files.text(".ruby-version").map(|text| {
            let text = text.trim().trim_start_matches("ruby-").to_owned();
            (".ruby-version", text)
        });
        if let Some((file, version)) = file.or(versions).filter(|(_, version)| !version.is_empty()) {
            self.fact(format!("Ruby {version}"), file);
        }
    }

    fn read_name(&mut self, files: &Files<'_>, application: Option<&str>) {
        let module = application.and_then(|text| {
            let mut lines = ruby::code_lines(text);
            let name = lines.find_map(|line| line.strip_prefix("module "))?;
            Some(name.split(|c: char| !c.is_alphanumeric() && c != '_').next()?.to_owned())
        });
        if let Some(name) = module.filter(|name| !name.is_empty()) {
            self.fact(format!("module {name}"), "config/application.rb");
            self.name = Some(name);
        } else {
            self.name = files.directory_name();
        }
        if application.is_some_and(|text| {
            ruby::code_lines(text).any(|line| line == "config.api_only = true")
        }) {
            self.fact("an API without views", "config/application.rb");
        }
    }

    fn read_image(&mut self, files: &Files<'_>) {
        let Some(image) = Dockerfile::read(files) else {
            self.note("no Dockerfile: build an image whose user has a number other than 0, and whose directory is /rails");
            return;
        };
        let mut parts = Vec::new();
        parts.extend(image.directory.as_ref().map(|directory| format!("directory {directory}")));
        parts.extend(image.user.map(|user| format!("user {user}")));
        let what = if parts.is_empty() { String::new() } else { format!(" with {}", parts.join(", ")) };
        self.fact(format!("an image{what}"), image.file);
        match (image.user, &image.user_name) {
            (None, Some(name)) => self.note(format!(
                "the number of the user `{name}` is not known: pods run as 1000, change runAsUser if that is another"
            )),
            (None | Some(0), _) => self.note(
                "the image runs as root, pods do not: they run as 1000, so the image has to let that user read the app",
            ),
            _ => {}
        }
        self.dockerfile = Some(image);
    }

    fn read_processes(&mut self, files: &Files<'_>) {
        self.processes = procfile::read(files);
        if !self.processes.is_empty() {
            let names: Vec<&str> = self.processes.iter().map(|one| one.name.as_str()).collect();
            self.fact(format!("processes {}", names.join(", ")), "Procfile");
        }
        if let Some(text) = files.text("config/puma.rb") {
            let has = |name: &str| ruby::code_lines(&text).find_map(|line| ruby::setting(line, name)?.split("do").next().and_then(ruby::fallback));
            let mut parts = Vec::new();
            parts.extend(has("workers").map(|count| format!("{count} workers")));
            parts.extend(has("port").map(|port| format!("port {port}")));
            let what = if parts.is_empty() { String::new() } else { format!(", {} by default", parts.join(", ")) };
            self.fact(format!("Puma{what}"), "config/puma.rb");
        } else if let Some(server) = self.gems.first(&["unicorn", "passenger", "falcon", "iodine"]) {
            self.fact(format!("the server {server}"), self.gems.file);
        }
    }

    /// The process that enqueues jobs by the time of day.
    pub(super) fn clock(&self) -> Option<&Process> {
        let is_clock = |one: &&Process| one.command.contains("clockwork");
        self.process("clock").or_else(|| self.processes.iter().find(is_clock))
    }

    /// The process of a name.
    pub(super) fn process(&self, name: &str) -> Option<&Process> {
        self.processes.iter().find(|one| one.name == name)
    }

    fn read_kamal(&mut self, files: &Files<'_>) {
        let Some(kamal) = Kamal::read(files) else { return };
        if kamal.is_unclear {
            self.note(format!("{} was not understood: Ruby decides what is in it", kamal.file));
        }
        if let Some(image) = &kamal.image {
            self.fact(format!("the image {image}"), &kamal.file);
        }
        if let Some(host) = &kamal.host {
            self.fact(format!("the host {host}"), &kamal.file);
        }
        let count = kamal.clear.len() + kamal.secret.len();
        if count > 0 {
            let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
            let (settings, secrets) = (kamal.clear.len(), kamal.secret.len());
            let text = format!("{}, {}", counted(settings, "setting"), counted(secrets, "secret"));
            self.fact(text, &kamal.file);
        }
        if self.name.is_none() || kamal.service.is_some() {
            self.name = kamal.service.clone().or(self.name.take());
        }
        self.kamal = Some(kamal);
    }

    fn read_database(&mut self, files: &Files<'_>) {
        let config = Config::read(files, "config/database.yml");
        let mut adapters = Vec::new();
        if let Some(config) = &config {
            self.note_if_unclear(config);
            let production = config.at(&["production"]);
            adapters.extend(production.and_then(|node| known(child(node, "adapter")?)));
            // Several databases, each with a name of its own.
            for entry in production.and_then(Node::as_mapping).into_iter().flatten() {
                if let Some(adapter) = child(&entry.value, "adapter").and_then(known) {
                    if entry.key.text != *"primary" && !adapters.is_empty() {
                        self.other_databases.push(entry.key.text.to_string());
                    }
                    adapters.push(adapter);
                }
            }
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
        let compose = files.first(&["docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"]);
        if let Some((file, _)) = compose
            && let Some(config) = Config::read(files, file)
        {
            self.read_compose(&config);
        }
    }

    /// Services of a compose file stand for what the app needs, where nothing better says so.
    fn read_compose(&mut self, config: &Config) {
        self.note_if_unclear(config);
        let services = config.at(&["services"]).and_then(Node::as_mapping);
        let images = services.into_iter().flatten().filter_map(|entry| known(child(&entry.value, "image")?));
        for image in images {
            let name = image.rsplit('/').next().unwrap_or_default().split(':').next().unwrap_or_default();
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

    fn read_jobs(&mut self, files: &Files<'_>) {
        let adapter = ["config/environments/production.rb", "config/application.rb"].iter().find_map(|file| {
            let text = files.text(file)?;
            let mut lines = ruby::code_lines(&text);
            let name = lines.find_map(|line| ruby::symbol(ruby::setting(line, "config.active_job.queue_adapter")?))?;
            Some((name, *file))
        });
        let gems = [
            ("sidekiq", "sidekiq"),
            ("solid_queue", "solid_queue"),
            ("good_job", "good_job"),
            ("delayed_job", "delayed_job"),
            ("resque", "resque"),
            ("que", "que"),
        ];
        let chosen = match &adapter {
            Some((name, file)) if gems.iter().any(|(known, gem)| known == name && self.gems.has(gem)) => {
                Some((name.clone(), (*file).to_owned()))
            }
            _ => {
                let gem = gems.iter().find(|(_, gem)| self.gems.has(gem));
                gem.map(|(name, _)| ((*name).to_owned(), self.gems.file.to_owned()))
            }
        };
        let Some((name, file)) = chosen else {
            if let Some(worker) = self.worker_process() {
                self.fact(format!("jobs by `{}`", worker.command), "Procfile");
                self.jobs = Some(Jobs::Command(worker.command));
            }
            return;
        };
        self.jobs = Some(match name.as_str() {
            "sidekiq" => self.sidekiq(files, &file),
            "solid_queue" => {
                self.fact("Solid Queue", file);
                Jobs::SolidQueue
            }
            "good_job" => {
                self.fact("GoodJob", file);
                Jobs::GoodJob
            }
            other => {
                let (title, usual) = match other {
                    "delayed_job" => ("Delayed Job", "bundle exec rake jobs:work"),
                    "resque" => ("Resque", "bundle exec rake resque:work QUEUE=*"),
                    _ => ("Que", "bundle exec que"),
                };
                self.fact(title, file);
                self.needs_redis |= other == "resque";
                Jobs::Command(self.worker_process().map_or(usual.to_owned(), |one| one.command))
            }
        });
    }

    /// The process that works on jobs, by its usual names or by what it starts.
    fn worker_process(&self) -> Option<Process> {
        let names = ["worker", "workers", "jobs", "job", "sidekiq", "delayed_job", "resque", "que"];
        let starts = |what: &str| self.processes.iter().find(|one| one.command.contains(what));
        let named = names.iter().find_map(|name| self.process(name)).or_else(|| starts("sidekiq"));
        let role = || {
            let (name, command) = self.kamal.as_ref()?.roles.first()?;
            Some(Process { name: name.clone(), command: command.clone() })
        };
        named.cloned().or_else(role)
    }

    fn sidekiq(&mut self, files: &Files<'_>, file: &str) -> Jobs {
        self.needs_redis = true;
        let version = self.gems.version("sidekiq").unwrap_or_default().to_owned();
        self.fact(format!("Sidekiq {version}").trim_end().to_owned(), file);
        if let Some(config) = Config::read(files, "config/sidekiq.yml") {
            self.note_if_unclear(&config);
            let queues = config.at(&["queues"]).and_then(Node::as_sequence);
            let queues: Vec<String> = queues.into_iter().flat_map(|list| &list.items).filter_map(|item| match item {
                Node::Sequence(pair) => known(pair.items.first()?),
                item => known(item),
            }).collect();
            let what = if queues.is_empty() { "its settings".to_owned() } else { format!("queues {}", queues.join(", ")) };
            self.fact(what, &config.file);
        }
        let process = self.worker_process().map(|one| one.command).unwrap_or_default();
        let arguments = process.split_once("sidekiq").map_or("", |(_, rest)| rest);
        let answers_probes = self.gems.has("sidekiq_alive") || self.gems.has("sidekiq-ent");
        if !answers_probes {
            self.note("without the gem sidekiq_alive the worker's probes only see that Sidekiq runs, not that it works");
        }
        Jobs::Sidekiq { arguments: sidekiq_arguments(arguments), answers_probes }
    }

    fn read_cable(&mut self, files: &Files<'_>) {
        let Some(config) = Config::read(files, "config/cable.yml") else { return };
        self.note_if_unclear(&config);
        let Some(adapter) = config.text_at(&["production", "adapter"]) else { return };
        self.needs_redis |= adapter == "redis" && (self.gems.has("redis") || self.gems.has("redis-client"));
        if files.has_directory("app/channels") {
            self.fact(format!("Action Cable by {adapter}"), "config/cable.yml");
            if adapter == "async" {
                self.note("Action Cable: `async` reaches those who are connected to the same pod only; take redis or solid_cable");
            }
        }
    }

    fn read_uploads(&mut self, files: &Files<'_>) {
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
                Some("Disk") | None if service == "local" => self.use_disk("Active Storage on a disk", "config/storage.yml"),
                Some("Disk") => self.use_disk("Active Storage on a disk", "config/storage.yml"),
                Some("S3") => {
                    self.fact(format!("Active Storage in a bucket, as `{service}`"), "config/storage.yml");
                    self.uploads = Some(Uploads::Bucket);
                }
                other => {
                    let other = other.unwrap_or("a service that is not in config/storage.yml").to_owned();
                    self.fact(format!("Active Storage by {other}"), "config/storage.yml");
                    self.note(format!("uploads go to {other}: its keys belong into the Secret `app-secrets`"));
                }
            }
        } else if let Some(gem) = self.gems.first(&["carrierwave", "shrine", "kt-paperclip", "paperclip"]) {
            self.fact(format!("uploads by {gem}"), self.gems.file);
            self.note(format!("{gem}: pods can write below /tmp, log and tmp only, so keep uploads in a bucket"));
        }
    }

    fn use_disk(&mut self, text: &str, file: &str) {
        self.fact(text, file);
        self.uploads = Some(Uploads::Disk);
    }

    fn read_health(&mut self, files: &Files<'_>) {
        let routes = files.text("config/routes.rb").unwrap_or_default();
        let health = ruby::code_lines(&routes).find(|line| line.contains("rails/health#show"));
        let own = health.and_then(|line| ruby::strings(line).next());
        if let Some(path) = own {
            let path = format!("/{}", path.trim_start_matches('/'));
            self.fact(format!("health at {path}"), "config/routes.rb");
            self.health = Some(path);
            return;
        }
        let gems = [("okcomputer", "/okcomputer"), ("health_check", "/health_check"), ("easymon", "/up"), ("rails-healthcheck", "/healthcheck")];
        if let Some((gem, path)) = gems.iter().find(|(gem, _)| self.gems.has(gem)) {
            self.fact(format!("health at {path} (the gem {gem})"), self.gems.file);
            self.health = Some((*path).to_owned());
            return;
        }
        let usual = ruby::code_lines(&routes).find_map(|line| {
            let rest = line.strip_prefix("get ")?;
            let path = ruby::strings(rest).next()?;
            let name = path.trim_start_matches('/');
            matches!(name, "up" | "health" | "healthz" | "health_check" | "healthcheck" | "ping" | "status" | "_health")
                .then(|| format!("/{name}"))
        });
        match usual {
            Some(path) => {
                self.fact(format!("health at {path}"), "config/routes.rb");
                self.health = Some(path);
            }
            None => self.note(
                "no route answers probes, so they only see that the port is open; Rails 7.1 has `get \"up\" => \"rails/health#show\"`",
            ),
        }
    }

    fn read_schedules(&mut self, files: &Files<'_>) {
        if files.has("config/recurring.yml") && self.jobs == Some(Jobs::SolidQueue) {
            self.fact("recurring jobs, which need no manifest", "config/recurring.yml");
        }
        if files.has("config/schedule.yml") && self.gems.first(&["sidekiq-cron", "sidekiq-scheduler"]).is_some() {
            self.fact("scheduled jobs, which need no manifest", "config/schedule.yml");
        }
        if files.has("config/schedule.rb") {
            self.fact("a crontab of whenever", "config/schedule.rb");
            self.note("config/schedule.rb: containers have no cron, so each entry needs a CronJob; see the component `cron`");
        }
    }

    fn read_others(&mut self, files: &Files<'_>) {
        self.has_credentials = ["config/credentials.yml.enc", "config/credentials/production.yml.enc"].iter().any(|file| files.has(file));
        self.has_bin_rails = files.has("bin/rails");
        self.has_bin_jobs = files.has("bin/jobs");
        let configuration = ["config/database.yml", "config/cable.yml", "config/storage.yml", "config/environments/production.rb", "config/puma.rb", "config/application.rb", "config/initializers/sidekiq.rb", "config/redis.yml"];
        for file in configuration {
            let Some(text) = files.text(file) else { continue };
            self.has_pidfile |= text.contains("supervisor_pidfile");
            let missing = ruby::variables(&text).into_iter().filter(|(_, has_default)| !has_default);
            for (name, _) in missing {
                if !self.variables.contains(&name) {
                    self.variables.push(name);
                }
            }
        }
        if !self.needs_redis && self.gems.has("redis") {
            self.fact("Redis (the gem redis)", self.gems.file);
            self.needs_redis = true;
        }
        let known = [self.clock().cloned(), self.worker_process()];
        let is_known = |one: &&Process| {
            matches!(one.name.as_str(), "web" | "release") || known.iter().flatten().any(|known| known.name == one.name)
        };
        let others = self.processes.iter().filter(|one| !is_known(one));
        let others: Vec<String> = others.map(|one| one.name.clone()).collect();
        if !others.is_empty() {
            self.note(format!("processes of the Procfile without a manifest: {}", others.join(", ")));
        }
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

/// The arguments of Sidekiq that mean the same in a container. The environment comes from the image,
/// the time to stop from the manifest.
fn sidekiq_arguments(line: &str) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = line.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "-e" | "--environment" | "-t" | "--timeout" | "-L" | "--logfile" | "-P" | "--pidfile" => {
                words.next();
            }
            "-d" | "--daemon" => {}
            // The rest is for the shell.
            word if word.starts_with(['$', '|', '&', ';', '>', '<']) => break,
            word => kept.push(word.to_owned()),
        }
    }
    kept
}
