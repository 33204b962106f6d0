//! What the etcd operator reports.

use mustknow_cluster::model::kinds::OPERATOR_ETCD;
use mustknow_cluster::views::{Condition, Operator};

use crate::terms::context::RuleContext;

/// Whether the operator resource has the condition. A ClusterOperator omits conditions that are
/// fine, so that it proves nothing. Needs the operator resource.
pub fn reports_on_etcd(cx: &RuleContext<'_>, condition: &str) -> bool {
    etcd_condition(cx, condition).is_some()
}

/// Whether the operator rolls out a revision: members are restarted one after another. Needs the
/// operator resource.
pub fn is_etcd_rolling_out(cx: &RuleContext<'_>) -> bool {
    etcd_condition(cx, "NodeInstallerProgressing").is_some_and(Condition::is_true)
}

/// A condition of the operator resource. Needs the operator resource.
pub fn etcd_condition<'s>(cx: &RuleContext<'s>, condition: &str) -> Option<Condition<'s>> {
    cx.find_as::<Operator<'s>>(&OPERATOR_ETCD, "", "cluster")?.condition(condition)
}

/// Whether a message reports that the operator makes no change because it counts too few healthy
/// members (openshift/cluster-etcd-operator `pkg/operator/ceohelpers/bootstrap.go`,
/// `CheckSafeToScaleCluster`; `pkg/etcdcli/health.go`, `IsQuorumFaultTolerantErr`).
pub fn is_quorum_refusal(message: &str) -> bool {
    message.contains("not fault tolerant") || message.contains("CheckSafeToScaleCluster found")
}
