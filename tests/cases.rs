//! The cases in `cases/<area>/<name>/`: folders of data, no Rust. `README.md` beside this file
//! says what is in one and how to add one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use railsgen::diag::Code;

use crate::support::oracle::{Oracle, oracle};
use crate::support::run::{Outcome, Run, remark};
use crate::support::{directories_in, first_difference, repository, updating};

/// One folder.
struct Case {
    /// `area/name`
    name: String,
    folder: PathBuf,
}

/// Flags of ours that kubectl does not have and that change no byte of stdout.
const OUR_FLAGS: [&str; 3] = ["--strict", "--quiet", "-q"];

#[test]
fn railsgen_does_what_the_cases_say() {
    check_all(|case| match (case.check(), updating()) {
        (Err(_), true) => case.update(),
        (result, _) => result,
    });
}

#[test]
fn the_reference_does_what_the_cases_say() {
    let Some(oracle) = oracle() else { return };
    if updating() {
        // Expectations are being written at this moment; who writes them asks the reference.
        return;
    }
    check_all(|case| case.check_reference(oracle));
}

#[test]
fn the_cases_come_from_the_level_that_we_match() {
    let path = repository().join("tests/cases/reference.txt");
    let level = format!("kustomize {}\n", railsgen::KUSTOMIZE_LEVEL);
    if updating() && oracle().is_some() {
        // What the reference does today is compared by the test above.
        fs::write(&path, &level).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), level);
}

/// Of all problems that cases show, each has a place, or a code of which it is known why not.
#[test]
fn problems_have_places() {
    let mut seen = 0;
    for case in cases() {
        let texts = ["error.txt", "warnings.txt"].into_iter().filter_map(|name| case.stored(name));
        let text: String = texts.collect();
        for problem in text.split("\n\n") {
            let head = problem.strip_prefix("error[").or_else(|| problem.strip_prefix("warning["));
            // Flags are refused without a code.
            let Some((name, _)) = head.and_then(|head| head.split_once("]: ")) else { continue };
            let code = Code::ALL.iter().find(|code| code.name() == name).expect(name);
            assert!(code.may_lack_place() || problem.contains("--> "), "{}: {problem}", case.name);
            seen += 1;
        }
    }
    assert!(seen > 100 || std::env::var("CASE").is_ok(), "only {seen} problems were looked at");
}

/// Checks every case that `CASE` names a part of (all without it), and reports all failures.
fn check_all(check: impl Fn(&Case) -> Result<(), String> + Sync) {
    let cases = cases();
    assert!(!cases.is_empty(), "no case matches");
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(reason) = check(case) {
                        let failure = format!("{}: {reason}", case.name);
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} cases fail:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn cases() -> Vec<Case> {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let areas = directories_in(&repository().join("tests/cases"));
    let folders = areas.iter().flat_map(|area| directories_in(area));
    let cases = folders.map(|folder| {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        Case { name: format!("{}/{}", name(folder.parent().unwrap()), name(&folder)), folder }
    });
    cases.filter(|case| case.name.contains(&wanted)).collect()
}

impl Case {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The content of one of the case's files, if it has it.
    fn stored(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.file(name)).ok()
    }

    /// What stands behind `build` on the command line.
    fn line(&self) -> String {
        self.stored("cmd").unwrap_or_else(|| "in".to_owned())
    }

    fn ours(&self) -> Outcome {
        Run::railsgen(&self.folder).arg("build").words(&self.line()).run()
    }

    fn reference(&self, oracle: &Oracle) -> Outcome {
        let line = self.line();
        let words = line.split_whitespace();
        let words: Vec<&str> = words.filter(|word| !OUR_FLAGS.contains(word)).collect();
        oracle.build(&self.folder, &words.join(" "))
    }

    /// Compares what railsgen does with what is stored.
    fn check(&self) -> Result<(), String> {
        let ours = self.ours();
        match (self.stored("out.yaml"), self.stored("error.txt")) {
            (Some(out), None) => {
                if !ours.is_success() {
                    return Err(format!("exits with {:?}:\n{}", ours.code, ours.stderr));
                }
                same("out.yaml", out.as_bytes(), &ours.stdout)?;
                let warnings = self.stored("warnings.txt").unwrap_or_default();
                same("warnings.txt", warnings.as_bytes(), ours.stderr.as_bytes())
            }
            (None, Some(error)) => {
                if ours.code != Some(2) {
                    return Err(format!("exits with {:?} and not with 2", ours.code));
                }
                same("an empty stdout", b"", &ours.stdout)?;
                same("error.txt", error.as_bytes(), ours.stderr.as_bytes())
            }
            (Some(_), Some(_)) => Err("it has out.yaml and error.txt".to_owned()),
            (None, None) => {
                Err("it has neither out.yaml nor error.txt: see tests/README.md".to_owned())
            }
        }
    }

    /// Compares what the reference does with what is stored.
    fn check_reference(&self, oracle: &Oracle) -> Result<(), String> {
        let reference = self.reference(oracle);
        let agreed = match self.stored("out.yaml") {
            Some(_) if !reference.is_success() => {
                Err(format!("kustomize refuses it: {}", reference.stderr))
            }
            Some(out) => same("kustomize", &reference.stdout, out.as_bytes()),
            None if reference.is_success() => Err("kustomize builds it".to_owned()),
            None => Ok(()),
        };
        match (self.stored("differs.txt"), agreed) {
            (None, agreed) => agreed,
            (Some(_), Err(_)) => Ok(()),
            (Some(_), Ok(())) => Err("differs.txt, yet kustomize does the same".to_owned()),
        }
    }

    /// Stores what railsgen does, where the reference does the same.
    fn update(&self) -> Result<(), String> {
        let ours = self.ours();
        if ours.code != Some(0) && ours.code != Some(2) {
            return Err(format!("exits with {:?}:\n{}", ours.code, ours.stderr));
        }
        if self.stored("differs.txt").is_none() {
            let oracle = oracle().ok_or("not updated: there is no kubectl to agree with")?;
            let reference = self.reference(oracle);
            match (ours.is_success(), reference.is_success()) {
                (true, true) => same("kustomize", &reference.stdout, &ours.stdout)?,
                (true, false) => {
                    return Err(format!("not updated: kustomize refuses it: {}", reference.stderr));
                }
                (false, true) => {
                    return Err(format!(
                        "not updated: kustomize builds it, we say\n{}",
                        ours.stderr
                    ));
                }
                (false, false) => {}
            }
        }
        let store = |name: &str, content: Option<&[u8]>| match content {
            Some(content) => fs::write(self.file(name), content).unwrap(),
            None => drop(fs::remove_file(self.file(name))),
        };
        let stderr = Some(ours.stderr.as_bytes()).filter(|text| !text.is_empty());
        let (built, refused) = match ours.is_success() {
            true => (stderr, None),
            false => (None, stderr),
        };
        store("out.yaml", ours.is_success().then_some(&*ours.stdout));
        store("warnings.txt", built);
        store("error.txt", refused);
        remark(&format!("updated {}", self.name));
        self.check()
    }
}

fn same(what: &str, expected: &[u8], actual: &[u8]) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    Err(format!("not as {what}: {}", first_difference(expected, actual)))
}
