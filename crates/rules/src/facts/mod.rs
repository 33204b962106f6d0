//! What several rules derive from the same objects: versions, the update, the state of operators.

mod alerted;
mod alerts;
mod all_nodes;
mod backend;
mod bootstrap;
mod certificates;
mod collected;
mod dependencies;
mod etcd;
mod etcd_objects;
mod events;
mod failing;
mod ingress;
mod logged;
mod machine_config;
mod named;
mod node;
mod operator;
mod own_object;
mod patience;
mod pods;
mod pools;
mod precondition;
mod pressure;
mod progress;
mod prometheus;
mod reach;
mod removal;
mod reported;
mod serving;
mod spoken;
mod static_pods;
mod subscriptions;
mod summary;
mod tls_failures;
mod trouble;
mod unpulled;
mod update;
mod words;

pub use alerted::{Alerted, alerted_node, judge_alerts};
pub use alerts::Alert;
pub use all_nodes::{prove_all_nodes, prove_gone};
pub use backend::Backend;
pub use bootstrap::{completion_remedy, is_hosted, will_need_it};
pub use certificates::{
    Rotation, TLS_CRT, authorities, held, held_evidence, is_of_removed_member, is_of_revision,
    leads_to, leaves, no_clock, renews_itself, service_of, weigh_clock,
};
pub use collected::none_of_storage;
pub use dependencies::needs;
pub use etcd::{EtcdEndpoint, EtcdMember, EtcdStatus, etcd_gap};
pub use etcd_objects::EtcdObjects;
pub use events::{event_evidence, events_about, pod_events, unheard};
pub use failing::{
    failing_verdict, held_up, is_young_installation, rejected_release, undertaking, urgency,
};
pub use ingress::{Ingress, IngressSays};
pub use logged::{Logged, written_at};
pub use machine_config::{Complaint, Degraded, degraded_nodes, judge_complaints};
pub use named::{NamedOperator, operators_named};
pub use node::{
    heartbeat, is_draining, is_rebooting, is_rolled, node_events, node_journal, on_node,
};
pub use operator::{OperatorState, RunLevel, blocking_level, run_level, state_of};
pub use own_object::{OPERATOR_USES, OwnObject, failing_pods};
pub use patience::{INSTALLATION, Patience, is_installing};
pub use pods::{
    Fault, Faulty, client, creating, faults, grouped, has_fault, is_expected, is_platform,
    is_recent, named, onset, severity_in, shown, workload,
};
pub use pools::{is_custom, pool_of, selecting_pools, selects};
pub use precondition::{ApiPrecondition, ConfigMapState, EndpointsState, Waiting};
pub use pressure::{Pressure, pressed};
pub use progress::{Pace, Progress};
pub use prometheus::{PrometheusRule, Target, platform_prometheus};
pub use reach::Unreachable;
pub use removal::{asked_to_go, finalizers};
pub use reported::{Report, Reported, is_managed};
pub use serving::{SPREADING, Serving, is_injected, wanted_secret};
pub use spoken::{
    API_SERVERS, ETCD, KUBE_CONTROLLER_MANAGER, STATIC_POD_USES, STATIC_PODS, Spoken, Voice,
    kube_api_server_itself, unheard_of,
};
pub use static_pods::{STATIC_POD_OPERATORS, StaticPodOperator, static_pod_operators};
pub use subscriptions::Complaints;
pub use summary::judge_summary;
pub use tls_failures::{Refusals, in_platform, reads};
pub use trouble::{Trouble, describe};
pub use unpulled::Unpulled;
pub use update::{Failure, Update, failures};
pub use words::{count, enumerate, excerpt, few, is_plain};
