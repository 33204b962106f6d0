//! The DNS server of the cluster: what the DNS operator reports, and the workload of its pods.
//!
//! Source: openshift/cluster-dns-operator `pkg/operator/controller`.

use mustknow_cluster::model::kinds::OPERATOR_DNS;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, Operator, Pod};

use super::pods::workload;
use crate::signals::condition::ConditionState;
use crate::signals::log::LogOccurrences;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::finding::Finding;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// The namespace of the DNS pods on OpenShift.
const NAMESPACE: &str = "openshift-dns";

/// What a rule finds in the bad conditions `Available` and `Degraded` of the DNS operator: the first
/// finding that `judge` returns. Its operator resource is more recent than its ClusterOperator, and
/// has the reason. Reads [`OPERATOR_DNS`].
pub fn judge_dns_operator<'s>(
    cx: &RuleContext<'s>,
    judge: impl Fn(&ConditionState<'s>) -> Option<Finding>,
) -> Judged {
    let own = cx.find_as::<Operator<'s>>(&OPERATOR_DNS, "", "default").map(View::resource);
    let summary = || cx.find::<ClusterOperator<'s>>("", "dns").map(View::resource);
    let reported_by = own.or_else(summary).ok_or_else(|| {
        Gap::new(GapKind::NotCollected, "DNS default and ClusterOperator dns: not collected")
            .command("oc get dnses.operator.openshift.io default -o yaml")
            .command("oc get clusteroperator dns -o yaml")
    })?;
    let bad = ["Available", "Degraded"].into_iter().filter_map(|of_type| {
        let condition = Condition::find(reported_by, of_type).filter(|it| it.is_bad())?;
        judge(&ConditionState {
            reported_by,
            condition,
            reason: condition.reason().into_owned(),
            message: condition.message().into_owned(),
        })
    });
    Ok(Checked::over(1, bad.take(1)))
}

/// The workload of the DNS pods that wrote these lines. Needs pods.
pub fn dns_workload(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Subject {
    let pods = logged.hits.iter().filter_map(|it| cx.find::<Pod<'_>>(&it.namespace, &it.pod));
    let mut owners =
        pods.map(workload).filter(|it| matches!(&*it.kind, "DaemonSet" | "Deployment"));
    let namespace = logged.hits.first().map_or(NAMESPACE, |hits| &hits.namespace);
    owners.next().unwrap_or_else(|| match namespace {
        NAMESPACE => Subject::namespaced("DaemonSet", NAMESPACE, "dns-default"),
        other => Subject::namespaced("Deployment", other, "coredns"),
    })
}
