//! What the archives within an input are to the collections in them: whose damage is whose, and who
//! lacks something of what was cut.

use std::collections::BTreeSet;

use mustknow_archive::Damage;

use crate::merge::group::Root;

/// The archives that were found within the input.
pub(crate) struct Archives(BTreeSet<String>);

impl Archives {
    /// The archives at these paths.
    pub(crate) fn new(paths: Vec<String>) -> Self {
        Self(paths.into_iter().collect())
    }

    /// The path of the archive that `path` lies in or is; empty for the input itself.
    pub(crate) fn of<'p>(&self, path: &'p str) -> &'p str {
        if self.0.is_empty() {
            return "";
        }
        with_ancestors(path).find(|folder| self.0.contains(*folder)).unwrap_or("")
    }

    /// A folder and every folder above it in its archive.
    pub(crate) fn folders<'p>(&self, folder: &'p str) -> impl Iterator<Item = &'p str> {
        let archive = self.of(folder);
        with_ancestors(folder).take_while(|folder| folder.len() >= archive.len())
    }

    /// The archive that `path` lies in, and every archive around that, to the input itself.
    pub(crate) fn around<'p>(&self, path: &'p str) -> impl Iterator<Item = &'p str> {
        let all = with_ancestors(self.of(path));
        all.filter(|folder| folder.is_empty() || self.0.contains(*folder))
    }

    /// Whose damage is whose: that in an archive is its collections', that anywhere else everybody's.
    pub(crate) fn share(&self, damage: &[Damage], groups: &[Vec<Root>]) -> Vec<Vec<Damage>> {
        let homes: Vec<BTreeSet<&str>> = groups
            .iter()
            .map(|members| members.iter().map(|(root, _)| self.of(root)).collect())
            .collect();
        let is_home = |archive: &str| homes.iter().any(|homes| homes.contains(archive));
        homes
            .iter()
            .map(|own| {
                let concerns = |damage: &&Damage| {
                    let archive = self.of(&damage.path);
                    own.contains(archive) || !is_home(archive)
                };
                damage.iter().filter(concerns).cloned().collect()
            })
            .collect()
    }

    /// Whose collections lack something of what was cut: those in an archive that was, and everybody
    /// when it held no collection that tells whose it is.
    pub(crate) fn cut(cuts: &[String], groups: &[Vec<Root>]) -> Vec<bool> {
        let cuts: BTreeSet<&str> = cuts.iter().map(String::as_str).collect();
        let folders: Vec<BTreeSet<&str>> = groups
            .iter()
            .map(|members| members.iter().flat_map(|(root, _)| with_ancestors(root)).collect())
            .collect();
        let is_known = |cut: &&str| folders.iter().any(|folders| folders.contains(cut));
        let is_everybodys = !cuts.iter().all(is_known);
        folders.iter().map(|folders| is_everybodys || !folders.is_disjoint(&cuts)).collect()
    }
}

/// A folder and every folder above it, to the top.
pub(crate) fn with_ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::collection::tests::collections;
    use crate::merge::group::group;

    fn damage(path: &str) -> Damage {
        Damage { path: path.to_owned(), why: "x".to_owned() }
    }

    #[test]
    fn a_folder_stands_in_every_folder_above_it() {
        assert_eq!(with_ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(with_ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn damage_in_the_archive_of_one_is_no_damage_to_another() {
        let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into(), "c.tgz".into()]);
        let groups = group(
            collections(&["a.tgz/namespaces/n/n.yaml", "b.tgz/namespaces/n/n.yaml"]),
            &archives,
            &mut Vec::new(),
        );
        let all = ["a.tgz/x", "b.tgz", "c.tgz/y", "d"].map(damage);
        let shared = archives.share(&all, &groups);
        let paths =
            |damage: &[Damage]| damage.iter().map(|damage| damage.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths(&shared[0]), ["a.tgz/x", "c.tgz/y", "d"]);
        assert_eq!(paths(&shared[1]), ["b.tgz", "c.tgz/y", "d"]);
    }

    #[test]
    fn what_was_cut_concerns_those_who_lost_something() {
        let archives = Archives::new(vec!["a.tgz".into(), "b.tgz".into(), "c.tgz".into()]);
        let groups = group(
            collections(&["a.tgz/namespaces/n/n.yaml", "b.tgz/namespaces/n/n.yaml"]),
            &archives,
            &mut Vec::new(),
        );
        let cut = |path: &str| Archives::cut(&[path.to_owned()], &groups);
        assert_eq!(Archives::cut(&[], &groups), [false, false]);
        assert_eq!(cut("a.tgz"), [true, false]);
        assert_eq!(cut("b.tgz"), [false, true]);
        assert_eq!(cut("c.tgz"), [true, true], "nobody knows whose it was");
        assert_eq!(cut(""), [true, true]);
    }
}
