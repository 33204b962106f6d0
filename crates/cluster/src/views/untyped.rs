//! Views of kinds of which rules read only some fields, by their paths.
//!
//! A view with accessors that several rules need gets a file of its own.

use super::condition::Condition;
use crate::model::kinds::{
    API_REQUEST_COUNT, API_SERVER_CONFIG, BARE_METAL_HOST, CATALOG_SOURCE, CLUSTER_EXTENSION,
    CLUSTER_RESOURCE_QUOTA, CLUSTER_SERVICE_VERSION, CONTROL_PLANE_MACHINE_SET,
    CREDENTIALS_REQUEST, CRON_JOB, CSI_NODE, CUSTOM_RESOURCE_DEFINITION, DNS_RECORD, FEATURE_GATE,
    HORIZONTAL_POD_AUTOSCALER, IMAGE_CONFIG, IMAGE_PRUNER, IMAGE_REGISTRY_CONFIG, INGRESS,
    INGRESS_CLASS, INGRESS_CONFIG, INSTALL_PLAN, JOB, MACHINE, MACHINE_CONFIG, MACHINE_CONFIG_NODE,
    MACHINE_HEALTH_CHECK, MACHINE_OS_BUILD, MACHINE_SET, NAMESPACE, NETWORK_CONFIG, NODE_CONFIG,
    OPERATOR_CLOUD_CREDENTIAL, OPERATOR_CLUSTER_CSI_DRIVER, OPERATOR_GROUP, OPERATOR_HUB,
    PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD_NETWORK_CONNECTIVITY_CHECK, PROXY,
    RESOURCE_QUOTA, ROUTE, SAMPLES_CONFIG, SCHEDULER_CONFIG, STORAGE_CLASS,
    STORAGE_VERSION_MIGRATION, SUBSCRIPTION, TUNED_PROFILE, VOLUME_ATTACHMENT,
};

macro_rules! untyped_views {
    ($($name:ident: $kind:ident;)+) => {
        $(super::declare::view! {
            #[doc = concat!("One object of [`", stringify!($kind), "`].")]
            $name: $kind
        }

        impl<'s> $name<'s> {
            /// The condition of that type.
            pub fn condition(self, name: &str) -> Option<Condition<'s>> {
                Condition::find(self.0, name)
            }
        })+
    };
}

untyped_views! {
    CustomResourceDefinition: CUSTOM_RESOURCE_DEFINITION;
    Job: JOB;
    CronJob: CRON_JOB;
    HorizontalPodAutoscaler: HORIZONTAL_POD_AUTOSCALER;
    Ingress: INGRESS;
    IngressClass: INGRESS_CLASS;
    ResourceQuota: RESOURCE_QUOTA;
    PersistentVolume: PERSISTENT_VOLUME;
    PersistentVolumeClaim: PERSISTENT_VOLUME_CLAIM;
    StorageClass: STORAGE_CLASS;
    VolumeAttachment: VOLUME_ATTACHMENT;
    CsiNode: CSI_NODE;
    ClusterCsiDriver: OPERATOR_CLUSTER_CSI_DRIVER;
    StorageVersionMigration: STORAGE_VERSION_MIGRATION;
    Route: ROUTE;
    ClusterResourceQuota: CLUSTER_RESOURCE_QUOTA;
    ApiRequestCount: API_REQUEST_COUNT;
    Machine: MACHINE;
    MachineSet: MACHINE_SET;
    MachineHealthCheck: MACHINE_HEALTH_CHECK;
    BareMetalHost: BARE_METAL_HOST;
    ControlPlaneMachineSet: CONTROL_PLANE_MACHINE_SET;
    CredentialsRequest: CREDENTIALS_REQUEST;
    CloudCredential: OPERATOR_CLOUD_CREDENTIAL;
    MachineConfig: MACHINE_CONFIG;
    MachineConfigNode: MACHINE_CONFIG_NODE;
    MachineOsBuild: MACHINE_OS_BUILD;
    ClusterServiceVersion: CLUSTER_SERVICE_VERSION;
    Subscription: SUBSCRIPTION;
    CatalogSource: CATALOG_SOURCE;
    ClusterExtension: CLUSTER_EXTENSION;
    InstallPlan: INSTALL_PLAN;
    OperatorGroup: OPERATOR_GROUP;
    ApiServerConfig: API_SERVER_CONFIG;
    IngressConfig: INGRESS_CONFIG;
    FeatureGate: FEATURE_GATE;
    NetworkConfig: NETWORK_CONFIG;
    NodeConfig: NODE_CONFIG;
    OperatorHub: OPERATOR_HUB;
    Proxy: PROXY;
    SchedulerConfig: SCHEDULER_CONFIG;
    ImageConfig: IMAGE_CONFIG;
    ImageRegistryConfig: IMAGE_REGISTRY_CONFIG;
    ImagePruner: IMAGE_PRUNER;
    SamplesConfig: SAMPLES_CONFIG;
    DnsRecord: DNS_RECORD;
    TunedProfile: TUNED_PROFILE;
    PodNetworkConnectivityCheck: POD_NETWORK_CONNECTIVITY_CHECK;
    Namespace: NAMESPACE;
}
