//! Namespaces with pod security violations.
//!
//! The operator evaluates pod security a few times a day.
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/podsecurityreadinesscontroller/conditions.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .each(&[&OPERATOR_KUBE_API_SERVER], judge)
    .at_once("a setting stays until an administrator changes it")
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

fn judge<'s>(_: &RuleContext<'s>, own: &'s Resource) -> Result<Option<Finding>, NotJudged> {
    let evaluated: Vec<_> = Condition::all(own)
        .filter(|it| it.name().ends_with("EvaluationConditionsDetected"))
        .collect();
    if evaluated.is_empty() {
        return Err(not_applicable("this release does not evaluate pod security"));
    }
    let violated: Vec<_> = evaluated
        .into_iter()
        .filter(|it| it.is_true() && it.reason() == "PSViolationsDetected")
        .collect();
    let detail = violated.iter().map(|it| list(&it.message())).collect::<Vec<_>>().join(", ");
    let summary =
        format!("pods would be rejected if pod security was enforced: {}", excerpt(&detail));
    let evidence = violated.iter().map(|it| Evidence::condition(own, *it, it.name()));
    let since = violated.first().and_then(|it| it.since());
    Ok(Finding::based_on(Subject::of(own), summary, evidence).map(|it| it.since(since)))
}

/// The namespaces of `Violations detected in namespaces: [a b]`.
fn list(message: &str) -> String {
    let names = message.split_once(": [").and_then(|(_, rest)| rest.strip_suffix(']'));
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b' ');
    match names.filter(|names| names.bytes().all(is_of_name)) {
        Some(names) => names.replace(' ', ", "),
        None => message.to_owned(),
    }
}
