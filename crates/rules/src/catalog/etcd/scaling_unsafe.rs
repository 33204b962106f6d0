//! An etcd that its operator does not dare to change.
//!
//! # Why it matters
//!
//! Before it adds a member, renews a certificate or rolls out a revision, the etcd operator counts
//! the healthy members. With too few it does nothing at all: certificates are not renewed, nodes
//! that were replaced get no member, and updates of etcd stand still.
//!
//! # What to do
//!
//! Bring the missing member back, or add the control-plane node that is missing. The operator goes
//! on by itself.
//!
//! # Blind spots
//!
//! Where the operator names an unhealthy member, `etcd/member-unhealthy` says it all. Here it is
//! members, or nodes, that are not there at all.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/ceohelpers/bootstrap.go`
//!   (`CheckSafeToScaleCluster`), `pkg/etcdcli/health.go` (`IsQuorumFaultTolerantErr`)

use mustknow_gather::kinds::OPERATOR_ETCD;

use crate::catalog::prelude::*;
use crate::facts::{ETCD, Spoken, excerpt};

/// How long a member may be away while its node is restarted.
const GRACE: Span = Span::minutes(30);

/// What the operator asks its own question before.
const ASKING: &[&str] = &[
    "ClusterMemberControllerDegraded",
    "EtcdCertSignerControllerDegraded",
    "EtcdEndpointsDegraded",
    "RevisionControllerDegraded",
    "ScriptControllerDegraded",
    "TargetConfigControllerDegraded",
];

pub(super) static META: Meta = Meta {
    id: "etcd/scaling-unsafe",
    title: "an etcd that its operator does not dare to change",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

/// Whether the words are those of the operator that counts its members.
pub(super) fn is_refusal(message: &str) -> bool {
    message.contains("which is not fault tolerant")
        || message.contains("CheckSafeToScaleCluster found")
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let verdict = Spoken::verdict(case, ETCD, ASKING, (GRACE, META.severity), |spoken| {
        let message = &spoken.reported.message;
        let words = counted(message).filter(|_| is_refusal(message))?;
        let summary = format!("the etcd operator changes nothing: {}", excerpt(words));
        Some(
            spoken
                .finding(summary)
                .why(
                    "With too few healthy members the operator adds none, renews no certificate \
                     and rolls out no revision.",
                )
                .remedy(
                    Remedy::new("Bring the missing member or control-plane node back.")
                        .command("oc get nodes -l node-role.kubernetes.io/master")
                        .verify("oc get etcds.operator.openshift.io cluster -o yaml"),
                ),
        )
    });
    let members = Spoken::all(case, ETCD, &["EtcdMembersDegraded"]);
    let is_told = members.is_some_and(|(_, bad)| !bad.is_empty());
    match verdict {
        // The member that is unhealthy says it all.
        Verdict::Found(_) if is_told => Verdict::Healthy { examined: 1 },
        // Several controllers ask the same question.
        Verdict::Found(mut findings) => {
            findings.truncate(1);
            Verdict::Found(findings)
        }
        other => other,
    }
}

/// How many members there are, without the long list that follows.
fn counted(message: &str) -> Option<&str> {
    let start = ["etcd cluster has quorum of", "CheckSafeToScaleCluster found"]
        .iter()
        .find_map(|mark| message.find(mark))?;
    let words = message.get(start..)?;
    Some(words.split_once(": [").map_or(words, |(head, _)| head))
}
