//! Sorts by an order that may go round in circles.
//!
//! Such an order has no right outcome: what comes out depends on which elements are compared and
//! swapped, and when. This is the algorithm with which the reference sorts, so that the outcome is
//! its outcome: pattern-defeating quicksort (Peters, arXiv 2106.05123) as Go's standard library
//! has it since 1.19. Where an order has no circles the outcome is that of any other sorting.
//!
//! Nothing here knows what is sorted. A change of a constant or of the order of two comparisons is
//! a change of output.

use std::ops::Range;

/// So many elements or fewer are inserted one by one.
const INSERTED: usize = 12;
/// From so many elements on the pivot is a median of three medians.
const MEDIANS_OF_MEDIANS: usize = 50;
/// What finding such a pivot swaps where all elements come in reverse.
const MOST_SWAPS: usize = 12;
/// From so many elements on those out of place are put right if they are few.
const REPAIRED: usize = 50;
/// So many places are put right before the range is taken for unsorted.
const REPAIRS: usize = 5;

/// Sorts a list; `is_less` need not be an order.
pub(super) fn sort<T>(items: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    let all = 0..items.len();
    let patience = bits(items.len());
    Sorting { items, is_less }.sort(all, patience);
}

struct Sorting<'t, T, F> {
    items: &'t mut [T],
    is_less: F,
}

/// What the comparisons that found a pivot say about the range.
#[derive(Clone, Copy, PartialEq)]
enum Hint {
    Increasing,
    Decreasing,
    Unknown,
}

impl<T, F: Fn(&T, &T) -> bool> Sorting<'_, T, F> {
    /// Sorts a range; after `patience` bad pivots by a heap. Calls itself for the smaller part
    /// only, so that the depth is logarithmic.
    fn sort(&mut self, mut range: Range<usize>, mut patience: u32) {
        let (mut was_balanced, mut was_partitioned) = (true, true);
        while range.len() > INSERTED {
            if patience == 0 {
                return self.sort_by_heap(range);
            }
            if !was_balanced {
                self.scatter(&range);
                patience -= 1;
            }
            let (mut pivot, mut hint) = self.pivot(&range);
            if hint == Hint::Decreasing {
                self.items[range.clone()].reverse();
                pivot = range.end - 1 - (pivot - range.start);
                hint = Hint::Increasing;
            }
            let may_be_sorted = was_balanced && was_partitioned && hint == Hint::Increasing;
            if may_be_sorted && self.repair(&range) {
                return;
            }
            // What precedes the range is no more than anything in it: a pivot that is not more
            // than that either is the least, and so are its equals.
            if range.start > 0 && !self.is_less(range.start - 1, pivot) {
                range.start = self.split_off_equal(&range, pivot);
                continue;
            }
            let (middle, was_apart) = self.partition(&range, pivot);
            was_partitioned = was_apart;
            let (left, right) = (range.start..middle, middle + 1..range.end);
            let (left_len, right_len) = (left.len(), range.end - middle);
            was_balanced = left_len.min(right_len) >= range.len() / 8;
            if left_len < right_len {
                self.sort(left, patience);
                range = right;
            } else {
                self.sort(right, patience);
                range = left;
            }
        }
        self.insert_one_by_one(range);
    }

    fn is_less(&self, one: usize, other: usize) -> bool {
        (self.is_less)(&self.items[one], &self.items[other])
    }

    /// Moves an element left past all that it is less than, but not past `first`.
    fn sink(&mut self, mut at: usize, first: usize) {
        while at > first && self.is_less(at, at - 1) {
            self.items.swap(at, at - 1);
            at -= 1;
        }
    }

    fn insert_one_by_one(&mut self, range: Range<usize>) {
        for at in range.clone().skip(1) {
            self.sink(at, range.start);
        }
    }

    /// Puts up to a few elements right that are out of place; tells whether all are in place then.
    /// Ranges that are not long are only looked at.
    fn repair(&mut self, range: &Range<usize>) -> bool {
        let mut at = range.start + 1;
        for _ in 0..REPAIRS {
            while at < range.end && !self.is_less(at, at - 1) {
                at += 1;
            }
            if at == range.end {
                return true;
            }
            if range.len() < REPAIRED {
                return false;
            }
            self.items.swap(at, at - 1);
            if at - range.start >= 2 {
                // Down to the start of the list: what precedes the range is less in any order.
                self.sink(at - 1, 0);
            }
            let mut next = at + 1;
            while next < range.end && self.is_less(next, next - 1) {
                self.items.swap(next, next - 1);
                next += 1;
            }
        }
        false
    }

    /// Swaps three elements in the middle with others, so that no pattern lasts.
    fn scatter(&mut self, range: &Range<usize>) {
        let length = range.len();
        let mut random = length as u64;
        let mask = (1_u64 << bits(length)) - 1;
        let middle = range.start + length / 4 * 2;
        for at in middle - 1..=middle + 1 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // Less than twice the length, since the mask has no more bits than it.
            let other = (random & mask) as usize;
            let other = if other >= length { other - length } else { other };
            self.items.swap(at, range.start + other);
        }
    }

    fn pivot(&self, range: &Range<usize>) -> (usize, Hint) {
        let mut swaps = 0;
        let quarter = range.len() / 4;
        let mut three = [1, 2, 3].map(|quarters| range.start + quarters * quarter);
        if range.len() >= MEDIANS_OF_MEDIANS {
            three = three.map(|at| self.median([at - 1, at, at + 1], &mut swaps));
        }
        let pivot = self.median(three, &mut swaps);
        let hint = match swaps {
            0 => Hint::Increasing,
            MOST_SWAPS => Hint::Decreasing,
            _ => Hint::Unknown,
        };
        (pivot, hint)
    }

    fn median(&self, mut places: [usize; 3], swaps: &mut usize) -> usize {
        for first in [0, 1, 0] {
            if self.is_less(places[first + 1], places[first]) {
                places.swap(first, first + 1);
                *swaps += 1;
            }
        }
        places[1]
    }

    /// Moves what is less than the pivot before it, and the rest behind it; gives its new place,
    /// and whether all lay right already.
    fn partition(&mut self, range: &Range<usize>, pivot: usize) -> (usize, bool) {
        let head = range.start;
        self.items.swap(head, pivot);
        // `from..to` is what is still to be looked at.
        let (mut from, mut to) = (head + 1, range.end);
        let mut was_apart = true;
        loop {
            while from < to && self.is_less(from, head) {
                from += 1;
            }
            while from < to && !self.is_less(to - 1, head) {
                to -= 1;
            }
            if from >= to {
                self.items.swap(to - 1, head);
                return (to - 1, was_apart);
            }
            was_apart = false;
            self.items.swap(from, to - 1);
            (from, to) = (from + 1, to - 1);
        }
    }

    /// Moves what the pivot is not less than to the front, and tells where the rest begins.
    fn split_off_equal(&mut self, range: &Range<usize>, pivot: usize) -> usize {
        let head = range.start;
        self.items.swap(head, pivot);
        let (mut from, mut to) = (head + 1, range.end);
        loop {
            while from < to && !self.is_less(head, from) {
                from += 1;
            }
            while from < to && self.is_less(head, to - 1) {
                to -= 1;
            }
            if from >= to {
                return from;
            }
            self.items.swap(from, to - 1);
            (from, to) = (from + 1, to - 1);
        }
    }

    fn sort_by_heap(&mut self, range: Range<usize>) {
        for root in (0..=(range.len() - 1) / 2).rev() {
            self.sift_down(&range, root);
        }
        for end in range.clone().rev() {
            self.items.swap(range.start, end);
            self.sift_down(&(range.start..end), 0);
        }
    }

    /// Moves an element of a heap down to where no child is more than it.
    fn sift_down(&mut self, heap: &Range<usize>, mut root: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= heap.len() {
                return;
            }
            let at = |place: usize| heap.start + place;
            if child + 1 < heap.len() && self.is_less(at(child), at(child + 1)) {
                child += 1;
            }
            if !self.is_less(at(root), at(child)) {
                return;
            }
            self.items.swap(at(root), at(child));
            root = child;
        }
    }
}

/// How many bits a number takes.
fn bits(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of many shapes, of the numbers up to `len`.
    fn shapes(len: usize) -> Vec<Vec<usize>> {
        let up: Vec<usize> = (0..len).collect();
        let down = up.iter().rev().copied().collect();
        let pipe = (0..len).map(|at| at.min(len - 1 - at) * 2 + usize::from(at * 2 >= len));
        let scattered = (0..len).map(|at| at * 7919 % 10_007 % len);
        let mut nearly = up.clone();
        nearly.swap(len / 3, len / 2);
        vec![up, down, pipe.collect(), scattered.collect(), nearly, vec![1; len]]
    }

    #[test]
    fn without_circles_lists_are_sorted() {
        for len in [1, 2, 12, 13, 49, 50, 51, 200, 1000] {
            for shape in shapes(len) {
                let mut expected = shape.clone();
                expected.sort_unstable();
                for patience in [0, 1, bits(len)] {
                    let mut found = shape.clone();
                    Sorting { items: &mut found, is_less: |a: &usize, b: &usize| a < b }
                        .sort(0..len, patience);
                    assert_eq!(found, expected, "{shape:?}");
                }
            }
        }
    }

    #[test]
    fn circles_come_to_an_end() {
        // Each of three is less than the next one.
        let is_less = |a: &usize, b: &usize| (b % 3 + 3 - a % 3) % 3 == 1;
        for len in [13, 50, 1000] {
            for mut shape in shapes(len) {
                let mut before = shape.clone();
                sort(&mut shape, is_less);
                before.sort_unstable();
                shape.sort_unstable();
                assert_eq!(shape, before);
            }
        }
    }
}
