//! What holds for every [`FileSystem`], checked on both; then what only the disk has.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{AtomicFile, OsFs, apply};
use crate::fs::{Changes, FileKind, FileSystem, FsErrorKind, MemoryFs};

/// One entry of a tree that is laid out in memory and on the disk.
enum Entry {
    File(&'static str, &'static str),
    Link(&'static str, &'static str),
    Directory(&'static str),
}
use Entry::{Directory, File, Link};

/// Runs `check` on both file systems; it gets the directory that the tree stands in.
fn on_both(tree: &[Entry], check: impl Fn(&dyn FileSystem, &Path)) {
    let disk = tempfile::tempdir().unwrap();
    let root = disk.path().canonicalize().unwrap();
    let mut memory = MemoryFs::new().with_directory("/tree");
    for entry in tree {
        let (File(path, _) | Link(path, _) | Directory(path)) = entry;
        let (real, virtual_path) = (root.join(path), format!("/tree/{path}"));
        fs::create_dir_all(real.parent().unwrap()).unwrap();
        memory = match entry {
            File(_, content) => {
                fs::write(real, content).unwrap();
                memory.with(virtual_path, *content)
            }
            Link(_, target) => {
                link(target, &real);
                memory.with_link(virtual_path, *target)
            }
            Directory(_) => {
                fs::create_dir_all(real).unwrap();
                memory.with_directory(virtual_path)
            }
        };
    }
    check(&memory, Path::new("/tree"));
    check(&OsFs::new(), &root);
}

#[cfg(unix)]
fn link(target: &str, path: &Path) {
    std::os::unix::fs::symlink(target, path).unwrap();
}

#[cfg(windows)]
fn link(target: &str, path: &Path) {
    std::os::windows::fs::symlink_file(target, path).unwrap();
}

fn why(fs: &dyn FileSystem, path: PathBuf) -> FsErrorKind {
    let error = fs.resolve(&path).unwrap_err();
    assert_eq!((error.verb, &error.path), ("resolve", &path));
    error.kind
}

#[test]
fn reads_files_and_says_why_not() {
    let tree = [File("a/file", "text"), Directory("empty")];
    on_both(&tree, |fs, root| {
        assert_eq!(fs.read(&root.join("a/file")).unwrap(), b"text");
        assert_eq!(fs.read(&root.join("empty/../a/./file")).unwrap(), b"text");
        for (path, kind) in [
            ("a", FsErrorKind::IsADirectory),
            ("b", FsErrorKind::NotFound),
            ("a/file/x", FsErrorKind::NotADirectory),
        ] {
            let error = fs.read(&root.join(path)).unwrap_err();
            assert_eq!(error.kind, kind, "{path}");
            assert_eq!((error.verb, error.path), ("read", root.join(path)));
        }
    });
}

#[test]
fn resolves_dots_and_says_what_is_there() {
    let tree = [File("a/b/file", ""), File("a/other", "")];
    on_both(&tree, |fs, root| {
        for (path, found, kind) in [
            ("a/b/file", "a/b/file", FileKind::File),
            ("a/b/../other", "a/other", FileKind::File),
            ("a/b/.", "a/b", FileKind::Directory),
            ("a/b/..", "a", FileKind::Directory),
            ("a/./b/", "a/b", FileKind::Directory),
            ("", "", FileKind::Directory),
        ] {
            let expected = (root.join(found), kind);
            assert_eq!(fs.resolve(&root.join(path)).unwrap(), expected, "{path}");
        }
        assert_eq!(why(fs, root.join("a/nope")), FsErrorKind::NotFound);
        assert_eq!(why(fs, root.join("nope/../a")), FsErrorKind::NotFound);
        assert_eq!(why(fs, root.join("a/other/x")), FsErrorKind::NotADirectory);
        let (top, kind) = fs.resolve(Path::new("/..")).unwrap();
        assert_eq!((top.as_path(), kind), (Path::new("/"), FileKind::Directory));
    });
}

#[test]
fn follows_links_as_the_system_does() {
    let tree = [
        File("real/deep/file", "text"),
        File("beside", "other"),
        Link("directory", "real/deep"),
        Link("file", "directory/file"),
        Link("real/up", ".."),
        Link("dangling", "nope/x"),
        Link("loop", "pool"),
        Link("pool", "loop"),
    ];
    on_both(&tree, |fs, root| {
        for (path, found) in [
            ("file", "real/deep/file"),
            ("directory/file", "real/deep/file"),
            ("directory", "real/deep"),
            // What lies above a linked directory is what lies above its target.
            ("directory/../../beside", "beside"),
            ("directory/..", "real"),
            ("real/up/beside", "beside"),
        ] {
            let (path, found) = (root.join(path), root.join(found));
            assert_eq!(fs.resolve(&path).unwrap().0, found, "{}", path.display());
        }
        assert_eq!(fs.read(&root.join("file")).unwrap(), b"text");
        assert_eq!(why(fs, root.join("dangling")), FsErrorKind::NotFound);
        assert_eq!(why(fs, root.join("dangling/x")), FsErrorKind::NotFound);
        assert_eq!(why(fs, root.join("loop")), FsErrorKind::LinkLoop);
        assert_eq!(why(fs, root.join("loop/file")), FsErrorKind::LinkLoop);
    });
}

#[test]
fn lists_names_in_byte_order_with_what_they_lead_to() {
    let tree = [
        File("d/b", ""),
        File("d/B", ""),
        File("d/é", ""),
        File("d/a/inner", ""),
        Link("d/to-a", "a"),
        Link("d/dangling", "nope"),
    ];
    on_both(&tree, |fs, root| {
        let names = fs.list(&root.join("d")).unwrap();
        let expected = [
            ("B", FileKind::File),
            ("a", FileKind::Directory),
            ("b", FileKind::File),
            ("to-a", FileKind::Directory),
            ("é", FileKind::File),
        ];
        let expected = expected.map(|(name, kind)| (name.to_owned(), kind));
        assert_eq!(names, expected);
        for (path, kind) in [("d/b", FsErrorKind::NotADirectory), ("nope", FsErrorKind::NotFound)] {
            assert_eq!(fs.list(&root.join(path)).unwrap_err().kind, kind, "{path}");
        }
    });
}

#[test]
fn what_was_asked_before_does_not_change_the_answer() {
    let tree = [File("a/one", "1"), File("a/two", "2"), Link("l", "a")];
    on_both(&tree, |fs, root| {
        for _ in 0..2 {
            for (path, found) in [("l/one", "a/one"), ("l/two", "a/two"), ("a/one", "a/one")] {
                assert_eq!(fs.resolve(&root.join(path)).unwrap().0, root.join(found));
                assert_eq!(why(fs, root.join("l/three")), FsErrorKind::NotFound);
            }
        }
    });
}

#[test]
fn long_paths_are_errors_and_no_panics() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["n".repeat(300), "d/".repeat(3_000)] {
        let error = OsFs::new().resolve(&directory.path().join(name)).unwrap_err();
        assert!(matches!(error.kind, FsErrorKind::Other(_) | FsErrorKind::NotFound));
    }
    let error = OsFs::new().read(Path::new("a\0b")).unwrap_err();
    assert!(matches!(error.kind, FsErrorKind::Other(_)), "{error}");
}

#[test]
#[cfg(unix)]
fn a_device_without_end_is_refused() {
    let error = OsFs::new().read(Path::new("/dev/zero")).unwrap_err();
    assert!(error.to_string().contains("no regular file"), "{error}");
}

#[test]
#[cfg(unix)]
fn what_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let closed = directory.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("file"), "x").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything, so there is nothing to see then.
    if let Err(error) = OsFs::new().read(&closed.join("file")) {
        assert_eq!(error.kind, FsErrorKind::PermissionDenied);
        assert_eq!(why(&OsFs::new(), closed.join("file")), FsErrorKind::PermissionDenied);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

fn files_in(directory: &Path) -> Vec<String> {
    let names = OsFs::new().list(directory).unwrap();
    names.into_iter().map(|(name, _)| name).collect()
}

#[test]
fn an_unfinished_file_leaves_no_trace() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out");
    fs::write(&path, "old").unwrap();
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"new").unwrap();
    file.flush().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    drop(file);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(files_in(directory.path()), ["out"]);
}

#[test]
#[cfg(unix)]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let directory = tempfile::tempdir().unwrap();
    let (path, link_path) = (directory.path().join("out"), directory.path().join("link"));
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    link("out", &link_path);
    let mut file = AtomicFile::create(&link_path).unwrap();
    file.write_all(b"new").unwrap();
    file.sync().unwrap();
    file.finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link_path).unwrap().is_symlink());

    // A link that leads nowhere makes the file it names.
    link("fresh", &directory.path().join("to-fresh"));
    let file = AtomicFile::create(&directory.path().join("to-fresh")).unwrap();
    file.finish().unwrap();
    // A new file has the permissions that any program would give it.
    fs::write(directory.path().join("plain"), "").unwrap();
    let mode = |name| fs::metadata(directory.path().join(name)).unwrap().mode();
    assert_eq!(mode("fresh"), mode("plain"));
}

#[test]
#[cfg(unix)]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let mut file = AtomicFile::create(Path::new("/dev/null")).unwrap();
    file.write_all(b"new").unwrap();
    file.finish().unwrap();
    let metadata = fs::metadata("/dev/null").unwrap();
    assert!(metadata.file_type().is_char_device());
}

#[test]
fn what_can_not_be_written_is_said_before_anything_is() {
    let directory = tempfile::tempdir().unwrap();
    let error = AtomicFile::create(directory.path()).unwrap_err();
    assert_eq!(error.kind, FsErrorKind::IsADirectory);
    let error = AtomicFile::create(&directory.path().join("nope/out")).unwrap_err();
    assert_eq!(error.kind, FsErrorKind::NotFound);
    assert_eq!(error.verb, "write");
}

#[test]
fn planned_writes_are_carried_out_together() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("edited"), "old").unwrap();
    let mut changes = Changes::new();
    changes.write(path("edited"), Some("old".into()), "new".into());
    changes.write(path("made/deep/file"), None, "text".into());
    apply(&changes).unwrap();
    assert_eq!(fs::read(path("edited")).unwrap(), b"new");
    assert_eq!(fs::read(path("made/deep/file")).unwrap(), b"text");
    assert_eq!(files_in(directory.path()), ["edited", "made"]);
}

#[test]
fn a_plan_that_is_out_of_date_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("a"), "old").unwrap();
    fs::write(path("b"), "someone else's").unwrap();
    for before in [None, Some("read earlier".to_owned())] {
        let mut changes = Changes::new();
        changes.write(path("a"), Some("old".into()), "new".into());
        changes.write(path("b"), before, "new".into());
        let error = apply(&changes).unwrap_err();
        assert_eq!(error.path, path("b"));
        assert_eq!(fs::read(path("a")).unwrap(), b"old");
        assert_eq!(fs::read(path("b")).unwrap(), b"someone else's");
        assert_eq!(files_in(directory.path()), ["a", "b"]);
    }
}
