//! Who manages which field: the `managedFields` that take a quarter of what newer clusters write.

use serde_json::{Map, Value, json};

/// One manager: its name, when it last wrote, and the fields that are its own.
pub(super) type Manager<'a> = (&'a str, &'a str, &'a [&'a str]);

/// Lists that have one manager as a whole.
const ATOMIC: [&str; 6] =
    ["containerStatuses", "endpoints", "hostIPs", "sources", "tolerations", "items"];
/// The keys that distinguish the items of a list, in the order they are tried.
const KEYS: [&str; 6] = ["name", "mountPath", "containerPort", "type", "ip", "uid"];

/// Adds the managed fields to a finished object.
pub(super) fn managed(mut object: Value, managers: &[Manager<'_>]) -> Value {
    let entries: Vec<Value> = managers.iter().map(|manager| entry(&object, manager)).collect();
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert("managedFields".into(), Value::Array(entries));
    }
    object
}

fn entry(object: &Value, (manager, time, fields): &Manager<'_>) -> Value {
    let mut set = Map::new();
    for field in *fields {
        match (*field, object.get(field)) {
            ("metadata", Some(metadata)) => {
                let kept = ["annotations", "labels", "ownerReferences"]
                    .into_iter()
                    .filter_map(|key| Some((format!("f:{key}"), fields_of(metadata.get(key)?))));
                set.insert("f:metadata".into(), Value::Object(kept.collect()));
            }
            (field, Some(value)) => drop(set.insert(format!("f:{field}"), fields_of(value))),
            _ => {}
        }
    }
    let mut entry = json!({
        "apiVersion": object.get("apiVersion"), "fieldsType": "FieldsV1", "fieldsV1": set,
        "manager": manager, "operation": "Update", "time": time,
    });
    if let (true, Some(entry)) = (fields.contains(&"status"), entry.as_object_mut()) {
        entry.insert("subresource".into(), json!("status"));
    }
    entry
}

fn fields_of(value: &Value) -> Value {
    let whole = || (".".to_owned(), json!({}));
    match value {
        Value::Object(map) if !map.is_empty() => {
            let fields = map.iter().map(|(key, inner)| {
                let is_atomic = ATOMIC.contains(&key.as_str());
                (format!("f:{key}"), if is_atomic { json!({}) } else { fields_of(inner) })
            });
            Value::Object(fields.chain([whole()]).collect())
        }
        Value::Array(items) => {
            let key = KEYS.into_iter().find(|key| items.iter().all(|item| item.get(key).is_some()));
            let Some(key) = key else { return json!({}) };
            let keyed = items.iter().filter_map(|item| {
                Some((format!("k:{{\"{key}\":{}}}", item.get(key)?), fields_of(item)))
            });
            Value::Object(keyed.chain([whole()]).collect())
        }
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_items_by_their_key() {
        let object = json!({"apiVersion": "v1", "metadata": {"labels": {"a": "b"}}, "spec": {"env": [{"name": "X", "value": "1"}], "args": ["a"]}});
        let fields = managed(object, &[("kubelet", "t", &["metadata", "spec"])]);
        let at = |path: &str| fields.pointer(&format!("/metadata/managedFields/0/fieldsV1{path}"));
        assert!(at("/f:metadata/f:labels/f:a").is_some());
        assert!(at("/f:spec/f:env/k:{\"name\":\"X\"}/f:value").is_some());
        assert_eq!(at("/f:spec/f:args"), Some(&json!({})));
    }
}
