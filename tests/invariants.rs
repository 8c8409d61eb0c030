//! What `docs/architecture.md` promises of every build, tried on the stack and on a tree that is
//! large enough for several threads.

use std::fs;
use std::path::Path;

use railsgen::fs::MemoryFs;
use railsgen::sys::OsFs;
use railsgen::yaml::Node;
use railsgen::{BuildOptions, Built, Sources, build};

use crate::support::repository;

/// A kustomization with so many files that they are parsed on several threads.
fn many_files() -> MemoryFs {
    let names: Vec<String> = (0..600).map(|at| format!("web-{at}.yaml")).collect();
    let kustomization = format!("namePrefix: p-\nresources: [{}]\n", names.join(", "));
    let fs = MemoryFs::new().with("kustomization.yaml", kustomization);
    names.iter().enumerate().fold(fs, |fs, (at, name)| {
        fs.with(name, format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web-{at}}}\n"))
    })
}

fn text(fs: &dyn railsgen::fs::FileSystem, directory: &Path, threads: usize) -> String {
    let options = BuildOptions { threads, ..BuildOptions::default() };
    build(fs, &Sources::new(), directory, &options).unwrap().to_yaml().unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let fs = many_files();
    let one = text(&fs, Path::new("/"), 1);
    assert_eq!(one.matches("name: p-web-").count(), 600);
    for threads in [0, 2, 8] {
        assert_eq!(text(&fs, Path::new("/"), threads), one, "{threads} threads");
    }
}

#[test]
fn memory_gives_what_the_disk_gives() {
    let mut memory = MemoryFs::new();
    for top in ["base", "components", "overlays"] {
        memory = copy(memory, &repository().join(top), top);
    }
    for overlay in ["overlays/canary", "overlays/staging", "overlays/prod"] {
        let disk = text(&OsFs::new(), &repository().join(overlay), 1);
        assert!(!disk.is_empty());
        assert_eq!(text(&memory, &Path::new("/").join(overlay), 1), disk, "{overlay}");
    }
}

fn copy(mut memory: MemoryFs, directory: &Path, path: &str) -> MemoryFs {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().into_string().unwrap());
        memory = match entry.path().is_dir() {
            true => copy(memory, &entry.path(), &path),
            false => memory.with(path, fs::read(entry.path()).unwrap()),
        };
    }
    memory
}

#[test]
fn every_value_of_the_stack_has_a_place() {
    let sources = Sources::new();
    let overlay = repository().join("overlays/prod");
    let built = build(&OsFs::new(), &sources, &overlay, &BuildOptions::default()).unwrap();
    let mut lost = Vec::new();
    for resource in built.resources() {
        let mut open = vec![(resource.id().to_string(), resource.node())];
        while let Some((path, node)) = open.pop() {
            if sources.place(node.span()).is_none() {
                lost.push(path.clone());
            }
            match node {
                Node::Scalar(_) => {}
                Node::Sequence(list) => {
                    open.extend(list.items.iter().map(|item| (path.clone(), item)))
                }
                Node::Mapping(mapping) => {
                    let below = mapping.iter();
                    open.extend(
                        below.map(|entry| (format!("{path} {}", entry.key.text), &entry.value)),
                    );
                }
            }
        }
    }
    assert!(lost.is_empty(), "no place:\n{}", lost.join("\n"));
}

#[test]
fn what_a_transformer_writes_has_the_place_of_what_asked_for_it() {
    let fs = MemoryFs::new()
        .with("k/kustomization.yaml", "resources: [web.yaml]\nnamespace: prod\nreplicas:\n- name: web\n  count: 3\n")
        .with("k/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  paused: true\n");
    let sources = Sources::new();
    let built: Built = build(&fs, &sources, Path::new("/k"), &BuildOptions::default()).unwrap();
    let web = built.resources().find("Deployment", "web").unwrap();
    let place = |path: &[&str]| {
        let place = sources.place(web.node().at(path).unwrap().span()).unwrap();
        place.to_string().trim_start_matches('/').to_owned()
    };
    assert_eq!(place(&["metadata", "namespace"]), "k/kustomization.yaml:2:12");
    assert_eq!(place(&["spec", "replicas"]), "k/kustomization.yaml:5:10");
    assert_eq!(place(&["spec", "paused"]), "k/web.yaml:6:11");
}
