//! The files of a run: each is read once, whoever asks again.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::LoadRestrictor;
use super::graph::Wanted;
use super::objects::objects_of_stream;
use super::root::{Root, Target};
use super::trailing::note_end_comment;
use crate::diag::{Code, Diagnostic, Result};
use crate::fs::{FileSystem, FsError};
use crate::source::{Source, Sources, Span, Text};
use crate::yaml::{self, Limits, Node};

/// The real path of a file as its bytes: hashing a path part by part takes far longer.
type Key = OsString;

/// Reads files for a build and remembers them.
pub(crate) struct Files<'f> {
    pub(crate) fs: &'f dyn FileSystem,
    pub(crate) sources: &'f Sources,
    pub(crate) restrictor: LoadRestrictor,
    pub(crate) limits: Limits,
    texts: Mutex<HashMap<Key, Arc<Source>>>,
    objects: HashMap<Key, Mutex<ObjectFile>>,
    /// The content of files that are not looked into, such as those of generators.
    contents: Mutex<HashMap<Key, Arc<[u8]>>>,
    /// The real paths of all files that were read.
    read: Mutex<Vec<PathBuf>>,
}

/// A resource file: what it holds, and how many places still want it.
#[derive(Default)]
struct ObjectFile {
    uses: usize,
    objects: Option<Parsed>,
}

/// The objects of a file and the warnings about it, or why it can't be read.
type Parsed = std::result::Result<(Vec<Node>, Vec<Diagnostic>), Box<Diagnostic>>;

/// Fewer files than this are not worth a thread: starting one costs more than reading them.
const WORTH_A_THREAD: usize = 64;

impl<'f> Files<'f> {
    pub(crate) fn new(
        fs: &'f dyn FileSystem,
        sources: &'f Sources,
        restrictor: LoadRestrictor,
        limits: Limits,
    ) -> Files<'f> {
        Files {
            fs,
            sources,
            restrictor,
            limits,
            texts: Mutex::default(),
            objects: HashMap::new(),
            contents: Mutex::default(),
            read: Mutex::default(),
        }
    }

    /// The bytes of a file that a kustomization names.
    pub(crate) fn bytes(&self, root: &Root, path: &Text) -> Result<Vec<u8>> {
        let target = root.file(self.fs, path, self.restrictor)?;
        self.content(&target, path.span())
    }

    /// The text of a file that a kustomization names, which must be UTF-8 and is not looked into.
    pub(crate) fn plain_text(&self, root: &Root, path: &Text) -> Result<Arc<Source>> {
        let target = root.file(self.fs, path, self.restrictor)?;
        let bytes = self.content(&target, path.span())?;
        let shown = target.shown.to_string_lossy();
        let text = String::from_utf8(bytes).map_err(|error| {
            let message = format!("file `{shown}` is not UTF-8: {error}");
            Box::new(Diagnostic::error(Code::NotUtf8, message).at(path.span()))
        })?;
        self.add(&shown, text, path.span())
    }

    /// A text file that a kustomization names.
    pub(crate) fn text(&self, root: &Root, path: &Text) -> Result<Arc<Source>> {
        let target = root.file(self.fs, path, self.restrictor)?;
        self.text_of(&target, path.span())
    }

    /// The text of a file that was found; `span` names it.
    pub(crate) fn text_of(&self, target: &Target, span: Span) -> Result<Arc<Source>> {
        let known = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = known.get(target.real.as_os_str()) {
            return Ok(Arc::clone(source));
        }
        // Others may read while this one does.
        drop(known);
        let source = self.read(target, span)?;
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.insert(target.real.clone().into(), Arc::clone(&source));
        Ok(source)
    }

    fn read(&self, target: &Target, span: Span) -> Result<Arc<Source>> {
        let bytes = self.read_bytes(target, span)?;
        let shown = target.shown.to_string_lossy();
        let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let text = yaml::decode_text(bytes).map_err(|error| {
            let message = format!("file `{shown}` is not UTF-8: {error}");
            Box::new(Diagnostic::error(Code::NotUtf8, message).at(span))
        })?;
        if is_utf16 && text.contains("\n---") {
            // The reference looks for the mark in the bytes, and reads the first document alone.
            let message = format!("file `{shown}` is UTF-16 and has several documents");
            let error = Diagnostic::error(Code::NotUtf8, message).at(span);
            return Err(Box::new(error.help("save it as UTF-8")));
        }
        self.add(&shown, text, span)
    }

    /// The length of a file's text, in bytes; 0 if it was not read as text.
    pub(crate) fn text_len(&self, path: &Path) -> usize {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.get(path.as_os_str()).map_or(0, |source| source.text().len())
    }

    fn add(&self, shown: &str, text: String, span: Span) -> Result<Arc<Source>> {
        self.sources.add(shown, text).map_err(|error| {
            Box::new(Diagnostic::error(Code::TooLarge, error.to_string()).at(span))
        })
    }

    /// The content of a file that is not looked into; read once, so that all places that name it get
    /// the same.
    fn content(&self, target: &Target, span: Span) -> Result<Vec<u8>> {
        let known = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = known.get(target.real.as_os_str()) {
            return Ok(content.to_vec());
        }
        drop(known);
        let content = self.read_bytes(target, span)?;
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        contents.insert(target.real.clone().into(), content.as_slice().into());
        Ok(content)
    }

    fn read_bytes(&self, target: &Target, span: Span) -> Result<Vec<u8>> {
        let bytes = self.fs.read(&target.real).map_err(|error| unreadable(&error, target, span))?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.push(target.real.clone());
        Ok(bytes)
    }

    /// The real paths of all files that were read so far.
    pub(crate) fn paths_read(&self) -> BTreeSet<PathBuf> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Notes that a resource file will be wanted once more.
    pub(super) fn want(&mut self, target: &Target) {
        let file = self.objects.entry(target.real.clone().into()).or_default();
        file.get_mut().unwrap_or_else(PoisonError::into_inner).uses += 1;
    }

    /// Reads and parses all wanted files, each once, on as many threads as pay.
    pub(crate) fn parse_all(&mut self, wanted: &[Wanted], threads: usize) {
        let mut todo: Vec<&Wanted> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for target in wanted {
            let file = self.objects.get_mut(target.0.real.as_os_str());
            let file = file.map(|file| file.get_mut().unwrap_or_else(PoisonError::into_inner));
            if file.is_some_and(|file| file.objects.is_none())
                && seen.insert(target.0.real.as_os_str())
            {
                todo.push(target);
            }
        }
        let threads = threads_for(todo.len() / WORTH_A_THREAD, threads);
        let next = AtomicUsize::new(0);
        let this: &Files<'_> = self;
        let work = || {
            let mut done = Vec::new();
            while let Some((target, span)) = todo.get(next.fetch_add(1, Ordering::Relaxed)) {
                done.push((target.real.clone(), this.parse(target, *span)));
            }
            done
        };
        let parsed: Vec<(PathBuf, Parsed)> = std::thread::scope(|scope| {
            let helpers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            for helper in helpers {
                // A panic in a helper is a defect and goes on in the caller.
                all.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            all
        });
        for (path, parsed) in parsed {
            if let Some(file) = self.objects.get_mut(path.as_os_str()) {
                file.get_mut().unwrap_or_else(PoisonError::into_inner).objects = Some(parsed);
            }
        }
    }

    fn parse(&self, target: &Target, span: Span) -> Parsed {
        let source = self.text_of(target, span)?;
        let mut warnings = Vec::new();
        let mut stream = yaml::parse_stream(&source, &self.limits)?;
        for document in &mut stream.documents {
            note_end_comment(document, &source);
        }
        let objects = objects_of_stream(stream, &source, &mut warnings)?;
        Ok((objects, warnings))
    }

    /// The objects of a wanted file. The last place that wants them gets them without a copy.
    pub(crate) fn take_objects(
        &self,
        path: &Path,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Node>> {
        let Some(file) = self.objects.get(path.as_os_str()) else { return Ok(Vec::new()) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.uses = file.uses.saturating_sub(1);
        let parsed = match file.uses {
            0 => file.objects.take(),
            _ => file.objects.clone(),
        };
        if let Some(Ok((_, said))) = &mut file.objects {
            said.clear();
        }
        let (objects, said) = parsed.unwrap_or_else(|| Ok((Vec::new(), Vec::new())))?;
        warnings.extend(said);
        Ok(objects)
    }
}

/// How many threads take on so many pieces of work when `threads` may, or with 0 as many as the machine
/// runs at once. It takes reading several files to know that, so it is asked for at need.
pub(crate) fn threads_for(pieces: usize, threads: usize) -> usize {
    let most = match threads {
        _ if pieces < 2 => 1,
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some,
    };
    pieces.clamp(1, most)
}

fn unreadable(error: &FsError, target: &Target, span: Span) -> Box<Diagnostic> {
    let message = format!("can't read `{}`: {}", target.shown.display(), error.kind);
    Box::new(Diagnostic::error(Code::Unreadable, message).at(span))
}

#[cfg(test)]
mod tests {
    use super::threads_for;

    #[test]
    fn no_more_threads_work_than_there_is_work_for() {
        assert_eq!((threads_for(0, 8), threads_for(1, 0), threads_for(1, 8)), (1, 1, 1));
        assert_eq!((threads_for(3, 8), threads_for(30, 8), threads_for(3, 1)), (3, 8, 1));
        assert!((1..=30).contains(&threads_for(30, 0)));
    }
}
