//! Field names: they match in any case.

/// The name among `names` that a key means: the one spelled the same, else the first that differs
/// in case only.
pub(super) fn find(
    key: &str,
    exact: bool,
    names: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let mut folded = None;
    for name in names {
        if name == key {
            return Some(name);
        }
        if !exact && folded.is_none() && same_fold(name, key) {
            folded = Some(name);
        }
    }
    folded
}

/// Whether an ASCII name and a key are the same but for case. Two signs beyond ASCII are a letter
/// in another case: `ſ` is an s and the Kelvin sign is a k.
fn same_fold(name: &str, key: &str) -> bool {
    let fold = |c: char| match c {
        'ſ' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    let folded = key.chars().map(fold);
    name.chars().map(|c| c.to_ascii_lowercase()).eq(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_name_is_preferred_to_one_in_another_case() {
        let names = || ["namePrefix", "NAMEPREFIX", "kind"].into_iter();
        assert_eq!(find("NAMEPREFIX", false, names()), Some("NAMEPREFIX"));
        assert_eq!(find("nameprefix", false, names()), Some("namePrefix"));
        assert_eq!(find("\u{212a}ind", false, names()), Some("kind"));
        assert_eq!(find("Kind", true, names()), None);
        assert_eq!(find("kinds", false, names()), None);
        assert_eq!(find("kın", false, names()), None);
    }
}
