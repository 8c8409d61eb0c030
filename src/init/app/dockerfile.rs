//! What a Dockerfile says of the image that it makes: the last stage, with what it takes over.

use std::collections::BTreeMap;

use super::files::Files;

/// The image that a Dockerfile makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::init) struct Dockerfile {
    pub(in crate::init) file: &'static str,
    /// `WORKDIR`
    pub(in crate::init) directory: Option<String>,
    /// The number of the user that `USER` names.
    pub(in crate::init) user: Option<u32>,
    /// What `USER` says, where its number can't be told.
    pub(in crate::init) user_name: Option<String>,
    /// Whether jemalloc is installed, and whether the image preloads it by itself.
    pub(in crate::init) has_jemalloc: bool,
    pub(in crate::init) preloads: bool,
    /// Whether its command starts Thruster.
    pub(in crate::init) starts_thruster: bool,
}

/// What a stage has set so far.
#[derive(Clone, Default)]
struct Stage {
    /// The image from elsewhere that it begins with.
    base: String,
    directory: Option<String>,
    user: Option<String>,
    environment: BTreeMap<String, String>,
    text: String,
    command: String,
}

impl Dockerfile {
    pub(super) fn read(files: &Files<'_>) -> Option<Dockerfile> {
        // Beside one of these, `Dockerfile` is for development.
        let names = [
            "Dockerfile.production",
            "Dockerfile.prod",
            "production.Dockerfile",
            "docker/production/Dockerfile",
            "docker/prod/Dockerfile",
            "Dockerfile",
            "Containerfile",
            "docker/Dockerfile",
        ];
        let (file, text) = files.first(&names)?;
        Some(Dockerfile { file, ..parse(&text) })
    }
}

fn parse(text: &str) -> Dockerfile {
    let mut stages: BTreeMap<String, Stage> = BTreeMap::new();
    let mut arguments: BTreeMap<String, String> = BTreeMap::new();
    let mut name = String::new();
    let mut stage = Stage::default();
    for line in instructions(text) {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        let rest = rest.trim();
        match word.to_ascii_uppercase().as_str() {
            "FROM" => {
                stages.insert(name, std::mem::take(&mut stage));
                let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
                let base = substitute(words.next().unwrap_or_default(), &arguments);
                name = words.nth(1).unwrap_or_default().to_ascii_lowercase();
                // A stage begins with all that the one before it has; other images are not known.
                stage = stages
                    .get(&base.to_ascii_lowercase())
                    .cloned()
                    .unwrap_or_else(|| Stage { base, ..Stage::default() });
            }
            "ARG" => {
                for (key, value) in pairs(rest) {
                    // Without a value it takes over the one from before the first stage.
                    let value = match (value.as_str(), arguments.get(&key)) {
                        ("", Some(known)) => known.clone(),
                        _ => substitute(&value, &stage.environment),
                    };
                    arguments.insert(key.clone(), value.clone());
                    stage.environment.insert(key, value);
                }
            }
            "ENV" => {
                let set = pairs(rest);
                for (key, value) in set {
                    let value = substitute(&value, &stage.environment);
                    stage.environment.insert(key, value);
                }
                stage.text.push_str(rest);
                stage.text.push('\n');
            }
            "WORKDIR" => {
                let path = substitute(rest.trim_matches('"'), &stage.environment);
                let base = stage.directory.take().filter(|_| !path.starts_with('/'));
                stage.directory = Some(match base {
                    Some(base) => format!("{}/{path}", base.trim_end_matches('/')),
                    None => path,
                });
            }
            "USER" => stage.user = Some(substitute(rest, &stage.environment)),
            "RUN" => {
                let text = substitute(rest, &stage.environment);
                stage.text.push_str(&text);
                stage.text.push('\n');
            }
            "CMD" | "ENTRYPOINT" => stage.command.push_str(rest),
            _ => {}
        }
    }
    stage.image()
}

impl Stage {
    fn image(self) -> Dockerfile {
        let user = self.user.map(|user| user.split(':').next().unwrap_or_default().to_owned());
        let user = user.filter(|user| !user.is_empty());
        let number = user.as_deref().and_then(|user| match user {
            "root" => Some(0),
            "nobody" => Some(65534),
            // Debian has it; the one of Alpine has another number, where there is one.
            "www-data" if self.base.starts_with("ruby:") && !self.base.contains("alpine") => {
                Some(33)
            }
            name => name.parse().ok().or_else(|| made_user(&self.text, name)),
        });
        let directory = self.directory.map(|path| path.trim_end_matches('/').to_owned());
        let directory = directory.filter(|path| is_path(path));
        Dockerfile {
            file: "",
            directory,
            user: number,
            user_name: user.filter(|_| number.is_none()),
            has_jemalloc: self.text.contains("jemalloc"),
            preloads: self.environment.contains_key("LD_PRELOAD"),
            starts_thruster: self.command.contains("thrust"),
        }
    }
}

/// A path that manifests can have without quotes.
fn is_path(path: &str) -> bool {
    path.len() > 1
        && path.starts_with('/')
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte))
}

/// Instructions with their continuation lines; comments are left out.
fn instructions(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = String::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        match line.strip_suffix('\\') {
            Some(line) => {
                open.push_str(line);
                open.push(' ');
            }
            None => {
                open.push_str(line);
                all.push(std::mem::take(&mut open));
            }
        }
    }
    all.push(open);
    all.retain(|line| !line.is_empty());
    all
}

/// `A=b C="d"`, `A b`, or `A`.
fn pairs(text: &str) -> Vec<(String, String)> {
    if !text.contains('=') {
        let (key, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        return vec![(key.to_owned(), value.trim().to_owned())];
    }
    let words = text.split_whitespace().filter_map(|word| word.split_once('='));
    words.map(|(key, value)| (key.to_owned(), value.trim_matches(['"', '\'']).to_owned())).collect()
}

/// `$NAME`, `${NAME}` and `${NAME:-default}`, as far as they are known.
fn substitute(text: &str, known: &BTreeMap<String, String>) -> String {
    let Some(start) = text.find('$') else { return text.to_owned() };
    let rest = &text[start + 1..];
    let (name, default, behind) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
    {
        Some((inside, behind)) => match inside.split_once(":-") {
            Some((name, default)) => (name, default, behind),
            None => (inside, "", behind),
        },
        None => {
            let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
            let end = rest.find(is_end).unwrap_or(rest.len());
            (&rest[..end], "", &rest[end..])
        }
    };
    let value = known.get(name).map_or(default, String::as_str);
    let behind = if behind.len() < text.len() { substitute(behind, known) } else { String::new() };
    format!("{}{value}{behind}", &text[..start])
}

/// The first number of users that are not the system's, in the images that Ruby comes in.
const FIRST: u32 = 1000;

/// The number that `useradd` or `adduser` gives a user.
fn made_user(text: &str, name: &str) -> Option<u32> {
    let commands = text.split(['\n', ';']).flat_map(|line| line.split("&&"));
    let mut commands = commands.filter(|command| {
        let mut words = command.split_whitespace();
        words.any(|word| word.ends_with("useradd") || word.ends_with("adduser"))
            && words.any(|word| word == name)
    });
    commands.find_map(|command| {
        let words: Vec<&str> =
            command.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let behind = words.windows(2).find(|pair| matches!(pair[0], "--uid" | "-u" | "-uid"));
        let joined = words.iter().find_map(|word| word.strip_prefix("--uid="));
        let is_system = words.iter().any(|word| matches!(*word, "--system" | "-r" | "-S"));
        match behind.map(|pair| pair[1]).or(joined) {
            Some(number) => number.parse().ok(),
            None => (!is_system).then_some(FIRST),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stage_takes_over_what_its_base_has() {
        let image = parse(
            "# syntax=docker/dockerfile:1\nARG RUBY_VERSION=3.3.0\nFROM ruby:$RUBY_VERSION-slim AS base\n\nWORKDIR /rails\n\
             RUN apt-get install -y curl libjemalloc2 && \\\n    # a comment\n    rm -rf /var/lib/apt\n\
             FROM base AS build\nWORKDIR /other\nRUN bundle install\n\nFROM base\n\
             RUN groupadd --system --gid 1001 rails && \\\n    useradd rails --uid 1001 --gid 1001 --create-home\nUSER rails:rails\n\
             ENTRYPOINT [\"/rails/bin/docker-entrypoint\"]\nCMD [\"./bin/thrust\", \"./bin/rails\", \"server\"]\n",
        );
        assert_eq!(image.directory.as_deref(), Some("/rails"));
        assert_eq!(image.user, Some(1001));
        assert!(image.has_jemalloc && image.starts_thruster && !image.preloads);
    }

    #[test]
    fn variables_and_unknown_users() {
        let image = parse(
            "FROM ruby:3\nARG UID=991 GID=\"992\"\nENV HOME=/opt/app LD_PRELOAD=\"x.so\"\nWORKDIR ${HOME}/src\nUSER ${UID}:$GID\n",
        );
        assert_eq!((image.directory.as_deref(), image.user), (Some("/opt/app/src"), Some(991)));
        assert!(image.preloads);
        let image = parse("FROM ruby:3\nUSER app\n");
        assert_eq!((image.user, image.user_name.as_deref()), (None, Some("app")));
        assert_eq!(parse("from ruby:3\nuser root\n").user, Some(0));
        let unknown = parse("USER ${X}:y");
        assert_eq!((unknown.user, unknown.user_name), (None, None));
        for (image, user) in [("ruby:3.2-slim", Some(33)), ("ruby:3.2-alpine", None), ("x", None)] {
            let text = format!("FROM {image} AS a\nUSER www-data\nFROM a\n");
            assert_eq!(parse(&text).user, user, "{image}");
        }
    }

    #[test]
    fn arguments_from_before_the_first_stage() {
        let image = parse("ARG HOME=/app-src\nFROM ruby:3\nARG HOME\nWORKDIR $HOME/\n");
        assert_eq!(image.directory.as_deref(), Some("/app-src"));
    }
}
