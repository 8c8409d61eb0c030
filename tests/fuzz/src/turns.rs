//! The one that starts rounds: each law in turn, and what has come of it so far.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::laws::LAWS;
use crate::{round, seeds};

/// What is asked for.
pub(crate) struct Options {
    laws: Vec<&'static str>,
    /// How long all of it goes on; without it, until it is interrupted.
    total: Option<Duration>,
    /// How long one round goes on.
    round: Duration,
    /// One input to be run again.
    input: Option<String>,
}

impl Options {
    pub(crate) fn read(arguments: &[String]) -> Option<Options> {
        let mut options = Options {
            laws: Vec::new(),
            total: None,
            round: Duration::from_secs(60),
            input: None,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut seconds = || Some(Duration::from_secs(arguments.next()?.parse().ok()?));
            match argument.as_str() {
                "--seconds" => options.total = Some(seconds()?),
                "--round" => options.round = seconds()?,
                "--input" => options.input = Some(arguments.next()?.clone()),
                name => options.laws.push(LAWS.iter().find(|(law, _)| *law == name)?.0),
            }
        }
        if options.laws.is_empty() {
            options.laws = LAWS.iter().map(|(name, _)| *name).collect();
        }
        Some(options)
    }
}

/// What a law has been through.
#[derive(Clone, Copy, Default)]
struct Total {
    executions: u64,
    seconds: u64,
    inputs: usize,
    findings: usize,
}

/// Takes turns until time is up. A failure if something was found.
pub(crate) fn take(options: &Options) -> ExitCode {
    match turns(options) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn turns(options: &Options) -> io::Result<usize> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/fuzz");
    let findings = kept.join("findings");
    fs::create_dir_all(&findings)?;
    if let (Some(input), [law]) = (&options.input, &*options.laws) {
        let status = start(law, Path::new(input), &[])?.status()?;
        return Ok(usize::from(!status.success()));
    }
    let start_of_all = Instant::now();
    let mut totals: BTreeMap<&str, Total> = BTreeMap::new();
    loop {
        // What is found once is found again at once: a law that is broken gets no more turns.
        let broken = |law: &str| totals.get(law).is_some_and(|total: &Total| total.findings > 0);
        let laws: Vec<&str> = options.laws.iter().copied().filter(|law| !broken(law)).collect();
        if laws.is_empty() {
            return Ok(totals.len());
        }
        for law in laws {
            let left = options.total.map(|total| total.saturating_sub(start_of_all.elapsed()));
            if left == Some(Duration::ZERO) {
                return Ok(totals.values().map(|total| total.findings).sum());
            }
            let time = left.map_or(options.round, |left| left.min(options.round));
            let corpus = kept.join("corpus").join(law);
            let seeded = kept.join("seeds").join(law);
            fs::create_dir_all(&corpus)?;
            fs::create_dir_all(&seeded)?;
            seeds::plant(law, &seeded)?;
            let begin = Instant::now();
            let (executions, well) = fuzz(law, &corpus, &seeded, &findings, time)?;
            let total = totals.entry(law).or_default();
            total.executions += executions;
            total.seconds += begin.elapsed().as_secs();
            total.inputs = fs::read_dir(&corpus)?.count();
            total.findings += usize::from(!well);
            report(&totals);
        }
    }
}

/// One round. The number of inputs that were tried, and whether all went well.
fn fuzz(
    law: &str,
    corpus: &Path,
    seeds: &Path,
    findings: &Path,
    time: Duration,
) -> io::Result<(u64, bool)> {
    let flags = [
        seeds.display().to_string(),
        format!("-max_total_time={}", time.as_secs().max(1)),
        format!("-artifact_prefix={}/{law}-", findings.display()),
        "-print_final_stats=1".to_owned(),
        "-max_len=4096".to_owned(),
        "-timeout=10".to_owned(),
        "-rss_limit_mb=1024".to_owned(),
        "-use_value_profile=0".to_owned(),
        "-verbosity=1".to_owned(),
    ];
    let mut child = start(law, corpus, &flags)?.stderr(Stdio::piped()).spawn()?;
    let mut executions = 0;
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
                executions = number.trim().parse().unwrap_or(0);
            }
            said.push(line);
        }
    }
    let well = child.wait()?.success();
    if !well {
        let from = said.len().saturating_sub(60);
        said[from..].iter().for_each(|line| eprintln!("{line}"));
    }
    Ok((executions, well))
}

fn start(law: &str, corpus: &Path, flags: &[String]) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe().map(PathBuf::from)?);
    command.arg(round::FLAG).arg(law).arg(corpus).args(flags).stdout(Stdio::null());
    Ok(command)
}

fn report(totals: &BTreeMap<&str, Total>) {
    println!("| Law | Inputs tried | Seconds | Inputs kept | Findings |\n| --- | --- | --- | --- | --- |");
    for (law, Total { executions, seconds, inputs, findings }) in totals {
        println!("| {law} | {executions} | {seconds} | {inputs} | {findings} |");
    }
    println!();
}
