//! Namespaces with pod security violations.
//!
//! The operator's own object must be in the archive. The operator evaluates pod security a few
//! times a day.
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/podsecurityreadinesscontroller/conditions.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_KUBE_API_SERVER)])
    .check(check)
    .why(
        "The pods run now. A release that enforces the pod security standard of the namespace \
         rejects them when they are created again.",
    )
    .fix(
        "Reduce the privileges of the workloads, or label the namespace with the level that \
         they need.",
    )
    .run(&["oc label --dry-run=server --overwrite namespace <namespace> \
             pod-security.kubernetes.io/enforce=restricted"])
    .verify(&["oc get kubeapiservers.operator.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = kube_api_server_operator(cx)?;
    let judged: Vec<Condition<'_>> =
        own.conditions().filter(|c| c.name().ends_with("EvaluationConditionsDetected")).collect();
    let violated: Vec<_> = judged
        .iter()
        .filter(|c| c.is_true() && c.reason() == "PSViolationsDetected")
        .copied()
        .collect();
    let mut evidence = violated.iter().map(|c| Evidence::condition(own.resource(), *c, c.name()));
    let Some((condition, first)) = violated.first().zip(evidence.next()) else {
        return Ok(Checked::over(judged.len(), Vec::new()));
    };
    let detail = violated.iter().map(|c| list(&c.message())).collect::<Vec<_>>().join(", ");
    let summary =
        format!("pods would be rejected if pod security was enforced: {}", excerpt(&detail));
    let finding = Finding::new(Subject::view(own), summary, first)
        .since(condition.since())
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}

/// The namespaces of `Violations detected in namespaces: [a b]`.
fn list(message: &str) -> String {
    message
        .split_once(": [")
        .and_then(|(_, rest)| rest.strip_suffix(']'))
        .map_or_else(|| message.to_owned(), |names| names.replace(' ', ", "))
}
