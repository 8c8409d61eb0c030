//! Many edits of one file at the same time: none is lost, and nobody ever sees half a file.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_yaml::Value;

use crate::support::project::Project;

#[test]
fn no_edit_is_lost() {
    const WRITERS: usize = 6;
    const ROUNDS: usize = 4;
    let project = Project::new("");
    project.write("kustomization.yaml", "# shared\nresources: [] # none\n");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let project = &project;
                scope.spawn(move || {
                    let mut refused = 0;
                    for round in 0..ROUNDS {
                        let line = format!("edit set label w{writer}-r{round}:yes");
                        // Who comes second is told so, and tries again.
                        while !project.railsgen(&line).run().is_success() {
                            refused += 1;
                            assert!(refused < 10_000, "nobody gets through");
                        }
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let text = project.read("kustomization.yaml");
                assert!(text.starts_with("# shared\nresources: [] # none\n"), "{text:?}");
                assert!(text.ends_with('\n'), "{text:?}");
            }
        });
        let ended: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, Ordering::Relaxed);
        ended.into_iter().for_each(|ended| ended.unwrap());
    });
    let text = project.read("kustomization.yaml");
    let value: BTreeMap<String, Value> = serde_yaml::from_str(&text).unwrap();
    assert_eq!(value["commonLabels"].as_mapping().unwrap().len(), WRITERS * ROUNDS, "{text}");
    assert_eq!(project.names("/"), ["kustomization.yaml"], "no locks and no temporary files stay");
}

#[test]
fn a_file_that_someone_writes_is_left_alone() {
    let project = Project::new("//- /kustomization.yaml\nnamespace: a\n");
    project.write(".kustomization.yaml.railsgen-lock", "");
    let refused = project.railsgen("edit set namespace b").run().fails();
    refused.says("another process is writing it").says(".kustomization.yaml.railsgen-lock");
    assert_eq!(project.read("kustomization.yaml"), "namespace: a\n");
    project.railsgen("edit set namespace b --dry-run").run().exits(0);
}
