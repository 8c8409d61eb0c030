//! An index from hashes to positions that keeps insertion order and takes additions.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

const END: u32 = u32::MAX;

/// Positions by the hash of some key. Different keys may share a hash, so users compare.
#[derive(Clone, Debug, Default)]
pub(crate) struct HashIndex {
    /// First and last entry of each hash.
    chains: HashMap<u64, (u32, u32), BuildHasherDefault<Identity>>,
    /// A position, and the next entry of the same hash.
    entries: Vec<(u32, u32)>,
}

impl HashIndex {
    pub(crate) fn with_capacity(capacity: usize) -> HashIndex {
        HashIndex {
            chains: HashMap::with_capacity_and_hasher(capacity, BuildHasherDefault::default()),
            entries: Vec::with_capacity(capacity),
        }
    }

    pub(crate) fn insert(&mut self, hash: u64, position: usize) {
        let entry = self.entries.len() as u32;
        self.entries.push((position as u32, END));
        match self.chains.get_mut(&hash) {
            Some((_, last)) => {
                self.entries[*last as usize].1 = entry;
                *last = entry;
            }
            None => {
                self.chains.insert(hash, (entry, entry));
            }
        }
    }

    /// The positions under a hash, in the order they were added.
    pub(crate) fn get(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let mut next = self.chains.get(&hash).map_or(END, |(first, _)| *first);
        std::iter::from_fn(move || {
            let (position, following) = *self.entries.get(next as usize)?;
            next = following;
            Some(position as usize)
        })
    }
}

/// A hash of several texts that is the same on every machine.
pub(crate) fn hash_of(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

/// The keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_insertion() {
        let mut index = HashIndex::default();
        for (hash, position) in [(7, 0), (9, 1), (7, 2), (7, 5)] {
            index.insert(hash, position);
        }
        assert_eq!(index.get(7).collect::<Vec<_>>(), [0, 2, 5]);
        assert_eq!(index.get(9).collect::<Vec<_>>(), [1]);
        assert_eq!(index.get(8).count(), 0);
    }
}
