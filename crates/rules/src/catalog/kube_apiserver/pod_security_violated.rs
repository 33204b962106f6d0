//! Namespaces with pod security violations.
//!
//! # Why it matters
//!
//! The pods run now. A release that enforces the pod security standard of the namespace rejects
//! them when they are created again.
//!
//! # What to do
//!
//! Reduce the privileges of the workloads, or label the namespace with the level that they need.
//!
//! # Blind spots
//!
//! The operator's own object must be in the archive. The operator evaluates pod security a few
//! times a day.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/podsecurityreadinesscontroller/conditions.go`

use mustknow_cluster::model::kinds::OPERATOR_KUBE_API_SERVER;
use mustknow_cluster::views::Condition;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::kube_api_server_operator;

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/pod-security-violated",
    title: "namespaces with pod security violations",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let own = match kube_api_server_operator(cx) {
        Ok(own) => own,
        Err(unknown) => return unknown,
    };
    let judged: Vec<Condition<'_>> =
        own.conditions().filter(|c| c.name().ends_with("EvaluationConditionsDetected")).collect();
    let violated: Vec<_> = judged
        .iter()
        .filter(|c| c.is_true() && c.reason() == "PSViolationsDetected")
        .copied()
        .collect();
    let mut evidence = violated.iter().map(|c| Evidence::condition(own.resource(), *c, c.name()));
    let Some((condition, first)) = violated.first().zip(evidence.next()) else {
        return Verdict::over(judged.len(), Vec::new(), "this release does not check pod security");
    };
    let detail = violated.iter().map(|c| list(&c.message())).collect::<Vec<_>>().join(", ");
    let summary =
        format!("pods would be rejected if pod security was enforced: {}", excerpt(&detail));
    let finding = Finding::new(Subject::view(own), summary, first)
        .since(condition.since())
        .why(
            "The pods run now. A release that enforces the standard rejects them when they are \
             created again.",
        )
        .evidence(evidence)
        .remedy(
            Remedy::new(
                "Reduce the privileges of the workloads, or label the namespace with the level \
                 they need.",
            )
            .command(
                "oc label --dry-run=server --overwrite namespace <namespace> \
                     pod-security.kubernetes.io/enforce=restricted",
            )
            .verify("oc get kubeapiservers.operator.openshift.io cluster -o yaml"),
        );
    Verdict::Found(vec![finding])
}

/// The namespaces of `Violations detected in namespaces: [a b]`.
fn list(message: &str) -> String {
    message
        .split_once(": [")
        .and_then(|(_, rest)| rest.strip_suffix(']'))
        .map_or_else(|| message.to_owned(), |names| names.replace(' ', ", "))
}
