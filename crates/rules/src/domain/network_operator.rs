//! The network operator and OVN-Kubernetes.
//!
//! The network operator has no conditions of controllers: of several failures, it reports the first
//! one, in its operator resource and its ClusterOperator. Source:
//! openshift/cluster-network-operator `pkg/controller/statusmanager/status_manager.go`.

use mustknow_cluster::model::kinds::OPERATOR_NETWORK;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, Operator};

use super::update_failure::severity_by_phase;
use crate::signals::condition::{ConditionReport, ConditionState};
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::finding::Finding;
use crate::terms::verdict::{Checked, Gap, Judged, NotJudged, not_applicable};

/// A condition of the network operator if it is bad: that of its operator resource, or else that of
/// its ClusterOperator. Reads [`OPERATOR_NETWORK`].
pub fn network_condition<'s>(
    cx: &RuleContext<'s>,
    of_type: &str,
) -> Result<Option<ConditionState<'s>>, Gap> {
    let own = cx.find_as::<Operator<'s>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = cx.find::<ClusterOperator<'s>>("", "network").map(View::resource);
    if own.is_none() && summary.is_none() {
        return Err(ConditionReport::gap(&OPERATOR_NETWORK, "network"));
    }
    let mut reports = [own, summary].into_iter().flatten();
    let found = reports.find_map(|object| Some((object, Condition::find(object, of_type)?)));
    Ok(found.filter(|(_, condition)| condition.is_bad()).map(|(reported_by, condition)| {
        ConditionState {
            reported_by,
            condition,
            reason: condition.reason().into_owned(),
            message: condition.message().into_owned(),
        }
    }))
}

/// What a rule finds in a bad condition of the network operator.
pub fn judge_network_condition<'s>(
    cx: &RuleContext<'s>,
    of_type: &str,
    judge: impl FnOnce(&ConditionState<'s>) -> Option<Finding>,
) -> Judged {
    Ok(Checked::over(1, network_condition(cx, of_type)?.and_then(|reported| judge(&reported))))
}

/// What a rule finds in the condition `Degraded` of the network operator with one of `reasons`. A
/// failure is as severe as its rule while an update waits for it, and otherwise at most an error.
pub fn judge_network_failure<'s>(
    cx: &RuleContext<'s>,
    reasons: &[&str],
    finding: impl FnOnce(&ConditionState<'s>) -> Finding,
) -> Judged {
    judge_network_condition(cx, "Degraded", |reported| {
        let is_concerned = reasons.contains(&&*reported.reason);
        is_concerned.then(|| {
            finding(reported)
                .severity(severity_by_phase(cx, cx.meta().severity))
                .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        })
    })
}

/// Whether the cluster network may be OVN-Kubernetes: a cluster with OpenShiftSDN has another
/// namespace.
pub fn require_ovn(cx: &RuleContext<'_>) -> Result<(), NotJudged> {
    let has = |namespace| cx.coverage().has_namespace(namespace);
    if has("openshift-sdn") && !has("openshift-ovn-kubernetes") {
        return Err(not_applicable("the cluster network is OpenShiftSDN"));
    }
    Ok(())
}
