//! What no rule reads of an object, by kind.
//!
//! It is neither parsed nor kept. A rule that reads any of it panics in every test, with the words
//! of `mustknow_yaml::Value`: then the line comes off the list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mustknow_yaml::Pruned::{self, AllBut, Value};
use mustknow_yaml::{self, Skip};

use crate::model::interest::Interest;
use crate::model::kind::Kind;
use crate::model::kinds::{
    API_REQUEST_COUNT, API_SERVICE, BARE_METAL_HOST, CATALOG_SOURCE, CERTIFICATE_SIGNING_REQUEST,
    CLUSTER_SERVICE_VERSION, CONFIG_MAP, CONTAINER_RUNTIME_CONFIG, CONTROL_PLANE_MACHINE_SET,
    CREDENTIALS_REQUEST, CRON_JOB, CUSTOM_RESOURCE_DEFINITION, DAEMON_SET, DEPLOYMENT, EVENT,
    INSTALL_PLAN, JOB, KUBELET_CONFIG, MACHINE, MACHINE_CONFIG, MACHINE_SET, MUTATING_WEBHOOK,
    NODE, POD, POD_NETWORK_CONNECTIVITY_CHECK, REPLICA_SET, ROUTE, SECRET, STATEFUL_SET,
    SUBSCRIPTION, VALIDATING_WEBHOOK,
};
use crate::model::known_file::KnownFile;
use crate::model::resource::Key;
use crate::views::event;

/// Who wrote which field, what was written, and what only the API server needs to know.
const OF_EVERY_KIND: &[Pruned] = &[
    Value(&["metadata", "generateName"]),
    Value(&["metadata", "ownerReferences", "uid"]),
    Value(&["metadata", "uid"]),
    Value(&["metadata", "selfLink"]),
    Value(&["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"]),
];

const WRITERS: &[Pruned] = &[Value(&["metadata", "managedFields"])];

/// Of who wrote what only when, and which keys of the data: a history says when certificates changed.
const WRITERS_BUT_TIMES: &[Pruned] = &[
    AllBut(&["metadata", "managedFields"], &["manager", "operation", "time", "fieldsV1"]),
    AllBut(&["metadata", "managedFields", "fieldsV1"], &["f:data"]),
];

/// What tells objects and their copies apart, and is of no use when that is done.
const ONLY_WHILE_READ: &[Pruned] = &[
    Value(&["apiVersion"]),
    Value(&["kind"]),
    Value(&["metadata", "namespace"]),
    Value(&["metadata", "resourceVersion"]),
];

const OF_POD: &[Pruned] = &[
    Value(&["metadata", "annotations", "k8s.v1.cni.cncf.io/network-status"]),
    Value(&["metadata", "annotations", "k8s.v1.cni.cncf.io/networks-status"]),
    Value(&["metadata", "annotations", "k8s.ovn.org/pod-networks"]),
    Value(&["spec", "affinity"]),
    Value(&["spec", "enableServiceLinks"]),
    Value(&["spec", "imagePullSecrets"]),
    Value(&["spec", "preemptionPolicy"]),
    Value(&["spec", "securityContext"]),
    Value(&["spec", "tolerations"]),
    AllBut(&["spec", "volumes"], &["persistentVolumeClaim"]),
    Value(&["spec", "containers", "args"]),
    Value(&["spec", "containers", "command"]),
    Value(&["spec", "containers", "lifecycle"]),
    Value(&["spec", "containers", "livenessProbe"]),
    Value(&["spec", "containers", "ports"]),
    Value(&["spec", "containers", "readinessProbe"]),
    Value(&["spec", "containers", "securityContext"]),
    Value(&["spec", "containers", "startupProbe"]),
    Value(&["spec", "containers", "terminationMessagePath"]),
    Value(&["spec", "containers", "terminationMessagePolicy"]),
    Value(&["spec", "containers", "volumeMounts"]),
    Value(&["spec", "initContainers", "args"]),
    Value(&["spec", "initContainers", "command"]),
    Value(&["spec", "initContainers", "env"]),
    Value(&["spec", "initContainers", "securityContext"]),
    Value(&["spec", "initContainers", "terminationMessagePath"]),
    Value(&["spec", "initContainers", "terminationMessagePolicy"]),
    Value(&["spec", "initContainers", "volumeMounts"]),
    Value(&["status", "containerStatuses", "containerID"]),
    Value(&["status", "initContainerStatuses", "containerID"]),
];

/// The only environment that a rule looks into is that of etcd.
const OF_POD_WITHOUT_ENV: &[Pruned] = &[Value(&["spec", "containers", "env"])];
const READS_ENV_OF: &str = "openshift-etcd";

const OF_EVENT: &[Pruned] = &[
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

/// A history says when a series of events began.
const OF_EVENT_BUT_TIMES: &[Pruned] = &[
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
            "firstTimestamp",
            "lastTimestamp",
        ],
    ),
    AllBut(&["metadata"], &["name", "namespace", "creationTimestamp", "resourceVersion"]),
    AllBut(&["involvedObject"], &["kind", "namespace", "name"]),
];

/// How the pods of a workload are to be made.
const OF_WORKLOAD: &[Pruned] = &[Value(&["spec", "template"])];

/// The present hour is one of the last 24, and nobody asks by verb.
const OF_API_REQUEST_COUNT: &[Pruned] = &[
    Value(&["status", "currentHour"]),
    Value(&["status", "last24h", "byNode", "byUser", "byVerb"]),
];

const OF_API_THAT_STAYS: &[Pruned] = &[AllBut(&["status"], &["conditions", "requestCount"])];

/// Of an operator's version only where it stands: how it is installed is what is large.
const OF_CLUSTER_SERVICE_VERSION: &[Pruned] = &[
    Value(&["spec"]),
    Value(&["metadata", "annotations"]),
    Value(&["status", "certsLastUpdated"]),
    Value(&["status", "certsRotateAt"]),
    Value(&["status", "requirementStatus", "dependents"]),
];
/// The manifests that it writes.
const OF_INSTALL_PLAN: &[Pruned] =
    &[Value(&["status", "plan"]), Value(&["status", "bundleLookups"])];

/// The state of every catalog, once more in each Subscription, and how the operator is to run.
const OF_SUBSCRIPTION: &[Pruned] =
    &[Value(&["status", "catalogHealth"]), Value(&["spec", "config"])];

const OF_CATALOG_SOURCE: &[Pruned] = &[Value(&["spec", "icon"])];

/// What is asked of the cloud, and what it gave.
const OF_CREDENTIALS_REQUEST: &[Pruned] =
    &[Value(&["spec", "providerSpec"]), Value(&["status", "providerStatus"])];

/// What a host is made of, and how it was set up.
const OF_BARE_METAL_HOST: &[Pruned] = &[
    AllBut(&["spec"], &["consumerRef", "online"]),
    AllBut(
        &["status"],
        &["errorCount", "errorMessage", "errorType", "lastUpdated", "operationalStatus"],
    ),
];

/// How a Machine is to be made.
const OF_MACHINE: &[Pruned] = &[Value(&["spec", "providerSpec"])];

/// How the Machines of a set are to be made.
const OF_MACHINE_SET: &[Pruned] = &[Value(&["spec", "template"])];

/// How the Jobs of a CronJob are to be made.
const OF_CRON_JOB: &[Pruned] = &[Value(&["spec", "jobTemplate"])];

/// The schemas are what is large of a definition.
const OF_DEFINITION: &[Pruned] = &[
    Value(&["spec", "versions", "schema"]),
    Value(&["spec", "versions", "additionalPrinterColumns"]),
    Value(&["spec", "validation"]),
];

const OF_NODE: &[Pruned] = &[Value(&["status", "images"])];

/// The files and units that a machine is to have.
const OF_MACHINE_CONFIG: &[Pruned] = &[AllBut(&["spec"], &["osImageURL"])];

/// The settings themselves.
const OF_GENERATED_CONFIG: &[Pruned] = &[AllBut(&["spec"], &["machineConfigPoolSelector"])];

const OF_SECRET: &[Pruned] = &[
    Value(&["stringData"]),
    Value(&["metadata", "annotations", "kubernetes.io/service-account.name"]),
    Value(&["metadata", "annotations", "kubernetes.io/service-account.uid"]),
    Value(&["metadata", "annotations", "openshift.io/token-secret.name"]),
    Value(&["metadata", "annotations", "openshift.io/token-secret.value"]),
];

/// The history of a check: what succeeded, and outages long over.
const OF_CONNECTIVITY_CHECK: &[Pruned] =
    &[Value(&["status", "successes"]), Value(&["status", "outages"])];

/// A history says when outages were.
const OF_CONNECTIVITY_CHECK_BUT_TIMES: &[Pruned] = &[
    Value(&["status", "successes"]),
    AllBut(&["status", "outages"], &["end", "message", "start"]),
];

/// Certificates and keys of a route.
const OF_ROUTE: &[Pruned] = &[Value(&["spec", "tls"])];

/// What of some kinds `certificate` reads and nobody keeps.
const CERTIFICATES: [(&Kind, &[Pruned]); 6] = [
    (&SECRET, &[Value(&["data"])]),
    (&VALIDATING_WEBHOOK, &[Value(&["webhooks", "clientConfig", "caBundle"])]),
    (&MUTATING_WEBHOOK, &[Value(&["webhooks", "clientConfig", "caBundle"])]),
    (&API_SERVICE, &[Value(&["spec", "caBundle"])]),
    (
        &CUSTOM_RESOURCE_DEFINITION,
        &[
            Value(&["spec", "conversion", "webhook", "clientConfig", "caBundle"]),
            Value(&["spec", "conversion", "webhookClientConfig", "caBundle"]),
        ],
    ),
    (
        &CERTIFICATE_SIGNING_REQUEST,
        &[Value(&["spec", "request"]), Value(&["status", "certificate"])],
    ),
];

/// The contents of a ConfigMap that no rule names.
const OF_CONFIG_MAP: &[Pruned] = &[Value(&["data"]), Value(&["binaryData"])];

/// How each alert is reckoned; what is read is which of them fire, and which cannot be reckoned.
const OF_ALERTS: &[Pruned] = &[
    AllBut(&["data", "groups"], &["rules"]),
    AllBut(&["data", "groups", "rules"], &["alerts", "health", "lastError", "name"]),
];

/// Everything that is known of what is scraped; what is read is where it is and whether it answers.
const OF_TARGETS: &[Pruned] = &[
    AllBut(&["data"], &["activeTargets"]),
    AllBut(&["data", "activeTargets"], &["discoveredLabels", "health", "labels", "lastError"]),
    AllBut(&["data", "activeTargets", "discoveredLabels"], &["__meta_kubernetes_pod_node_name"]),
];

/// What is skipped in files, and what of objects is not kept either.
struct PrunedFields {
    in_file: Skip,
    of_object: Skip,
}

impl PrunedFields {
    fn of(writers: &[Pruned], pruned: &[Pruned], unkept: &[Pruned]) -> Self {
        let in_file = [OF_EVERY_KIND, writers, pruned].concat();
        let of_object = [ONLY_WHILE_READ, OF_EVERY_KIND, writers, pruned, unkept].concat();
        Self { in_file: Skip::new(&in_file), of_object: Skip::new(&of_object) }
    }
}

/// What is skipped of each kind by one kind of reading.
struct Reading {
    other_kinds: PrunedFields,
    unnamed_config_map: PrunedFields,
    api_that_stays: PrunedFields,
    pod_without_env: PrunedFields,
    by_kind: Vec<(&'static Kind, PrunedFields)>,
}

/// What rules judge by.
static FOR_RULES: LazyLock<Reading> = LazyLock::new(|| {
    let skips = |pruned: &[Pruned], unkept: &[Pruned]| PrunedFields::of(WRITERS, pruned, unkept);
    Reading {
        other_kinds: skips(&[], &[]),
        unnamed_config_map: skips(&[], OF_CONFIG_MAP),
        api_that_stays: skips(OF_API_THAT_STAYS, &[]),
        pod_without_env: skips(&[OF_POD, OF_POD_WITHOUT_ENV].concat(), &[]),
        by_kind: by_kind(&[], |_| WRITERS),
    }
});

/// The same, and what a history tells besides.
static FOR_HISTORY: LazyLock<Reading> = LazyLock::new(|| Reading {
    // What is in a file of no known kind may be a Secret.
    other_kinds: PrunedFields::of(WRITERS_BUT_TIMES, &[], &[]),
    unnamed_config_map: PrunedFields::of(WRITERS_BUT_TIMES, &[], OF_CONFIG_MAP),
    api_that_stays: PrunedFields::of(WRITERS, OF_API_THAT_STAYS, &[]),
    pod_without_env: PrunedFields::of(WRITERS, &[OF_POD, OF_POD_WITHOUT_ENV].concat(), &[]),
    by_kind: by_kind(
        &[
            (&EVENT, OF_EVENT_BUT_TIMES),
            (&POD_NETWORK_CONNECTIVITY_CHECK, OF_CONNECTIVITY_CHECK_BUT_TIMES),
        ],
        |kind| if *kind == SECRET { WRITERS_BUT_TIMES } else { WRITERS },
    ),
});

/// What is skipped of the kinds of which more is known than of others; of some kinds something else.
fn by_kind(
    but: &[(&'static Kind, &'static [Pruned])],
    writers: fn(&Kind) -> &'static [Pruned],
) -> Vec<(&'static Kind, PrunedFields)> {
    let kinds: &[(&Kind, &[Pruned])] = &[
        (&POD, OF_POD),
        (&EVENT, OF_EVENT),
        (&NODE, OF_NODE),
        (&API_REQUEST_COUNT, OF_API_REQUEST_COUNT),
        (&MACHINE_CONFIG, OF_MACHINE_CONFIG),
        (&SECRET, OF_SECRET),
        (&POD_NETWORK_CONNECTIVITY_CHECK, OF_CONNECTIVITY_CHECK),
        (&ROUTE, OF_ROUTE),
        (&CUSTOM_RESOURCE_DEFINITION, OF_DEFINITION),
        (&DEPLOYMENT, OF_WORKLOAD),
        (&REPLICA_SET, OF_WORKLOAD),
        (&DAEMON_SET, OF_WORKLOAD),
        (&STATEFUL_SET, OF_WORKLOAD),
        (&JOB, OF_WORKLOAD),
        (&CRON_JOB, OF_CRON_JOB),
        (&CLUSTER_SERVICE_VERSION, OF_CLUSTER_SERVICE_VERSION),
        (&INSTALL_PLAN, OF_INSTALL_PLAN),
        (&SUBSCRIPTION, OF_SUBSCRIPTION),
        (&CATALOG_SOURCE, OF_CATALOG_SOURCE),
        (&CREDENTIALS_REQUEST, OF_CREDENTIALS_REQUEST),
        (&BARE_METAL_HOST, OF_BARE_METAL_HOST),
        (&MACHINE, OF_MACHINE),
        (&MACHINE_SET, OF_MACHINE_SET),
        (&CONTROL_PLANE_MACHINE_SET, OF_MACHINE_SET),
        (&KUBELET_CONFIG, OF_GENERATED_CONFIG),
        (&CONTAINER_RUNTIME_CONFIG, OF_GENERATED_CONFIG),
    ];
    let mut all: BTreeMap<&Kind, (&[Pruned], &[Pruned])> =
        kinds.iter().chain(but).map(|(kind, pruned)| (*kind, (*pruned, &[][..]))).collect();
    for (kind, unkept) in CERTIFICATES {
        all.entry(kind).or_default().1 = unkept;
    }
    let skips = |(kind, (pruned, unkept))| (kind, PrunedFields::of(writers(kind), pruned, unkept));
    all.into_iter().map(skips).collect()
}

impl Reading {
    fn of(interest: &Interest) -> &'static Self {
        if interest.history { &FOR_HISTORY } else { &FOR_RULES }
    }

    fn of_kind(&self, kind: Option<&Kind>) -> &PrunedFields {
        let found = kind.and_then(|kind| self.by_kind.iter().find(|(known, _)| *known == kind));
        found.map_or(&self.other_kinds, |(_, skips)| skips)
    }
}

/// What is not read in a file with a shape of its own.
pub(crate) fn of_known_file(known_file: KnownFile) -> &'static Skip {
    static ALERTS: LazyLock<Skip> = LazyLock::new(|| Skip::new(OF_ALERTS));
    static TARGETS: LazyLock<Skip> = LazyLock::new(|| Skip::new(OF_TARGETS));
    static NOTHING: LazyLock<Skip> = LazyLock::new(|| Skip::new(&[]));
    match known_file {
        KnownFile::Alerts => &ALERTS,
        KnownFile::Targets(_) => &TARGETS,
        _ => &NOTHING,
    }
}

/// What is not read in a file that holds objects of that kind; of any kind where there is none.
pub(crate) fn in_file(kind: Option<&Kind>, interest: &Interest) -> &'static Skip {
    &Reading::of(interest).of_kind(kind).in_file
}

/// The objects that some rule may read: of events that say no more than that things go their way
/// only the newest, which tells how late it was.
pub(crate) fn without_routine(
    found: Vec<(Key, mustknow_yaml::Value<'_>)>,
) -> Vec<(Key, mustknow_yaml::Value<'_>)> {
    let is_routine = |key: &Key, value| *key.kind == EVENT && event::is_routine(value);
    let routine = found.iter().filter(|(key, value)| is_routine(key, *value));
    let newest = routine.filter_map(|(_, value)| event::last_seen(*value)).max();
    let is_kept = |key: &Key, value| !is_routine(key, value) || event::last_seen(value) == newest;
    found.into_iter().filter(|(key, value)| is_kept(key, *value)).collect()
}

/// What is not kept of that object.
pub(crate) fn of_object(
    key: &Key,
    object: mustknow_yaml::Value<'_>,
    interest: &Interest,
) -> &'static Skip {
    let reading = Reading::of(interest);
    // Who calls an API matters only where it is to go.
    if *key.kind == API_REQUEST_COUNT && object.at(&["status", "removedInRelease"]).is_none() {
        return &reading.api_that_stays.of_object;
    }
    if *key.kind == CONFIG_MAP && !interest.reads_data_of(&key.namespace, &key.name) {
        return &reading.unnamed_config_map.of_object;
    }
    if *key.kind == POD && *key.namespace != *READS_ENV_OF {
        return &reading.pod_without_env.of_object;
    }
    &reading.of_kind(Some(key.kind)).of_object
}
