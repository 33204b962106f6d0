//! What no rule reads of an object, by kind.
//!
//! It is neither parsed nor kept. A rule that reads any of it panics in every test, with the words
//! of `yaml::Value`: then the line comes off the list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{
    CONFIG_MAP, CONTAINER_RUNTIME_CONFIG, DAEMON_SET, DEPLOYMENT, EVENT, KUBELET_CONFIG,
    MACHINE_CONFIG, NODE, POD, SECRET, STATEFUL_SET, Secret,
};
use crate::resource::{Key, Kind};
use crate::wanted::Wanted;
use crate::yaml::Unread::{AllBut, Value};
use crate::yaml::{Skip, Unread};

/// Who wrote which field, what was written, and what only the API server needs to know.
const OF_EVERY_KIND: &[Unread] = &[
    Value(&["metadata", "managedFields"]),
    Value(&["metadata", "uid"]),
    Value(&["metadata", "selfLink"]),
    Value(&["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"]),
];

/// What tells copies of one object apart, and is of no use when they are united.
const ONLY_WHILE_READ: &[Unread] = &[Value(&["metadata", "resourceVersion"])];

const OF_POD: &[Unread] = &[
    Value(&["metadata", "annotations", "k8s.v1.cni.cncf.io/network-status"]),
    Value(&["metadata", "annotations", "k8s.v1.cni.cncf.io/networks-status"]),
    Value(&["metadata", "annotations", "k8s.ovn.org/pod-networks"]),
    Value(&["spec", "affinity"]),
    Value(&["spec", "imagePullSecrets"]),
    Value(&["spec", "securityContext"]),
    Value(&["spec", "tolerations"]),
    Value(&["spec", "volumes"]),
    Value(&["spec", "containers", "args"]),
    Value(&["spec", "containers", "command"]),
    Value(&["spec", "containers", "lifecycle"]),
    Value(&["spec", "containers", "livenessProbe"]),
    Value(&["spec", "containers", "ports"]),
    Value(&["spec", "containers", "readinessProbe"]),
    Value(&["spec", "containers", "securityContext"]),
    Value(&["spec", "containers", "startupProbe"]),
    Value(&["spec", "containers", "volumeMounts"]),
    Value(&["spec", "initContainers", "args"]),
    Value(&["spec", "initContainers", "command"]),
    Value(&["spec", "initContainers", "env"]),
    Value(&["spec", "initContainers", "securityContext"]),
    Value(&["spec", "initContainers", "volumeMounts"]),
];

const OF_EVENT: &[Unread] = &[
    AllBut(
        &[],
        &[
            "apiVersion",
            "kind",
            "metadata",
            "involvedObject",
            "reason",
            "message",
            "type",
            "count",
            "series",
            "eventTime",
            "lastTimestamp",
        ],
    ),
    AllBut(&["metadata"], &["name", "namespace", "creationTimestamp", "resourceVersion"]),
    AllBut(&["involvedObject"], &["kind", "namespace", "name"]),
];

/// How the pods of a workload are to be made.
const OF_WORKLOAD: &[Unread] = &[Value(&["spec", "template"])];

const OF_NODE: &[Unread] = &[Value(&["status", "images"])];

/// The files and units that a machine is to have.
const OF_MACHINE_CONFIG: &[Unread] = &[AllBut(&["spec"], &["osImageURL"])];

/// The settings themselves.
const OF_GENERATED_CONFIG: &[Unread] = &[AllBut(&["spec"], &["machineConfigPoolSelector"])];

/// What a Secret holds is not even kept, but for certificates.
const OF_SECRET: &[Unread] = &[
    AllBut(&["data"], Secret::READ),
    Value(&["stringData"]),
    Value(&["metadata", "annotations", "openshift.io/token-secret.value"]),
];

/// The contents of a ConfigMap that no rule names.
const OF_CONFIG_MAP: &[Unread] = &[Value(&["data"]), Value(&["binaryData"])];

/// What is skipped in files, and what of objects is not kept either.
struct Skips {
    in_file: Skip,
    of_object: Skip,
}

impl Skips {
    fn of(unread: &[Unread]) -> Self {
        let in_file = [OF_EVERY_KIND, unread].concat();
        let of_object = [ONLY_WHILE_READ, OF_EVERY_KIND, unread].concat();
        Self { in_file: Skip::new(&in_file), of_object: Skip::new(&of_object) }
    }
}

static OTHER_KINDS: LazyLock<Skips> = LazyLock::new(|| Skips::of(&[]));
static UNNAMED_CONFIG_MAP: LazyLock<Skips> = LazyLock::new(|| Skips::of(OF_CONFIG_MAP));
static BY_KIND: LazyLock<BTreeMap<&Kind, Skips>> = LazyLock::new(|| {
    let kinds: [(&Kind, _); 10] = [
        (&POD, OF_POD),
        (&EVENT, OF_EVENT),
        (&NODE, OF_NODE),
        (&SECRET, OF_SECRET),
        (&DEPLOYMENT, OF_WORKLOAD),
        (&DAEMON_SET, OF_WORKLOAD),
        (&STATEFUL_SET, OF_WORKLOAD),
        (&MACHINE_CONFIG, OF_MACHINE_CONFIG),
        (&KUBELET_CONFIG, OF_GENERATED_CONFIG),
        (&CONTAINER_RUNTIME_CONFIG, OF_GENERATED_CONFIG),
    ];
    kinds.into_iter().map(|(kind, unread)| (kind, Skips::of(unread))).collect()
});

fn of_kind(kind: Option<&Kind>) -> &'static Skips {
    kind.and_then(|kind| BY_KIND.get(kind)).unwrap_or(&OTHER_KINDS)
}

/// What is not read in a file that holds objects of that kind; of any kind where there is none.
pub(crate) fn in_file(kind: Option<&Kind>) -> &'static Skip {
    &of_kind(kind).in_file
}

/// What is not kept of that object.
pub(crate) fn of_object(key: &Key, wanted: &Wanted) -> &'static Skip {
    if *key.kind == CONFIG_MAP && !wanted.reads_data_of(&key.namespace, &key.name) {
        return &UNNAMED_CONFIG_MAP.of_object;
    }
    &of_kind(Some(key.kind)).of_object
}
