//! Every kind that a rule can read.

use super::kind::Kind;

macro_rules! kinds {
    ($($constant:ident = $scope:ident($group:literal, $name:literal, $plural:literal);)+) => {
        $(
            #[doc = concat!("`", $plural, "` of group `", $group, "`.")]
            pub const $constant: Kind = Kind::$scope($group, $name, $plural);
        )+

        /// Every kind a rule can read.
        pub const ALL: &[&Kind] = &[$(&$constant),+];
    };
}

kinds! {
    CLUSTER_VERSION = cluster("config.openshift.io", "ClusterVersion", "clusterversions");
    CLUSTER_OPERATOR = cluster("config.openshift.io", "ClusterOperator", "clusteroperators");
    INFRASTRUCTURE = cluster("config.openshift.io", "Infrastructure", "infrastructures");
    AUTHENTICATION_CONFIG = cluster("config.openshift.io", "Authentication", "authentications");
    NODE = cluster("", "Node", "nodes");
    NAMESPACE = cluster("", "Namespace", "namespaces");
    POD = namespaced("", "Pod", "pods");
    EVENT = namespaced("", "Event", "events");
    CONFIG_MAP = namespaced("", "ConfigMap", "configmaps");
    SECRET = namespaced("", "Secret", "secrets");
    SERVICE = namespaced("", "Service", "services");
    ENDPOINTS = namespaced("", "Endpoints", "endpoints");
    ENDPOINT_SLICE = namespaced("discovery.k8s.io", "EndpointSlice", "endpointslices");
    LEASE = namespaced("coordination.k8s.io", "Lease", "leases");
    DEPLOYMENT = namespaced("apps", "Deployment", "deployments");
    DAEMON_SET = namespaced("apps", "DaemonSet", "daemonsets");
    STATEFUL_SET = namespaced("apps", "StatefulSet", "statefulsets");
    POD_DISRUPTION_BUDGET = namespaced("policy", "PodDisruptionBudget", "poddisruptionbudgets");
    API_SERVICE = cluster("apiregistration.k8s.io", "APIService", "apiservices");
    CERTIFICATE_SIGNING_REQUEST =
        cluster("certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests");
    VALIDATING_WEBHOOK = cluster(
        "admissionregistration.k8s.io", "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations");
    MUTATING_WEBHOOK = cluster(
        "admissionregistration.k8s.io", "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations");
    MACHINE_CONFIG_POOL =
        cluster("machineconfiguration.openshift.io", "MachineConfigPool", "machineconfigpools");
    INGRESS_CONTROLLER =
        namespaced("operator.openshift.io", "IngressController", "ingresscontrollers");
    OPERATOR_AUTHENTICATION = cluster("operator.openshift.io", "Authentication", "authentications");
    OPERATOR_CONSOLE = cluster("operator.openshift.io", "Console", "consoles");
    OPERATOR_DNS = cluster("operator.openshift.io", "DNS", "dnses");
    OPERATOR_ETCD = cluster("operator.openshift.io", "Etcd", "etcds");
    OPERATOR_KUBE_API_SERVER = cluster("operator.openshift.io", "KubeAPIServer", "kubeapiservers");
    OPERATOR_KUBE_CONTROLLER_MANAGER =
        cluster("operator.openshift.io", "KubeControllerManager", "kubecontrollermanagers");
    OPERATOR_KUBE_SCHEDULER = cluster("operator.openshift.io", "KubeScheduler", "kubeschedulers");
    OPERATOR_NETWORK = cluster("operator.openshift.io", "Network", "networks");
    OPERATOR_OPENSHIFT_API_SERVER =
        cluster("operator.openshift.io", "OpenShiftAPIServer", "openshiftapiservers");
    OPERATOR_OPENSHIFT_CONTROLLER_MANAGER =
        cluster("operator.openshift.io", "OpenShiftControllerManager", "openshiftcontrollermanagers");
    OPERATOR_SERVICE_CA = cluster("operator.openshift.io", "ServiceCA", "servicecas");
    OPERATOR_STORAGE = cluster("operator.openshift.io", "Storage", "storages");
    CUSTOM_RESOURCE_DEFINITION = cluster(
        "apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions");
    REPLICA_SET = namespaced("apps", "ReplicaSet", "replicasets");
    JOB = namespaced("batch", "Job", "jobs");
    CRON_JOB = namespaced("batch", "CronJob", "cronjobs");
    HORIZONTAL_POD_AUTOSCALER =
        namespaced("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
    INGRESS = namespaced("networking.k8s.io", "Ingress", "ingresses");
    INGRESS_CLASS = cluster("networking.k8s.io", "IngressClass", "ingressclasses");
    RESOURCE_QUOTA = namespaced("", "ResourceQuota", "resourcequotas");
    LIMIT_RANGE = namespaced("", "LimitRange", "limitranges");
    SERVICE_ACCOUNT = namespaced("", "ServiceAccount", "serviceaccounts");
    PERSISTENT_VOLUME = cluster("", "PersistentVolume", "persistentvolumes");
    PERSISTENT_VOLUME_CLAIM = namespaced("", "PersistentVolumeClaim", "persistentvolumeclaims");
    STORAGE_CLASS = cluster("storage.k8s.io", "StorageClass", "storageclasses");
    VOLUME_ATTACHMENT = cluster("storage.k8s.io", "VolumeAttachment", "volumeattachments");
    CSI_NODE = cluster("storage.k8s.io", "CSINode", "csinodes");
    CSI_DRIVER = cluster("storage.k8s.io", "CSIDriver", "csidrivers");
    STORAGE_VERSION_MIGRATION = cluster(
        "migration.k8s.io", "StorageVersionMigration", "storageversionmigrations");
    ROUTE = namespaced("route.openshift.io", "Route", "routes");
    CLUSTER_RESOURCE_QUOTA =
        cluster("quota.openshift.io", "ClusterResourceQuota", "clusterresourcequotas");
    API_REQUEST_COUNT =
        cluster("apiserver.openshift.io", "APIRequestCount", "apirequestcounts");
    MACHINE = namespaced("machine.openshift.io", "Machine", "machines");
    MACHINE_SET = namespaced("machine.openshift.io", "MachineSet", "machinesets");
    MACHINE_HEALTH_CHECK =
        namespaced("machine.openshift.io", "MachineHealthCheck", "machinehealthchecks");
    BARE_METAL_HOST = namespaced("metal3.io", "BareMetalHost", "baremetalhosts");
    CONTROL_PLANE_MACHINE_SET =
        namespaced("machine.openshift.io", "ControlPlaneMachineSet", "controlplanemachinesets");
    CREDENTIALS_REQUEST =
        namespaced("cloudcredential.openshift.io", "CredentialsRequest", "credentialsrequests");
    MACHINE_CONFIG = cluster("machineconfiguration.openshift.io", "MachineConfig", "machineconfigs");
    MACHINE_CONFIG_NODE =
        cluster("machineconfiguration.openshift.io", "MachineConfigNode", "machineconfignodes");
    MACHINE_OS_BUILD =
        cluster("machineconfiguration.openshift.io", "MachineOSBuild", "machineosbuilds");
    KUBELET_CONFIG = cluster("machineconfiguration.openshift.io", "KubeletConfig", "kubeletconfigs");
    CONTAINER_RUNTIME_CONFIG = cluster(
        "machineconfiguration.openshift.io", "ContainerRuntimeConfig", "containerruntimeconfigs");
    CLUSTER_SERVICE_VERSION =
        namespaced("operators.coreos.com", "ClusterServiceVersion", "clusterserviceversions");
    SUBSCRIPTION = namespaced("operators.coreos.com", "Subscription", "subscriptions");
    CATALOG_SOURCE = namespaced("operators.coreos.com", "CatalogSource", "catalogsources");
    INSTALL_PLAN = namespaced("operators.coreos.com", "InstallPlan", "installplans");
    OPERATOR_GROUP = namespaced("operators.coreos.com", "OperatorGroup", "operatorgroups");
    CLUSTER_EXTENSION = cluster("olm.operatorframework.io", "ClusterExtension", "clusterextensions");
    API_SERVER_CONFIG = cluster("config.openshift.io", "APIServer", "apiservers");
    DNS_CONFIG = cluster("config.openshift.io", "DNS", "dnses");
    FEATURE_GATE = cluster("config.openshift.io", "FeatureGate", "featuregates");
    IMAGE_CONFIG = cluster("config.openshift.io", "Image", "images");
    INGRESS_CONFIG = cluster("config.openshift.io", "Ingress", "ingresses");
    NETWORK_CONFIG = cluster("config.openshift.io", "Network", "networks");
    NODE_CONFIG = cluster("config.openshift.io", "Node", "nodes");
    OAUTH_CONFIG = cluster("config.openshift.io", "OAuth", "oauths");
    OPERATOR_HUB = cluster("config.openshift.io", "OperatorHub", "operatorhubs");
    PROXY = cluster("config.openshift.io", "Proxy", "proxies");
    SCHEDULER_CONFIG = cluster("config.openshift.io", "Scheduler", "schedulers");
    IMAGE_DIGEST_MIRROR_SET =
        cluster("config.openshift.io", "ImageDigestMirrorSet", "imagedigestmirrorsets");
    IMAGE_TAG_MIRROR_SET = cluster("config.openshift.io", "ImageTagMirrorSet", "imagetagmirrorsets");
    IMAGE_CONTENT_SOURCE_POLICY = cluster(
        "operator.openshift.io", "ImageContentSourcePolicy", "imagecontentsourcepolicies");
    OPERATOR_CLOUD_CREDENTIAL =
        cluster("operator.openshift.io", "CloudCredential", "cloudcredentials");
    OPERATOR_CLUSTER_CSI_DRIVER =
        cluster("operator.openshift.io", "ClusterCSIDriver", "clustercsidrivers");
    OPERATOR_CSI_SNAPSHOT_CONTROLLER =
        cluster("operator.openshift.io", "CSISnapshotController", "csisnapshotcontrollers");
    OPERATOR_CONFIG = cluster("operator.openshift.io", "Config", "configs");
    OPERATOR_KUBE_STORAGE_VERSION_MIGRATOR = cluster(
        "operator.openshift.io", "KubeStorageVersionMigrator", "kubestorageversionmigrators");
    OPERATOR_INSIGHTS = cluster("operator.openshift.io", "InsightsOperator", "insightsoperators");
    IMAGE_REGISTRY_CONFIG = cluster("imageregistry.operator.openshift.io", "Config", "configs");
    IMAGE_PRUNER = cluster("imageregistry.operator.openshift.io", "ImagePruner", "imagepruners");
    SAMPLES_CONFIG = cluster("samples.operator.openshift.io", "Config", "configs");
    DNS_RECORD = namespaced("ingress.operator.openshift.io", "DNSRecord", "dnsrecords");
    TUNED_PROFILE = namespaced("tuned.openshift.io", "Profile", "profiles");
    POD_NETWORK_CONNECTIVITY_CHECK = namespaced(
        "controlplane.operator.openshift.io", "PodNetworkConnectivityCheck",
        "podnetworkconnectivitychecks");
    // Every kind that is not in this table; `model::custom_resource` says how its objects are named.
    CUSTOM_RESOURCE = namespaced("*", "custom resource", "*");
}

/// A group that serves the events of the core group in another form.
const EVENTS_GROUP: &str = "events.k8s.io";

/// The kind of `resource` in `group`, as paths name them.
pub fn by_path(group: &str, resource: &str) -> Option<&'static Kind> {
    let group = if group == EVENTS_GROUP { EVENT.group } else { group };
    ALL.iter().copied().find(|kind| kind.plural == resource && kind.group == group)
}

/// The kind `name` in the group of `api_version`, as manifests name them.
pub fn by_manifest(api_version: &str, name: &str) -> Option<&'static Kind> {
    let is_event = || api_version.split_once('/').is_some_and(|(group, _)| group == EVENTS_GROUP);
    let api_version = if is_event() { "v1" } else { api_version };
    ALL.iter().copied().find(|kind| kind.is_called(api_version, name))
}

/// The only kind called `name`, for objects without an `apiVersion`; None if several groups have
/// one.
pub fn by_unique_name(name: &str) -> Option<&'static Kind> {
    let mut found = ALL.iter().copied().filter(|kind| kind.name == name);
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_groups_of_events_are_one_kind() {
        for (group, version) in [("", "v1"), ("events.k8s.io", "events.k8s.io/v1")] {
            assert_eq!(by_path(group, "events"), Some(&EVENT), "{group}");
            assert_eq!(by_manifest(version, "Event"), Some(&EVENT), "{version}");
        }
        assert_eq!(by_path("events.example.com", "events"), None);
        assert_eq!(by_manifest("events.example.com/v1", "Event"), None);
    }
}
