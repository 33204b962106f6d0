//! What several rules derive from the same objects: versions, the update, the state of operators.

mod alerts;
mod bootstrap;
mod certificates;
mod etcd;
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
mod precondition;
mod pressure;
mod progress;
mod reach;
mod reported;
mod serving;
mod static_pods;
mod tls_failures;
mod trouble;
mod update;
mod words;

pub use alerts::Alert;
pub use bootstrap::{completion_remedy, is_hosted, will_need_it};
pub use certificates::{
    Rotation, TLS_CRT, authorities, held, held_evidence, is_of_removed_member, is_of_revision,
    leads_to, leaves, no_clock, renews_itself, service_of, weigh_clock,
};
pub use etcd::{EtcdEndpoint, EtcdMember, EtcdStatus, etcd_gap};
pub use events::{event_evidence, pod_events, unheard};
pub use failing::{
    failing_verdict, held_up, is_young_installation, rejected_release, undertaking, urgency,
};
pub use ingress::{Ingress, IngressSays};
pub use logged::Logged;
pub use machine_config::{Complaint, Degraded, degraded_nodes, judge_complaints};
pub use named::{NamedOperator, operators_named};
pub use node::{
    heartbeat, is_draining, is_rebooting, is_rolled, node_events, node_journal, on_node,
};
pub use operator::{OperatorState, RunLevel, blocking_level, run_level, state_of};
pub use own_object::{OPERATOR_USES, OwnObject, failing_pods};
pub use patience::{INSTALLATION, Patience, is_installing};
pub use pods::{
    Fault, Faulty, client, creating, faults, grouped, has_fault, is_expected, is_platform, named,
    onset, severity_in, shown, workload,
};
pub use precondition::{ApiPrecondition, ConfigMapState, EndpointsState, Waiting};
pub use pressure::{Pressure, pressed};
pub use progress::{Pace, Progress};
pub use reach::Unreachable;
pub use reported::{Report, Reported};
pub use serving::{SPREADING, Serving, is_injected, wanted_secret};
pub use static_pods::{STATIC_POD_OPERATORS, StaticPodOperator, static_pod_operators};
pub use tls_failures::Refusals;
pub use trouble::{Trouble, describe};
pub use update::{Failure, Update, failures};
pub use words::{count, enumerate, excerpt, few, is_plain};
