//! Fewer worker Machines than the machine-api operator requires.
//!
//! # Why it matters
//!
//! If the MachineSets request more than one worker, the operator is degraded until two workers run.
//! Without workers there are no routers and no monitoring.
//!
//! # What to do
//!
//! Check the Machines in the message. If the archive shows the cause, another finding reports it.
//!
//! # Blind spots
//!
//! The operator does not count workers that were not created by MachineSets.
//!
//! # References
//!
//! - openshift/machine-api-operator `pkg/operator/sync.go` (`checkMinimumWorkerMachines`)

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::judge_cluster_operator;

const NAMESPACE: &str = "openshift-machine-api";
/// How long an installation or a replacement may take.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machines/workers-not-met",
    title: "fewer worker Machines than the machine-api operator requires",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_cluster_operator(cx, "machine-api", &["Degraded", "Available"], |reported| {
        let (_, detail) = reported.message.split_once("minimum worker replica count")?;
        let summary =
            format!("too few workers run: minimum worker replica count {}", excerpt(detail.trim()));
        let finding = reported
            .finding(Subject::cluster("Namespace", NAMESPACE), summary)
            .why("The operator is degraded until two workers of its MachineSets run.")
            .remedy(
                Remedy::new("Check the Machines in the message.")
                    .command(format!("oc get machines.machine.openshift.io -n {NAMESPACE} -o wide"))
                    .command("oc get certificatesigningrequests")
                    .verify("oc get clusteroperator machine-api"),
            );
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, META.severity))
    })
}
