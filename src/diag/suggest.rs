//! The nearest of some names to a mistyped one.

/// Only so many characters of a name count.
const MAX_LENGTH: usize = 80;

/// The name that differs least from `wrong`, when it is near enough to be meant.
///
/// Near enough is at most one change for every three characters, and one for short names; a
/// change is a character added, left out, replaced, or swapped with its neighbour.
///
/// ```
/// assert_eq!(railsgen::diag::nearest("patchs", ["patches", "replicas"]), Some("patches"));
/// assert_eq!(railsgen::diag::nearest("foo", ["patches"]), None);
/// ```
pub fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let limit = (wrong.chars().count() / 3).max(1);
    let candidates = names.into_iter().filter(|name| *name != wrong).take(10_000);
    // Names whose lengths differ by more need more changes than that. Of the rest the first count:
    // each costs as much as its length times that of the wrong one.
    let length = wrong.chars().take(MAX_LENGTH).count();
    let is_near = |name: &&str| name.chars().take(MAX_LENGTH).count().abs_diff(length) <= limit;
    candidates
        .filter(is_near)
        .take(1_000)
        .map(|name| (changes(&name.to_lowercase(), &wrong.to_lowercase()), name))
        .filter(|(changes, _)| *changes <= limit)
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, name)| name)
}

/// Edits between two words, by the method of Damerau (optimal string alignment).
fn changes(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.chars().take(MAX_LENGTH).collect(), b.chars().take(MAX_LENGTH).collect());
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_kind_of_change_once() {
        for (a, b, n) in [("web", "wbe", 1), ("web", "webs", 1), ("web", "wob", 1), ("", "ab", 2)] {
            assert_eq!(changes(a, b), n, "{a} {b}");
        }
    }

    #[test]
    fn prefers_the_nearest_and_ignores_case() {
        assert_eq!(nearest("nameprefix", ["namePrefix", "nameSuffix"]), Some("namePrefix"));
        assert_eq!(nearest("image", ["images", "imageTags"]), Some("images"));
    }
}
