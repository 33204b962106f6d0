//! CustomResourceDefinitions: deep schemas whose descriptions are folded over many lines.

use serde_json::{Map, Value, json};

use super::{
    dice::Dice,
    managed::managed,
    text::{NOUNS, sentence},
};
use crate::fixtures::{
    cluster::INSTALLED,
    object::{ObjectBuilder, condition},
};

/// How deep a schema nests.
const DEPTH: u64 = 7;

/// The definition of a kind, of about so many bytes.
pub(super) fn crd(name: &str, bytes: u64, dice: &mut Dice) -> Value {
    let (plural, group) = name.split_once('.').unwrap_or((name, "example.net"));
    let mut kind: String = plural.chars().filter(char::is_ascii_alphanumeric).collect();
    kind.get_mut(..1).map(str::make_ascii_uppercase);
    let names = json!({"kind": kind, "listKind": format!("{kind}List"), "plural": plural, "singular": plural});
    let mut left = bytes;
    let schema = json!({
        "description": sentence(dice, 14),
        "properties": {
            "apiVersion": {"description": "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values.", "type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": {"description": sentence(dice, 9), "properties": properties(&mut left, DEPTH, dice), "type": "object"},
            "status": {"description": sentence(dice, 9), "type": "object", "x-kubernetes-preserve-unknown-fields": true},
        },
        "required": ["spec"],
        "type": "object",
    });
    let object = ObjectBuilder::new("apiextensions.k8s.io/v1", "CustomResourceDefinition", name)
        .meta("annotations", json!({
            "api-approved.openshift.io": format!("https://github.com/openshift/api/pull/{}", dice.roll(1999)),
            "include.release.openshift.io/self-managed-high-availability": "true",
        }))
        .meta("generation", json!(2))
        .with("spec", json!({
            "conversion": {"strategy": "None"}, "group": group, "names": names, "scope": "Namespaced",
            "versions": [{"name": "v1", "schema": {"openAPIV3Schema": schema}, "served": true, "storage": true, "subresources": {"status": {}}}],
        }))
        .with("status", json!({
            "acceptedNames": names,
            "conditions": [
                condition("NamesAccepted", "True", "NoConflicts", "no conflicts found", INSTALLED),
                condition("Established", "True", "InitialNamesAccepted", "the initial names have been accepted", INSTALLED),
            ],
            "storedVersions": ["v1"],
        }))
        .build();
    managed(object, &[("kube-apiserver", INSTALLED, &["status"])])
}

/// Properties until nothing of the budget is left at this depth.
fn properties(left: &mut u64, depth: u64, dice: &mut Dice) -> Value {
    let mut fields = Map::new();
    let most = if depth == DEPTH { u64::MAX } else { 3 + dice.roll(7) };
    while *left > 0 && (fields.len() as u64) < most {
        let name = format!("{}{}", dice.word(&NOUNS), dice.letters(3).to_uppercase());
        let words = 6 + dice.roll(50);
        // Letters of words, the frame of a property, and what both are indented by.
        *left = left.saturating_sub(words * 11 + 170 + 40 * (DEPTH - depth));
        let description = sentence(dice, words);
        let field = match dice.roll(8) {
            0 | 1 if depth > 0 => {
                json!({"description": description, "properties": properties(left, depth - 1, dice), "type": "object"})
            }
            2 if depth > 0 => json!({
                "description": description, "type": "array", "x-kubernetes-list-type": "atomic",
                "items": {"properties": properties(left, depth - 1, dice), "type": "object"},
            }),
            3 => {
                json!({"description": description, "format": "int32", "maximum": dice.roll(65536), "minimum": 0, "type": "integer"})
            }
            4 => {
                json!({"description": description, "enum": [dice.letters(6), dice.letters(7), ""], "type": "string"})
            }
            5 => {
                json!({"anyOf": [{"type": "integer"}, {"type": "string"}], "description": description, "pattern": "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))$", "x-kubernetes-int-or-string": true})
            }
            6 => json!({"description": description, "type": "boolean"}),
            _ => json!({"default": "", "description": description, "type": "string"}),
        };
        fields.insert(name, field);
    }
    Value::Object(fields)
}
