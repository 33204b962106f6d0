//! The signals that rules are based on: conditions, alerts, events, log lines, TLS errors,
//! certificates.

pub(crate) mod alert;
pub(crate) mod alert_group;
pub(crate) mod certificate;
pub(crate) mod cluster_operator;
pub(crate) mod condition;
pub(crate) mod container_run;
pub(crate) mod event;
pub(crate) mod event_index;
pub(crate) mod log;
pub(crate) mod operator_condition;
pub(crate) mod tls_refusal;

pub use alert::{Alert, Firing};
pub use alert_group::{AlertGroup, judge_alerts, node_of_alert};
pub use certificate::{LeafCertificate, certificate_evidence, certificate_ref};
pub use cluster_operator::judge_cluster_operator;
pub use condition::{ConditionReport, ConditionState, is_managed};
pub use event::{event_evidence, events_about, events_gap, first_of, occasions, pod_events};
pub use event_index::{events_named, events_within};
pub use log::{LogOccurrences, written_at};
pub use operator_condition::{
    API_SERVERS, AUTHENTICATION, CONSOLE, ETCD, KUBE_CONTROLLER_MANAGER, OperatorCondition,
    OperatorRef, STATIC_POD_USES, STATIC_PODS, conditions_gap, kube_api_server_operator,
};
pub use tls_refusal::{TlsRefusals, platform_log_patterns};
