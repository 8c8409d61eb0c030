//! `Procfile`: the processes of an app, and commands as containers have them.

use super::files::Files;

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::init) struct Process {
    pub(in crate::init) name: String,
    pub(in crate::init) command: String,
}

pub(super) fn read(files: &Files<'_>) -> Vec<Process> {
    files.text("Procfile").map_or(Vec::new(), |text| parse(&text))
}

fn parse(text: &str) -> Vec<Process> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let processes = lines.filter_map(|line| {
        let (name, command) = line.split_once(':')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let (name, command) = (name.trim(), command.trim());
        let is_process = !name.is_empty() && name.chars().all(is_name) && !command.is_empty();
        is_process.then(|| Process { name: name.to_owned(), command: command.to_owned() })
    });
    processes.collect()
}

/// A command line as a container has it: in words, or for a shell where it needs one.
pub(in crate::init) fn words(command: &str) -> Vec<String> {
    let needs_shell = |c: char| "$`\"'\\|&;<>(){}*?~#!".contains(c);
    let first = command.split_whitespace().next().unwrap_or_default();
    if command.contains(needs_shell) || first.contains('=') {
        // The shell makes way for the process, which then gets the signals.
        let assigns = first.contains('=');
        let command =
            if assigns { format!("exec env {command}") } else { format!("exec {command}") };
        return vec!["sh".to_owned(), "-c".to_owned(), command];
    }
    command.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_processes() {
        let processes = parse(
            "web: bundle exec puma -C config/puma.rb\n# no: x\nworker:  bin/jobs \n\nodd line\n: x\n",
        );
        let names: Vec<_> =
            processes.iter().map(|one| (one.name.as_str(), one.command.as_str())).collect();
        assert_eq!(names, [("web", "bundle exec puma -C config/puma.rb"), ("worker", "bin/jobs")]);
    }

    #[test]
    fn commands_are_words_or_for_a_shell() {
        assert_eq!(words("bundle exec sidekiq -c 5"), ["bundle", "exec", "sidekiq", "-c", "5"]);
        assert_eq!(
            words("RAILS_ENV=x rake jobs:work"),
            ["sh", "-c", "exec env RAILS_ENV=x rake jobs:work"]
        );
        assert_eq!(words("puma -p $PORT"), ["sh", "-c", "exec puma -p $PORT"]);
    }
}
