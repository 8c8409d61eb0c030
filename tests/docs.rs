//! The documents say what is true. `UPDATE=1` rewrites the parts that are generated.

use std::fs;

use railsgen::diag::Code;

use crate::support::{repository, updating};

const BEGIN: &str = "<!-- generated from diag::Code: UPDATE=1 cargo test --test main docs -->\n";
const END: &str = "<!-- end of the generated part -->\n";

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn compatibility_lists_every_code() {
    let path = "docs/compatibility.md";
    let text = read(path);
    let (before, rest) = text.split_once(BEGIN).expect("the beginning of the generated part");
    let (stored, after) = rest.split_once(END).expect("the end of the generated part");
    let mut table = String::from("\n| Code | Meaning |\n| --- | --- |\n");
    for code in Code::ALL {
        table.push_str(&format!("| `{code}` | {} |\n", code.meaning().replace('|', "\\|")));
    }
    table.push('\n');
    if updating() {
        let updated = format!("{before}{BEGIN}{table}{END}{after}");
        fs::write(repository().join(path), updated).unwrap();
    } else {
        assert_eq!(stored, table, "UPDATE=1 cargo test --test main docs");
    }
}

#[test]
fn every_intended_difference_is_explained() {
    let compatibility = read("docs/compatibility.md");
    let areas = crate::support::directories_in(&repository().join("tests/cases"));
    for case in areas.iter().flat_map(|area| crate::support::directories_in(area)) {
        if case.join("differs.txt").exists() {
            let case = case.strip_prefix(repository()).unwrap();
            let case = case.to_string_lossy().replace('\\', "/");
            assert!(compatibility.contains(&case), "docs/compatibility.md does not name {case}");
        }
    }
}

/// The lines of the fenced `sh` blocks of a document.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split_once("```"));
    blocks.flat_map(|(block, _)| block.lines()).collect()
}

#[test]
fn ci_runs_what_the_readme_tells_to_run() {
    let readme = read("README.md");
    let readme = commands(&readme);
    assert!(readme.contains(&"cargo run --release -- build overlays/prod"));
    assert!(readme.contains(&"cargo test"));
    let ci = read(".ci/run");
    assert!(ci.lines().any(|line| line.trim() == "cargo test"));
}

#[test]
fn links_between_documents_lead_somewhere() {
    let documents = [
        "README.md",
        "docs/architecture.md",
        "docs/compatibility.md",
        "docs/edit.md",
        "benches/README.md",
    ];
    for path in documents {
        let text = read(path);
        let directory = repository().join(path);
        let directory = directory.parent().unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            let is_local = !target.is_empty() && !target.contains("://");
            assert!(!is_local || directory.join(target).exists(), "{path}: {link}");
        }
    }
}

#[test]
fn every_invariant_names_tests_that_exist() {
    let text = read("docs/architecture.md");
    for paragraph in text.split("\n\n").filter(|part| part.starts_with("**Invariant:**")) {
        let (_, tests) = paragraph.split_once("*Tested by*").expect(paragraph);
        for named in tests.split('`').skip(1).step_by(2) {
            if let Some((file, test)) = named.split_once(": ") {
                assert!(read(file).contains(&format!("fn {test}(")), "{named}");
            }
        }
    }
}

#[test]
fn every_difference_names_its_test() {
    let text = read("docs/compatibility.md");
    let (_, table) = text.split_once("| Difference | Reason | Test |").unwrap();
    for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cell = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap();
        let path = cell.trim().trim_matches('`');
        assert!(path.starts_with("tests/"), "no test: {row}");
        assert!(path.contains('*') || repository().join(path).exists(), "{path}");
    }
}

#[test]
fn the_tests_are_explained() {
    let explained = read("tests/README.md");
    let main = read("tests/main.rs");
    for module in main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')) {
        let (file, folder) = (format!("`{module}.rs`"), format!("`{module}/`"));
        let is_named = explained.contains(&file) || explained.contains(&folder);
        assert!(is_named, "tests/README.md lacks {module}");
    }
}

#[test]
fn architecture_names_every_module() {
    let text = read("docs/architecture.md");
    let modules = read("src/lib.rs");
    let modules = modules.lines().filter_map(|line| {
        line.strip_prefix("pub mod ").or(line.strip_prefix("mod "))?.strip_suffix(';')
    });
    for module in modules {
        assert!(text.contains(&format!("`{module}`")), "docs/architecture.md lacks `{module}`");
    }
}
