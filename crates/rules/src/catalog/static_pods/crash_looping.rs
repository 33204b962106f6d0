//! Crash-looping control-plane static pod.
//!
//! The operators' own objects must be in the archive: a ClusterOperator reports these conditions
//! late and in shortened form. While a revision is rolled out, containers stop and start. A
//! condition that has lasted for less than five minutes is reported as informational only.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/staticpodstate/staticpodstate_controller.go`
//! - <https://github.com/okd-project/okd/issues/764>

use crate::catalog::prelude::*;

/// How long containers may stop and start while a revision is rolled out.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
        Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    ])
    .check(check)
    .why(
        "A container of etcd, kube-apiserver, kube-controller-manager or kube-scheduler \
         crash-loops on one node. The other nodes continue without redundancy, and a rollout of \
         a new revision stops there.",
    )
    .fix(
        "Check the log of the container's previous run. It shows which file it cannot read, \
         which endpoint it cannot reach or which port it cannot bind.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators = static_pod_operators(cx)?;
    let findings = operators.iter().filter_map(|operator| {
        let condition = operator.true_condition("StaticPodsDegraded")?;
        let finding = finding(*operator, condition)?;
        Some(Persistence::of(cx, condition.since(), GRACE).apply(finding, RULE.meta.severity))
    });
    Ok(Checked::over(operators.len(), findings))
}

fn finding(operator: StaticPodOperator<'_>, condition: Condition<'_>) -> Option<Finding> {
    let message = condition.message();
    let line = message.lines().find(|line| {
        line.contains("is waiting: CrashLoopBackOff") || line.contains("is terminated: Error")
    })?;
    let summary = format!("static pod of {} is crash-looping: {}", operator.name, excerpt(line));
    let finding = operator
        .finding(summary, condition, "StaticPodsDegraded is True")
        .remedy(remedy(operator, line));
    Some(operator.explains_old_revision(finding))
}

fn remedy(operator: StaticPodOperator<'_>, line: &str) -> Remedy {
    let namespace = operator.namespace();
    let quoted = line.split_once("container \"").and_then(|(_, rest)| rest.split_once('"'));
    let container =
        quoted.map(|(name, _)| name).filter(|name| is_shell_safe(name)).unwrap_or("<container>");
    let pod = line.split_once("pod/").and_then(|(_, rest)| rest.split_whitespace().next());
    Remedy::new("Check the log of the previous run and fix the error that it shows.")
        .command(format!(
            "oc logs -n {namespace} {} -c {container} --previous",
            pod.filter(|name| is_shell_safe(name)).unwrap_or("<pod>")
        ))
        .verify(format!("oc get pods -n {namespace}"))
}
