//! Runs the scenarios and prints the tables.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::floor;
use crate::kubectl;
use crate::measure::{Measured, Sample, measure};
use crate::trees;

const HELP: &str = "\
cargo bench -- [SCENARIO...] [--oracle-limit SECONDS] [--no-oracle] [--save]

SCENARIO is a name such as overlay-3000, or its first word; all run without one.
--oracle-limit  stop kustomize after this time (20)
--no-oracle     measure railsgen alone
--save          write the tables to benches/results.md";

/// One tree to build.
struct Scenario {
    name: String,
    /// What to build.
    target: PathBuf,
    /// For the growth: how many resources it has.
    resources: Option<usize>,
}

/// What was measured of one scenario.
struct Row {
    name: String,
    resources: Option<usize>,
    bytes: u64,
    ours: Measured,
    floor: Measured,
    oracle: Option<Measured>,
}

struct Options<'a> {
    wanted: Vec<&'a str>,
    oracle_limit: Duration,
    oracle: Option<PathBuf>,
    save: bool,
}

/// Longer than any build of ours may take.
const LIMIT: Duration = Duration::from_secs(120);

/// The command line behind `cargo bench --`.
pub(crate) fn run(words: &[&str]) -> Option<()> {
    let Some(options) = options(words) else {
        println!("{HELP}");
        return None;
    };
    let railsgen = Path::new(env!("CARGO_BIN_EXE_railsgen"));
    let us = std::env::current_exe().ok()?;
    let nothing = measure(&us, &["nothing"], LIMIT);
    let directory = tempfile::tempdir().ok()?;
    let scenarios = scenarios(directory.path(), &options.wanted);
    if scenarios.is_empty() {
        println!("no scenario has such a name");
        return None;
    }
    let mut rows = Vec::new();
    for scenario in scenarios {
        eprintln!("{} …", scenario.name);
        let target = scenario.target.to_str()?;
        let oracle = options.oracle.as_deref();
        let work = floor::Work::of(&scenario.target)?;
        let saved = directory.path().join("work");
        work.save(&saved).ok()?;
        rows.push(Row {
            name: scenario.name,
            resources: scenario.resources,
            bytes: work.input(),
            ours: measure(railsgen, &["build", target], LIMIT),
            floor: measure(&us, &["floor", saved.to_str()?], LIMIT),
            oracle: oracle
                .map(|kubectl| measure(kubectl, &["kustomize", target], options.oracle_limit)),
        });
    }
    let text = table(&rows, nothing, railsgen);
    print!("{text}");
    if options.save {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results.md");
        fs::write(&path, format!("# The last saved figures\n\n{text}")).ok()?;
        println!("saved to {}", path.display());
    }
    Some(())
}

fn options<'a>(words: &[&'a str]) -> Option<Options<'a>> {
    let mut options = Options {
        wanted: Vec::new(),
        oracle_limit: Duration::from_secs(20),
        oracle: kubectl::find(),
        save: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--bench" => {}
            "--save" => options.save = true,
            "--no-oracle" => options.oracle = None,
            "--oracle-limit" => {
                options.oracle_limit = Duration::from_secs(words.next()?.parse().ok()?);
            }
            flag if flag.starts_with('-') => return None,
            name => options.wanted.push(name),
        }
    }
    Some(options)
}

fn scenarios(directory: &Path, wanted: &[&str]) -> Vec<Scenario> {
    let is_wanted = |name: &str| {
        let family = name.split('-').next().unwrap_or(name);
        wanted.is_empty() || wanted.contains(&name) || wanted.contains(&family)
    };
    let mut scenarios = Vec::new();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let prod = repository.join("overlays/prod");
    if prod.is_dir() && is_wanted("prod") {
        scenarios.push(Scenario { name: "prod".to_owned(), target: prod, resources: None });
    }
    let mut add = |name: &str, target: &str, resources, generate: &dyn Fn(&Path)| {
        if is_wanted(name) {
            let tree = directory.join(name);
            generate(&tree);
            scenarios.push(Scenario {
                name: name.to_owned(),
                target: tree.join(target),
                resources,
            });
        }
    };
    for resources in [3, 300, 3_000, 9_000, 30_000, 90_000] {
        let name = format!("overlay-{resources}");
        add(&name, "overlay", Some(resources), &|tree| trees::overlay_of(tree, resources));
    }
    add("overlays-100", "all", None, &trees::overlays);
    add("layers-20", "layer-20", None, &trees::layers);
    add("one-file-2mb", ".", None, &|tree| trees::one_file(tree, 2_000_000));
    add("one-file-20mb", ".", None, &|tree| trees::one_file(tree, 20_000_000));
    scenarios
}

fn table(rows: &[Row], nothing: Measured, railsgen: &Path) -> String {
    let size = fs::metadata(railsgen).map_or(0, |metadata| metadata.len());
    let mut text = format!(
        "An empty process takes {}; the binary has {:.1} MB.\n\n\
         | Tree | Input | railsgen | processor | peak memory | memory / input | floor | over floor | kustomize | times faster |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
        wall(nothing),
        size as f64 / 1e6,
    );
    for row in rows {
        let oracle = row.oracle.map_or_else(|| "–".to_owned(), wall);
        let input = row.bytes as f64 / 1e6;
        let ours = best(row.ours);
        let memory = ours.map(|sample| sample.memory as f64 / 1e6);
        let over = |memory: f64| format!("{:.1}", (memory - 10.0).max(0.0) / input.max(1e-6));
        let _ = writeln!(
            text,
            "| {} | {input:.2} MB | {} | {} | {} | {} | {} | {} | {oracle} | {} |",
            row.name,
            wall(row.ours),
            ours.map_or_else(|| "–".to_owned(), |sample| milliseconds(sample.cpu)),
            memory.map_or_else(|| "–".to_owned(), |memory| format!("{memory:.1} MB")),
            memory.map_or_else(|| "–".to_owned(), over),
            wall(row.floor),
            over_floor(row, nothing),
            times_faster(row),
        );
    }
    text.push_str(&growth(rows, nothing));
    text
}

/// How much longer a build takes than the floor, both without what any process takes.
fn over_floor(row: &Row, nothing: Measured) -> String {
    let (Some(ours), Some(floor), Some(nothing)) = (best(row.ours), best(row.floor), best(nothing))
    else {
        return "–".to_owned();
    };
    let own = |sample: Sample| sample.cpu.saturating_sub(nothing.cpu).as_secs_f64();
    format!("{:.2}", own(ours) / own(floor).max(1e-6))
}

fn times_faster(row: &Row) -> String {
    match (best(row.ours), row.oracle) {
        (Some(ours), Some(Measured::Best(oracle))) => {
            format!("{:.0}", oracle.wall.as_secs_f64() / ours.wall.as_secs_f64())
        }
        (Some(ours), Some(Measured::TooLong(limit))) => {
            format!("> {:.0}", limit.as_secs_f64() / ours.wall.as_secs_f64())
        }
        _ => "–".to_owned(),
    }
}

/// The exponent by which time grows with the number of resources, between neighbours and overall.
fn growth(rows: &[Row], nothing: Measured) -> String {
    let Some(nothing) = best(nothing) else {
        return String::new();
    };
    let points: Vec<(usize, f64)> = rows
        .iter()
        .filter_map(|row| {
            let own = best(row.ours)?.wall.saturating_sub(nothing.wall);
            Some((row.resources?, own.as_secs_f64()))
        })
        .filter(|(resources, own)| *resources >= 3_000 && *own > 0.0)
        .collect();
    let exponent =
        |a: (usize, f64), b: (usize, f64)| (b.1 / a.1).ln() / (b.0 as f64 / a.0 as f64).ln();
    let mut text = String::new();
    if let (Some(first), Some(last)) = (points.first(), points.last())
        && points.len() > 1
    {
        text.push_str("\nGrowth:\n\n| From | To | Exponent |\n| --- | --- | --- |\n");
        let neighbours = points.windows(2).map(|pair| (pair[0], pair[1]));
        let whole = std::iter::once((*first, *last)).filter(|_| points.len() > 2);
        for (a, b) in neighbours.chain(whole) {
            let _ = writeln!(text, "| {} | {} | {:.2} |", a.0, b.0, exponent(a, b));
        }
    }
    text
}

fn best(measured: Measured) -> Option<Sample> {
    match measured {
        Measured::Best(sample) => Some(sample),
        Measured::TooLong(_) | Measured::Failed => None,
    }
}

fn wall(measured: Measured) -> String {
    match measured {
        Measured::Best(sample) => milliseconds(sample.wall),
        Measured::TooLong(limit) => format!("> {} s", limit.as_secs()),
        Measured::Failed => "failed".to_owned(),
    }
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        0.0..10.0 => format!("{milliseconds:.2} ms"),
        10.0..1000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.2} s", milliseconds / 1e3),
    }
}
