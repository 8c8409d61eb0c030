//! Remarks on what a kustomization file may say, but that changes nothing.

use crate::diag::{Code, Diagnostic};
use crate::source::Text;

use super::file::{BuildMetadata, Kustomization};
use super::generators::Behavior;
use super::patches::{Patch, PatchOption};

/// Warnings for words that the format lets pass and nothing reads.
pub(super) fn remarks(file: &Kustomization) -> Vec<Diagnostic> {
    let metadata = BuildMetadata::ALL.map(BuildMetadata::name);
    let options = PatchOption::ALL.map(PatchOption::name);
    let behaviors = ["create", "replace", "merge"];

    let unread = |words: Vec<&Text>, what: &str, known: &[&str]| {
        let unknown = words.into_iter().filter(|word| !known.contains(&word.as_str()));
        unknown.map(|word| warning(word, what, known)).collect::<Vec<_>>()
    };
    let patches = || file.patches.iter().chain(&file.patches_json6902);
    let option_names =
        |patch: &'_ Patch| patch.options.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let options_set: Vec<Text> = patches().flat_map(option_names).collect();
    let secrets = file.secret_generator.iter().map(|secret| &secret.args);
    let generators = file.config_map_generator.iter().chain(secrets);
    let odd_behaviors = generators
        .filter(|generator| generator.behavior() == Behavior::Unspecified)
        .map(|generator| &generator.behavior)
        .filter(|behavior| !behavior.is_empty());

    let mut remarks =
        unread(file.build_metadata.iter().collect(), "an entry of `buildMetadata`", &metadata);
    remarks.extend(unread(
        file.openapi.iter().map(|(key, _)| key).collect(),
        "a field of `openapi`",
        &["path", "version"],
    ));
    remarks.extend(unread(options_set.iter().collect(), "an option of a patch", &options));
    remarks.extend(unread(odd_behaviors.collect(), "a behavior of a generator", &behaviors));
    remarks
}

fn warning(word: &Text, what: &str, known: &[&str]) -> Diagnostic {
    let known_words: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    Diagnostic::warning(Code::NoEffect, format!("`{word}` is not {what}: ignored"))
        .at(word.span())
        .suggest(word, known.iter().copied())
        .note(format!("known here: {}", known_words.join(", ")))
}
