//! Fewer workers than the machine-api operator asks for.
//!
//! # Why it matters
//!
//! With MachineSets that ask for more than one worker, the operator is degraded until two of them run.
//! Without workers there are no routers and no monitoring.
//!
//! # What to do
//!
//! Look at the Machines the message names: each has a finding of its own where the archive shows what
//! holds it.
//!
//! # Blind spots
//!
//! Workers that were not made by MachineSets do not count for the operator.
//!
//! # References
//!
//! - openshift/machine-api-operator `pkg/operator/sync.go` (`checkMinimumWorkerMachines`)

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt, judge_summary};

const NAMESPACE: &str = "openshift-machine-api";
/// How long an installation or a replacement may take.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "machines/workers-not-met",
    title: "fewer workers than the machine-api operator asks for",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "machine-api", &["Degraded", "Available"], |reported| {
        let (_, words) = reported.message.split_once("minimum worker replica count")?;
        let summary =
            format!("too few workers run: minimum worker replica count {}", excerpt(words.trim()));
        let finding = reported
            .finding(Subject::cluster("Namespace", NAMESPACE), summary)
            .why("The operator is degraded until two workers of its MachineSets run.")
            .remedy(
                Remedy::new("Look at the Machines that the message names.")
                    .command(format!("oc get machines.machine.openshift.io -n {NAMESPACE} -o wide"))
                    .command("oc get certificatesigningrequests")
                    .verify("oc get clusteroperator machine-api"),
            );
        Some(Patience::of(case, reported.since(), GRACE).weigh(finding, META.severity))
    })
}
