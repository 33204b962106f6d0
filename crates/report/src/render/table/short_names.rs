//! Short unique names: the end of a path, the beginning of an id.

use std::collections::{BTreeMap, BTreeSet};

/// The least of an id that is shown.
const ID_SHOWN: usize = 8;

/// The short name of each path or id.
pub(super) type ShortNames<'p> = BTreeMap<&'p str, &'p str>;

/// The end of each path, with as many parts as make it unique.
pub(super) fn of_paths<'p>(paths: impl Iterator<Item = &'p str>) -> ShortNames<'p> {
    let mut left: BTreeSet<&str> = paths.collect();
    let mut names = ShortNames::new();
    let mut parts = 1;
    while !left.is_empty() {
        let mut same: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in left {
            same.entry(end(path, parts)).or_default().push(path);
        }
        left = BTreeSet::new();
        for (end, paths) in same {
            match paths.as_slice() {
                [only] => drop(names.insert(*only, end)),
                several => {
                    for path in several {
                        // A complete path cannot become longer.
                        if end.len() < path.trim_end_matches('/').len() {
                            left.insert(path);
                        } else {
                            names.insert(path, end);
                        }
                    }
                }
            }
        }
        parts += 1;
    }
    names
}

/// The last parts of a path.
fn end(path: &str, parts: usize) -> &str {
    let path = path.trim_end_matches('/');
    let from = path.rmatch_indices('/').nth(parts - 1).map_or(0, |(at, _)| at + 1);
    path.get(from..).filter(|end| !end.is_empty()).unwrap_or(path)
}

/// The beginning of each id, as long as makes it unique.
pub(super) fn of_ids<'i>(ids: impl Iterator<Item = &'i str>) -> ShortNames<'i> {
    let ids: Vec<&str> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let common = |one: &str, other: Option<&&str>| {
        let other = other.copied().unwrap_or_default();
        one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
    };
    let mut short = BTreeMap::new();
    for (at, id) in ids.iter().enumerate() {
        // The ids are sorted, so neighbours have the longest common beginnings.
        let before = at.checked_sub(1).and_then(|before| ids.get(before));
        let needed = common(id, before).max(common(id, ids.get(at + 1))) + 1;
        let end = id.char_indices().nth(needed.max(ID_SHOWN)).map_or(id.len(), |(at, _)| at);
        short.insert(*id, id.get(..end).unwrap_or(id));
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_named_by_as_many_parts_as_make_it_unique() {
        let paths = ["d/one/mg.tgz", "d/two/mg.tgz", "d/x.tgz", "y/", "/mg.tgz", "stdin"];
        let names = of_paths(paths.into_iter());
        let shown: Vec<_> = paths.iter().map(|path| names[path]).collect();
        assert_eq!(shown, ["one/mg.tgz", "two/mg.tgz", "x.tgz", "y", "/mg.tgz", "stdin"]);
    }

    #[test]
    fn equal_paths_end_the_search() {
        let names = of_paths(["a", "a/", "/", "//"].into_iter());
        assert_eq!((names["a"], names["a/"]), ("a", "a"));
    }

    #[test]
    fn an_id_is_as_long_as_it_must_be() {
        let ids = ["5d1f7c1e-2f0b", "5d1f7c1e-2f1b", "aaaaaaaaaaaa", "b"];
        let short = of_ids(ids.into_iter());
        let shown: Vec<_> = ids.iter().map(|id| short[id]).collect();
        assert_eq!(shown, ["5d1f7c1e-2f0", "5d1f7c1e-2f1", "aaaaaaaa", "b"]);
    }
}
