//! The kinds of problems: one row each, in one table.

use std::fmt;

macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal)*) => {
        /// The kind of a problem: a stable name that users can search for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
            /// A rule of `check`, by its own name; `check::RULES` says what it is about.
            Rule(&'static str),
        }

        impl Code {
            /// All codes but those of rules, errors first.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// The name as messages show it.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* Code::Rule(name) => name }
            }

            /// What the code stands for, in one or two sentences.
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* Code::Rule(_) => "A rule of `check`." }
            }
        }
    };
}

codes! {
    // Files and loading.
    NoKustomization "no-kustomization" "A directory has no kustomization.yaml, kustomization.yml or Kustomization."
    ManyKustomizations "many-kustomizations" "A directory has more than one recognised kustomization file."
    NotFound "not-found" "A named file or directory does not exist."
    NotAFile "not-a-file" "A directory stands where a file is needed."
    NotADirectory "not-a-directory" "A file stands where a directory is needed."
    OutsideRoot "outside-root" "A file lies outside the directory of the kustomization that names it."
    AbsoluteBase "absolute-base" "A base is named by an absolute path."
    Cycle "cycle" "A kustomization includes itself or a directory that contains it."
    RemoteReference "remote-reference" "A URL is named; builds never use the network."
    Unreadable "unreadable" "A file can't be read."
    Unwritable "unwritable" "Output can't be written."
    NotUtf8 "not-utf8" "A text file is not UTF-8."
    TooLarge "too-large" "Input passes a resource bound, such as a depth, a size or a number of expansions."
    // YAML.
    Yaml "yaml" "A file is not well-formed YAML."
    DuplicateKey "duplicate-key" "A mapping has the same key twice."
    InvalidKey "invalid-key" "A mapping key is not a string."
    InvalidValue "invalid-value" "A value can't be written, such as infinity or text under a number's tag."
    // Kustomization files.
    EmptyKustomization "empty-kustomization" "A kustomization file sets nothing."
    UnknownField "unknown-field" "A field that the format does not have."
    WrongType "wrong-type" "A value of the wrong type in a kustomization file or a configuration."
    WrongKind "wrong-kind" "A kind or apiVersion that does not fit where the file is used."
    InvalidField "invalid-field" "A field's value is not one of those allowed, or fields contradict each other."
    // Resources.
    NotAResource "not-a-resource" "A document lacks kind or metadata.name, or is not a mapping."
    DuplicateResource "duplicate-resource" "Two resources have the same group, version, kind, name and namespace."
    Generator "generator" "A ConfigMap or Secret generator can't produce its object."
    Merge "merge" "A generated object can't be merged with the one that exists."
    // Transformers.
    PatchTarget "patch-target" "A patch that must have exactly one target has none or several."
    Patch "patch" "A patch can't be read or applied."
    Selector "selector" "A selector is malformed."
    FieldPath "field-path" "A field path does not fit the object that it is applied to."
    Replacement "replacement" "A replacement has no source or no target field."
    Replicas "replicas" "A replicas entry names nothing that has replicas."
    Image "image" "An images entry can't be applied."
    NamespaceConflict "namespace-conflict" "A namespace makes two resources the same."
    NameReference "name-reference" "A reference fits several resources."
    Variable "variable" "A var can't be resolved."
    Configuration "configuration" "A transformer configuration is malformed or contradicts the defaults."
    OpenApi "openapi" "A schema file is malformed or not available."
    Plugin "plugin" "A plugin is malformed, unknown, or not supported."
    Helm "helm" "Helm charts are not rendered."
    Validator "validator" "A validator changed a resource."
    Edit "edit" "A file can't be edited without changing more than was asked for."
    Usage "usage" "A command line that can't be carried out."
    Internal "internal" "A defect of railsgen itself."
    // Warnings.
    Deprecated "deprecated" "A field that the format has replaced by another."
    NoEffect "no-effect" "Something that is written down but changes nothing."
    DataLoss "data-loss" "Something that the reference's behaviour loses or alters in silence."
    Unused "unused" "A file or a component that nothing includes."
    Ambiguous "ambiguous" "A reference is left alone because it fits several resources."
    Differs "differs" "What kustomize prints in this place is known to be something else."
}

impl Code {
    /// Whether problems of this kind need not point into a file: they are about the command line,
    /// the machine, or a whole directory.
    pub const fn may_lack_place(self) -> bool {
        matches!(
            self,
            Code::NoKustomization
                | Code::ManyKustomizations
                | Code::NotFound
                | Code::NotADirectory
                | Code::RemoteReference
                | Code::Unreadable
                | Code::Unwritable
                | Code::NotUtf8
                | Code::TooLarge
                | Code::EmptyKustomization
                | Code::Usage
                | Code::Unused
                | Code::Internal
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_kebab_case() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(names.iter().all(|name| name.chars().all(kebab)));
    }
}
