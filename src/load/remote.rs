//! References that lead over a network. They are recognised to be refused with advice.

/// Whether a path is the URL of a file, in the reference's eyes.
pub(super) fn is_url(path: &str) -> bool {
    let scheme = path.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

/// Whether a path leads over a network.
pub(crate) fn is_remote(path: &str) -> bool {
    is_url(path) || is_repository(path)
}

/// Whether a path names a git repository, in the reference's eyes.
pub(super) fn is_repository(path: &str) -> bool {
    let path = path.strip_prefix("git::").unwrap_or(path);
    let lower = path.to_ascii_lowercase();
    let schemes = ["ssh://", "https://", "http://", "file://"];
    schemes.iter().any(|scheme| lower.starts_with(scheme))
        || ["github.com/", "github.com:"].iter().any(|host| lower.starts_with(host))
        || is_scp_like(path)
}

/// `user@host:path`
fn is_scp_like(path: &str) -> bool {
    let Some((user, rest)) = path.split_once('@') else { return false };
    let Some((host, _)) = rest.split_once(':') else { return false };
    !user.is_empty() && !host.is_empty() && !user.contains('/') && !host.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_repositories_from_paths() {
        for path in [
            "https://github.com/a/b",
            "github.com/a/b?ref=v1",
            "git@github.com:a/b.git",
            "ssh://git@host/a.git",
            "git::https://host/a",
            "GitHub.com:a/b",
        ] {
            assert!(is_repository(path), "{path}");
        }
        for path in ["../base", "a@b/c:d", "base", "/abs", "x.github.com/a"] {
            assert!(!is_repository(path), "{path}");
        }
        assert!(is_url("HTTPS://x/y.yaml") && !is_url("ssh://x/y"));
    }
}
