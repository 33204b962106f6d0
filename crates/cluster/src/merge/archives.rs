//! The archives within an input: which collections their damage and truncation belong to.

use std::collections::BTreeSet;

use mustknow_archive::Damage;

use crate::merge::collection::LocatedCollection;

/// The archives that were found within the input.
pub(crate) struct Archives(BTreeSet<String>);

impl Archives {
    /// The archives at these paths.
    pub(crate) fn new(paths: Vec<String>) -> Self {
        Self(paths.into_iter().collect())
    }

    /// The path of the innermost archive that contains or is `path`; empty for the input itself.
    pub(crate) fn of<'p>(&self, path: &'p str) -> &'p str {
        if self.0.is_empty() {
            return "";
        }
        with_ancestors(path).find(|folder| self.0.contains(*folder)).unwrap_or("")
    }

    /// A folder and its ancestors within its archive.
    pub(crate) fn folders<'p>(&self, folder: &'p str) -> impl Iterator<Item = &'p str> {
        let archive = self.of(folder);
        with_ancestors(folder).take_while(|folder| folder.len() >= archive.len())
    }

    /// The archives that enclose `path`, from the innermost to the input itself.
    pub(crate) fn enclosing<'p>(&self, path: &'p str) -> impl Iterator<Item = &'p str> {
        let all = with_ancestors(self.of(path));
        all.filter(|folder| folder.is_empty() || self.0.contains(*folder))
    }

    /// The damage of each group: damage in an archive with collections belongs to their groups,
    /// other damage belongs to all groups.
    pub(crate) fn share_damage(
        &self,
        damage: &[Damage],
        groups: &[Vec<LocatedCollection>],
    ) -> Vec<Vec<Damage>> {
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

    /// Which groups may have lost files, given the truncated archives: the groups with collections
    /// in one of them, or all groups if a truncated archive has no collections.
    pub(crate) fn truncated_groups(
        truncated: &[String],
        groups: &[Vec<LocatedCollection>],
    ) -> Vec<bool> {
        let truncated: BTreeSet<&str> = truncated.iter().map(String::as_str).collect();
        let folders: Vec<BTreeSet<&str>> = groups
            .iter()
            .map(|members| members.iter().flat_map(|(root, _)| with_ancestors(root)).collect())
            .collect();
        let has_group = |path: &&str| folders.iter().any(|folders| folders.contains(path));
        let concerns_all = !truncated.iter().all(has_group);
        folders.iter().map(|folders| concerns_all || !folders.is_disjoint(&truncated)).collect()
    }
}

/// A folder and its ancestors, up to the top.
pub(crate) fn with_ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((parent, _)) => Some(parent),
        None => (!folder.is_empty()).then_some(""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ancestors_of_a_folder_end_at_the_top() {
        assert_eq!(with_ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(with_ancestors("").collect::<Vec<_>>(), [""]);
    }
}
