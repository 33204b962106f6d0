//! Namespaces whose pods would be refused if pod security were enforced.
//!
//! # Why it matters
//!
//! The pods run today. A release that enforces the pod security standard of the namespace refuses
//! them when they are made anew.
//!
//! # What to do
//!
//! Give the workloads less privilege, or label the namespace for what it needs.
//!
//! # Blind spots
//!
//! The operator's own object must be in the archive. It judges a few times a day.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/podsecurityreadinesscontroller/conditions.go`

use mustknow_gather::kinds::{Condition, OPERATOR_KUBE_API_SERVER};

use crate::catalog::prelude::*;
use crate::facts::{excerpt, kube_api_server_itself};

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/pod-security-violated",
    title: "namespaces whose pods would be refused if pod security were enforced",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = match kube_api_server_itself(case) {
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
        return Verdict::over(judged.len(), Vec::new(), "this release does not judge pod security");
    };
    let words = violated.iter().map(|c| list(&c.message())).collect::<Vec<_>>().join(", ");
    let summary =
        format!("pods would be refused if pod security were enforced: {}", excerpt(&words));
    let finding = Finding::new(Subject::view(own), summary, first)
        .since(condition.since())
        .why("They run today; a release that enforces the standard refuses them when made anew.")
        .evidence(evidence)
        .remedy(
            Remedy::new("Give the workloads less privilege, or label the namespace for its needs.")
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
