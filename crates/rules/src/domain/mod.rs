//! What several rules derive from the same objects.

pub(crate) mod all_nodes;
pub(crate) mod backend;
pub(crate) mod bootstrap;
pub(crate) mod certificate_requester;
pub(crate) mod certificate_requests;
pub(crate) mod certificates;
pub(crate) mod cni;
pub(crate) mod component_logs;
mod components;
pub(crate) mod connection_error;
pub(crate) mod container_fault;
pub(crate) mod deletion;
pub(crate) mod dependencies;
pub(crate) mod dns;
pub(crate) mod etcd;
pub(crate) mod etcd_alarms;
pub(crate) mod etcd_objects;
pub(crate) mod etcd_operator;
pub(crate) mod floor;
pub(crate) mod image_pull_failure;
pub(crate) mod ingress;
pub(crate) mod known_file_content;
pub(crate) mod label_typo;
pub(crate) mod last_words;
pub(crate) mod machine_config;
pub(crate) mod named_operators;
pub(crate) mod network_operator;
pub(crate) mod node;
pub(crate) mod node_drain;
pub(crate) mod operator;
pub(crate) mod operator_parts;
pub(crate) mod operator_problem;
pub(crate) mod operator_resource;
pub(crate) mod pod_group;
pub(crate) mod pod_owner;
mod pod_rejection;
pub(crate) mod pods;
pub(crate) mod pools;
pub(crate) mod precondition;
pub(crate) mod pressure;
pub(crate) mod prometheus;
pub(crate) mod samples;
pub(crate) mod serving_certificate;
pub(crate) mod static_pods;
pub(crate) mod storage_kinds;
pub(crate) mod subscriptions;
pub(crate) mod unavailable_deployment;
pub(crate) mod unready_pod;
pub(crate) mod update_block;
pub(crate) mod update_failure;
pub(crate) mod update_problem;
pub(crate) mod update_progress;
pub(crate) mod vsphere;

pub use all_nodes::{prove_all_nodes, prove_node_absent};
pub use backend::{Backend, slices_of};
pub use bootstrap::{
    BOOTSTRAP_USES, NETWORK_OPERATOR_WAITS, completion_remedy, has_hosted_control_plane,
    needs_config_map_after_update,
};
pub use certificate_requester::{Requester, machine_of};
pub use certificate_requests::{
    CertificateRequests, KUBELET_CLIENT, KUBELET_SERVING, approval_of, newest_of_each,
};
pub use certificates::{
    CaBundle, Rotation, SHOW_DATES, certificates_gap, chains_to, collection_time,
    default_certificate, is_abandoned, is_renewed_automatically, is_revision_copy,
    likely_if_clock_uncertain, service_of,
};
pub use cni::{CNI_LOGS, CniPlugin, PLUGINS as CNI_PLUGINS, is_cni, plugin_of};
pub use component_logs::{
    DNS_LOGS, ETCD_LOGS, KUBE_API_SERVER_LOGS, KUBE_CONTROLLER_MANAGER_LOGS, KUBE_PROXY_LOGS,
    KUBE_SCHEDULER_LOGS, KUBELET_LOGS, METRICS_SERVER_LOGS,
};
pub use components::{Component, ComponentHost, ComponentLocation};
pub use connection_error::{ConnectionError, https_hosts};
pub use container_fault::{
    ContainerFault, FaultyContainer, containers_with, fault_since, has_fault, is_recent,
};
pub use deletion::{deletion_requested_at, finalizers};
pub use dependencies::operator_dependencies;
pub use dns::{dns_workload, judge_dns_operator};
pub use etcd::{EtcdEndpoint, EtcdFile, EtcdMember, EtcdStatus};
pub use etcd_alarms::{EtcdAlarm, EtcdAlarmType};
pub use etcd_objects::EtcdObjects;
pub use etcd_operator::{
    etcd_condition, is_etcd_rolling_out, is_quorum_refusal, judge_by_operator,
};
pub use floor::{Unwell, findings_of, unwell_built_in, unwell_custom};
pub use image_pull_failure::ImagePullFailure;
pub use ingress::{IngressCondition, IngressConditions};
pub use known_file_content::{known_file_gap, read_known_file};
pub use label_typo::is_alike;
pub use machine_config::{
    DegradedNode, DegradedReason, daemon_lines, degraded_nodes, judge_degraded_nodes,
};
pub use named_operators::{NamedOperator, operator_names};
pub use network_operator::{
    judge_network_condition, judge_network_failure, network_condition, require_ovn,
};
pub use node::{
    grace_of_node, heartbeat_evidence, is_being_updated, is_draining, is_rebooting, lost_nodes,
    node_events, recent_node_events, runtime_unit,
};
pub use node_drain::NodeDrain;
pub use operator::{IDLE, OperatorState, RunLevel, blocking_level, operator_state, run_level};
pub use operator_parts::judge_parts;
pub use operator_problem::{OperatorProblem, describe_command};
pub use operator_resource::{OPERATOR_USES, OperatorResource, failing_pods};
pub use pod_group::{
    CREATION, FaultGroup, OfPod, PodGroup, check_faults, check_groups, exit_of, pods_in_creation,
    restarted,
};
pub use pod_owner::{has_all_pods, has_its_pods, pod_owner, pod_owner_kind};
pub use pod_rejection::PodRejection;
pub use pods::{
    creation_persistence, creation_start, is_expected, owned_pods, pod_keywords, pods_labelled,
    workload, workload_pods,
};
pub use pools::{PoolCondition, is_custom, max_unavailable, pool_of, selecting_pools, selects};
pub use precondition::{
    ApiPrecondition, ConfigMapState, EndpointsState, PRECONDITION_USES, WaitingOperator,
    explain_waiting,
};
pub use pressure::Pressure;
pub use prometheus::{
    PrometheusRule, ScrapeTarget, judge_monitoring_setting, monitoring_config, platform_prometheus,
};
pub use samples::samples_condition;
pub use serving_certificate::{
    PROPAGATION, ServingCertificate, is_ca_injected, serving_error, serving_secret_name,
};
pub use static_pods::{STATIC_POD_OPERATORS, StaticPodOperator, static_pod_operators};
pub use storage_kinds::each_storage_object;
pub use subscriptions::SubscriptionConditions;
pub use unavailable_deployment::{unavailable_api, unavailable_deployment};
pub use unready_pod::unready_evidence;
pub use update_block::blocks_update;
pub use update_failure::{
    cluster_version_gap, current_operation, is_okd, is_updating, judge_failing, severity_by_age,
    severity_by_phase,
};
pub use update_problem::UpdateProblem;
pub use update_progress::{UpdatePace, UpdateProgress};
pub use vsphere::{VSPHERE_DRIVER, VSPHERE_USES, VSphereReports};
