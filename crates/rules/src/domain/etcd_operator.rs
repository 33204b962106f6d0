//! What the etcd operator reports.

use mustknow_cluster::model::kinds::OPERATOR_ETCD;
use mustknow_cluster::views::{Condition, Operator};

use crate::signals::condition::{ConditionReport, ConditionState};
use crate::terms::context::RuleContext;
use crate::terms::finding::Finding;
use crate::terms::verdict::{Checked, Gap, Judged};

/// Whether the operator resource has the condition. A ClusterOperator omits conditions that are
/// fine, so that it proves nothing. Needs the operator resource.
fn reports_on_etcd(cx: &RuleContext<'_>, condition: &str) -> bool {
    etcd_condition(cx, condition).is_some()
}

/// Judges where the archive does not have what `etcdctl` shows, which is `missing`: by the condition
/// that the operator reports, with the findings of `listed` if it is bad.
pub fn judge_by_operator<'s>(
    cx: &RuleContext<'s>,
    condition: &str,
    report: &ConditionReport<'s>,
    missing: Gap,
    listed: impl FnOnce(&ConditionState<'s>) -> Vec<Finding>,
) -> Judged {
    match report {
        ConditionReport::Bad(reported) => Ok(Checked::over(1, listed(reported))),
        ConditionReport::Healthy if reports_on_etcd(cx, condition) => Ok(Checked::over(1, None)),
        ConditionReport::Healthy | ConditionReport::NotCollected => Err(missing.into()),
    }
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
