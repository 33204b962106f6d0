//! The fields of each kind that no rule reads.
//!
//! They are neither parsed nor stored. In tests, reading one of them panics with a message of
//! `mustknow_yaml::Value`; then remove the field from its list here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mustknow_yaml::Pruned::{self, AllBut, Value};
use mustknow_yaml::{self, Skip};

use crate::model::custom_resource;
use crate::model::interest::Interest;
use crate::model::kind::Kind;
use crate::model::kinds::{
    API_REQUEST_COUNT, API_SERVICE, BARE_METAL_HOST, CATALOG_SOURCE, CERTIFICATE_SIGNING_REQUEST,
    CLUSTER_SERVICE_VERSION, CONFIG_MAP, CONTAINER_RUNTIME_CONFIG, CONTROL_PLANE_MACHINE_SET,
    CREDENTIALS_REQUEST, CRON_JOB, CUSTOM_RESOURCE, CUSTOM_RESOURCE_DEFINITION, DAEMON_SET,
    DEPLOYMENT, EVENT, INSTALL_PLAN, JOB, KUBELET_CONFIG, MACHINE, MACHINE_CONFIG, MACHINE_SET,
    MUTATING_WEBHOOK, NODE, POD, POD_NETWORK_CONNECTIVITY_CHECK, REPLICA_SET, ROUTE, SECRET,
    STATEFUL_SET, SUBSCRIPTION, VALIDATING_WEBHOOK,
};
use crate::model::known_file::KnownFile;
use crate::model::resource::ObjectKey;
use crate::views::event;

/// Metadata that no rule reads.
const OF_EVERY_KIND: &[Pruned] = &[
    Value(&["metadata", "generateName"]),
    Value(&["metadata", "ownerReferences", "uid"]),
    Value(&["metadata", "uid"]),
    Value(&["metadata", "selfLink"]),
    Value(&["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"]),
];

/// Who wrote which field.
const MANAGED_FIELDS: &[Pruned] = &[Value(&["metadata", "managedFields"])];

/// `managedFields` except for the times at which keys of `data` were written: a timeline shows when
/// certificates changed.
const MANAGED_FIELDS_BUT_TIMES: &[Pruned] = &[
    AllBut(&["metadata", "managedFields"], &["manager", "operation", "time", "fieldsV1"]),
    AllBut(&["metadata", "managedFields", "fieldsV1"], &["f:data"]),
];

/// Fields that are needed only to build the key and to merge copies.
const ONLY_WHILE_PARSED: &[Pruned] = &[
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
    AllBut(&["spec", "volumes"], &["hostPath", "persistentVolumeClaim"]),
    Value(&["spec", "volumes", "hostPath", "type"]),
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

/// Rules read environment variables only of etcd.
const OF_POD_WITHOUT_ENV: &[Pruned] = &[Value(&["spec", "containers", "env"])];
const READS_ENV_OF: &str = "openshift-etcd";

/// In the form of the core group and in that of `events.k8s.io`.
const OF_EVENT: &[Pruned] = &[
    AllBut(
        &[],
        &[
            "apiVersion",
            "kind",
            "metadata",
            "involvedObject",
            "regarding",
            "reason",
            "message",
            "note",
            "type",
            "count",
            "deprecatedCount",
            "series",
            "eventTime",
            "firstTimestamp",
            "lastTimestamp",
            "deprecatedFirstTimestamp",
            "deprecatedLastTimestamp",
        ],
    ),
    AllBut(&["metadata"], &["name", "namespace", "creationTimestamp", "resourceVersion"]),
    AllBut(&["involvedObject"], &["kind", "namespace", "name"]),
    AllBut(&["regarding"], &["kind", "namespace", "name"]),
];

/// The pod template.
const OF_WORKLOAD: &[Pruned] = &[Value(&["spec", "template"])];

/// `currentHour` is one of the last 24 hours, and no rule reads the counts by verb.
const OF_API_REQUEST_COUNT: &[Pruned] = &[
    Value(&["status", "currentHour"]),
    Value(&["status", "last24h", "byNode", "byUser", "byVerb"]),
];

/// An API that is not going to be removed.
const OF_API_NOT_REMOVED: &[Pruned] = &[AllBut(&["status"], &["conditions", "requestCount"])];

/// The install strategy is large; rules read only the status.
const OF_CLUSTER_SERVICE_VERSION: &[Pruned] = &[
    Value(&["spec"]),
    Value(&["metadata", "annotations"]),
    Value(&["status", "certsLastUpdated"]),
    Value(&["status", "certsRotateAt"]),
    Value(&["status", "requirementStatus", "dependents"]),
];
/// The manifests of the plan.
const OF_INSTALL_PLAN: &[Pruned] =
    &[Value(&["status", "plan"]), Value(&["status", "bundleLookups"])];

/// The health of every catalog, which each Subscription repeats, and the configuration of the
/// operator.
const OF_SUBSCRIPTION: &[Pruned] =
    &[Value(&["status", "catalogHealth"]), Value(&["spec", "config"])];

const OF_CATALOG_SOURCE: &[Pruned] = &[Value(&["spec", "icon"])];

/// The cloud permissions.
const OF_CREDENTIALS_REQUEST: &[Pruned] =
    &[Value(&["spec", "providerSpec"]), Value(&["status", "providerStatus"])];

/// Of a kind that is not in the table of kinds, only what shows whether the object is well.
const OF_CUSTOM_RESOURCE: &[Pruned] = &[
    AllBut(
        &["metadata"],
        &[
            "name",
            "namespace",
            "resourceVersion",
            "creationTimestamp",
            "deletionTimestamp",
            "generation",
            "finalizers",
            "ownerReferences",
            "annotations",
        ],
    ),
    AllBut(
        &["metadata", "annotations"],
        &["cluster.x-k8s.io/paused", "crossplane.io/paused", "hive.openshift.io/reconcile-pause"],
    ),
    AllBut(
        &["spec"],
        &["managementState", "paused", "pausedUntil", "replicas", "suspend", "suspended"],
    ),
    AllBut(&["status"], custom_resource::STATUS_FIELDS),
    AllBut(
        &["status", "conditions"],
        &[
            "type",
            "status",
            "reason",
            "message",
            "severity",
            "lastTransitionTime",
            "lastUpdateTime",
            "observedGeneration",
        ],
    ),
    AllBut(&["status", "health"], &["status", "message", "lastTransitionTime"]),
    AllBut(&["status", "sync"], &["status"]),
    AllBut(&["status", "operationState"], &["phase", "message", "startedAt", "finishedAt"]),
    AllBut(&[], &["apiVersion", "kind", "metadata", "spec", "status"]),
];

/// Hardware details and provisioning.
const OF_BARE_METAL_HOST: &[Pruned] = &[
    AllBut(&["spec"], &["consumerRef", "online"]),
    AllBut(
        &["status"],
        &["errorCount", "errorMessage", "errorType", "lastUpdated", "operationalStatus"],
    ),
];

/// The instance configuration.
const OF_MACHINE: &[Pruned] = &[Value(&["spec", "providerSpec"])];

/// The machine template.
const OF_MACHINE_SET: &[Pruned] = &[Value(&["spec", "template"])];

/// The job template.
const OF_CRON_JOB: &[Pruned] = &[Value(&["spec", "jobTemplate"])];

/// Schemas are large.
const OF_DEFINITION: &[Pruned] = &[
    Value(&["spec", "versions", "schema"]),
    Value(&["spec", "versions", "additionalPrinterColumns"]),
    Value(&["spec", "validation"]),
];

const OF_NODE: &[Pruned] = &[Value(&["status", "images"])];

/// The Ignition configuration.
const OF_MACHINE_CONFIG: &[Pruned] = &[AllBut(&["spec"], &["osImageURL"])];

/// The kubelet or container runtime settings.
const OF_GENERATED_CONFIG: &[Pruned] = &[AllBut(&["spec"], &["machineConfigPoolSelector"])];

const OF_SECRET: &[Pruned] = &[
    Value(&["stringData"]),
    Value(&["metadata", "annotations", "kubernetes.io/service-account.name"]),
    Value(&["metadata", "annotations", "kubernetes.io/service-account.uid"]),
    Value(&["metadata", "annotations", "openshift.io/token-secret.name"]),
    Value(&["metadata", "annotations", "openshift.io/token-secret.value"]),
];

/// The history of a check.
const OF_CONNECTIVITY_CHECK: &[Pruned] =
    &[Value(&["status", "successes"]), Value(&["status", "outages"])];

/// A timeline shows outages.
const OF_CONNECTIVITY_CHECK_BUT_TIMES: &[Pruned] = &[
    Value(&["status", "successes"]),
    AllBut(&["status", "outages"], &["end", "message", "start"]),
];

/// The certificate and key of a route.
const OF_ROUTE: &[Pruned] = &[Value(&["spec", "tls"])];

/// Fields from which only certificates are read.
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
    // The request itself stays: it has the name of the machine.
    (&CERTIFICATE_SIGNING_REQUEST, &[Value(&["status", "certificate"])]),
];

/// The data of a ConfigMap that no rule reads.
const OF_CONFIG_MAP: &[Pruned] = &[Value(&["data"]), Value(&["binaryData"])];

/// Rules read only which alerts fire, and which alert rules cannot be evaluated.
const OF_ALERTS: &[Pruned] = &[
    AllBut(&["data", "groups"], &["rules"]),
    AllBut(&["data", "groups", "rules"], &["alerts", "health", "lastError", "name"]),
];

/// Rules read only the labels of scrape targets and whether they are healthy.
const OF_TARGETS: &[Pruned] = &[
    AllBut(&["data"], &["activeTargets"]),
    AllBut(&["data", "activeTargets"], &["discoveredLabels", "health", "labels", "lastError"]),
    AllBut(&["data", "activeTargets", "discoveredLabels"], &["__meta_kubernetes_pod_node_name"]),
];

/// The fields that are skipped in files, and the fields that are not stored with objects.
struct PrunedFields {
    in_file: Skip,
    of_object: Skip,
}

impl PrunedFields {
    fn of(managed_fields: &[Pruned], pruned: &[Pruned], not_stored: &[Pruned]) -> Self {
        let in_file = [OF_EVERY_KIND, managed_fields, pruned].concat();
        let of_object =
            [ONLY_WHILE_PARSED, OF_EVERY_KIND, managed_fields, pruned, not_stored].concat();
        Self { in_file: Skip::new(&in_file), of_object: Skip::new(&of_object) }
    }
}

/// The pruned fields of each kind, for one purpose.
struct PruningRules {
    other_kinds: PrunedFields,
    unnamed_config_map: PrunedFields,
    api_not_removed: PrunedFields,
    pod_without_env: PrunedFields,
    by_kind: Vec<(&'static Kind, PrunedFields)>,
}

/// For the rules.
static FOR_RULES: LazyLock<PruningRules> = LazyLock::new(|| {
    let skips = |pruned: &[Pruned], not_stored: &[Pruned]| {
        PrunedFields::of(MANAGED_FIELDS, pruned, not_stored)
    };
    PruningRules {
        other_kinds: skips(&[], &[]),
        unnamed_config_map: skips(&[], OF_CONFIG_MAP),
        api_not_removed: skips(OF_API_NOT_REMOVED, &[]),
        pod_without_env: skips(&[OF_POD, OF_POD_WITHOUT_ENV].concat(), &[]),
        by_kind: by_kind(&[], |_| MANAGED_FIELDS),
    }
});

/// For the rules and a timeline.
static FOR_HISTORY: LazyLock<PruningRules> = LazyLock::new(|| PruningRules {
    // A file of no known kind may contain Secrets.
    other_kinds: PrunedFields::of(MANAGED_FIELDS_BUT_TIMES, &[], &[]),
    unnamed_config_map: PrunedFields::of(MANAGED_FIELDS_BUT_TIMES, &[], OF_CONFIG_MAP),
    api_not_removed: PrunedFields::of(MANAGED_FIELDS, OF_API_NOT_REMOVED, &[]),
    pod_without_env: PrunedFields::of(MANAGED_FIELDS, &[OF_POD, OF_POD_WITHOUT_ENV].concat(), &[]),
    by_kind: by_kind(
        &[(&POD_NETWORK_CONNECTIVITY_CHECK, OF_CONNECTIVITY_CHECK_BUT_TIMES)],
        |kind| if *kind == SECRET { MANAGED_FIELDS_BUT_TIMES } else { MANAGED_FIELDS },
    ),
});

/// The pruned fields of the kinds that have a list; `overrides` replaces some of the lists.
fn by_kind(
    overrides: &[(&'static Kind, &'static [Pruned])],
    managed_fields: fn(&Kind) -> &'static [Pruned],
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
        (&CUSTOM_RESOURCE, OF_CUSTOM_RESOURCE),
        (&MACHINE, OF_MACHINE),
        (&MACHINE_SET, OF_MACHINE_SET),
        (&CONTROL_PLANE_MACHINE_SET, OF_MACHINE_SET),
        (&KUBELET_CONFIG, OF_GENERATED_CONFIG),
        (&CONTAINER_RUNTIME_CONFIG, OF_GENERATED_CONFIG),
    ];
    let mut all: BTreeMap<&Kind, (&[Pruned], &[Pruned])> =
        kinds.iter().chain(overrides).map(|(kind, pruned)| (*kind, (*pruned, &[][..]))).collect();
    for (kind, not_stored) in CERTIFICATES {
        all.entry(kind).or_default().1 = not_stored;
    }
    let skips = |(kind, (pruned, not_stored))| {
        (kind, PrunedFields::of(managed_fields(kind), pruned, not_stored))
    };
    all.into_iter().map(skips).collect()
}

impl PruningRules {
    fn of(interest: &Interest) -> &'static Self {
        if interest.history { &FOR_HISTORY } else { &FOR_RULES }
    }

    fn of_kind(&self, kind: Option<&Kind>) -> &PrunedFields {
        let found = kind.and_then(|kind| self.by_kind.iter().find(|(known, _)| *known == kind));
        found.map_or(&self.other_kinds, |(_, skips)| skips)
    }
}

/// The fields to skip in a known file.
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

/// The fields to skip in a file with objects of that kind, or of any kind if it is None.
pub(crate) fn in_file(kind: Option<&Kind>, interest: &Interest) -> &'static Skip {
    &PruningRules::of(interest).of_kind(kind).in_file
}

/// The objects without routine events, except for the newest, which is needed to find the newest
/// record.
pub(crate) fn without_routine_events(
    objects: Vec<(ObjectKey, mustknow_yaml::Value<'_>)>,
) -> Vec<(ObjectKey, mustknow_yaml::Value<'_>)> {
    let is_routine = |key: &ObjectKey, value| *key.kind == EVENT && event::is_routine(value);
    let routine = objects.iter().filter(|(key, value)| is_routine(key, *value));
    let newest = routine.filter_map(|(_, value)| event::last_seen(*value)).max();
    let is_needed =
        |key: &ObjectKey, value| !is_routine(key, value) || event::last_seen(value) == newest;
    objects.into_iter().filter(|(key, value)| is_needed(key, *value)).collect()
}

/// The fields that are not stored with that object.
pub(crate) fn of_object(
    key: &ObjectKey,
    object: mustknow_yaml::Value<'_>,
    interest: &Interest,
) -> &'static Skip {
    let rules = PruningRules::of(interest);
    // The clients of an API matter only if it is going to be removed.
    if *key.kind == API_REQUEST_COUNT && object.at(&["status", "removedInRelease"]).is_none() {
        return &rules.api_not_removed.of_object;
    }
    if *key.kind == CONFIG_MAP && !interest.reads_data_of(&key.namespace, &key.name) {
        return &rules.unnamed_config_map.of_object;
    }
    if *key.kind == POD && *key.namespace != *READS_ENV_OF {
        return &rules.pod_without_env.of_object;
    }
    &rules.of_kind(Some(key.kind)).of_object
}
