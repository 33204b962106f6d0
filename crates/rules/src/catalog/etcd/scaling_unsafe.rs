//! etcd operator blocked because the quorum is not fault tolerant.
//!
//! If the operator reports an unhealthy member, `etcd/member-unhealthy` covers it. This rule covers
//! members or nodes that do not exist at all.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/ceohelpers/bootstrap.go`
//!   (`CheckSafeToScaleCluster`), `pkg/etcdcli/health.go` (`IsQuorumFaultTolerantErr`)

use crate::catalog::prelude::*;

/// How long a member may be unavailable while its node is restarted.
const GRACE: Span = Span::minutes(30);

/// The conditions of the controllers that check the quorum before they make a change.
const CONDITIONS: &[&str] = &[
    "ClusterMemberControllerDegraded",
    "EtcdCertSignerControllerDegraded",
    "EtcdEndpointsDegraded",
    "RevisionControllerDegraded",
    "ScriptControllerDegraded",
    "TargetConfigControllerDegraded",
];

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .grace(GRACE)
    .why(
        "Before it adds a member, renews a certificate or rolls out a revision, the etcd \
         operator counts the healthy members. If there are too few, it makes no changes: \
         certificates are not renewed, replaced nodes get no member, and updates of etcd are \
         stuck.",
    )
    .fix(
        "Restore the missing member, or add the missing control-plane node. The operator then \
         continues without further action.",
    )
    .run(&["oc get nodes -l node-role.kubernetes.io/master"])
    .verify(&["oc get etcds.operator.openshift.io cluster -o yaml"]);

/// Whether the message reports that the quorum check of the operator failed.
pub(super) fn is_refusal(message: &str) -> bool {
    message.contains("which is not fault tolerant")
        || message.contains("CheckSafeToScaleCluster found")
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let members = OperatorCondition::all(cx, ETCD, &["EtcdMembersDegraded"]);
    // The finding for the unhealthy member already covers it.
    let is_reported_elsewhere = members.is_some_and(|(_, bad)| !bad.is_empty());
    OperatorCondition::judge(cx, ETCD, CONDITIONS, |condition| {
        let message = &condition.state.message;
        let detail = counted(message).filter(|_| is_refusal(message) && !is_reported_elsewhere)?;
        Some(condition.finding(format!("etcd operator makes no changes: {}", excerpt(detail))))
    })
}

/// The number of members in the message, without the long list that follows.
fn counted(message: &str) -> Option<&str> {
    let start = ["etcd cluster has quorum of", "CheckSafeToScaleCluster found"]
        .iter()
        .find_map(|mark| message.find(mark))?;
    let detail = message.get(start..)?;
    Some(detail.split_once(": [").map_or(detail, |(head, _)| head))
}
