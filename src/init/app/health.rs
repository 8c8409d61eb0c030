//! The path that answers when the app has booted, from its routes or from a gem.

use super::files::Files;
use super::{App, ruby};

const ROUTES: &str = "config/routes.rb";

/// What the controller of Rails is called in routes.
const OF_RAILS: &str = "rails/health#show";

/// Gems with a path of their own.
const GEMS: &[(&str, &str)] = &[
    ("okcomputer", "/okcomputer"),
    ("health_check", "/health_check"),
    ("easymon", "/up"),
    ("rails-healthcheck", "/healthcheck"),
];

/// Engines of gems that are mounted where the app likes.
const ENGINES: &[&str] = &["OkComputer::Engine", "Easymon::Engine"];

/// What paths for probes are called, the better ones first: those of liveness ask nothing else.
const NAMES: &[&str] = &[
    "up",
    "livez",
    "healthcheck/live",
    "health/live",
    "healthz/live",
    "health/liveness",
    "healthz",
    "health",
    "health_check",
    "healthcheck",
    "health-check",
    "_health",
    "alive",
    "heartbeat",
    "ping",
    "status",
];

/// Names that below a namespace are too often something else.
const ONLY_AT_TOP: &[&str] = &["alive", "heartbeat", "status"];

/// A route that may do for probes.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    path: String,
    file: String,
    /// The place in [`NAMES`], or 0 for the controller of Rails.
    rank: usize,
}

impl App {
    pub(super) fn read_health(&mut self, files: &Files<'_>) {
        let mut candidates = candidates(files);
        candidates.sort_by_key(|one| one.rank);
        let by_gem = || GEMS.iter().find(|(gem, _)| self.gems.has(gem));
        match candidates.into_iter().next() {
            Some(found) if found.rank == 0 => self.has_health(found.path, "", found.file),
            found => match (by_gem(), found) {
                (Some((gem, path)), _) => {
                    let behind = format!(" (the gem {gem})");
                    self.has_health((*path).to_owned(), &behind, self.gems.file.to_owned());
                }
                (None, Some(found)) => self.has_health(found.path, "", found.file),
                (None, None) => self.note(
                    "no route answers probes, so they only see that the port is open; Rails 7.1 has `get \"up\" => \"rails/health#show\"`",
                ),
            },
        }
    }

    fn has_health(&mut self, path: String, behind: &str, file: String) {
        self.fact(format!("health at {path}{behind}"), file);
        self.health = Some(path);
    }
}

fn candidates(files: &Files<'_>) -> Vec<Candidate> {
    let Some(text) = files.text(ROUTES) else { return Vec::new() };
    let mut found = Vec::new();
    for (prefix, line) in lines_with_prefix(&text) {
        // `draw :name` reads another file of routes in this place.
        if let Some(name) = ruby::setting(line, "draw").and_then(ruby::symbol) {
            let file = format!("config/routes/{name}.rb");
            let text = files.text(&file).unwrap_or_default();
            for (inside, line) in lines_with_prefix(&text) {
                found.extend(candidate(&format!("{prefix}{inside}"), line, &file));
            }
        }
        found.extend(candidate(&prefix, line, ROUTES));
    }
    found
}

fn candidate(prefix: &str, line: &str, file: &str) -> Option<Candidate> {
    let at = |path: &str, rank: usize| {
        let path = format!("{prefix}/{}", path.trim_start_matches('/'));
        Some(Candidate { path, file: file.to_owned(), rank })
    };
    if ENGINES.iter().any(|engine| line.contains(engine)) && line.starts_with("mount ") {
        return at(&ruby::strings(line).last()?, 0);
    }
    let rest = line.strip_prefix("get").or_else(|| line.strip_prefix("match"))?;
    let rest = rest.strip_prefix([' ', '(']).map(str::trim_start)?;
    let path = ruby::symbol(rest).filter(|_| rest.starts_with([':', '"', '\'']))?;
    if line.contains(OF_RAILS) {
        return at(&path, 0);
    }
    if line.contains("redirect") || line.contains("constraints") {
        return None;
    }
    let name = path.trim_start_matches('/');
    let rank = NAMES.iter().position(|known| *known == name)?;
    if !prefix.is_empty() && ONLY_AT_TOP.contains(&name) {
        return None;
    }
    at(name, rank + 1)
}

/// The lines of a file of routes that are reached under a path that can be told, and that path.
fn lines_with_prefix(text: &str) -> Vec<(String, &str)> {
    // What each open block adds to the path, or nothing where that can't be told.
    let mut blocks: Vec<Option<String>> = Vec::new();
    let mut lines = Vec::new();
    for line in ruby::code_lines(text) {
        let line = ruby::without_comment(line);
        if line == "end" || line.starts_with("end ") || line.starts_with("end.") {
            blocks.pop();
            continue;
        }
        if opens_block(line) {
            // Classes may stand before the routes, in ways of Ruby that are not understood here.
            if line.contains("routes.draw") {
                blocks.clear();
            }
            blocks.push(prefix_of_block(line));
        } else if blocks.iter().all(Option::is_some) {
            lines.push((blocks.iter().flatten().map(String::as_str).collect(), line));
        }
    }
    lines
}

/// Whether an `end` belongs to a line.
fn opens_block(line: &str) -> bool {
    let is_closed = line.ends_with(" end") || line.starts_with("def ") && line.contains(") = ");
    let words = ["if ", "unless ", "case ", "def ", "class ", "module ", "begin", "while "];
    let has_do = line.ends_with(" do")
        || line.ends_with(")do")
        || line.rsplit_once(" do |").is_some_and(|(_, names)| names.trim_end().ends_with('|'));
    !is_closed && (has_do || words.iter().any(|word| line.starts_with(word)))
}

/// What a block adds to the paths in it.
fn prefix_of_block(line: &str) -> Option<String> {
    let neutral = ["if ", "unless ", "defaults", "with_options ", "devise_scope "];
    if line.contains("routes.draw") || neutral.iter().any(|word| line.starts_with(word)) {
        return Some(String::new());
    }
    let restricts = ["constraints", "subdomain", "path:", "shallow", "host"];
    if restricts.iter().any(|word| line.contains(word)) {
        return None;
    }
    let segment = |text: &str| {
        let segment = ruby::symbol(text)?;
        // `(:locale)` may be left out.
        if segment.starts_with("(:") || segment.starts_with("(/:") || segment == "/" {
            return Some(String::new());
        }
        let is_plain =
            segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
        is_plain.then(|| format!("/{}", segment.trim_matches('/')))
    };
    if let Some(rest) = line.strip_prefix("namespace") {
        return segment(rest.trim_start_matches([' ', '(']));
    }
    let rest = line.strip_prefix("scope")?.trim_start_matches([' ', '(']);
    match rest.starts_with(['"', '\'', ':']) {
        true => segment(rest),
        false => Some(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<(String, usize)> {
        let lines = lines_with_prefix(text);
        let found = lines.iter().filter_map(|(prefix, line)| candidate(prefix, line, ROUTES));
        found.map(|one| (one.path, one.rank)).collect()
    }

    #[test]
    fn paths_are_those_of_the_blocks_around() {
        for (text, path) in [
            ("get \"up\" => \"rails/health#show\", as: :x", "/up"),
            ("get :healthcheck, controller: :heartbeat", "/healthcheck"),
            ("get('/healthz', to: 'x#y')", "/healthz"),
            ("match \"/ping\", to: \"x#y\", via: :get", "/ping"),
            ("get '/healthcheck/live', to: proc { [200, {}, %w[OK]] }", "/healthcheck/live"),
            (
                "Rails.application.routes.draw do # all\nnamespace :api do\nnamespace :v1 do\nget 'health'\nend\nend\nend",
                "/api/v1/health",
            ),
            ("scope '/internal', module: 'x' do\nget 'ping'\nend", "/internal/ping"),
            ("scope module: :x do\nget 'health'\nend", "/health"),
            ("scope '(:locale)' do\nget 'health'\nend", "/health"),
            ("resources :a do\nget 'x'\nend\nget 'health'", "/health"),
            (
                "class A\ndef b = 1\ndef c(d) = 2\nend\nx.routes.draw do\nget 'health'\nend",
                "/health",
            ),
            ("if Rails.env.production?\nget 'health'\nend", "/health"),
            ("mount OkComputer::Engine, at: \"/healthcheck\"", "/healthcheck"),
        ] {
            let found: Vec<String> = paths(text).into_iter().map(|(path, _)| path).collect();
            assert_eq!(found, [path], "{text}");
        }
    }

    #[test]
    fn paths_that_are_not_reached_so_are_none() {
        for text in [
            "resources :proxies do\nmember do\nget 'ping'\nend\nend",
            "constraints subdomain: 'x' do\nget 'health'\nend",
            "namespace :api, path: 'x' do\nget 'health'\nend",
            "namespace :api do\nget 'status'\nend",
            "get '/ping', to: redirect('/')",
            "get 'bookkeeping', to: 'x#y'",
            "get ping_path",
            "getting 'health'",
            "# get 'health'",
            "post 'health'",
        ] {
            assert_eq!(paths(text), [], "{text}");
        }
    }

    #[test]
    fn better_names_come_first() {
        let text = "get 'status'\nget 'health'\nget 'x' => 'rails/health#show'\n";
        let mut found = paths(text);
        found.sort_by_key(|(_, rank)| *rank);
        let found: Vec<String> = found.into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, ["/x", "/health", "/status"]);
    }
}
