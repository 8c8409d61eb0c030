//! [`Run`]: one program, run so that nothing of the machine gets in; [`Outcome`]: what it did.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing that a test starts takes so long.
const LIMIT: Duration = Duration::from_secs(60);

/// A program about to be run.
#[must_use]
pub(crate) struct Run {
    command: Command,
    directory: PathBuf,
}

impl Run {
    /// The binary under test.
    pub(crate) fn railsgen(directory: &Path) -> Run {
        Run::program(Path::new(env!("CARGO_BIN_EXE_railsgen")), directory)
    }

    /// Any program: without environment, without input, in this directory.
    pub(crate) fn program(program: &Path, directory: &Path) -> Run {
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Run { command, directory: directory.to_path_buf() }
    }

    pub(crate) fn words(mut self, line: &str) -> Run {
        self.command.args(line.split_whitespace());
        self
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Run {
        self.command.arg(arg);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Run {
        self.command.env(name, value);
        self
    }

    /// Sends stdout elsewhere; the outcome's stdout is empty then.
    pub(crate) fn stdout_to(mut self, stdout: impl Into<Stdio>) -> Run {
        self.command.stdout(stdout);
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(mut self) -> Outcome {
        let mut child = self.command.spawn().unwrap();
        let stdout = collect(child.stdout.take());
        let stderr = collect(child.stderr.take());
        let status = wait(&mut child, &format!("{:?}", self.command));
        let stderr = String::from_utf8_lossy(&stderr.join().unwrap()).into_owned();
        Outcome {
            code: status,
            stdout: stdout.join().unwrap(),
            stderr: stderr.replace(&*self.directory.to_string_lossy(), "[ROOT]"),
        }
    }
}

fn collect(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut bytes).unwrap();
        }
        bytes
    })
}

#[track_caller]
fn wait(child: &mut Child, what: &str) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if start.elapsed() > LIMIT {
            child.kill().unwrap();
            panic!("no end after {} s: {what}", LIMIT.as_secs());
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// What a program did.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    /// With `[ROOT]` for the directory that it ran in.
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn is_success(&self) -> bool {
        self.code == Some(0)
    }

    /// Asserts that all went well and nothing was said.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Outcome {
        let outcome = self.exits(0);
        assert_eq!(outcome.stderr, "");
        outcome
    }

    /// Asserts failure with nothing on stdout.
    #[track_caller]
    pub(crate) fn fails(self) -> Outcome {
        let outcome = self.exits(2);
        assert_eq!(outcome.text(), "");
        assert_ne!(outcome.stderr, "");
        outcome
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Outcome {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn prints(self, stdout: &str) -> Outcome {
        assert_eq!(self.text(), stdout);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Outcome {
        assert!(self.stderr.contains(part), "no {part:?} in:\n{}", self.stderr);
        self
    }

    /// Stdout as text.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }
}

/// Says something that is seen even when the test passes.
pub(crate) fn remark(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
