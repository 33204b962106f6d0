//! Condition types whose words mislead, and conditions that healthy clusters have.
//!
//! Each line has been seen on a healthy cluster, or is from the source of the kind.

use mustknow_cluster::views::{Condition, ConditionPolarity};

use ExceptionRule::{BadWhenFalse, BadWhenTrue, Silent};

/// What a line says about a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExceptionRule {
    /// It reports no fault.
    Silent,
    /// `True` is a fault.
    BadWhenTrue,
    /// `False` is a fault.
    BadWhenFalse,
}

/// Kind, types (one that begins with a star is the end of a type), and what they report.
type ExceptionLine = (&'static str, &'static [&'static str], ExceptionRule);

const LINES: &[ExceptionLine] = &[
    // config.openshift.io; openshift/insights-operator `pkg/controller/status`; only these two are
    // judged by the cluster-version operator.
    ("ClusterOperator", &["Available"], BadWhenFalse),
    ("ClusterOperator", &["Degraded"], BadWhenTrue),
    ("ClusterOperator", &["*"], Silent),
    // openshift/cluster-version-operator `pkg/cvo/status.go`.
    ("ClusterVersion", &["Failing", "Invalid"], BadWhenTrue),
    ("ClusterVersion", &["Available", "ReleaseAccepted"], BadWhenFalse),
    ("ClusterVersion", &["*"], Silent),
    // openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`: the managed
    // parts count only where they are managed, and `Available` and `Degraded` sum all of them up.
    ("IngressController", &["Available"], BadWhenFalse),
    ("IngressController", &["Degraded"], BadWhenTrue),
    ("IngressController", &["*"], Silent),
    // openshift/cluster-image-registry-operator `pkg/storage`: success is `True` for all of them, or the
    // user did not ask for it.
    (
        "Config",
        &[
            "StorageTagged",
            "StorageLabeled",
            "StorageEncrypted",
            "StoragePublicAccessBlocked",
            "StorageIncompleteUploadCleanupEnabled",
            "Removed",
            "ImportCredentialsExist",
            "ImportImageErrorsExist",
            "RemovePending",
            "MigrationInProgress",
            "ImageChangesInProgress",
        ],
        Silent,
    ),
    // openshift/cloud-credential-operator `pkg/apis/cloudcredential/v1/types_credentialsrequest.go`.
    (
        "CredentialsRequest",
        &[
            "InsufficientCloudCreds",
            "MissingTargetNamespace",
            "CredentialsProvisionFailure",
            "CredentialsDeprovisionFailure",
            "OrphanedCloudResource",
        ],
        BadWhenTrue,
    ),
    ("CredentialsRequest", &["*"], Silent),
    // openshift/api `machine/v1beta1`: the hook of etcd keeps control-plane machines.
    ("Machine", &["Drainable", "Terminable", "*"], Silent),
    ("MachineHealthCheck", &["RemediationAllowed"], Silent),
    // openshift/machine-config-operator `pkg/apihelpers`: the rest are steps of an update.
    ("MachineConfigPool", &["*Degraded", "BuildFailed"], BadWhenTrue),
    ("MachineConfigPool", &["*"], Silent),
    ("MachineConfigNode", &["*Degraded"], BadWhenTrue),
    ("MachineConfigNode", &["*"], Silent),
    // openshift/cluster-node-tuning-operator `pkg/apis/tuned/v1`: warnings of TuneD set Degraded.
    ("Profile", &["Applied"], BadWhenFalse),
    ("Profile", &["*"], Silent),
    // `apis/storage-migration-failed` knows when a failure is harmless.
    ("StorageVersionMigration", &["*"], Silent),
    // operator-framework/api `pkg/operators/v1alpha1/subscription_types.go`.
    (
        "Subscription",
        &["CatalogSourcesUnhealthy", "InstallPlanFailed", "ResolutionFailed", "BundleUnpackFailed"],
        BadWhenTrue,
    ),
    ("Subscription", &["*"], Silent),
    // The conditions of the components are copies of an earlier time.
    ("Operator", &["*"], Silent),
    ("OperatorCondition", &["*"], Silent),
    // openshift/api `operator/v1`: what an operator does not manage, or has just installed.
    (
        "*",
        &[
            "Encrypted",
            "*Disabled",
            "EtcdRunningInCluster",
            "EtcdBootstrapMemberRemoved",
            "*EvaluationConditionsDetected",
            "RecentBackup",
            "DataGathered",
            "RetrievedUpdates",
            "*Upgradeable",
            "*WebhookConfigurationError",
            "VirtualResourceAdmissionError",
        ],
        Silent,
    ),
    // kubevirt/kubevirt `staging/src/kubevirt.io/api/core/v1/types.go`.
    (
        "VirtualMachine",
        &["AgentConnected", "LiveMigratable", "StorageLiveMigratable", "MigrationRequired"],
        Silent,
    ),
    (
        "VirtualMachineInstance",
        &["AgentConnected", "LiveMigratable", "StorageLiveMigratable", "MigrationRequired"],
        Silent,
    ),
    // kedacore/keda `apis/keda/v1alpha1/condition_types.go`.
    ("ScaledObject", &["Active", "Paused"], Silent),
    // kubernetes-sigs/karpenter `pkg/apis/v1/nodeclaim_status.go`.
    (
        "NodeClaim",
        &["Consolidatable", "Drifted", "Drained", "VolumesDetached", "InstanceTerminating"],
        Silent,
    ),
    // openshift/hypershift `support/conditions/conditions.go`.
    (
        "*",
        &[
            "AutoscalingEnabled",
            "AutorepairEnabled",
            "UpdateManagementEnabled",
            "ReconciliationActive",
            "KubeVirtNodesLiveMigratable",
            "ValidKubeVirtInfraNetworkMTU",
            "CloudResourcesDestroyed",
            "HostedClusterDestroyed",
            "ExternalDNSReachable",
        ],
        Silent,
    ),
    // rook/rook `pkg/apis/ceph.rook.io/v1/types.go`: only while it is being deleted.
    ("*", &["*DeletionIsBlocked"], Silent),
    // kubernetes-sigs/cluster-api `api/core/v1beta2`: what the user or the controller is doing.
    ("*", &["Remediating", "RollingOut", "ScalingUp", "ScalingDown", "Consistent"], Silent),
    // argoproj/argo-cd `pkg/apis/application/v1alpha1/types.go`.
    ("ApplicationSet", &["ErrorOccurred"], BadWhenTrue),
    ("ApplicationSet", &["ResourcesUpToDate", "ParametersGenerated"], BadWhenFalse),
    ("LokiStack", &["Pending", "Warning"], Silent),
];

/// Reasons of conditions that report no fault, whatever their status.
const HARMLESS_REASONS: &[&str] = &[
    "ControllerStarted",
    "GuestNotRunning",
    "HookPresent",
    "NoData",
    "NoMatchingNode",
    "NoValidationYet",
    "NotConfigured",
    "PodTerminating",
    "ReconcilePaused",
    "Removed",
    "ScalingDisabled",
    "Unmanaged",
    "UnsupportedPlatform",
    "VMINotExists",
];

/// What the table says of a condition of that kind; None if it says nothing.
pub(super) fn exception(kind: &str, type_name: &str) -> Option<ExceptionRule> {
    let is_type = |pattern: &&str| match pattern.strip_prefix('*') {
        Some(end) => type_name.ends_with(end),
        None => type_name == *pattern,
    };
    let mut lines = LINES.iter().filter(|(of, _, _)| *of == kind || *of == "*");
    lines.find(|(_, types, _)| types.iter().any(&is_type)).map(|(_, _, rule)| *rule)
}

impl ExceptionRule {
    /// Which status is bad.
    pub(super) fn polarity(self) -> Option<ConditionPolarity> {
        match self {
            Silent => None,
            BadWhenTrue => Some(ConditionPolarity::BadWhenTrue),
            BadWhenFalse => Some(ConditionPolarity::BadWhenFalse),
        }
    }
}

/// Whether the reason of a condition says that there is nothing to report.
pub(super) fn is_harmless(condition: Condition<'_>) -> bool {
    HARMLESS_REASONS.binary_search(&&*condition.reason()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_a_kind_decides() {
        assert!(HARMLESS_REASONS.is_sorted());
        assert_eq!(exception("ClusterOperator", "Degraded"), Some(BadWhenTrue));
        assert_eq!(exception("ClusterOperator", "RecentBackup"), Some(Silent));
        assert_eq!(exception("Etcd", "DefaultControllerDisabled"), Some(Silent));
        assert_eq!(exception("Cache", "Degraded"), None);
    }
}
