//! The gems of an app: `Gemfile.lock`, or `Gemfile` where there is none.

use std::collections::BTreeMap;

use super::files::Files;
use super::ruby;

/// Gems with their versions; the version is empty where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::init) struct Gems {
    versions: BTreeMap<String, String>,
    /// The file that they are from.
    pub(in crate::init) file: &'static str,
}

impl Gems {
    pub(super) fn read(files: &Files<'_>) -> Gems {
        // bundler calls them so, too.
        for file in ["Gemfile.lock", "gems.locked"] {
            if let Some(text) = files.text(file) {
                return Gems { versions: locked(&text), file };
            }
        }
        match files.first(&["Gemfile", "gems.rb"]) {
            Some((file, text)) => Gems { versions: named(&text), file },
            None => Gems::default(),
        }
    }

    pub(in crate::init) fn has(&self, name: &str) -> bool {
        self.versions.contains_key(name)
    }

    /// The first of some gems that the app has.
    pub(in crate::init) fn first<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        names.iter().copied().find(|name| self.has(name))
    }

    /// The version as it is written; empty if it is not known.
    pub(in crate::init) fn version(&self, name: &str) -> Option<&str> {
        self.versions.get(name).map(String::as_str)
    }

    /// Major and minor version.
    pub(in crate::init) fn release(&self, name: &str) -> Option<(u32, u32)> {
        let mut parts = self.version(name)?.split('.').map(|part| part.parse().ok());
        Some((parts.next()??, parts.next().flatten().unwrap_or(0)))
    }
}

/// The lines `    name (version)` of a lock file; deeper ones are what a gem depends on.
fn locked(text: &str) -> BTreeMap<String, String> {
    let specs = text.lines().filter_map(|line| line.strip_prefix("    "));
    let specs = specs.filter(|line| !line.starts_with(' '));
    let specs = specs.filter_map(|line| {
        let (name, version) = line.trim_end().split_once(" (")?;
        Some((name.to_owned(), version.strip_suffix(')')?.to_owned()))
    });
    specs.collect()
}

/// The lines `gem "name", "~> 1.2"` of a Gemfile.
fn named(text: &str) -> BTreeMap<String, String> {
    let gems = ruby::code_lines(text).filter_map(|line| {
        let rest = line.strip_prefix("gem ").or_else(|| line.strip_prefix("gem("))?;
        let mut strings = ruby::strings(rest);
        let name = strings.next()?;
        let version = strings.next().unwrap_or_default();
        let version = version.trim_start_matches(|c: char| !c.is_ascii_digit());
        let is_version = !rest.contains("#{")
            && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        Some((name, if is_version { version.to_owned() } else { String::new() }))
    });
    gems.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_name_gems_and_not_what_these_depend_on() {
        let gems = locked(
            "GIT\n  remote: https://x\n  specs:\n    from_git (0.1.0)\n\nGEM\n  remote: https://rubygems.org/\n  \
             specs:\n    rails (8.0.1)\n      actioncable (= 8.0.1)\n    pg (1.5.9-x86_64-linux)\n\nDEPENDENCIES\n  rails (~> 8.0)\n",
        );
        assert_eq!(gems.keys().collect::<Vec<_>>(), ["from_git", "pg", "rails"]);
        assert_eq!(gems["rails"], "8.0.1");
    }

    #[test]
    fn gemfiles_name_gems_in_lines() {
        let gems = named(
            "source \"https://rubygems.org\"\n# gem \"redis\"\ngem 'rails', '~> 5.2.3'\n  gem \"pg\", require: false\ngem(\"puma\", \">= 5.0\")\n\
             gem \"rack\", \"~> #{ENV.fetch(\"RACK\", \"3.0\")}.0\"\n",
        );
        let gems = Gems { versions: gems, file: "Gemfile" };
        assert_eq!(gems.release("rails"), Some((5, 2)));
        assert!(gems.has("pg") && gems.has("puma") && !gems.has("redis"));
        assert_eq!(gems.release("pg"), None);
        assert_eq!(gems.release("rack"), None);
    }
}
