//! What runs jobs, and what enqueues them by the time of day.

use super::erb_yaml::{Config, known};
use super::files::Files;
use super::{App, Jobs, Process, Sidekiq, ruby};
use crate::yaml::Node;

impl App {
    pub(super) fn read_jobs(&mut self, files: &Files<'_>) {
        let adapter = ["config/environments/production.rb", "config/application.rb"]
            .iter()
            .find_map(|file| {
                let text = files.text(file)?;
                let mut lines = ruby::code_lines(&text);
                let name = lines.find_map(|line| {
                    ruby::symbol(ruby::setting(line, "config.active_job.queue_adapter")?)
                })?;
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
            Some((name, file))
                if gems.iter().any(|(known, gem)| known == name && self.gems.has(gem)) =>
            {
                Some((name.clone(), (*file).to_owned()))
            }
            _ => {
                let gem = gems.iter().find(|(_, gem)| self.gems.has(gem));
                gem.map(|(name, _)| ((*name).to_owned(), self.gems.file.to_owned()))
            }
        };
        let Some((name, file)) = chosen else {
            if let Some((name, file)) =
                adapter.filter(|(name, _)| matches!(name.as_str(), "async" | "sucker_punch"))
            {
                self.note(format!(
                    "{file}: jobs by `{name}` run in the web pods, and are lost when one of them ends"
                ));
            }
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
    pub(super) fn worker_process(&self) -> Option<Process> {
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
            let queues: Vec<String> = queues
                .into_iter()
                .flat_map(|list| &list.items)
                .filter_map(|item| match item {
                    Node::Sequence(pair) => known(pair.items.first()?),
                    item => known(item),
                })
                .collect();
            let what = if queues.is_empty() {
                "its settings".to_owned()
            } else {
                format!("queues {}", queues.join(", "))
            };
            self.fact(what, &config.file);
        }
        let process = self.worker_process();
        let is_other = |one: &&Process| {
            one.command.contains("sidekiq")
                && process.as_ref().is_some_and(|first| first.name != one.name)
        };
        self.queues = self.processes.iter().filter(is_other).map(Sidekiq::of).collect();
        let process = process.as_ref().map(Sidekiq::of).unwrap_or_default();
        let answers_probes = self.gems.has("sidekiq_alive") || self.gems.has("sidekiq-ent");
        if !answers_probes {
            self.note("without the gem sidekiq_alive the worker's probes only see that Sidekiq runs, not that it works");
        }
        Jobs::Sidekiq { process, answers_probes }
    }

    /// The process that enqueues jobs by the time of day.
    pub(in crate::init) fn clock(&self) -> Option<&Process> {
        let is_clock = |one: &&Process| one.command.contains("clockwork");
        self.process("clock").or_else(|| self.processes.iter().find(is_clock))
    }

    pub(super) fn read_schedules(&mut self, files: &Files<'_>) {
        let consumers = ["shoryuken", "karafka", "racecar", "sneakers", "kicks", "hutch"];
        if let Some(gem) = self.gems.first(&consumers) {
            self.note(format!(
                "{gem} runs in processes of its own: they need a Deployment each, such as base/worker"
            ));
        }
        if files.has("config/recurring.yml") && self.jobs == Some(Jobs::SolidQueue) {
            self.fact("recurring jobs, which need no manifest", "config/recurring.yml");
        }
        if files.has("config/schedule.yml")
            && self.gems.first(&["sidekiq-cron", "sidekiq-scheduler"]).is_some()
        {
            self.fact("scheduled jobs, which need no manifest", "config/schedule.yml");
        }
        if files.has("config/schedule.rb") {
            self.fact("a crontab of whenever", "config/schedule.rb");
            self.note("config/schedule.rb: containers have no cron, so each entry needs a CronJob, as the component `cron` of the stack has them");
        }
    }
}

impl Sidekiq {
    fn of(process: &Process) -> Sidekiq {
        let words = process.command.split_whitespace();
        let set = words.map_while(|word| word.split_once('='));
        // No shell knows the others.
        let set = set.filter(|(_, value)| !value.contains(['$', '`', '"', '\'']));
        Sidekiq {
            name: process.name.clone(),
            arguments: sidekiq_arguments(&process.command),
            environment: set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
}

/// The arguments of Sidekiq that mean the same in a container. The environment comes from the image,
/// the time to stop from the manifest.
fn sidekiq_arguments(command: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut words = command.split_once("sidekiq").map_or("", |(_, rest)| rest).split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "-e" | "--environment" | "-t" | "--timeout" | "-L" | "--logfile" | "-P"
            | "--pidfile" => {
                words.next();
            }
            "-d" | "--daemon" => {}
            // The rest is for the shell.
            word if word.contains(['|', '&', ';', '>', '<']) => break,
            // No shell knows these: what they are by default, or the option goes too.
            word if word.contains('$') => match word.split_once(":-") {
                Some((_, default)) if word.starts_with("${") && default.ends_with('}') => {
                    kept.push(default.trim_end_matches('}').to_owned());
                }
                _ if kept.last().is_some_and(|option| option.starts_with('-')) => {
                    kept.pop();
                }
                _ => {}
            },
            word => kept.push(word.to_owned()),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_without_a_shell() {
        for (command, arguments) in [
            ("bundle exec sidekiq", vec![]),
            ("bundle exec sidekiq -e production -q a -q b,2", vec!["-q", "a", "-q", "b,2"]),
            ("sidekiq -q a -c ${THREADS:-5}", vec!["-q", "a", "-c", "5"]),
            ("sidekiq -c $THREADS -q a 2>&1 | tee x", vec!["-q", "a"]),
            ("sidekiq -c ${THREADS} && x", vec![]),
            ("rake jobs:work", vec![]),
        ] {
            assert_eq!(sidekiq_arguments(command), arguments, "{command}");
        }
        let command = "A=1 B=$X C= bundle exec sidekiq -q x D=2".to_owned();
        let sidekiq = Sidekiq::of(&Process { name: "worker".to_owned(), command });
        let set: Vec<String> =
            sidekiq.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(set, ["A=1", "C="]);
    }
}
