//! A kustomization of two thousand lines: an edit of it is as small as of any other.

use std::fmt::Write as _;

use super::words;
use crate::support::project::Project;
use crate::support::run::Run;

/// Two thousand lines with comments, in several styles.
fn large() -> String {
    let mut text = String::from(
        "# The whole shop. Keep the order.\napiVersion: kustomize.config.k8s.io/v1beta1\n\
         kind: Kustomization\n\nnamespace: shop\n\nresources:\n",
    );
    for n in 0..360 {
        if n % 10 == 0 {
            let _ = writeln!(text, "  # team {}", n / 10);
        }
        let _ =
            writeln!(text, "  - services/s{n:03}.yaml{}", if n % 7 == 0 { "  # old" } else { "" });
    }
    text.push_str("\nimages:\n");
    for n in 0..300 {
        if n % 3 == 0 {
            let _ = writeln!(text, "  # pinned, see change {n}");
        }
        let _ = writeln!(text, "  - name: image{n:03}");
        let _ = writeln!(text, "    newName: registry.example.com/image{n:03}");
        let _ =
            writeln!(text, "    newTag: \"1.{n}\"{}", if n % 5 == 0 { " # checked" } else { "" });
    }
    text.push_str("\nreplicas: # by hand\n");
    for n in 0..100 {
        let _ = writeln!(text, "- {{name: s{n:03}, count: {n}}}");
    }
    text.push_str("\nconfigMapGenerator:\n");
    for n in 0..100 {
        let _ = writeln!(
            text,
            "- name: config{n:03}\n  literals:\n  - A={n}\n  # the other\n  - B={n}"
        );
    }
    text.push_str("\ncommonLabels: {app: shop, tier: web}\n");
    text
}

fn changed(diff: &str) -> Vec<&str> {
    let lines = diff.lines().skip(2);
    lines.filter(|line| line.starts_with(['+', '-'])).collect()
}

#[test]
fn edits_of_a_large_file_are_small() {
    let before = large();
    assert!(before.lines().count() >= 2_000, "{}", before.lines().count());
    for (command, lines) in [
        ("edit set namespace mall", &["-namespace: shop", "+namespace: mall"][..]),
        (
            "edit set image image150=registry.example.com/image150:2.0",
            &["-    newTag: \"1.150\" # checked", "+    newTag: \"2.0\" # checked"],
        ),
        (
            "edit set image 'image299=*@sha256:24a0'",
            &["-    newTag: \"1.299\"", "+    digest: \"sha256:24a0\""],
        ),
        (
            "edit set image image1505=other:v1",
            &["+  - name: image1505", "+    newName: other", "+    newTag: \"v1\""],
        ),
        ("edit remove resource services/s007.yaml", &["-  - services/s007.yaml  # old"]),
        ("edit remove resource services/s010.yaml", &["-  # team 1", "-  - services/s010.yaml"]),
        ("edit add resource services/new.yaml --no-verify", &["+  - services/new.yaml"]),
        ("edit set replicas s050=7", &["-- {name: s050, count: 50}", "+- {name: s050, count: 7}"]),
        ("edit set replicas zzz=1", &["+- {name: zzz, count: 1}"]),
        ("edit set configmap config042 --from-literal=B=x", &["-  - B=42", "+  - B=x"]),
        ("edit add configmap config042 --from-literal=C=x", &["+  - C=x"]),
        (
            "edit remove configmap config042",
            &["-- name: config042", "-  literals:", "-  - A=42", "-  # the other", "-  - B=42"],
        ),
        (
            "edit set label tier:api",
            &["-commonLabels: {app: shop, tier: web}", "+commonLabels: {app: shop, tier: api}"],
        ),
        (
            "edit remove label app",
            &["-commonLabels: {app: shop, tier: web}", "+commonLabels: {tier: web}"],
        ),
    ] {
        let project = Project::new("");
        project.write("kustomization.yaml", &before);
        let mut run = Run::railsgen(project.root());
        for word in words(command) {
            run = run.arg(word);
        }
        let outcome = run.arg("--diff").run().exits(0);
        assert_eq!(changed(outcome.text()), lines, "{command}");
    }
}
