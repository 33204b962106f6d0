//! Webhook that matches virtual resources.
//!
//! The operator's own object must be in the archive.
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/webhooksupportabilitycontroller/degraded_webhook_on_virtual_resource.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_KUBE_API_SERVER)])
    .check(check)
    .at_once("a setting stays until an administrator changes it")
    .why(
        "Virtual resources are requests that are never stored, such as access reviews and the \
         binding of a pod to a node. A webhook with rules for all resources is also called for \
         these requests. If it does not respond, logins fail, pods cannot be scheduled, and the \
         webhook cannot recover automatically.",
    )
    .fix("Restrict the rules of the webhook to the API groups and resources that it needs.")
    .run(&["oc get validatingwebhookconfigurations,mutatingwebhookconfigurations"])
    .verify(&["oc get kubeapiservers.operator.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = kube_api_server_operator(cx)?;
    // The condition type, and its name before 4.11.
    let types = ["VirtualResourceAdmissionError", "VirtualResourceAdmissionDegraded"];
    let known = types.iter().filter_map(|of_type| own.condition(of_type));
    let bad = known.clone().find(|condition| condition.is_true());
    Ok(Checked::over(known.count(), bad.map(|condition| finding(own, condition))))
}

fn finding(own: Operator<'_>, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    let lines: Vec<_> = message.lines().filter(|line| line.contains("webhook ")).collect();
    let verb = if lines.len() == 1 { "matches" } else { "match" };
    let count = pluralize(lines.len().max(1), "webhook");
    let summary = format!("{count} {verb} virtual resources: {}", excerpt(&lines.join(" ")));
    let names: Vec<_> =
        lines.iter().filter_map(|line| line.split_once("webhook ")?.1.split(' ').next()).collect();
    let subject = Subject::cluster("Webhook", names.first().copied().unwrap_or_default());
    let evidence = Evidence::condition(own.resource(), condition, condition.reason());
    Finding::new(subject, summary, evidence)
        .since(condition.since())
        .keywords(format!("webhook {}", names.join(" ")))
}
