//! etcd operator blocked because the quorum is not fault tolerant.
//!
//! # Why it matters
//!
//! Before it adds a member, renews a certificate or rolls out a revision, the etcd operator counts
//! the healthy members. If there are too few, it makes no changes: certificates are not renewed,
//! replaced nodes get no member, and updates of etcd are stuck.
//!
//! # What to do
//!
//! Restore the missing member, or add the missing control-plane node. The operator then continues
//! without further action.
//!
//! # Blind spots
//!
//! If the operator reports an unhealthy member, `etcd/member-unhealthy` covers it. This rule covers
//! members or nodes that do not exist at all.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/ceohelpers/bootstrap.go`
//!   (`CheckSafeToScaleCluster`), `pkg/etcdcli/health.go` (`IsQuorumFaultTolerantErr`)

use mustknow_cluster::model::kinds::OPERATOR_ETCD;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{ETCD, OperatorCondition};

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

pub(super) static META: Meta = Meta {
    id: "etcd/scaling-unsafe",
    title: "etcd operator blocked because the quorum is not fault tolerant",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

/// Whether the message reports that the quorum check of the operator failed.
pub(super) fn is_refusal(message: &str) -> bool {
    message.contains("which is not fault tolerant")
        || message.contains("CheckSafeToScaleCluster found")
}

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let verdict =
        OperatorCondition::verdict(cx, ETCD, CONDITIONS, (GRACE, META.severity), |condition| {
            let message = &condition.state.message;
            let detail = counted(message).filter(|_| is_refusal(message))?;
            let summary = format!("etcd operator makes no changes: {}", excerpt(detail));
            Some(
                condition
                    .finding(summary)
                    .why(
                        "With too few healthy members the operator adds no members, renews no \
                     certificates and rolls out no revisions.",
                    )
                    .remedy(
                        Remedy::new("Restore the missing member or control-plane node.")
                            .command("oc get nodes -l node-role.kubernetes.io/master")
                            .verify("oc get etcds.operator.openshift.io cluster -o yaml"),
                    ),
            )
        });
    let members = OperatorCondition::all(cx, ETCD, &["EtcdMembersDegraded"]);
    let is_reported_elsewhere = members.is_some_and(|(_, bad)| !bad.is_empty());
    match verdict {
        // The finding for the unhealthy member already covers it.
        Verdict::Found(_) if is_reported_elsewhere => Verdict::Healthy { examined: 1 },
        // Several controllers make the same check.
        Verdict::Found(mut findings) => {
            findings.truncate(1);
            Verdict::Found(findings)
        }
        other => other,
    }
}

/// The number of members in the message, without the long list that follows.
fn counted(message: &str) -> Option<&str> {
    let start = ["etcd cluster has quorum of", "CheckSafeToScaleCluster found"]
        .iter()
        .find_map(|mark| message.find(mark))?;
    let detail = message.get(start..)?;
    Some(detail.split_once(": [").map_or(detail, |(head, _)| head))
}
