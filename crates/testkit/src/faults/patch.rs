//! Changes to the archive of a healthy cluster, with the messages of the components that report them.

use serde_json::{Value, json};

use crate::fixtures::object::{ObjectBuilder, condition};
use crate::fixtures::tree::FileTree;

/// When what is wrong began: two hours before the archive was gathered.
pub(super) const BEGAN: &str = "2024-10-28T08:10:00Z";

/// An archive to be changed.
pub(super) struct Patch<'t>(pub(super) &'t mut FileTree);

impl Patch<'_> {
    /// Puts a file below the root of the collection.
    pub(super) fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        let path = format!("{}/{path}", self.0.root());
        self.0.put(path, bytes);
    }

    /// Puts an object below the root of the collection.
    pub(super) fn object(&mut self, path: &str, object: &Value) {
        let path = format!("{}/{path}", self.0.root());
        self.0.object(&path, object);
    }

    /// Changes a document.
    pub(super) fn edit(&mut self, path: &str, change: impl FnOnce(&mut Value)) {
        self.0.edit(path, change);
    }

    /// Adds an object to a list.
    pub(super) fn add(&mut self, list: &str, object: Value) {
        self.0.edit(list, |list| {
            if let Some(items) = list.get_mut("items") {
                match items.as_array_mut() {
                    Some(items) => items.push(object),
                    None => *items = json!([object]),
                }
            }
        });
    }

    /// Changes the ClusterVersion, wherever the archive holds it.
    pub(super) fn version(&mut self, change: impl Fn(&mut Value)) {
        self.0.edit("clusterversions/version.yaml", &change);
        self.0.edit("config.openshift.io/clusterversions.yaml", |list| {
            list.pointer_mut("/items/0").into_iter().for_each(change);
        });
    }

    /// Sets a condition of a ClusterOperator, wherever the archive holds it.
    pub(super) fn operator(&mut self, name: &str, kind: &str, status: &str, words: (&str, &str)) {
        self.operator_since(BEGAN, name, kind, status, words);
    }

    /// Sets a condition of a ClusterOperator that began at another time.
    pub(super) fn operator_since(
        &mut self,
        since: &str,
        name: &str,
        kind: &str,
        status: &str,
        words: (&str, &str),
    ) {
        let new = condition(kind, status, words.0, words.1, since);
        let folder = "config.openshift.io/clusteroperators";
        self.0.edit(&format!("{folder}/{name}.yaml"), |object| set(object, new.clone()));
        self.0.edit(&format!("{folder}.yaml"), |list| {
            let items = list.get_mut("items").and_then(Value::as_array_mut);
            let is_it = |item: &&mut Value| item.pointer("/metadata/name") == Some(&json!(name));
            if let Some(item) = items.into_iter().flatten().find(is_it) {
                set(item, new);
            }
        });
    }

    /// Sets a condition of the operator's own object.
    pub(super) fn own(&mut self, plural: &str, kind: &str, status: &str, words: (&str, &str)) {
        let new = condition(kind, status, words.0, words.1, BEGAN);
        let path = format!("operator.openshift.io/{plural}/cluster.yaml");
        self.0.edit(&path, |object| set(object, new));
    }

    /// Sets a condition of a node.
    pub(super) fn node(&mut self, name: &str, kind: &str, status: &str, words: (&str, &str)) {
        let mut new = condition(kind, status, words.0, words.1, BEGAN);
        if let Some(fields) = new.as_object_mut() {
            fields.insert("lastHeartbeatTime".into(), json!(BEGAN));
        }
        self.0.edit(&format!("core/nodes/{name}.yaml"), |object| set(object, new));
    }

    /// Adds a pod with one container in the given state.
    pub(super) fn pod(
        &mut self,
        namespace: &str,
        name: &str,
        node: &str,
        image: &str,
        state: &Value,
    ) {
        let owner = name.rsplit_once('-').map_or(name, |(owner, _)| owner);
        let pod = ObjectBuilder::new("v1", "Pod", name)
            .in_namespace(namespace)
            .meta("creationTimestamp", json!(BEGAN))
            .owned_by("apps/v1", "ReplicaSet", owner)
            .with("spec", json!({"containers": [{"image": image, "name": "main"}], "nodeName": node, "restartPolicy": "Always"}))
            .with(
                "status",
                json!({
                    "conditions": [
                        condition("Ready", "False", "ContainersNotReady", "containers with unready status: [main]", BEGAN),
                        condition("PodScheduled", "True", "", "", BEGAN),
                    ],
                    "containerStatuses": [{
                        "image": image, "name": "main", "ready": false, "started": false,
                        "restartCount": state.get("restartCount").cloned().unwrap_or_else(|| json!(0)),
                        "state": state.get("state").cloned().unwrap_or_default(),
                        "lastState": state.get("lastState").cloned().unwrap_or_else(|| json!({})),
                    }],
                    "phase": "Pending",
                    "startTime": BEGAN,
                }),
            );
        self.add(&format!("namespaces/{namespace}/core/pods.yaml"), pod.build());
    }
}

/// Puts a condition in the place of the one of its type.
fn set(object: &mut Value, new: Value) {
    let Some(conditions) = object.pointer_mut("/status/conditions").and_then(Value::as_array_mut)
    else {
        return;
    };
    conditions.retain(|known| known.get("type") != new.get("type"));
    conditions.push(new);
}

/// Puts the fields of `new` into `object`, deep down.
pub(super) fn merge(object: &mut Value, new: &Value) {
    match (object.as_object_mut(), new.as_object()) {
        (Some(object), Some(new)) => {
            for (key, value) in new {
                merge(object.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        _ => *object = new.clone(),
    }
}
