//! Webhook that matches virtual resources.
//!
//! # Why it matters
//!
//! Virtual resources are requests that are never stored, such as access reviews and the binding of
//! a pod to a node. A webhook with rules for all resources is also called for these requests. If it
//! does not respond, logins fail, pods cannot be scheduled, and the webhook cannot recover
//! automatically.
//!
//! # What to do
//!
//! Restrict the rules of the webhook to the API groups and resources that it needs.
//!
//! # Blind spots
//!
//! The operator's own object must be in the archive.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/webhooksupportabilitycontroller/degraded_webhook_on_virtual_resource.go`

use mustknow_cluster::model::kinds::OPERATOR_KUBE_API_SERVER;

use crate::catalog::prelude::*;
use crate::engine::{excerpt, pluralize};
use crate::signals::kube_api_server_operator;

/// The condition type, and its name before 4.11.
const TYPES: [&str; 2] = ["VirtualResourceAdmissionError", "VirtualResourceAdmissionDegraded"];

pub(super) static META: Meta = Meta {
    id: "webhooks/virtual-resources-matched",
    title: "webhook that matches virtual resources",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let own = match kube_api_server_operator(cx) {
        Ok(own) => own,
        Err(unknown) => return unknown,
    };
    let known: Vec<_> = TYPES.iter().filter_map(|of_type| own.condition(of_type)).collect();
    let Some(condition) = known.iter().find(|condition| condition.is_true()) else {
        return Verdict::over(
            known.len(),
            Vec::new(),
            "this release does not check the rules of webhooks",
        );
    };
    let message = condition.message();
    let lines: Vec<_> = message.lines().filter(|line| line.contains("webhook ")).collect();
    let verb = if lines.len() == 1 { "matches" } else { "match" };
    let summary = format!(
        "{} {verb} virtual resources: {}",
        pluralize(lines.len().max(1), "webhook"),
        excerpt(&lines.join(" "))
    );
    let names: Vec<_> =
        lines.iter().filter_map(|line| line.split_once("webhook ")?.1.split(' ').next()).collect();
    let subject = Subject::cluster("Webhook", names.first().copied().unwrap_or_default());
    let evidence = Evidence::condition(own.resource(), *condition, condition.reason());
    let finding = Finding::new(subject, summary, evidence)
        .since(condition.since())
        .why(
            "If the webhook does not respond, access reviews fail and no pods are scheduled, \
             including the pods of the webhook itself.",
        )
        .keywords(format!("webhook {}", names.join(" ")))
        .remedy(
            Remedy::new("Restrict the rules of the webhook to the resources that it needs.")
                .command("oc get validatingwebhookconfigurations,mutatingwebhookconfigurations")
                .verify("oc get kubeapiservers.operator.openshift.io cluster -o yaml"),
        );
    Verdict::Found(vec![finding])
}
