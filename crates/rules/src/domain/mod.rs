//! What several rules derive from the same objects: the update, operators, nodes, pods, etcd, certificates.

pub(crate) mod all_nodes;
pub(crate) mod backend;
pub(crate) mod bootstrap;
pub(crate) mod certificates;
pub(crate) mod collected;
pub(crate) mod dependencies;
pub(crate) mod etcd;
pub(crate) mod etcd_objects;
pub(crate) mod image_pull_failure;
pub(crate) mod ingress;
pub(crate) mod machine_config;
pub(crate) mod named;
pub(crate) mod node;
pub(crate) mod operator;
pub(crate) mod operator_problem;
pub(crate) mod operator_resource;
pub(crate) mod pods;
pub(crate) mod pools;
pub(crate) mod precondition;
pub(crate) mod pressure;
pub(crate) mod progress;
pub(crate) mod prometheus;
pub(crate) mod reach;
pub(crate) mod removal;
pub(crate) mod serving;
pub(crate) mod static_pods;
pub(crate) mod subscriptions;
pub(crate) mod update_failure;

pub use all_nodes::{prove_all_nodes, prove_gone};
pub use backend::Backend;
pub use bootstrap::{completion_remedy, is_hosted, will_need_it};
pub use certificates::{
    Rotation, TLS_CRT, authorities, certificate_evidence, held, is_of_removed_member,
    is_of_revision, leads_to, leaves, no_clock, renews_itself, service_of, weigh_clock,
};
pub use collected::none_of_storage;
pub use dependencies::needs;
pub use etcd::{EtcdEndpoint, EtcdMember, EtcdStatus, etcd_gap};
pub use etcd_objects::EtcdObjects;
pub use image_pull_failure::ImagePullFailure;
pub use ingress::{Ingress, IngressSays};
pub use machine_config::{Complaint, Degraded, degraded_nodes, judge_complaints};
pub use named::{NamedOperator, operators_named};
pub use node::{
    heartbeat, is_draining, is_rebooting, is_rolled, node_events, node_journal, on_node,
};
pub use operator::{OperatorState, RunLevel, blocking_level, run_level, state_of};
pub use operator_problem::{OperatorProblem, describe};
pub use operator_resource::{OPERATOR_USES, OperatorResource, failing_pods};
pub use pods::{
    Fault, Faulty, creating, fault_since, faults, grouped, has_fault, is_expected, is_recent,
    named, shown, workload,
};
pub use pools::{is_custom, pool_of, selecting_pools, selects};
pub use precondition::{ApiPrecondition, ConfigMapState, EndpointsState, Waiting};
pub use pressure::{Pressure, pressed};
pub use progress::{Pace, Progress};
pub use prometheus::{PrometheusRule, Target, platform_prometheus};
pub use reach::Unreachable;
pub use removal::{asked_to_go, finalizers};
pub use serving::{SPREADING, Serving, is_injected, wanted_secret};
pub use static_pods::{STATIC_POD_OPERATORS, StaticPodOperator, static_pod_operators};
pub use subscriptions::SubscriptionConditions;
pub use update_failure::{
    failing_verdict, held_up, is_young_installation, rejected_release, undertaking, urgency,
};
