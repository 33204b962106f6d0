//! Defines which parts of objects are pruned while a text is read.
//!
//! A part is identified by the keys from the root of an object; indices in sequences do not count,
//! so `spec.containers.args` means the arguments of every container. The readers pass over its
//! lines without nodes for anything in it, and [`Tree::extract`](super::Tree::extract) omits its
//! text as well.

/// A part of an object that is pruned.
#[derive(Clone, Copy, Debug)]
pub enum Pruned {
    /// The value at this path of keys.
    Value(&'static [&'static str]),
    /// Every member of the mapping at this path of keys, except the members with these names.
    AllBut(&'static [&'static str], &'static [&'static str]),
}

/// What to prune in one text, as a state machine over keys.
#[derive(Clone, Debug)]
pub struct Skip {
    levels: Vec<KeySteps>,
}

/// The steps of the listed keys at one level, and the step of all other keys.
#[derive(Clone, Debug)]
struct KeySteps {
    known: Vec<(&'static str, PruneStep)>,
    others: PruneStep,
}

impl Default for KeySteps {
    fn default() -> Self {
        Self { known: Vec::new(), others: PruneStep::Into(PruneLevel::READ) }
    }
}

/// The state at a mapping on the way to a pruned part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PruneLevel(usize);

impl PruneLevel {
    /// The root of a document, which is an object or a list of objects.
    pub(super) const DOCUMENT: Self = Self(0);
    /// The root of an object.
    pub(super) const OBJECT: Self = Self(1);
    /// Nothing below is pruned.
    pub(super) const READ: Self = Self(usize::MAX);
}

/// What to do with the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PruneStep {
    /// Read the value at this level.
    Into(PruneLevel),
    /// Skip the value.
    Skip,
}

impl Skip {
    /// Prunes nothing.
    pub fn nothing() -> Self {
        Self::new(&[])
    }

    /// Prunes these parts in a single object and in every item of a list.
    pub fn new(pruned: &[Pruned]) -> Self {
        let mut skip = Self { levels: vec![KeySteps::default(), KeySteps::default()] };
        // A document is an object or a list of objects in `items`. Which one it is may be known
        // only late, and a list has fields of its own, so `AllBut` does not apply at the
        // document's level.
        skip.set(PruneLevel::DOCUMENT, "items", PruneStep::Into(PruneLevel::OBJECT));
        for part in pruned {
            match part {
                Pruned::Value(path) => {
                    let Some((last, above)) = path.split_last() else { continue };
                    for root in [PruneLevel::DOCUMENT, PruneLevel::OBJECT] {
                        let level = skip.level_at(root, above);
                        skip.set(level, last, PruneStep::Skip);
                    }
                }
                Pruned::AllBut(path, kept) => {
                    let level = skip.level_at(PruneLevel::OBJECT, path);
                    for key in *kept {
                        if skip.step(level, key.as_bytes()) == PruneStep::Into(PruneLevel::READ) {
                            skip.set(level, key, PruneStep::Into(PruneLevel::READ));
                        }
                    }
                    if let Some(keys) = skip.levels.get_mut(level.0) {
                        keys.others = PruneStep::Skip;
                    }
                }
            }
        }
        skip
    }

    /// The level at this path of keys, created if it is new.
    fn level_at(&mut self, root: PruneLevel, path: &[&'static str]) -> PruneLevel {
        path.iter().fold(root, |level, key| match self.step(level, key.as_bytes()) {
            PruneStep::Into(next) if next != PruneLevel::READ => next,
            _ => {
                let next = PruneLevel(self.levels.len());
                self.levels.push(KeySteps::default());
                self.set(level, key, PruneStep::Into(next));
                next
            }
        })
    }

    fn set(&mut self, level: PruneLevel, key: &'static str, step: PruneStep) {
        if let Some(keys) = self.levels.get_mut(level.0) {
            keys.known.retain(|(known, _)| *known != key);
            keys.known.push((key, step));
        }
    }

    /// The step for a key of a mapping at that level.
    pub(super) fn step(&self, level: PruneLevel, key: &[u8]) -> PruneStep {
        let Some(keys) = self.levels.get(level.0) else { return PruneStep::Into(PruneLevel::READ) };
        let known = keys.known.iter().find(|(name, _)| name.as_bytes() == key);
        known.map_or(keys.others, |(_, step)| *step)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Tree;
    use super::*;

    const PRUNED: [Pruned; 3] = [
        Pruned::Value(&["metadata", "managedFields"]),
        Pruned::Value(&["spec", "containers", "args"]),
        Pruned::AllBut(&["data"], &["tls.crt"]),
    ];

    /// The remaining members of the object, read and pruned.
    fn remaining(text: &str) -> String {
        let tree = Tree::parse_skipping(text.to_owned(), &Skip::new(&PRUNED)).unwrap();
        assert!(!tree.used_fallback());
        let roots: Vec<_> = tree.documents().map(|root| format!("{root:?}")).collect();
        roots.concat()
    }

    /// The same for an object in a list.
    fn remaining_in_list(object: &str) -> String {
        let indented = object.trim_end().replace("\n# ", "\n\0").replace('\n', "\n  ");
        let list = remaining(&format!("items:\n- {}\n", indented.replace("  \0", "# ")));
        list.strip_prefix("{\"items\": [").and_then(|s| s.strip_suffix("]}")).unwrap().to_owned()
    }

    #[test]
    fn pruned_parts_are_skipped_and_the_rest_is_read() {
        let text = "\
metadata:
  managedFields:
  - apiVersion: v1
    fieldsV1:
      f:data: {}

  name: a
spec:
  managedFields: 1
  containers:
  - args:
    - x
    - --y
    name: one
  - args: [x,
      y]
    name: two
";
        let left = "{\"metadata\": {\"managedFields\": (pruned), \"name\": \"a\"}, \"spec\": \
                    {\"managedFields\": \"1\", \"containers\": [{\"args\": (pruned), \"name\": \
                    \"one\"}, {\"args\": [\"x\", \"y\"], \"name\": \"two\"}]}}";
        assert_eq!(remaining(text), left);
        assert_eq!(remaining_in_list(text), left);
    }

    #[test]
    fn scalars_of_every_style_are_skipped() {
        let text = "\
data:
  a: |
    x: y

      z

  b: plain
    folded
  c: \"quoted
    folded\" # why
  tls.crt: kept
  d: ''
  e:
kind: Secret
";
        assert_eq!(
            remaining_in_list(text),
            "{\"data\": {\"a\": (pruned), \"b\": (pruned), \"c\": (pruned), \
             \"tls.crt\": \"kept\", \"d\": (pruned), \"e\": null}, \"kind\": \"Secret\"}"
        );
    }

    #[test]
    fn json_is_pruned_too() {
        let text = "{\"items\":[{\"data\": {\"a\": {\"b\": [1, \"}\"]}, \"tls.crt\": \"kept\"}}]}";
        let left = "{\"items\": [{\"data\": {\"a\": (pruned), \"tls.crt\": \"kept\"}}]}";
        assert_eq!(remaining(text), left);
        let text = "{\"metadata\": {\"managedFields\": [{}], \"name\": \"a\"}}";
        let left = "{\"metadata\": {\"managedFields\": (pruned), \"name\": \"a\"}}";
        assert_eq!(remaining(text), left);
    }

    #[test]
    fn a_list_keeps_its_own_fields() {
        let text = "items: []\nkind: List\nmetadata:\n  continue: x\n";
        let pruned = [Pruned::AllBut(&[], &["metadata"]), Pruned::AllBut(&["metadata"], &[])];
        let tree = Tree::parse_skipping(text.to_owned(), &Skip::new(&pruned)).unwrap();
        let root = tree.documents().next().unwrap();
        assert_eq!(root.text_at(&["kind"]).as_deref(), Some("List"));
        assert_eq!(root.text_at(&["metadata", "continue"]).as_deref(), Some("x"));
    }

    #[test]
    fn an_anchor_in_a_pruned_part_is_found() {
        let text = "data:\n  a:\n    x: &x 1\nspec: *x\n";
        assert_eq!(remaining_in_list(text), "{\"data\": {\"a\": {\"x\": \"1\"}}, \"spec\": \"1\"}");
    }

    #[test]
    fn a_comment_at_the_margin_does_not_end_a_value() {
        let text = "data:\n  a:\n    x: 1\n# why\n    y: 2\nkind: X\n";
        let expected = "{\"data\": {\"a\": {\"x\": \"1\", \"y\": \"2\"}}, \"kind\": \"X\"}";
        assert_eq!(remaining_in_list(text), expected);
    }

    #[test]
    fn damage_in_a_pruned_part_is_ignored() {
        let text = "data:\n  a:\n    x: [\n     @\nkind: X\n";
        assert_eq!(remaining_in_list(text), "{\"data\": {\"a\": (pruned)}, \"kind\": \"X\"}");
    }
}
