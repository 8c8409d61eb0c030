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
        return vec!["sh".to_owned(), "-c".to_owned(), for_shell(command)];
    }
    command.split_whitespace().map(str::to_owned).collect()
}

/// A command line whose shell makes way for its last process, which then gets the signals.
fn for_shell(command: &str) -> String {
    let (before, last) = match (command.rfind("&&"), command.rfind(';')) {
        (Some(and), semicolon) if semicolon.is_none_or(|at| at < and) => command.split_at(and + 2),
        (_, Some(semicolon)) => command.split_at(semicolon + 1),
        _ => ("", command),
    };
    let last = last.trim_start();
    let assigns = last.split_whitespace().next().is_some_and(|word| word.contains('='));
    let builtins = ["exec ", "cd ", "if ", "for ", "while ", "[ ", "test "];
    // Of what is left over after a pipe or a choice, no process is the last one.
    let is_one = !last.contains(['|', '(', '{']) || last.contains("${") && !last.contains('|');
    let is_one = is_one && !before.contains("||") && !before.contains(['{', '(']);
    if !is_one || last.is_empty() || builtins.iter().any(|word| last.starts_with(word)) {
        return command.to_owned();
    }
    let space = if before.is_empty() { "" } else { " " };
    let env = if assigns { "env " } else { "" };
    format!("{before}{space}exec {env}{last}")
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
        for (command, expected) in [
            ("puma -p $PORT", "exec puma -p $PORT"),
            ("puma -p ${PORT:-3000}", "exec puma -p ${PORT:-3000}"),
            ("rm -f tmp/x && A=1 puma", "rm -f tmp/x && exec env A=1 puma"),
            ("rm -f tmp/x; puma", "rm -f tmp/x; exec puma"),
            ("exec puma \"-q\"", "exec puma \"-q\""),
            ("puma | tee log", "puma | tee log"),
            ("[ -n \"$X\" ] && a || puma", "[ -n \"$X\" ] && a || puma"),
            ("(a && b)", "(a && b)"),
        ] {
            assert_eq!(words(command), ["sh", "-c", expected]);
        }
    }
}
