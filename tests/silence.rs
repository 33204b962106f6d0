//! What was not collected is not a finding: a part of a healthy archive raises no alarm, and a part of a
//! faulty one raises none that the complete archive does not raise.

use tempfile::tempdir;

use crate::support::dice::Dice;
use crate::support::run::{alarms, json, list, report};
use crate::support::tree::Tree;
use crate::support::{ENDPOINTS, HEALTHY, SEED, fixture};

/// How many parts of the archive are tried.
const TRIES: usize = 40;

/// A random part of a tree: half of its files, half of its directories, or all of them with some cut short.
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
        // What a rule reports in the whole archive, the floor reports where the rule lacks its data.
        let mut known = alarms(&whole);
        known.push("objects/unhealthy");
        assert_no_other_alarm(name, &known);
    }
}

/// The parts of a path below the folder of the image.
fn below_image(path: &str) -> Vec<&str> {
    path.split('/').skip(2).collect()
}

/// The lists of a namespace as a support bundle keeps them, and the lists of operators as custom
/// resources.
fn in_support_bundle(path: &str) -> Option<String> {
    let at = match below_image(path).as_slice() {
        ["namespaces", namespace, "core", "persistentvolumeclaims.yaml"] => {
            format!("pvcs/{namespace}.json")
        }
        ["namespaces", namespace, "core" | "apps" | "batch", file] => {
            format!("{}/{namespace}.json", file.strip_suffix(".yaml")?)
        }
        ["cluster-scoped-resources", "config.openshift.io", file] => {
            let resource = file.strip_suffix(".yaml")?;
            format!("custom-resources/{resource}.config.openshift.io.yaml")
        }
        _ => return None,
    };
    Some(format!("bundle/cluster-resources/{at}"))
}

/// The lists that `kubectl cluster-info dump` writes.
fn in_dump(path: &str) -> Option<String> {
    match below_image(path).as_slice() {
        ["namespaces", namespace, "core", "replicationcontrollers.yaml"] => {
            Some(format!("dump/{namespace}/replication-controllers.yaml"))
        }
        [
            "namespaces",
            namespace,
            "core" | "apps",
            file @ ("pods.yaml" | "services.yaml" | "events.yaml" | "daemonsets.yaml"
            | "deployments.yaml" | "replicasets.yaml"),
        ] => Some(format!("dump/{namespace}/{file}")),
        _ => None,
    }
}

/// The objects that the insights operator collects.
fn in_insights(path: &str) -> Option<String> {
    let at = match below_image(path).as_slice() {
        [_, "config.openshift.io", "clusterversions", _] => "version.json".to_owned(),
        [_, "config.openshift.io", "clusteroperators", file] => format!("clusteroperator/{file}"),
        [_, "core", "nodes", file] => format!("node/{file}"),
        [_, "machineconfiguration.openshift.io", "machineconfigpools", file] => {
            format!("machineconfigpools/{file}")
        }
        ["namespaces", namespace, "pods", pod, file] if file.strip_suffix(".yaml") == Some(pod) => {
            format!("pod/{namespace}/{file}")
        }
        _ => return None,
    };
    Some(format!("insights/config/{at}"))
}

/// The objects that crust-gather writes one by one.
fn in_crust_gather(path: &str) -> Option<String> {
    let at = match below_image(path).as_slice() {
        [_, "core", "nodes", file] => format!("cluster/v1/node/{file}"),
        [_, group, resource @ ("clusteroperators" | "clusterversions"), file] => {
            format!("cluster/{group}-v1/{}/{file}", resource.strip_suffix('s')?)
        }
        ["namespaces", namespace, "pods", pod, file] if file.strip_suffix(".yaml") == Some(pod) => {
            format!("namespaces/{namespace}/v1/pod/{file}")
        }
        _ => return None,
    };
    Some(format!("crust-gather/{at}"))
}

#[test]
fn the_same_cluster_in_another_format_raises_no_alarm_the_must_gather_does_not() {
    type Elsewhere = fn(&str) -> Option<String>;
    let formats: [(&str, Elsewhere); 4] = [
        ("support bundle", in_support_bundle),
        ("kubectl cluster-info dump", in_dump),
        ("insights archive", in_insights),
        ("crust-gather", in_crust_gather),
    ];
    for name in [HEALTHY, SEED, ENDPOINTS] {
        let whole = report(&fixture(name));
        let known = alarms(&whole);
        for (format, elsewhere) in formats {
            let files = Tree::of(name).0.into_iter();
            let moved = files.filter_map(|(path, bytes)| Some((elsewhere(&path)?, bytes)));
            let dir = tempdir().unwrap();
            let other = report(&Tree(moved.collect()).to_tar_gz(&dir, "other.tgz"));
            assert_eq!(other["archive"]["format"], format, "{name}");
            assert_eq!(list(&other, "damage").len(), 0, "{name} as {format}");
            let mut raised = alarms(&other);
            raised.retain(|rule| !known.contains(rule));
            assert!(raised.is_empty(), "{name} as {format}: {raised:?}");
        }
    }
}
