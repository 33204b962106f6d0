//! Fewer worker Machines than the machine-api operator requires.
//!
//! The operator does not count workers that were not created by MachineSets.
//!
//! - openshift/machine-api-operator `pkg/operator/sync.go` (`checkMinimumWorkerMachines`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-machine-api";
/// How long an installation or a replacement may take.
const GRACE: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .check(check)
    .why(
        "If the MachineSets request more than one worker, the operator is degraded until two \
         workers run. Without workers there are no routers and no monitoring.",
    )
    .fix(
        "Check the Machines in the message. If the archive shows the cause, another finding \
         reports it.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, "machine-api", &["Degraded", "Available"], |reported| {
        let (_, detail) = reported.message.split_once("minimum worker replica count")?;
        let summary =
            format!("too few workers run: minimum worker replica count {}", excerpt(detail.trim()));
        let finding = reported
            .finding(Subject::cluster("Namespace", NAMESPACE), summary)
            .run(format!("oc get machines.machine.openshift.io -n {NAMESPACE} -o wide"))
            .run("oc get certificatesigningrequests")
            .verify("oc get clusteroperator machine-api");
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, RULE.meta.severity))
    })
}
