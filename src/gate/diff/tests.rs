//! Of any two texts, and however little work a search may be: the pieces lead from the one to the other.

use proptest::prelude::*;

use super::anchors::pieces;
use super::{DiffMiddle, DiffWork, hunks};

/// What the new list is by the pieces, and whether each piece that stays is in both.
fn applied(old: &[u32], new: &[u32], at_once: usize, searches: u64) -> Vec<u32> {
    let (mut made, mut old_at) = (Vec::new(), 0);
    let found = pieces(old, new, &mut DiffWork::new(at_once, searches));
    for (number, piece) in found.pieces.iter().enumerate() {
        assert_eq!((piece.old.start, piece.new.start), (old_at, made.len()));
        old_at = piece.old.end;
        let (old, new) = (&old[piece.old.clone()], &new[piece.new.clone()]);
        assert!(!piece.same || old == new);
        assert!(!old.is_empty() || !new.is_empty());
        // Neighbours of one sort are one piece.
        let before = number
            .checked_sub(1)
            .map(|before| found.pieces[before].same);
        assert_ne!(before, Some(piece.same));
        made.extend(new);
    }
    assert_eq!(old_at, old.len());
    made
}

fn lines() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(prop_oneof![0..5_u32, 0..60_u32], 0..60)
}

proptest! {
    #[test]
    fn the_pieces_lead_from_one_to_the_other(
        old in lines(), new in lines(), at_once in 0..20_usize, searches in 0..4_u64,
    ) {
        prop_assert_eq!(applied(&old, &new, at_once, searches), new);
    }

    /// Lines that stand once in both and in one order stay, without any search.
    #[test]
    fn what_stands_once_stays(count in 20..200_u32, gone in prop::collection::vec(0..200_usize, 0..5)) {
        let old: Vec<u32> = (0..count).collect();
        let mut new = old.clone();
        for at in gone {
            if at < new.len() {
                new.remove(at);
            }
        }
        let found = pieces(&old, &new, &mut DiffWork::new(0, 0));
        prop_assert!(!found.is_rough);
        let same = found.pieces.iter().filter(|piece| piece.same);
        prop_assert_eq!(same.map(|piece| piece.old.len()).sum::<usize>(), new.len());
    }
}

/// Five lines of three thousand differ: that is too long for one search, and is shown as short all the same.
#[test]
fn few_differences_in_a_long_text_are_few_hunks() {
    let old: Vec<String> = (0..3_000).map(|line| format!("package {line}")).collect();
    let mut new = old.clone();
    for at in [3, 700, 701, 1_500, 2_990] {
        new[at] = "other".to_owned();
    }
    let middle = DiffMiddle::of(&old, &new);
    let found = hunks(&old, &new, middle, &mut DiffWork::new(1_000, 1));
    assert!(!found.is_rough);
    assert_eq!(found.hunks.len(), 4);
    let changed = found.hunks.iter().flatten().filter(|piece| !piece.same);
    assert_eq!(changed.map(|piece| piece.old.len()).sum::<usize>(), 5);
}

#[test]
fn the_work_of_all_searches_has_a_bound() {
    let mut work = DiffWork::new(10, 2);
    for (lines, affords) in [
        (11, false),
        (10, true),
        (8, true),
        (6, true),
        (1, false),
        (0, true),
    ] {
        assert_eq!(work.affords(lines), affords, "{lines}");
    }
}
