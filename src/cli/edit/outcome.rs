//! What becomes of a planned edit: it is shown, written, or both.

use clap::Args as ClapArgs;
use similar::TextDiff;

use super::Planned;
use crate::cli::exit::Exit;
use crate::cli::shell::Shell;
use crate::diag::Diagnostic;
use crate::fs::{Change, Changes};
use crate::source::Sources;
use crate::sys;

/// How an edit is carried out.
#[derive(Clone, Copy, Debug, ClapArgs)]
#[command(next_help_heading = "Writing")]
pub(in crate::cli) struct How {
    /// Write nothing, only say what would change
    #[arg(long, global = true)]
    dry_run: bool,

    /// Print what changes to stdout, as a unified diff
    #[arg(long, global = true)]
    diff: bool,
}

/// Shows what there is to say of an edit, and writes it.
pub(in crate::cli) fn conclude(
    planned: Planned,
    how: How,
    sources: &Sources,
    shell: &mut Shell,
) -> Exit {
    let edited = match planned {
        Ok(edited) => edited,
        Err(problems) => {
            shell.problems(&problems, sources);
            return Exit::Failure;
        }
    };
    let lines = edited.lines.iter().map(ToString::to_string).collect();
    carry_out(&edited.changes, &edited.warnings, lines, how, sources, shell)
}

/// Writes planned changes; shows warnings, some lines, and the changes, as far as that is asked for.
pub(in crate::cli) fn carry_out(
    changes: &Changes,
    warnings: &[Diagnostic],
    mut lines: Vec<String>,
    how: How,
    sources: &Sources,
    shell: &mut Shell,
) -> Exit {
    if !how.dry_run
        && let Err(error) = sys::apply(changes)
    {
        return shell.file_error(&error);
    }
    shell.problems(warnings, sources);
    if changes.is_empty() {
        lines.push("nothing has to change".to_owned());
    } else if how.dry_run {
        lines.push("nothing is written: this is a dry run".to_owned());
    }
    shell.report(&lines);
    if how.diff {
        let diff = unified(changes);
        return shell.data(|out| out.write_all(diff.as_bytes()));
    }
    Exit::Success
}

fn unified(changes: &Changes) -> String {
    changes.iter().map(unified_file).collect()
}

fn unified_file(change: &Change) -> String {
    let path = change.path.display().to_string();
    let before = change.before.as_deref();
    let old = if before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let diff = TextDiff::from_lines(before.unwrap_or_default(), &change.after);
    diff.unified_diff().header(&old, &format!("b/{path}")).to_string()
}
