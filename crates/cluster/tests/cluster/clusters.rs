//! Which files of an input belong to one cluster.

use std::path::PathBuf;

use mustknow_archive::Limits;
use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, ClusterVersion};
use mustknow_cluster::{Archive, Error, Snapshot, open_together};

use super::support::*;

#[test]
fn dumps_without_common_nodes_are_two_clusters() {
    let other = NODES.replace("\"a\"", "\"c\"").replace("\"b\"", "\"d\"");
    let half = NODES.replace("\"a\"", "\"e\"");
    let dump = |nodes: &str| {
        snapshots(&[
            ("one/nodes.json", NODES),
            ("one/x/replication-controllers.json", NO_CONTROLLERS),
            ("two/nodes.json", nodes),
            ("two/x/replication-controllers.json", NO_CONTROLLERS),
            ("notes/co.yaml", &operator("dns")),
        ])
        .unwrap()
    };
    assert_eq!((dump(&other).len(), dump(NODES).len(), dump(&half).len()), (2, 1, 1));
    assert_eq!(
        dump(NODES)[0].format(),
        "kubectl cluster-info dump (2 collections) + manifest file"
    );
    // The path does not show to which of the two the file belongs.
    assert_eq!(dump(&other)[0].damage()[0].path, "notes/co.yaml");
    let printed = stream();
    let archive =
        together(&[("a.txt", &printed), ("b.txt", &printed.replace("\"a\"", "\"z\""))]).unwrap();
    assert_eq!(archive.snapshots.len(), 2);
}

#[test]
fn several_images_and_nodes_are_one_must_gather() {
    let id = cluster_version("1");
    let version = "cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml";
    let dns = operator("dns");
    let of_dns = "cluster-scoped-resources/config.openshift.io/clusteroperators/dns.yaml";
    let found = snapshot(&[
        (&format!("must-gather.local.1/image-a/{version}"), &id),
        (&format!("must-gather.local.1/image-b/{of_dns}"), &dns),
    ]);
    assert_eq!(found.format(), "must-gather (2 images)");
    assert!(found.find::<ClusterOperator<'_>>("", "dns").is_some());
    let found = snapshot(&[
        (&format!("must-gather.local.1/node-a/image/{version}"), &id),
        (&format!("must-gather.local.1/node-b/image/{of_dns}"), &dns),
    ]);
    assert_eq!(found.format(), "must-gather (2 nodes)");
    let found = snapshot(&[
        ("must-gather.local.1/image/gather.logs", "x\n"),
        (&format!("must-gather.local.1/inspect.local.7/{version}"), &id),
    ]);
    assert_eq!(found.format(), "oc adm inspect");
}

#[test]
fn the_number_of_clusters_is_limited() {
    let many: Vec<_> =
        (0..110).map(|n| (format!("x/{n}-cv.yaml"), cluster_version(&n.to_string()))).collect();
    let files: Vec<_> = many.iter().map(|(path, body)| (path.as_str(), body.as_str())).collect();
    let found = snapshots(&files).unwrap();
    assert_eq!(found.len(), 100);
    assert!(found[0].damage()[0].why.contains("beyond the first 100"));
}

#[test]
fn a_hosted_cluster_is_separate_from_its_management_cluster() {
    let id = cluster_version("1");
    let found = snapshots(&[
        ("d/namespaces/clusters-a/core/pods.yaml", "items: []\nkind: PodList\n"),
        (
            "d/hostedcluster-a/cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml",
            &id,
        ),
    ])
    .unwrap();
    assert_eq!(found.len(), 2);
    assert!(ClusterVersion::find(&found[0]).is_none() && ClusterVersion::find(&found[1]).is_some());
    assert!(!found[1].coverage().has_namespace("clusters-a"));
}

#[test]
fn files_of_several_clusters_are_separated_by_their_names() {
    let (one, two) = (cluster_version("1"), cluster_version("2"));
    let files = [
        ("cases/blue-cv.yaml", one.as_str()),
        ("cases/blue-co.yaml", &operator("dns")),
        ("cases/red-cv.yaml", &two),
        ("cases/red-co.yaml", &operator("etcd")),
        ("cases/other.yaml", &operator("kube-apiserver")),
    ];
    let found = snapshots(&files).unwrap();
    let of = |at: usize| -> Vec<_> {
        found[at].all::<ClusterOperator<'_>>().map(|it| it.resource().name()).collect()
    };
    assert_eq!((found.len(), of(0), of(1)), (2, vec!["dns"], vec!["etcd"]));
    let damage = &found[0].damage()[0];
    assert_eq!(damage.path, "cases/other.yaml");
    assert!(damage.why.contains("any of several clusters"), "{}", damage.why);
}

fn together(files: &[(&str, &str)]) -> Result<Archive, Error> {
    let dir = tree(files);
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| dir.path().join(path)).collect();
    open_together(&paths, &interest(), Limits::default(), &|_| {})
}

#[test]
fn single_files_are_one_cluster_unless_their_ids_differ() {
    let (one, two) = (cluster_version("1"), cluster_version("2"));
    let archive =
        together(&[("cv.yaml", &one), ("co.yaml", &operator("dns")), ("out.txt", NODES)]).unwrap();
    assert_eq!((archive.snapshots.len(), archive.entries), (1, 3));
    let found = &archive.snapshots[0];
    assert_eq!(found.format(), "3 manifest files");
    assert_eq!(found.coverage().of(&NODE, ""), CoverageState::Collected(2));
    let dns = found.find::<ClusterOperator<'_>>("", "dns").unwrap();
    assert_eq!(&*dns.resource().document().path, "co.yaml");
    // Files with the same name are named with their folders.
    let archive = together(&[("a/cv.yaml", &one), ("b/cv.yaml", &two)]).unwrap();
    assert_eq!(archive.snapshots.len(), 2);
    let roots: Vec<_> = archive.snapshots.iter().flat_map(Snapshot::roots).collect();
    assert_eq!(roots, ["a", "b"]);
}
