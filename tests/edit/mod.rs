//! `railsgen edit` and `railsgen create`, as they are run.
//!
//! What edits do to texts in all their forms is tested beside `yaml::edit`; here are whole
//! commands. `commands.txt` and `gallery/` are data: a new case is a few lines there.

mod commands;
mod concurrent;
mod create;
mod fix;
mod gallery;
mod large;
mod pages;
mod properties;
mod release;
mod running;

/// The words of a command line: split at spaces, but for what stands in single quotes, where `\n`
/// is a line break. A `$` before the quotes, as a shell needs it, is left out.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '$' if word.is_none() => {}
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words.into_iter().map(|word| word.replace("\\n", "\n")).collect()
}
