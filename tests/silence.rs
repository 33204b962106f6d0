//! What was not collected is no finding: a part of a healthy archive raises no alarm, a part of a
//! faulty one none that the whole does not.

#![cfg(test)]

#[expect(dead_code, reason = "every suite uses a part of it")]
mod support;

use support::dice::Dice;
use support::run::{alarms, json, list, report};
use support::tree::Tree;
use support::{ENDPOINTS, HEALTHY, SEED, fixture};
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

/// Asserts that parts of the archive of that name raise only alarms that are among `known`.
fn assert_no_other_alarm(name: &str, known: &[&str]) {
    let tree = Tree::of(name);
    let mut dice = Dice(7);
    for attempt in 0..TRIES {
        let dir = tempdir().unwrap();
        let path = part(&tree, &mut dice, attempt).to_tar_gz(&dir, "part.tgz");
        for report in list(&json([path]), "reports") {
            let mut raised = alarms(report);
            raised.retain(|rule| !known.contains(rule));
            assert!(raised.is_empty(), "part {attempt} of {name}: {raised:?}");
        }
    }
}

#[test]
fn no_part_of_a_healthy_archive_raises_an_alarm() {
    assert_no_other_alarm(HEALTHY, &[]);
}

#[test]
fn no_part_of_a_faulty_archive_raises_an_alarm_the_whole_does_not() {
    for name in [SEED, ENDPOINTS] {
        let whole = report(&fixture(name));
        assert_no_other_alarm(name, &alarms(&whole));
    }
}
