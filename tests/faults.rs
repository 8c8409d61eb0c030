//! What goes wrong around railsgen: files that can't be read or change, disks that are full, readers
//! that go away, runs that are cut off. Nothing hangs, half a file is never seen, and a failure leaves
//! stdout empty and old output as it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use railsgen::fs::{FileKind, FileSystem, FsError, MemoryFs};
use railsgen::{BuildOptions, Sources, build};

use crate::support::project::Project;

const WEB: &str =
    "apiVersion: v1\ndata:\n  RAILS_ENV: production\nkind: ConfigMap\nmetadata:\n  name: web\n";

/// A kustomization that builds to [`WEB`].
fn web() -> Project {
    let project = Project::new("//- /kustomization.yaml\nresources:\n- web.yaml\n");
    project.write("web.yaml", WEB);
    project
}

/// Asserts that nothing is left in a directory but what was there, and no temporary files.
#[track_caller]
fn holds(project: &Project, names: &[&str]) {
    assert_eq!(project.names("/"), names);
}

/// Whether permissions are no obstacle here, as for root.
#[cfg(unix)]
fn reads_everything(project: &Project, path: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let path = project.path(path);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    fs::read(&path).is_ok() || fs::read_dir(&path).is_ok()
}

#[test]
#[cfg(unix)]
fn what_may_not_be_read_is_said() {
    let project = web();
    if !reads_everything(&project, "web.yaml") {
        let refused = project.railsgen("build").run().fails();
        refused.says("error[unreadable]").says("permission denied").says("kustomization.yaml:2:3");
    }
    let project = web();
    if !reads_everything(&project, "kustomization.yaml") {
        project.railsgen("build").run().fails().says("permission denied");
    }
}

#[test]
fn what_is_not_there_is_said_with_the_place_that_names_it() {
    let project = Project::new(
        "
        //- /kustomization.yaml
        resources:
        - nowhere.yaml
        - loop.yaml
        - web.yaml/x.yaml
        //- /nowhere.yaml -> gone/web.yaml
        //- /loop.yaml -> loop.yaml
        //- /web.yaml
        kind: A
        ",
    );
    let refused = project.railsgen("build --message-format concise").run().fails();
    for line in 2..=4 {
        let place = format!("kustomization.yaml:{line}:3: error[");
        assert!(refused.stderr.contains(&place), "{}", refused.stderr);
    }
    // A directory in the place of the kustomization, and a file in that of a directory.
    let project = Project::new("//- /kustomization.yaml/x\n//- /file\n");
    let _ = project.railsgen("build").run().fails().says("error[no-kustomization]");
    let _ = project.railsgen("build file").run().fails().says("error[not-a-directory]");
    let _ = project.railsgen("build file/x").run().fails().says("error[not-found]");
}

/// A pipe that nobody writes to would be waited for without end, and one that somebody writes to
/// gives nothing the second time.
#[test]
#[cfg(unix)]
fn pipes_and_devices_are_refused_at_once() {
    for (name, target) in [("pipe", ""), ("zero", "/dev/zero"), ("nothing", "/dev/null")] {
        let project = web();
        match target {
            "" => {
                let mode = nix::sys::stat::Mode::S_IRWXU;
                nix::unistd::mkfifo(&project.path(name), mode).unwrap();
            }
            target => std::os::unix::fs::symlink(target, project.path(name)).unwrap(),
        }
        for field in [
            format!("resources: [{name}]\n"),
            format!("patches: [{{path: {name}}}]\n"),
            format!("configMapGenerator: [{{name: a, files: [{name}]}}]\n"),
            format!("configMapGenerator: [{{name: a, envs: [{name}]}}]\n"),
            format!("openapi: {{path: {name}}}\n"),
        ] {
            project.write(
                "kustomization.yaml",
                &format!(
                    "{field}{}",
                    if field.starts_with("r") { "" } else { "resources: [web.yaml]\n" }
                ),
            );
            let build = "build --load-restrictor LoadRestrictionsNone";
            let refused = project.railsgen(build).run().fails();
            let _ = refused.says("kustomization.yaml:1:").says("it is no regular file");
        }
        fs::remove_file(project.path("kustomization.yaml")).unwrap();
        fs::rename(project.path(name), project.path("kustomization.yaml")).unwrap();
        for line in ["build", "edit set namespace x", "edit fix"] {
            project.railsgen(line).run().fails();
        }
    }
}

/// A file system whose files have other bytes each time they are read.
struct Shifting {
    files: MemoryFs,
    reads: Mutex<BTreeMap<PathBuf, usize>>,
}

impl FileSystem for Shifting {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FsError> {
        let mut reads = self.reads.lock().unwrap();
        let count = reads.entry(path.to_path_buf()).or_default();
        *count += 1;
        match count {
            1 => self.files.read(path),
            _ => Ok(b"changed: [".to_vec()),
        }
    }

    fn resolve(&self, path: &Path) -> Result<(PathBuf, FileKind), FsError> {
        self.files.resolve(path)
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, FileKind)>, FsError> {
        self.files.list(directory)
    }
}

#[test]
fn a_file_that_changes_is_read_once_whoever_names_it() {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
    let uses = "\
patches: [{path: patch.yaml}, {path: patch.yaml, target: {kind: ConfigMap}}]
configurations: [names.yaml, names.yaml]
openapi: {path: schema.json}
configMapGenerator:
- {name: a, files: [data.txt, again=data.txt], envs: [a.env]}
- {name: b, files: [data.txt], envs: [a.env]}
";
    let mut files = MemoryFs::new()
        .with("kustomization.yaml", "resources: [one, two]\ncomponents: [part]\n")
        .with("part/kustomization.yaml", format!("{component}nameSuffix: -p\n"));
    for (name, prefix) in [("one", "one-"), ("two", "two-")] {
        let text = format!("resources: [../base]\nnamePrefix: {prefix}\n");
        files = files.with(format!("{name}/kustomization.yaml"), text);
    }
    files = files
        .with("base/kustomization.yaml", format!("resources: [web.yaml]\n{uses}"))
        .with("base/web.yaml", WEB)
        .with("base/patch.yaml", WEB.replace("production", "staging"))
        .with("base/names.yaml", "namePrefix: [{path: metadata/name}]\n")
        .with("base/schema.json", "{\"definitions\": {}}")
        .with("base/data.txt", "data")
        .with("base/a.env", "A=b\n");
    let run = |fs: &dyn FileSystem| {
        let built = build(fs, &Sources::new(), Path::new("/"), &BuildOptions::default());
        built.unwrap_or_else(|problems| panic!("{problems:?}")).to_yaml().unwrap()
    };
    let expected = run(&files);
    let shifting = Shifting { files, reads: Mutex::default() };
    assert_eq!(run(&shifting), expected);
    let reads = shifting.reads.into_inner().unwrap();
    assert!(reads.len() >= 10, "{reads:?}");
    assert!(reads.values().all(|count| *count == 1), "{reads:?}");
}

#[test]
fn what_is_no_utf8_is_said() {
    let project = web();
    project.write_bytes("web.yaml", b"kind: A\nname: \xff\n");
    let refused = project.railsgen("build").run().fails();
    let _ = refused.says("error[not-utf8]").says("kustomization.yaml:2:3");
    project.write_bytes("kustomization.yaml", b"namePrefix: \xc3\n");
    let _ = project.railsgen("build").run().fails().says("error[not-utf8]");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project = web();
    let line = "  name: web\n".repeat(100_000).replace('\n', "\n  ");
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: big\ndata:\n  big: |\n  ";
    project.write("web.yaml", &format!("{WEB}---\n{head}{line}"));
    for command in ["build", "--help"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        project.railsgen(command).stdout_to(writer).run().succeeds();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said() {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let refused = web().railsgen("build").stdout_to(full()).run().fails();
    refused.says("error[unwritable]: can't write `stdout`: no space left on device");
    let refused = web().railsgen("build -o /dev/full").run().fails();
    refused.says("error[unwritable]: can't write `/dev/full`: no space left on device");
}

#[test]
fn output_to_a_file_is_whole_or_not_at_all() {
    let project = web();
    project.railsgen("build -o out.yaml").run().succeeds().prints("");
    assert_eq!(project.read("out.yaml"), WEB);
    project.write("out.yaml", "old");
    for broken in ["patchs: []\n", "resources: [\n", "resources: [nope.yaml]\n"] {
        project.write("kustomization.yaml", broken);
        project.railsgen("build -o out.yaml").run().fails();
        assert_eq!(project.read("out.yaml"), "old");
        holds(&project, &["kustomization.yaml", "out.yaml", "web.yaml"]);
    }
    // What can't be written is found when everything else is done.
    project.write("kustomization.yaml", "resources: [web.yaml]\n");
    project.write("web.yaml", &format!("{WEB}x: .inf\n"));
    project.railsgen("build -o out.yaml").run().fails();
    assert_eq!(project.read("out.yaml"), "old");
    for line in ["build -o -", "build --output=-"] {
        web().railsgen(line).run().succeeds().prints(WEB);
    }
    web().railsgen("build -o").arg("").run().succeeds().prints(WEB);
}

#[test]
fn output_that_can_not_be_written_is_said_and_leaves_nothing() {
    let project = web();
    let refused = project.railsgen("build -o nope/out.yaml").run().fails();
    refused.says("error[unwritable]").says("nope/out.yaml");
    project.railsgen("build -o web.yaml/out.yaml").run().fails().says("error[unwritable]");
    holds(&project, &["kustomization.yaml", "web.yaml"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::create_dir(project.path("closed")).unwrap();
        let closed = fs::Permissions::from_mode(0o500);
        fs::set_permissions(project.path("closed"), closed).unwrap();
        if fs::write(project.path("closed/probe"), "").is_err() {
            let refused = project.railsgen("build -o closed/out.yaml").run().fails();
            refused.says("error[unwritable]").says("permission denied");
        }
        let open = fs::Permissions::from_mode(0o700);
        fs::set_permissions(project.path("closed"), open).unwrap();
    }
    // Of several files one is in the way: a directory with its name.
    fs::create_dir_all(project.path("out/v1_configmap_web.yaml/x")).unwrap();
    project.railsgen("build -o out").run().fails().says("error[unwritable]");
    assert_eq!(project.names("out"), ["v1_configmap_web.yaml"]);
}

#[test]
#[cfg(unix)]
fn output_follows_links_and_keeps_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = web();
    project.write("real.yaml", "old");
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(project.path("real.yaml"), private).unwrap();
    symlink("real.yaml", project.path("link.yaml")).unwrap();
    project.railsgen("build -o link.yaml").run().succeeds();
    assert_eq!(project.read("real.yaml"), WEB);
    let mode = fs::metadata(project.path("real.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(fs::symlink_metadata(project.path("link.yaml")).unwrap().is_symlink());
    // A link to what does not exist yet makes it; a loop is an error.
    symlink("new.yaml", project.path("ahead.yaml")).unwrap();
    project.railsgen("build -o ahead.yaml").run().succeeds();
    assert_eq!(project.read("new.yaml"), WEB);
    symlink("round.yaml", project.path("round.yaml")).unwrap();
    let refused = project.railsgen("build -o round.yaml").run().fails();
    refused.says("error[unwritable]").says("too many levels of symbolic links");
}

/// Runs that are cut off at any moment leave the old file, or have put the whole new one in its
/// place. One that is cut off while it writes may leave its temporary file, which is never mistaken
/// for anything.
#[test]
#[cfg(unix)]
fn a_run_that_is_cut_off_leaves_no_half_file() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use std::process::{Command, Stdio};
    let project = web();
    let all: String = (0..3_000)
        .map(|n| format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: web-{n}}}\n"))
        .collect();
    project.write("web.yaml", &all);
    let whole = project.railsgen("build").run().succeeds();
    let mut kept = 0;
    for (turn, signal) in
        [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL].into_iter().cycle().take(30).enumerate()
    {
        project.write("out.yaml", "old");
        let mut child = Command::new(env!("CARGO_BIN_EXE_railsgen"))
            .args(["build", "-o", "out.yaml"])
            .current_dir(project.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moment = (turn * turn) as u64 * 300;
        std::thread::sleep(std::time::Duration::from_micros(moment));
        // It may have ended by itself.
        let _ = kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal);
        child.wait().unwrap();
        let found = project.read("out.yaml");
        kept += usize::from(found == "old");
        assert!(found == "old" || found == whole.text(), "half a file: {} bytes", found.len());
    }
    assert!(kept > 0, "no run was cut off in time");
    let known = ["kustomization.yaml", "out.yaml", "web.yaml"];
    for name in project.names("/") {
        assert!(known.contains(&&*name) || name.starts_with(".railsgen-"), "{name}");
    }
}
