//! etcd operator blocked because the quorum is not fault tolerant.
//!
//! If the operator reports an unhealthy member, `etcd/member-unhealthy` covers it.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/ceohelpers/bootstrap.go`
//!   (`CheckSafeToScaleCluster`), `pkg/etcdcli/health.go` (`IsQuorumFaultTolerantErr`)

use crate::catalog::prelude::*;

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
    .condition(ETCD, CONDITIONS, |bad| {
        let detail =
            counted(&bad.state.message).filter(|_| is_quorum_refusal(&bad.state.message))?;
        let (_, unhealthy) = OperatorCondition::all(&bad.cx, ETCD, &["EtcdMembersDegraded"])?;
        let summary = format!("etcd operator makes no changes: {}", excerpt(detail));
        unhealthy.is_empty().then(|| bad.finding(summary))
    })
    // How long a member may be unavailable while its node is restarted.
    .grace(Span::minutes(30))
    .why(
        "Before it adds a member, renews a certificate or rolls out a revision, the etcd operator \
         counts the healthy members. If there are too few, it makes no changes: certificates are \
         not renewed, replaced nodes get no member, and updates of etcd are stuck.",
    )
    .fix(
        "Restore the missing member, or add the missing control-plane node. The operator then \
         continues.",
    )
    .run(&["oc get nodes -l node-role.kubernetes.io/master"])
    .verify(&["oc get etcds.operator.openshift.io cluster -o yaml"]);

/// The number of members in the message, without the long list that follows.
fn counted(message: &str) -> Option<&str> {
    let marks = ["etcd cluster has quorum of", "CheckSafeToScaleCluster found"];
    let detail = message.get(marks.iter().find_map(|mark| message.find(mark))?..)?;
    Some(detail.split_once(": [").map_or(detail, |(head, _)| head))
}
