//! `railsgen init`: reads a Rails app, and plans a directory of manifests for it.
//!
//! What is written are the files of the stack (`base/`, `components/`, `overlays/`), which are part of
//! the program, with the names of the app and without what it does not need. They are changed as
//! YAML, by `yaml::edit`, so that they stay ordinary files with comments; there are no templates.
//!
//! | File | |
//! | --- | --- |
//! | `app/` | what can be told of an app from its files |
//! | `names.rs` | what things are to be called, and whether they can be |
//! | `stack.rs` | the files of the stack |
//! | `tree.rs` | files while they are changed |
//! | `plan/` | one file for each decision: what an app has, and what follows for the files |
//!
//! Nothing is written here: the result is a plan, and `sys::apply` carries it out. Not known here:
//! flags, the disk, how a plan is shown.

mod app;
mod names;
mod plan;
mod stack;
mod tree;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::diag::{self, Code, Diagnostic};
use crate::fs::{Changes, FileKind, FileSystem, FsErrorKind, join};

use app::App;
use names::Names;

pub use stack::FILES as STACK_FILES;

/// What a user may decide. Everything else is told from the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The name of the app; part of other names.
    pub name: Option<String>,
    /// The image, with its registry; perhaps with a tag or digest.
    pub image: Option<String>,
    /// The public name in production.
    pub host: Option<String>,
    /// The namespace in production.
    pub namespace: Option<String>,
    /// Where the manifests go, from the directory of the app; `k8s` if empty.
    pub out: PathBuf,
    /// Whether files that exist may be overwritten.
    pub force: bool,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub text: String,
    /// The file that says so, from the directory of the app.
    pub file: String,
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file.is_empty() {
            return f.write_str(&self.text);
        }
        write!(f, "{}: {}", self.file, self.text)
    }
}

/// Something that was not understood, or that is left to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is, in a sentence.
    pub text: String,
}

/// What is to be written for an app.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The files. Empty if all of them are there as they should be.
    pub changes: Changes,
    /// What was found, in the order in which it was looked for.
    pub facts: Vec<Fact>,
    /// What was decided.
    pub decisions: Vec<String>,
    /// What was not understood, and what is left to be done.
    pub notes: Vec<Note>,
}

/// Plans the manifests for the Rails app in a directory.
///
/// ```
/// use std::path::Path;
/// use railsgen::fs::MemoryFs;
/// use railsgen::init::{Options, init};
///
/// let fs = MemoryFs::new()
///     .with("shop/Gemfile.lock", "GEM\n  specs:\n    rails (8.0.1)\n    pg (1.5.9)\n    sidekiq (8.0.0)\n")
///     .with("shop/config/application.rb", "module Shop\nend\n");
/// let plan = init(&fs, Path::new("/shop"), &Options::default()).unwrap();
/// let overlay = plan.changes.get(Path::new("/shop/k8s/overlays/prod/kustomization.yaml")).unwrap();
/// assert!(overlay.after.contains("\nnamespace: shop-prod\n"));
/// ```
///
/// # Errors
/// When the directory holds no Rails app, a name can't be used, or files are there already that
/// would become others.
pub fn init(fs: &dyn FileSystem, root: &Path, options: &Options) -> diag::Result<Plan> {
    match fs.resolve(root) {
        Ok((_, FileKind::Directory)) => {}
        Ok(_) => {
            return Err(problem(
                Code::NotADirectory,
                format!("`{}` is no directory", root.display()),
            ));
        }
        Err(error) => return Err(problem(Code::NotFound, error.to_string())),
    }
    if is_gem(fs, root) {
        let message = format!("`{}` holds a gem, and no Rails app", root.display());
        let error = problem(Code::NotFound, message);
        return Err(Box::new(error.help("name the directory of an app that uses the gem")));
    }
    let Some(app) = App::read(fs, root) else {
        let message = format!("there is no Rails app in `{}`", root.display());
        let error = problem(Code::NotFound, message);
        let help = match app_below(fs, root) {
            Some(path) => format!("there is one in `{}`", path.display()),
            None => "name the directory with Gemfile.lock and config/application.rb".to_owned(),
        };
        return Err(Box::new(error.help(help)));
    };
    let names = Names::of(&app, options)?;
    let out = if options.out.as_os_str().is_empty() { Path::new("k8s") } else { &options.out };
    let planned = plan::plan(&app, &names, out)?;
    let mut plan = Plan {
        changes: Changes::new(),
        facts: app.facts,
        decisions: planned.decisions,
        notes: app.notes.into_iter().chain(planned.notes).collect(),
    };
    let mut taken = Vec::new();
    for (path, after) in planned.files {
        let path = join(root, &path);
        let before = match fs.read(&path) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind == FsErrorKind::NotFound => None,
            Err(error) => return Err(problem(Code::Unreadable, error.to_string())),
        };
        if before.as_ref().is_some_and(|before| *before != after) && !options.force {
            taken.push(path.display().to_string());
        }
        plan.changes.write(path, before, after);
    }
    if taken.is_empty() { Ok(plan) } else { Err(overwrites(&taken)) }
}

/// An app in a directory just below, as in a repository of several programs.
fn app_below(fs: &dyn FileSystem, root: &Path) -> Option<PathBuf> {
    let mut names: Vec<String> =
        fs.list(root).unwrap_or_default().into_iter().map(|(name, _)| name).collect();
    names.sort();
    let below = names.into_iter().map(|name| join(root, &name));
    let mut below = below.filter(|path| {
        let has = |file: &str| fs.resolve(&join(path, file)).is_ok();
        has("config/application.rb") && (has("Gemfile") || has("Gemfile.lock"))
    });
    below.next()
}

/// Whether a directory is that of a gem, such as an engine, which has a `Gemfile` with Rails too.
fn is_gem(fs: &dyn FileSystem, root: &Path) -> bool {
    let has = |path: &str| fs.resolve(&join(root, path)).is_ok();
    let entries = fs.list(root).unwrap_or_default();
    let has_gemspec = entries.iter().any(|(name, _)| name.ends_with(".gemspec"));
    has_gemspec && !has("config/application.rb") && !has("config.ru")
}

fn problem(code: Code, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message))
}

fn overwrites(taken: &[String]) -> Box<Diagnostic> {
    let (first, rest) = (taken.first().map_or("", String::as_str), taken.len().saturating_sub(1));
    let others = if rest == 0 { String::new() } else { format!(", and {rest} other files") };
    let message = format!("`{first}` exists and would be changed{others}");
    let mut error = Diagnostic::error(Code::Unwritable, message);
    error.notes.extend(taken.iter().skip(1).take(20).map(|path| format!("`{path}` too")));
    let help = "look at the changes with `--force --dry-run --diff`, then write them with `--force`, or write \
                elsewhere with `--out`";
    Box::new(error.help(help))
}
