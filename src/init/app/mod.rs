//! What can be told of a Rails app from its files, and from which of them.
//!
//! Nothing is run and nothing is guessed silently: every fact names its file, and what is there but
//! not understood is said. Files with Ruby in them are read as far as they make sense without it.

mod dockerfile;
mod erb_yaml;
mod files;
mod gems;
mod health;
mod jobs;
mod kamal;
mod procfile;
mod ruby;
mod stores;

use std::path::Path;

use super::{Fact, Note};
use crate::fs::FileSystem;
use erb_yaml::Config;
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
    /// The variable that the primary database is named by, where that is not `DATABASE_URL`.
    pub(super) database_variable: Option<String>,
    /// Databases besides the primary one.
    pub(super) other_databases: Vec<OtherDatabase>,
    /// Whether there is something to migrate.
    pub(super) has_migrations: bool,
    pub(super) jobs: Option<Jobs>,
    /// Processes of Sidekiq besides the first.
    pub(super) queues: Vec<Sidekiq>,
    /// Whether something other than jobs needs Redis, or jobs do.
    pub(super) needs_redis: bool,
    pub(super) uploads: Option<Uploads>,
    /// The path that answers when the app has booted.
    pub(super) health: Option<String>,
    /// Whether secrets are in `config/credentials.yml.enc`.
    pub(super) has_credentials: bool,
    /// Whether Solid Queue writes a file that tells that it runs.
    pub(super) has_pidfile: bool,
    /// Whether Puma runs Solid Queue if it is told to.
    pub(super) has_puma_plugin: bool,
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

/// A database besides the primary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OtherDatabase {
    pub(super) name: String,
    /// The variable that names it.
    pub(super) variable: String,
}

/// What runs jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Jobs {
    Sidekiq {
        process: Sidekiq,
        answers_probes: bool,
    },
    SolidQueue,
    GoodJob,
    /// Another one, by its command.
    Command(String),
}

/// A process of Sidekiq.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sidekiq {
    pub(super) name: String,
    /// Arguments besides those that the stack gives.
    pub(super) arguments: Vec<String>,
    /// Variables that its command sets.
    pub(super) environment: Vec<(String, String)>,
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
        app.read_cache(&files);
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
        if let Some((file, version)) = file.or(versions).filter(|(_, version)| !version.is_empty())
        {
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
        if application
            .is_some_and(|text| ruby::code_lines(text).any(|line| line == "config.api_only = true"))
        {
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
        if image.directory.is_none() {
            self.note("the directory of the app in the image is not known: the manifests have /rails, change `mountPath` if that is another");
        }
        parts.extend(image.user.map(|user| format!("user {user}")));
        let what =
            if parts.is_empty() { String::new() } else { format!(" with {}", parts.join(", ")) };
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
            self.has_puma_plugin =
                ruby::code_lines(&text).any(|line| line.starts_with("plugin :solid_queue"));
            let has = |name: &str| {
                ruby::code_lines(&text).find_map(|line| {
                    ruby::setting(line, name)?.split("do").next().and_then(ruby::fallback)
                })
            };
            let mut parts = Vec::new();
            parts.extend(has("workers").map(|count| format!("{count} workers")));
            parts.extend(has("port").map(|port| format!("port {port}")));
            let what = if parts.is_empty() {
                String::new()
            } else {
                format!(", {} by default", parts.join(", "))
            };
            self.fact(format!("Puma{what}"), "config/puma.rb");
        } else if let Some(server) = self.gems.first(&["unicorn", "passenger", "falcon", "iodine"])
        {
            self.fact(format!("the server {server}"), self.gems.file);
            let is_started = self.processes.iter().any(|process| process.command.contains(server));
            if !is_started {
                self.note(format!("no process of a Procfile starts {server}: base/web/deployment.yaml starts `bin/rails server`, change its command"));
            }
        }
    }

    /// The process that answers requests, by its name or by what it starts.
    pub(super) fn web_process(&self) -> Option<&Process> {
        let servers = ["puma", "rails s", "unicorn", "passenger start", "falcon"];
        let serves = |one: &&Process| servers.iter().any(|server| one.command.contains(server));
        self.process("web").or_else(|| self.processes.iter().find(serves))
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
            let counted = |count: usize, what: &str| {
                format!("{count} {what}{}", if count == 1 { "" } else { "s" })
            };
            let (settings, secrets) = (kamal.clear.len(), kamal.secret.len());
            let text = format!("{}, {}", counted(settings, "setting"), counted(secrets, "secret"));
            self.fact(text, &kamal.file);
        }
        if self.name.is_none() || kamal.service.is_some() {
            self.name = kamal.service.clone().or(self.name.take());
        }
        self.kamal = Some(kamal);
    }

    fn read_others(&mut self, files: &Files<'_>) {
        self.has_credentials =
            ["config/credentials.yml.enc", "config/credentials/production.yml.enc"]
                .iter()
                .any(|file| files.has(file));
        self.has_bin_rails = files.has("bin/rails");
        self.has_bin_jobs = files.has("bin/jobs");
        let configuration = [
            "config/database.yml",
            "config/cable.yml",
            "config/storage.yml",
            "config/environments/production.rb",
            "config/puma.rb",
            "config/application.rb",
            "config/initializers/sidekiq.rb",
            "config/redis.yml",
            "config/mongoid.yml",
        ];
        for file in configuration {
            let Some(text) = files.text(file) else { continue };
            self.has_pidfile |= text.contains("supervisor_pidfile");
            let missing =
                ruby::variables(&text).into_iter().filter(|(_, has_default)| !has_default);
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
        let known = [self.clock().cloned(), self.worker_process(), self.web_process().cloned()];
        // The migration, a server that is no Rails, and what only development needs.
        let parts =
            ["db:migrate", "redis-server", "watch", "webpack", "dev-server", "vite", "mailcatcher"];
        let is_known = |one: &&Process| {
            one.name == "release"
                || parts.iter().any(|part| one.command.contains(part))
                || known.iter().flatten().any(|known| known.name == one.name)
                || self.queues.iter().any(|queue| queue.name == one.name)
        };
        let others = self.processes.iter().filter(|one| !is_known(one));
        let others: Vec<String> = others.map(|one| one.name.clone()).collect();
        if !others.is_empty() {
            self.note(format!(
                "processes of the Procfile without a manifest: {}",
                others.join(", ")
            ));
        }
    }
}
