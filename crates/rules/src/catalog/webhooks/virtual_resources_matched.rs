//! A webhook that looks at requests which are no objects.
//!
//! # Why it matters
//!
//! Whether somebody may do something, and on which node a pod is to run, is asked by requests that
//! are never stored. A webhook with rules for every resource is asked about these as well: when it
//! does not answer nobody can log in and no pod is placed, and it cannot come back by itself.
//!
//! # What to do
//!
//! Narrow the rules of the webhook to the groups and resources it is for.
//!
//! # Blind spots
//!
//! The operator's own object must be in the archive.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/webhooksupportabilitycontroller/degraded_webhook_on_virtual_resource.go`

use mustknow_gather::kinds::OPERATOR_KUBE_API_SERVER;

use crate::catalog::prelude::*;
use crate::facts::{count, excerpt, kube_api_server_itself};

/// The type, and what it was called before 4.11.
const TYPES: [&str; 2] = ["VirtualResourceAdmissionError", "VirtualResourceAdmissionDegraded"];

pub(super) static META: Meta = Meta {
    id: "webhooks/virtual-resources-matched",
    title: "a webhook that looks at requests which are no objects",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = match kube_api_server_itself(case) {
        Ok(own) => own,
        Err(unknown) => return unknown,
    };
    let known: Vec<_> = TYPES.iter().filter_map(|of_type| own.condition(of_type)).collect();
    let Some(condition) = known.iter().find(|condition| condition.is_true()) else {
        return Verdict::over(
            known.len(),
            Vec::new(),
            "this release does not look at webhooks' rules",
        );
    };
    let message = condition.message();
    let lines: Vec<_> = message.lines().filter(|line| line.contains("webhook ")).collect();
    let verb = if lines.len() == 1 { "looks" } else { "look" };
    let summary = format!(
        "{} {verb} at requests that are no objects: {}",
        count(lines.len().max(1), "webhook"),
        excerpt(&lines.join(" "))
    );
    let names: Vec<_> =
        lines.iter().filter_map(|line| line.split_once("webhook ")?.1.split(' ').next()).collect();
    let subject = Subject::cluster("Webhook", names.first().copied().unwrap_or_default());
    let evidence = Evidence::condition(own.resource(), *condition, condition.reason());
    let finding = Finding::new(subject, summary, evidence)
        .since(condition.since())
        .why(
            "When the webhook does not answer nobody's rights can be looked up and no pod is \
             placed, the webhook's own included.",
        )
        .saying(format!("webhook {}", names.join(" ")))
        .remedy(
            Remedy::new("Narrow the rules of the webhook to what it is for.")
                .command("oc get validatingwebhookconfigurations,mutatingwebhookconfigurations")
                .verify("oc get kubeapiservers.operator.openshift.io cluster -o yaml"),
        );
    Verdict::Found(vec![finding])
}
