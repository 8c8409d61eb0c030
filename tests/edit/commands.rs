//! The table of commands: `commands.txt`.

use serde_yaml::Value;

use super::words;
use crate::support::project::Project;
use crate::support::run::Outcome;

const FILE: &str = "tests/edit/commands.txt";

#[derive(Debug, Default)]
struct Case {
    name: String,
    command: String,
    parts: Vec<(String, String)>,
}

impl Case {
    fn part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(part, _)| part == name).map(|(_, text)| text.as_str())
    }

    /// The files of the case. The kustomization lies one directory down, so that there is a `..`.
    fn project(&self) -> Project {
        let project = Project::new("");
        project.write("k/kustomization.yaml", self.before());
        for file in self.part("files").unwrap_or_default().lines() {
            let (path, text) = file.split_once(": ").unwrap_or((file, ""));
            project.write(&format!("k/{path}"), &text.replace("\\n", "\n"));
        }
        project
    }

    fn before(&self) -> &str {
        self.part("before").unwrap_or("resources: [a.yaml]\n")
    }
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(crate::support::repository().join(FILE)).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().skip_while(|line| !line.starts_with("== ")) {
        if let Some(name) = line.strip_prefix("== ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().unwrap();
        if let Some(command) = line.strip_prefix("$ ") {
            case.command = command.to_owned();
        } else if let Some(part) = line.strip_prefix("-- ") {
            case.parts.push((part.to_owned(), String::new()));
        } else if let Some((_, text)) = case.parts.last_mut()
            && !line.is_empty()
        {
            text.push_str(line);
            text.push('\n');
        }
    }
    cases
}

fn run(project: &Project, command: &str) -> Outcome {
    let run = crate::support::run::Run::railsgen(&project.path("k"));
    words(command).iter().fold(run, |run, word| run.arg(word)).run()
}

#[test]
fn commands_do_what_kustomize_documents() {
    let cases = cases();
    assert!(cases.len() >= 170, "only {} cases are read", cases.len());
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "two cases have one name");
    let wrong: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn check(case: &Case) -> Result<(), String> {
    let project = case.project();
    let outcome = run(&project, &case.command);
    let text = project.read("k/kustomization.yaml");
    let fail = |what: String| {
        Err(format!("== {}\n$ {}\n{what}\n{text}\n{}", case.name, case.command, outcome.stderr))
    };
    let said = ["fails", "says"].iter().filter_map(|part| case.part(part));
    for words in said.flat_map(str::lines) {
        if !outcome.stderr.contains(words) {
            return fail(format!("does not say {words:?}"));
        }
    }
    let (code, unchanged) = match (case.part("fails"), case.part("same")) {
        (Some(_), _) => (2, true),
        (None, same) => (0, same.is_some()),
    };
    if outcome.code != Some(code) {
        return fail(format!("exits with {:?}", outcome.code));
    }
    if unchanged && text != case.before() {
        return fail("the file has changed".to_owned());
    }
    if !unchanged {
        let Some(wanted) = case.part("after") else { return fail("no part `after`".to_owned()) };
        let decoded: Value = serde_yaml::from_str(&text).map_err(|error| error.to_string())?;
        let wanted: Value = serde_yaml::from_str(wanted).map_err(|error| error.to_string())?;
        if decoded != wanted {
            return fail(format!("means something else than\n{wanted:?}"));
        }
        if !outcome.stderr.contains("kustomization.yaml:") {
            return fail("no line says what has changed".to_owned());
        }
    }
    let again = run(&project, &case.command);
    if project.read("k/kustomization.yaml") != text {
        return fail(format!("changes something the second time\n{}", again.stderr));
    }
    let left: Vec<String> =
        project.names("k").into_iter().filter(|name| name.contains("railsgen")).collect();
    if !left.is_empty() {
        return fail(format!("leaves {left:?}"));
    }
    Ok(())
}
