//! Writes the must-gather, unless it is there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::objects;
use super::pattern::{CrashLoopPattern, CrashingWorkload};
use crate::fixtures::encode::CA;
use crate::fixtures::namespace::{LISTS, configmap, namespace};
use crate::fixtures::scenarios::healthy;
use crate::fixtures::yaml::to_yaml;

/// Increased whenever the same pattern gives other bytes.
const VERSION: u32 = 1;
/// The file that marks the data as complete.
const MARK: &str = "finished";

/// Writes the must-gather below `folder`, or finds it there, and returns its directory.
pub fn make(pattern: CrashLoopPattern, seed: u64, folder: &Path) -> io::Result<PathBuf> {
    let (mark, root) = (folder.join(MARK), folder.join("must-gather"));
    let wanted = format!("version {VERSION}, {pattern:?}, seed {seed}\n");
    if fs::read_to_string(&mark).is_ok_and(|made| made == wanted) {
        return Ok(root);
    }
    match fs::remove_dir_all(&root) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => write(pattern, seed, &root)?,
    }
    fs::write(mark, wanted)?;
    Ok(root)
}

fn write(pattern: CrashLoopPattern, seed: u64, root: &Path) -> io::Result<()> {
    let base = healthy();
    for (path, bytes) in base.iter() {
        put(root, path, bytes)?;
    }
    let folder = root.join(base.root());
    for name in pattern.nodes() {
        let path = format!("cluster-scoped-resources/core/nodes/{name}.yaml");
        put(&folder, &path, &document(&objects::node(&name)))?;
        let path = format!("namespaces/kube-node-lease/coordination.k8s.io/leases/{name}.yaml");
        put(&folder, &path, &document(&objects::lease(&name)))?;
    }
    for (number, name) in pattern.namespaces().enumerate() {
        write_namespace(&folder, &name, &pattern.workloads(seed, number))?;
    }
    Ok(())
}

fn write_namespace(root: &Path, name: &str, workloads: &[CrashingWorkload]) -> io::Result<()> {
    let folder = format!("namespaces/{name}");
    put(root, &format!("{folder}/{name}.yaml"), &document(&namespace(name)))?;
    for (path, api, kind) in LISTS {
        let path = format!("{folder}/{path}.yaml");
        put(root, &path, list(api, kind, items(name, kind, workloads)).as_bytes())?;
    }
    Ok(())
}

/// The objects of one kind in a namespace, by name.
fn items(namespace: &str, kind: &str, workloads: &[CrashingWorkload]) -> Vec<Value> {
    let pods = || workloads.iter().flat_map(|it| it.pods.iter().map(move |pod| (it, pod)));
    let mut items: Vec<Value> = match kind {
        "Pod" => pods().map(|(workload, pod)| objects::pod(workload, pod)).collect(),
        "Event" => pods().flat_map(|(workload, pod)| objects::events(workload, pod)).collect(),
        "Deployment" => workloads.iter().filter_map(objects::deployment).collect(),
        "ReplicaSet" => workloads.iter().filter_map(objects::replica_set).collect(),
        "Service" => workloads.iter().map(objects::service).collect(),
        "Endpoints" => workloads.iter().map(objects::endpoints).collect(),
        "ConfigMap" => {
            let bundle = |name, key: &str| configmap(namespace, name, serde_json::json!({key: CA}));
            vec![
                bundle("kube-root-ca.crt", "ca.crt"),
                bundle("openshift-service-ca.crt", "service-ca.crt"),
            ]
        }
        _ => Vec::new(),
    };
    items.sort_by_cached_key(|item| item.pointer("/metadata/name").map(ToString::to_string));
    items
}

fn list(api: &str, kind: &str, items: Vec<Value>) -> String {
    let mut out = format!("---\napiVersion: {api}\nitems:");
    out.push_str(if items.is_empty() { " []\n" } else { "\n" });
    for item in items {
        out.push_str(&to_yaml(&Value::Array(vec![item])));
    }
    out.push_str(&format!("kind: {kind}List\nmetadata:\n  resourceVersion: \"48391277\"\n"));
    out
}

fn document(object: &Value) -> Vec<u8> {
    format!("---\n{}", to_yaml(object)).into_bytes()
}

fn put(root: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let path = root.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}
