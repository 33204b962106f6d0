//! Narrow typed views of the kinds that rules read, over untyped objects.
//!
//! A view costs nothing until a field is read. Kinds that are not in
//! [`kinds::ALL`](crate::model::kinds::ALL) are counted for coverage and never parsed.

mod api_service;
mod certificate_signing_request;
mod cluster_operator;
mod cluster_version;
mod condition;
mod config_map;
mod declare;
mod endpoints;
pub(crate) mod event;
mod generated_config;
mod infrastructure;
mod lease;
mod machine_config_pool;
mod node;
mod operator;
mod pod;
mod pod_disruption_budget;
mod secret;
mod service;
mod untyped;
mod update;
mod webhook;
mod workload;

pub use api_service::ApiService;
pub use certificate_signing_request::CertificateSigningRequest;
pub use cluster_operator::ClusterOperator;
pub use cluster_version::{ClusterVersion, HistoryEntry, UpdateState};
pub use condition::{Condition, ConditionPolarity, Status};
pub use config_map::ConfigMap;
pub use endpoints::{EndpointSlice, Endpoints};
pub use event::{Event, EventSeries};
pub use generated_config::GeneratedConfig;
pub use infrastructure::{AuthenticationConfig, Infrastructure};
pub use lease::Lease;
pub use machine_config_pool::MachineConfigPool;
pub use node::Node;
pub use operator::{IngressController, NodeRevision, Operator};
pub use pod::{Container, Pod, Terminated};
pub use pod_disruption_budget::PodDisruptionBudget;
pub use secret::Secret;
pub use service::Service;
pub use untyped::{
    ApiRequestCount, ApiServerConfig, BareMetalHost, CatalogSource, CloudCredential,
    ClusterCsiDriver, ClusterExtension, ClusterResourceQuota, ClusterServiceVersion,
    ControlPlaneMachineSet, CredentialsRequest, CronJob, CsiNode, CustomResourceDefinition,
    DnsRecord, FeatureGate, HorizontalPodAutoscaler, ImageConfig, ImagePruner, ImageRegistryConfig,
    Ingress, IngressClass, IngressConfig, InstallPlan, Job, Machine, MachineConfig,
    MachineConfigNode, MachineHealthCheck, MachineOsBuild, MachineSet, Namespace, NetworkConfig,
    NodeConfig, OperatorGroup, OperatorHub, PersistentVolume, PersistentVolumeClaim,
    PodNetworkConnectivityCheck, Proxy, ResourceQuota, Route, SamplesConfig, SchedulerConfig,
    StorageClass, StorageVersionMigration, Subscription, TunedProfile, VolumeAttachment,
};
pub use update::{UpdateFailure, UpdatePhase, update_failures};
pub use webhook::{Webhook, WebhookConfiguration};
pub use workload::{Workload, WorkloadKind};
