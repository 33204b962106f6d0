//! What several rules derive from the same objects.

pub(crate) mod all_nodes;
pub(crate) mod backend;
pub(crate) mod bootstrap;
pub(crate) mod certificates;
pub(crate) mod connection_error;
pub(crate) mod container_fault;
pub(crate) mod deletion;
pub(crate) mod dependencies;
pub(crate) mod etcd;
pub(crate) mod etcd_objects;
pub(crate) mod image_pull_failure;
pub(crate) mod ingress;
pub(crate) mod machine_config;
pub(crate) mod named_operators;
pub(crate) mod node;
pub(crate) mod operator;
pub(crate) mod operator_problem;
pub(crate) mod operator_resource;
pub(crate) mod pods;
pub(crate) mod pools;
pub(crate) mod precondition;
pub(crate) mod pressure;
pub(crate) mod prometheus;
pub(crate) mod serving_certificate;
pub(crate) mod static_pods;
pub(crate) mod storage_kinds;
pub(crate) mod subscriptions;
pub(crate) mod update_failure;
pub(crate) mod update_progress;

pub use all_nodes::{prove_all_nodes, prove_node_absent};
pub use backend::Backend;
pub use bootstrap::{completion_remedy, has_hosted_control_plane, needs_config_map_after_update};
pub use certificates::{
    Rotation, TLS_CRT, belongs_to_removed_member, ca_certificates, certificate_evidence,
    certificate_ref, chains_to, clock_gap, is_renewed_automatically, is_revision_copy,
    leaf_certificates, likely_if_clock_uncertain, service_of,
};
pub use connection_error::ConnectionError;
pub use container_fault::{
    ContainerFault, FaultyContainer, container_evidence, fault_since, faulty_containers, has_fault,
    is_recent,
};
pub use deletion::{deletion_requested_at, finalizers};
pub use dependencies::operator_dependencies;
pub use etcd::{EtcdEndpoint, EtcdMember, EtcdStatus, etcd_gap};
pub use etcd_objects::EtcdObjects;
pub use image_pull_failure::ImagePullFailure;
pub use ingress::{IngressCondition, IngressConditions};
pub use machine_config::{DegradedNode, DegradedReason, degraded_nodes, judge_degraded_nodes};
pub use named_operators::{NamedOperator, operator_names};
pub use node::{
    command_on_node, heartbeat_evidence, is_being_updated, is_draining, is_rebooting, node_events,
    node_journal,
};
pub use operator::{OperatorState, RunLevel, blocking_level, operator_state, run_level};
pub use operator_problem::{OperatorProblem, describe_command};
pub use operator_resource::{OPERATOR_USES, OperatorResource, failing_pods};
pub use pods::{
    creation_persistence, group_by_subject, is_expected, pod_keywords, workload, workload_pods,
};
pub use pools::{is_custom, pool_of, selecting_pools, selects};
pub use precondition::{ApiPrecondition, ConfigMapState, EndpointsState, WaitingOperator};
pub use pressure::{Pressure, judge_pressure};
pub use prometheus::{PrometheusRule, ScrapeTarget, platform_prometheus};
pub use serving_certificate::{
    PROPAGATION, ServingCertificate, is_ca_injected, serving_secret_name,
};
pub use static_pods::{STATIC_POD_OPERATORS, StaticPodOperator, static_pod_operators};
pub use storage_kinds::absent_storage_verdict;
pub use subscriptions::SubscriptionConditions;
pub use update_failure::{
    blocking_operators, current_operation, failing_verdict, is_recent_installation,
    rejected_release, severity_by_age,
};
pub use update_progress::{UpdatePace, UpdateProgress};
