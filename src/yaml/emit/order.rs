//! The order of mapping keys: letters by code point, other characters before letters, and runs of
//! digits by their value.
//!
//! The reference's comparison is not transitive: `page1b` < `page2` < `page12` < `page1b`. For
//! keys with such a cycle its own output differs from run to run. Here the order depends on the
//! set of keys alone: keys are sorted by bytes first and then by the comparison, with a stable
//! insertion sort for up to [`INSERTION`] keys (which gives the reference's most frequent result)
//! and a stable merge sort of so long pieces beyond. Without a cycle every stable sort gives the
//! same, and no cycle can be when at most one key has a digit: the comparison then is the
//! lexicographic one over "other characters, digits, letters". Such keys are most maps, and are
//! left alone where they stand in order.

use std::cmp::Ordering;

use super::unicode::{is_digit, is_letter};

/// The number of keys up to which an insertion sort is used.
const INSERTION: usize = 32;

/// Which of the reference's two libraries orders the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Rule {
    /// The one that writes output.
    Output,
    /// The one that rebuilds nodes from JSON: behind a digit, letters stand first.
    Rebuild,
}

/// A key and its index.
pub(in crate::yaml) type Indexed<'k> = (&'k str, u32);

/// Sorts keys.
///
/// # Errors
/// The indexes of two equal keys, the lower first.
pub(in crate::yaml) fn sort(keys: &mut [Indexed<'_>], rule: Rule) -> Result<(), (usize, usize)> {
    let is_less = |a: &Indexed<'_>, b: &Indexed<'_>| compare(a.0, b.0, rule) == Ordering::Less;
    let in_order = keys.windows(2).all(|pair| is_less(&pair[0], &pair[1]));
    if in_order && keys.len() <= 2 {
        return Ok(());
    }
    let is_total = keys.iter().filter(|(key, _)| may_have_digit(key)).nth(1).is_none();
    if is_total && in_order {
        return Ok(());
    }
    if is_total {
        keys.sort_unstable_by(|a, b| compare(a.0, b.0, rule));
    } else {
        keys.sort_unstable_by_key(|(key, _)| key.as_bytes());
    }
    for pair in keys.windows(2) {
        let ((a, at), (b, other)) = (pair[0], pair[1]);
        if a == b {
            return Err((at.min(other) as usize, at.max(other) as usize));
        }
    }
    if !is_total {
        stable_sort(keys, is_less);
    }
    Ok(())
}

/// Compares two keys; they are equal only if they are the same.
pub(in crate::yaml) fn compare(a: &str, b: &str, rule: Rule) -> Ordering {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    let Some(at) = x.iter().zip(y).position(|(x, y)| x != y) else {
        return x.len().cmp(&y.len());
    };
    let (p, q) = (x[at], y[at]);
    if p.is_ascii() && q.is_ascii() {
        match (p.is_ascii_alphabetic(), q.is_ascii_alphabetic()) {
            (true, true) => return p.cmp(&q),
            (false, false) if !p.is_ascii_digit() && !q.is_ascii_digit() => return p.cmp(&q),
            _ => {}
        }
    }
    compare_from(a, b, at, rule)
}

/// Compares two keys whose first difference is in the character at or around byte `at`.
fn compare_from(a: &str, b: &str, mut at: usize, rule: Rule) -> Ordering {
    while !a.is_char_boundary(at) {
        at -= 1;
    }
    let shared = &a[..at];
    let (a, b) = (&a[at..], &b[at..]);
    let (Some(p), Some(q)) = (a.chars().next(), b.chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (is_letter(p), is_letter(q)) {
        (true, true) => return p.cmp(&q),
        (false, false) => {}
        (p_is_letter, _) => {
            let behind_digit =
                rule == Rule::Rebuild && shared.chars().next_back().is_some_and(is_digit);
            return if p_is_letter == behind_digit { Ordering::Less } else { Ordering::Greater };
        }
    }
    // A zero counts when it stands inside a number, not when it leads it.
    let inside_number = (p == '0' || q == '0')
        && shared.chars().rev().take_while(|c| is_digit(*c)).any(|c| c != '0');
    let start = i64::from(inside_number);
    let ((a_value, a_digits), (b_value, b_digits)) = (number(a, start), number(b, start));
    a_value.cmp(&b_value).then(a_digits.cmp(&b_digits)).then(p.cmp(&q))
}

/// The value, wrapping, and the number of the digits that text begins with.
fn number(text: &str, start: i64) -> (i64, usize) {
    text.chars().take_while(|c| is_digit(*c)).fold((start, 0), |(value, digits), c| {
        let digit = i64::from(u32::from(c)) - i64::from(u32::from('0'));
        (value.wrapping_mul(10).wrapping_add(digit), digits + 1)
    })
}

fn may_have_digit(key: &str) -> bool {
    // Without an early end, which would keep the loop from being vectorised.
    key.bytes().fold(false, |found, byte| found | byte.is_ascii_digit() | !byte.is_ascii())
}

/// Sorts stably with a comparison that may contradict itself. (The standard library's sorts may
/// panic on one.)
fn stable_sort<T: Copy>(items: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    for piece in items.chunks_mut(INSERTION) {
        for end in 1..piece.len() {
            let mut at = end;
            while at > 0 && is_less(&piece[at], &piece[at - 1]) {
                piece.swap(at, at - 1);
                at -= 1;
            }
        }
    }
    let mut width = INSERTION;
    let mut left = Vec::new();
    while width < items.len() {
        for pair in items.chunks_mut(2 * width) {
            if pair.len() <= width || !is_less(&pair[width], &pair[width - 1]) {
                continue;
            }
            left.clear();
            left.extend_from_slice(&pair[..width]);
            let (mut from_left, mut from_right) = (0, width);
            for to in 0..pair.len() {
                if from_left == left.len() {
                    break;
                }
                if from_right < pair.len() && is_less(&pair[from_right], &left[from_left]) {
                    pair[to] = pair[from_right];
                    from_right += 1;
                } else {
                    pair[to] = left[from_left];
                    from_left += 1;
                }
            }
        }
        width *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn indexed<'k>(keys: &[&'k str]) -> Vec<Indexed<'k>> {
        keys.iter().copied().zip(0..).collect()
    }

    fn sorted<'k>(keys: &[&'k str], rule: Rule) -> Vec<&'k str> {
        let mut order = indexed(keys);
        sort(&mut order, rule).unwrap();
        assert!(order.iter().all(|(key, at)| keys[*at as usize] == *key));
        order.iter().map(|(key, _)| *key).collect()
    }

    #[test]
    fn characters_then_numbers_then_letters() {
        let keys = [
            "", "-", "_", "1", "01", "001", "2", "10", "A", "B", "a", "\"a", "a\"", "a-b", "a.b",
            "a/b", "a_b", "a1", "a01", "a2", "a10", "aB", "ab", "b", "é",
        ];
        let mut shuffled = keys;
        shuffled.reverse();
        let result = sorted(&shuffled, Rule::Output);
        let mut expected = keys.to_vec();
        expected.remove(11);
        expected.insert(1, "\"a");
        assert_eq!(result, expected);
    }

    #[test]
    fn equal_keys_are_found() {
        for keys in [["a", "b", "a"], ["a1", "a2", "a1"]] {
            assert_eq!(sort(&mut indexed(&keys), Rule::Output), Err((0, 2)));
        }
        assert_eq!(sort(&mut indexed(&["a", "a"]), Rule::Output), Err((0, 1)));
    }

    #[test]
    fn the_rules_differ_behind_a_digit() {
        assert_eq!(sorted(&["a1b", "a1-"], Rule::Output), ["a1-", "a1b"]);
        assert_eq!(sorted(&["a1-", "a1b"], Rule::Rebuild), ["a1b", "a1-"]);
        assert_eq!(sorted(&["ab", "a-"], Rule::Rebuild), ["a-", "ab"]);
    }

    #[test]
    fn a_cycle_has_one_result_for_every_order_of_the_keys() {
        let keys = ["a11", "a1b", "a9"];
        for shuffled in [
            [keys[0], keys[1], keys[2]],
            [keys[0], keys[2], keys[1]],
            [keys[1], keys[0], keys[2]],
            [keys[1], keys[2], keys[0]],
            [keys[2], keys[0], keys[1]],
            [keys[2], keys[1], keys[0]],
        ] {
            assert_eq!(sorted(&shuffled, Rule::Output), keys);
        }
    }

    #[test]
    fn numbers_may_overflow() {
        let long = "a99999999999999999999999999";
        assert_eq!(sorted(&["a1", long], Rule::Output).len(), 2);
    }

    proptest! {
        #[test]
        fn one_key_with_digits_makes_no_cycle(
            mut keys in proptest::collection::hash_set("[a-c.A]{0,3}", 0..60)
                .prop_map(|keys| keys.into_iter().collect::<Vec<_>>()),
            numbered in "[a-c.]{0,2}[0-9]{1,2}[a-c.]{0,1}",
        ) {
            keys.push(numbered);
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let result = sorted(&keys, Rule::Output);
            for (at, a) in result.iter().enumerate() {
                for b in &result[at + 1..] {
                    prop_assert_eq!(compare(a, b, Rule::Output), Ordering::Less);
                }
            }
        }

        #[test]
        fn the_order_in_the_file_does_not_matter(
            keys in proptest::collection::hash_set("[ab0-3.é]{1,4}", 0..100)
                .prop_map(|keys| keys.into_iter().collect::<Vec<_>>()),
        ) {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let once = sorted(&keys, Rule::Output);
            let reversed: Vec<&str> = once.iter().rev().copied().collect();
            prop_assert_eq!(&sorted(&reversed, Rule::Output), &once);
        }

        #[test]
        fn many_keys_are_sorted_as_an_insertion_sort_does(
            mut keys in proptest::collection::vec(0u32..50_000, 0..300),
        ) {
            keys.sort_unstable();
            keys.dedup();
            let keys: Vec<String> = keys.iter().map(|n| format!("key{n}")).collect();
            let mut shuffled: Vec<&str> = keys.iter().map(String::as_str).collect();
            shuffled.sort_unstable();
            let by_number: Vec<&str> = keys.iter().map(String::as_str).collect();
            prop_assert_eq!(sorted(&shuffled, Rule::Output), by_number);
        }
    }
}
