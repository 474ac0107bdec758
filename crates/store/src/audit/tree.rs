//! The Merkle tree of RFC 6962 (2.1) over the events of the log: its root binds every event and
//! their order, and a short list of hashes proves that an event stands in it, or that one tree
//! grew out of another.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// A complete subtree of `2^level` leaves, the `index`-th of its level.
pub type Subtree = (u8, u64);

/// The hash of a leaf.
pub fn leaf_hash(body: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(body).finalize().into()
}

/// The hash of a node with two children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// What of a tree is needed to let it grow and to know its root: the hashes of the complete
/// subtrees it consists of, the largest first. One for each bit that is set in the number of
/// leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The frontier that was written. `None` when it is not one of a tree of that size.
    pub fn parse(size: u64, bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let right = rest.is_empty() && u32::try_from(hashes.len()) == Ok(size.count_ones());
        right.then(|| Self { size, hashes: hashes.to_vec() })
    }

    /// For storing.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.concat()
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf and tells of every complete subtree that this makes, itself included.
    pub fn push(&mut self, leaf: Hash, mut made: impl FnMut(Subtree, &Hash)) {
        let (mut hash, mut level, mut index) = (leaf, 0_u8, self.size);
        made((level, index), &hash);
        // A right child completes its parent.
        while index & 1 == 1 {
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
            index = index.wrapping_shr(1);
            level = level.saturating_add(1);
            made((level, index), &hash);
        }
        self.hashes.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        folded(&self.hashes).unwrap_or_else(empty_root)
    }
}

/// The hash over neighbouring subtrees that grow smaller to the right.
fn folded(hashes: &[Hash]) -> Option<Hash> {
    let (last, others) = hashes.split_last()?;
    Some(others.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}

/// Ranges of leaves whose hashes make a proof, from the bottom up.
pub type Path = Vec<Range<u64>>;

/// What proves that a leaf stands in a tree (RFC 6962, 2.1.1). `None` when it does not.
pub fn inclusion_path(leaf: u64, size: u64) -> Option<Path> {
    if leaf >= size {
        return None;
    }
    let (mut range, mut path) = (0..size, Path::new());
    while let Some(middle) = middle(&range) {
        if leaf < middle {
            path.push(middle..range.end);
            range.end = middle;
        } else {
            path.push(range.start..middle);
            range.start = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// What proves that a tree grew out of a smaller one (RFC 6962, 2.1.2). `None` when the smaller is
/// empty or larger.
pub fn consistency_path(old: u64, new: u64) -> Option<Path> {
    if old == 0 || old > new {
        return None;
    }
    let (mut range, mut path, mut whole) = (0..new, Path::new(), true);
    while old < range.end {
        let middle = middle(&range)?;
        if old <= middle {
            path.push(middle..range.end);
            range.end = middle;
        } else {
            path.push(range.start..middle);
            range.start = middle;
            whole = false;
        }
    }
    if !whole {
        // The old tree is not a subtree of the new one: its last piece must be told.
        path.push(range);
    }
    path.reverse();
    Some(path)
}

/// The complete subtrees that a range of a path consists of, from left to right.
pub fn subtrees(range: &Range<u64>) -> Vec<Subtree> {
    let (mut start, mut pieces) = (range.start, Vec::new());
    while start < range.end {
        let left = range.end.saturating_sub(start);
        let fits = left.ilog2();
        let level = if start == 0 { fits } else { start.trailing_zeros().min(fits) };
        let index = start.wrapping_shr(level);
        pieces.push((u8::try_from(level).unwrap_or(u8::MAX), index));
        start = start.saturating_add(1_u64.wrapping_shl(level));
    }
    pieces
}

/// The hash of a range of a path, out of its [`subtrees`].
pub fn range_hash(pieces: &[Hash]) -> Option<Hash> {
    folded(pieces)
}

/// Where a tree over more than one leaf divides: at the largest power of two below its size.
fn middle(range: &Range<u64>) -> Option<u64> {
    let size = range.end.checked_sub(range.start).filter(|size| *size > 1)?;
    let half = 1_u64.wrapping_shl(size.saturating_sub(1).ilog2());
    range.start.checked_add(half)
}

/// Whether a proof shows a leaf at a place of the tree with this root (RFC 9162, 2.1.3.2).
pub fn includes(root: &Hash, size: u64, (leaf, hash): (u64, &Hash), proof: &[Hash]) -> bool {
    if leaf >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (leaf, size.saturating_sub(1), *hash);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node = node.wrapping_shr(1);
                last = last.wrapping_shr(1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node = node.wrapping_shr(1);
        last = last.wrapping_shr(1);
    }
    last == 0 && hash == *root
}

/// Whether a proof shows that the new tree grew out of the old one (RFC 9162, 2.1.4.2).
pub fn consistent(
    (old_size, old): (u64, &Hash),
    (size, root): (u64, &Hash),
    proof: &[Hash],
) -> bool {
    if old_size == size {
        return proof.is_empty() && old == root;
    }
    if old_size == 0 || old_size > size {
        return false;
    }
    let (mut node, mut last) = (old_size.saturating_sub(1), size.saturating_sub(1));
    while node & 1 == 1 {
        node = node.wrapping_shr(1);
        last = last.wrapping_shr(1);
    }
    let mut rest = proof.iter();
    // A power of two is a whole subtree of the new tree, and not told again.
    let first = if old_size.is_power_of_two() { Some(old) } else { rest.next() };
    let Some(first) = first else { return false };
    let (mut old_hash, mut hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node = node.wrapping_shr(1);
                last = last.wrapping_shr(1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node = node.wrapping_shr(1);
        last = last.wrapping_shr(1);
    }
    last == 0 && old_hash == *old && hash == *root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, word for word.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let half = (leaves.len() - 1).ilog2();
                let (left, right) = leaves.split_at(1 << half);
                node_hash(&naive(left), &naive(right))
            }
        }
    }

    fn proof(leaves: &[Hash], path: &Path) -> Vec<Hash> {
        let piece = |(level, index): &Subtree| {
            let start = usize::try_from(index << level).unwrap();
            naive(&leaves[start..start + (1 << level)])
        };
        path.iter()
            .map(|range| {
                let pieces: Vec<_> = subtrees(range).iter().map(piece).collect();
                range_hash(&pieces).unwrap()
            })
            .collect()
    }

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn hash(hex: &str) -> Hash {
        let byte = |n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap();
        std::array::from_fn(byte)
    }

    // The inputs, roots and nodes of the reference implementations of Certificate Transparency:
    // github.com/transparency-dev/merkle, testonly/constants.go (Apache 2.0).
    const INPUTS: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[
            0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
            0x6e, 0x6f,
        ],
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    const NODES_1: [&str; 4] = [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ];
    const NODES_2: [&str; 2] = [
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    const LEAF_1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    const LEAF_4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";

    #[test]
    fn roots_are_those_of_the_reference_implementation() {
        let mut frontier = Frontier::default();
        assert_eq!(frontier.root(), hash(ROOTS[0]));
        let mut nodes = Vec::new();
        for (input, root) in INPUTS.iter().zip(&ROOTS[1..]) {
            frontier.push(leaf_hash(input), |at, hash| nodes.push((at, *hash)));
            assert_eq!(frontier.root(), hash(root));
        }
        let level = |level: u8| {
            let of_level = nodes.iter().filter(move |((l, _), _)| *l == level);
            of_level.map(|(_, hash)| *hash).collect::<Vec<_>>()
        };
        assert_eq!(level(0), INPUTS.map(leaf_hash));
        assert_eq!(level(1), NODES_1.map(hash));
        assert_eq!(level(2), NODES_2.map(hash));
        assert_eq!(level(3), [hash(ROOTS[8])]);
    }

    #[test]
    fn proofs_are_those_of_the_reference_implementation() {
        let leaves = INPUTS.map(leaf_hash);
        let included = |leaf, size| proof(&leaves, &inclusion_path(leaf, size).unwrap());
        assert_eq!(included(0, 1), Vec::<Hash>::new());
        assert_eq!(included(0, 8), [LEAF_1, NODES_1[1], NODES_2[1]].map(hash));
        assert_eq!(included(5, 8), [LEAF_4, NODES_1[3], NODES_2[0]].map(hash));
        assert_eq!(included(2, 3), [NODES_1[0]].map(hash));
        assert_eq!(included(1, 5), [ROOTS[1], NODES_1[1], LEAF_4].map(hash));
        let consistent = |old, new| proof(&leaves, &consistency_path(old, new).unwrap());
        assert_eq!(consistent(1, 1), Vec::<Hash>::new());
        assert_eq!(consistent(1, 8), [LEAF_1, NODES_1[1], NODES_2[1]].map(hash));
        assert_eq!(consistent(6, 8), [NODES_1[2], NODES_1[3], NODES_2[0]].map(hash));
        assert_eq!(consistent(2, 5), [NODES_1[1], LEAF_4].map(hash));
    }

    proptest! {
        #[test]
        fn the_frontier_knows_the_root_and_goes_on_from_what_was_stored(
            n in 0..300_u64,
            cut in 0..300_u64,
        ) {
            let leaves = leaves(n);
            let cut = usize::try_from(cut.min(n)).unwrap();
            let mut frontier = Frontier::default();
            leaves[..cut].iter().for_each(|leaf| frontier.push(*leaf, |_, _| {}));
            let mut frontier = Frontier::parse(frontier.size(), &frontier.to_bytes()).unwrap();
            for leaf in &leaves[cut..] {
                frontier.push(*leaf, |(level, index), hash| {
                    let start = usize::try_from(index << level).unwrap();
                    assert_eq!(*hash, naive(&leaves[start..start + (1 << level)]));
                });
            }
            prop_assert_eq!(frontier.root(), naive(&leaves));
            let other = Frontier::parse(n + 1, &frontier.to_bytes());
            prop_assert_eq!(other.is_none(), (n + 1).count_ones() != n.count_ones());
        }

        #[test]
        fn inclusion_is_proven_for_its_leaf_and_place_only(
            n in 1..200_u64,
            leaf in 0..200_u64,
            wrong in 0..200_u64,
            flip in any::<prop::sample::Index>(),
        ) {
            let (leaves, leaf, wrong) = (leaves(n), leaf % n, wrong % n);
            let root = naive(&leaves);
            let at = usize::try_from(leaf).unwrap();
            let mut told = proof(&leaves, &inclusion_path(leaf, n).unwrap());
            prop_assert!(includes(&root, n, (leaf, &leaves[at]), &told));
            if wrong != leaf {
                let other = usize::try_from(wrong).unwrap();
                prop_assert!(!includes(&root, n, (wrong, &leaves[at]), &told));
                prop_assert!(!includes(&root, n, (leaf, &leaves[other]), &told));
            }
            prop_assert!(!includes(&root, n, (n, &leaves[at]), &told));
            told.push([0; 32]);
            prop_assert!(!includes(&root, n, (leaf, &leaves[at]), &told));
            told.pop();
            if !told.is_empty() {
                let place = flip.index(told.len());
                told[place][0] ^= 1;
                prop_assert!(!includes(&root, n, (leaf, &leaves[at]), &told));
                told.pop();
                prop_assert!(!includes(&root, n, (leaf, &leaves[at]), &told));
            }
        }

        #[test]
        fn growth_is_proven_and_nothing_else_is(
            new in 1..200_u64,
            old in 0..200_u64,
            flip in any::<prop::sample::Index>(),
        ) {
            let (leaves, old) = (leaves(new), 1 + old % new);
            let (cut, root) = (usize::try_from(old).unwrap(), naive(&leaves));
            let old_root = naive(&leaves[..cut]);
            let mut told = proof(&leaves, &consistency_path(old, new).unwrap());
            prop_assert!(consistent((old, &old_root), (new, &root), &told));
            let mut edited = leaves.clone();
            edited[cut - 1][0] ^= 1;
            let forked = naive(&edited);
            prop_assert!(!consistent((old, &old_root), (new, &forked), &told));
            let telling = proof(&edited, &consistency_path(old, new).unwrap());
            prop_assert!(!consistent((old, &old_root), (new, &forked), &telling));
            if old < new && !told.is_empty() {
                let place = flip.index(told.len());
                told[place][0] ^= 1;
                prop_assert!(!consistent((old, &old_root), (new, &root), &told));
            }
        }

        #[test]
        fn whatever_comes_is_no_proof(
            size in 0..1000_u64,
            leaf in 0..1000_u64,
            proof in prop::collection::vec(any::<[u8; 32]>(), 0..12),
        ) {
            prop_assert!(!includes(&[7; 32], size, (leaf, &[8; 32]), &proof));
            prop_assert!(!consistent((leaf, &[6; 32]), (size, &[7; 32]), &proof));
        }

        #[test]
        fn a_path_has_a_hash_for_each_level(size in 1..u64::MAX / 2, leaf in any::<u64>()) {
            let path = inclusion_path(leaf % size, size).unwrap();
            prop_assert!(path.len() <= 64);
            let pieces: usize = path.iter().map(|range| subtrees(range).len()).sum();
            prop_assert!(pieces <= 128);
        }
    }
}
