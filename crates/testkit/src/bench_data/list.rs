//! Lists and single objects as `oc adm inspect` writes them, as many items as a budget holds.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fixtures::yaml::to_yaml;

/// A list under construction: items by name, as the apiserver orders them.
#[derive(Default)]
pub(super) struct GeneratedList {
    items: BTreeMap<String, String>,
    bytes: u64,
}

impl GeneratedList {
    /// Adds one item.
    pub(super) fn add(&mut self, object: Value) {
        let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let name = name.to_owned();
        let item = to_yaml(&Value::Array(vec![object]));
        self.bytes += item.len() as u64;
        self.items.insert(name, item);
    }

    /// Adds items until they take `budget` bytes; `next` gets the number of items so far.
    pub(super) fn fill(mut self, budget: u64, mut next: impl FnMut(u64) -> Value) -> Self {
        let mut made = 0;
        while self.bytes < budget {
            self.add(next(made));
            made += 1;
        }
        self
    }

    /// Adds all of some items.
    pub(super) fn extend(mut self, objects: impl IntoIterator<Item = Value>) -> Self {
        objects.into_iter().for_each(|object| self.add(object));
        self
    }

    /// The file.
    pub(super) fn finish(self, api: &str, kind: &str) -> Vec<u8> {
        let is_empty = self.items.is_empty();
        let mut out =
            format!("---\napiVersion: {api}\nitems:{}\n", if is_empty { " []" } else { "" });
        for item in self.items.into_values() {
            out.push_str(&item);
        }
        out.push_str(&format!("kind: {kind}List\nmetadata:\n  resourceVersion: \"48391277\"\n"));
        out.into_bytes()
    }
}

/// The file of one object.
pub(super) fn single(object: &Value) -> Vec<u8> {
    format!("---\n{}", to_yaml(object)).into_bytes()
}
