//! A healthy cluster raises no alarm, however little of it was collected.

#![cfg(test)]

#[expect(dead_code, reason = "every suite uses a part of it")]
mod support;

use support::HEALTHY;
use support::dice::Dice;
use support::run::{alarms, json, list};
use support::tree::Tree;
use tempfile::tempdir;

/// How many parts of the archive are tried.
const TRIES: usize = 40;

/// A part of a tree, by chance: half of its files, half of its folders, or all of them with some
/// cut short.
fn part(tree: &Tree, dice: &mut Dice, attempt: usize) -> Tree {
    let mut part = Tree(Vec::new());
    let mut folder = (String::new(), true);
    for (path, bytes) in &tree.0 {
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        if folder.0 != above {
            folder = (above.to_owned(), dice.roll(2) == 0);
        }
        let (kept, length) = match attempt % 3 {
            0 => (dice.roll(2) == 0, bytes.len()),
            1 => (folder.1, bytes.len()),
            _ if dice.roll(6) == 0 => (true, dice.roll(bytes.len() + 1)),
            _ => (true, bytes.len()),
        };
        if kept {
            part.0.push((path.clone(), bytes[..length].to_vec()));
        }
    }
    part
}

#[test]
fn no_part_of_a_healthy_archive_raises_an_alarm() {
    let tree = Tree::of(HEALTHY);
    let mut dice = Dice(7);
    for attempt in 0..TRIES {
        let dir = tempdir().unwrap();
        let path = part(&tree, &mut dice, attempt).to_tar_gz(&dir, "part.tgz");
        for report in list(&json([path]), "reports") {
            assert_eq!(alarms(report), Vec::<&str>::new(), "part {attempt}");
        }
    }
}
