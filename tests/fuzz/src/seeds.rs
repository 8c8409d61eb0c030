//! What inputs begin as: the trees of `tests/cases`, and for laws about parts of a build their files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::laws::BETWEEN;

/// Writes the seeds of a law into a directory.
pub(crate) fn plant(law: &str, directory: &Path) -> std::io::Result<()> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases");
    for (number, case) in trees(&cases).iter().enumerate() {
        let tree = files(case);
        let texts = || tree.iter().map(|(_, text)| text.as_str());
        let seeds: Vec<String> = match law {
            "build" | "edit" => {
                vec![tree.iter().map(|(path, text)| format!("//- {path}\n{text}\n")).collect()]
            }
            "merge" | "json6902" => {
                let all: Vec<&str> = texts().collect();
                let neighbours = all.windows(2).map(|pair| pair.join(BETWEEN));
                let own = all.iter().map(|text| format!("{text}{BETWEEN}{text}"));
                let known = OPERATIONS.iter().filter(|_| law == "json6902");
                let known = known.map(|patch| format!("{OBJECT}{BETWEEN}{patch}"));
                neighbours.chain(own).chain(known).collect()
            }
            "path" => texts().flat_map(|text| PATHS.map(|path| [text, path].join(BETWEEN))).collect(),
            _ => texts().map(str::to_owned).collect(),
        };
        for (part, seed) in seeds.iter().enumerate() {
            fs::write(directory.join(format!("case-{number}-{part}")), seed)?;
        }
    }
    Ok(())
}

const OBJECT: &str = "kind: A\nmetadata:\n  name: a\nspec:\n  list: [1, 2, {a: b}]\n  a/b~c: x\n";

const OPERATIONS: [&str; 3] = [
    "- {op: add, path: /spec/list/-, value: {c: [d]}}\n- {op: remove, path: /spec/list/0}\n",
    "[{\"op\": \"move\", \"from\": \"/spec/a~1b~0c\", \"path\": \"/spec/list/1\"}, {\"op\": \"copy\", \"from\": \"/spec\", \"path\": \"/x\"}]",
    "- {op: test, path: /spec/list/-1/a, value: b}\n- {op: replace, path: /metadata/name, value: null}\n",
];

const PATHS: [&str; 3] = [
    "spec.template.spec.containers.[name=web].env.*.value",
    "metadata.annotations.[foo.bar/baz]",
    "data.a\\.b.0.-",
];

/// The directories named `in`, in the order of their names.
fn trees(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = entries(directory).filter(|path| path.is_dir()).collect();
    found.sort();
    let (mut trees, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|path| path.ends_with("in"));
    others.iter().for_each(|path| trees.extend(self::trees(path)));
    trees
}

fn files(tree: &Path) -> Vec<(String, String)> {
    let (mut left, mut found) = (vec![tree.to_path_buf()], Vec::new());
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(entries(&path));
        } else if let (Ok(text), Ok(name)) = (fs::read_to_string(&path), path.strip_prefix(tree)) {
            found.push((name.to_string_lossy().into_owned(), text));
        }
    }
    found.sort();
    found
}

fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path())
}
