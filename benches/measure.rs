//! Time and memory of one whole process.
//!
//! A process is started by a small one of our own (`measure` on the command line) that waits
//! for it and prints what the kernel counted: peak memory is known only to a parent, and a
//! parent of many children knows only the largest.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::time::TimeValLike;
use nix::unistd::Pid;

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) wall: Duration,
    /// Processor time, of all threads, in the program and for it in the kernel.
    pub(crate) cpu: Duration,
    /// Peak resident memory, in bytes.
    pub(crate) memory: u64,
}

/// How a program was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Measured {
    /// The best time of each kind, and the largest memory.
    Best(Sample),
    /// It was stopped after this time.
    TooLong(Duration),
    /// It failed.
    Failed,
}

/// Time for the repetitions of one measurement.
const REPEAT: Duration = Duration::from_secs(2);
const FEWEST: usize = 3;
const MOST: usize = 200;

/// Runs a program with its output thrown away, several times if it is quick.
pub(crate) fn measure(program: &Path, arguments: &[&str], limit: Duration) -> Measured {
    let start = Instant::now();
    let mut best: Option<Sample> = None;
    for run in 0..MOST {
        let spent = start.elapsed();
        let enough = if run < FEWEST { limit } else { REPEAT };
        if run > 0 && spent > enough {
            break;
        }
        let sample = match once(program, arguments, limit) {
            Ok(sample) => sample,
            Err(measured) => return measured,
        };
        best = Some(best.map_or(sample, |best| Sample {
            wall: best.wall.min(sample.wall),
            cpu: best.cpu.min(sample.cpu),
            memory: best.memory.max(sample.memory),
        }));
    }
    best.map_or(Measured::Failed, Measured::Best)
}

/// The same for a program that may fail, and whether it did well.
pub(crate) fn measure_any(program: &Path, arguments: &[&str], limit: Duration) -> (Measured, bool) {
    let measured = measure(program, arguments, limit);
    if !matches!(measured, Measured::Failed) {
        return (measured, true);
    }
    let Ok(us) = std::env::current_exe() else { return (Measured::Failed, false) };
    let mut failing = vec!["failing".to_owned(), program.to_string_lossy().into_owned()];
    failing.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    let failing: Vec<&str> = failing.iter().map(String::as_str).collect();
    (measure(&us, &failing, limit), false)
}

/// The small process that runs a program and is content if it fails as it should.
pub(crate) fn expect_failure(arguments: &[&str]) -> Option<()> {
    let (program, arguments) = arguments.split_first()?;
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    (status.code() == Some(2)).then_some(())
}

fn once(program: &Path, arguments: &[&str], limit: Duration) -> Result<Sample, Measured> {
    let us = std::env::current_exe().map_err(|_| Measured::Failed)?;
    let limit_text = limit.as_millis().to_string();
    let output = Command::new(us)
        .args(["measure", &limit_text])
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|_| Measured::Failed)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match (text.trim(), numbers.as_slice()) {
        ("too long", _) => Err(Measured::TooLong(limit)),
        (_, [wall, cpu, memory]) => Ok(Sample {
            wall: Duration::from_nanos(*wall),
            cpu: Duration::from_micros(*cpu),
            memory: *memory,
        }),
        _ => Err(Measured::Failed),
    }
}

/// The small process: runs `arguments`, and prints nanoseconds, microseconds of processor time,
/// and bytes. Prints nothing if the program fails.
pub(crate) fn be_the_parent(arguments: &[String]) -> Option<()> {
    let (limit, program) = arguments.split_first()?;
    let limit = Duration::from_millis(limit.parse().ok()?);
    let (program, arguments) = program.split_first()?;
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // A thread that ends the child in time leaves the wait itself undisturbed.
    let id = Pid::from_raw(i32::try_from(child.id()).ok()?);
    let (ended, watch) = std::sync::mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        let late = watch.recv_timeout(limit).is_err();
        if late {
            // It may have ended by itself just now.
            let _ = kill(id, Signal::SIGKILL);
        }
        late
    });
    let status = child.wait().ok()?;
    let wall = start.elapsed();
    // A watcher that has given up does not listen any more.
    let _ = ended.send(());
    if watcher.join().ok()? {
        println!("too long");
        return Some(());
    }
    if !status.success() {
        return None;
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let cpu = (usage.user_time() + usage.system_time()).num_microseconds();
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1_024 };
    println!("{} {cpu} {}", wall.as_nanos(), usage.max_rss() * unit);
    Some(())
}
