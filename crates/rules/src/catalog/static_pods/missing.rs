//! Control-plane static pod that was installed but did not start.
//!
//! The operators' own objects must be in the archive: a ClusterOperator reports these conditions
//! late and in shortened form. Only the kubelet journal shows why the kubelet does not run the pod.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/missingstaticpod/missing_static_pod_controller.go`
//! - <https://github.com/kubernetes/kubernetes/issues/128975>

use crate::catalog::prelude::*;

/// The operator has already waited. This only excludes conditions that are briefly True.
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
        "The installer wrote a new revision to the node and succeeded, but the kubelet does not \
         run it: the mirror pod of that revision does not exist long after it should. The \
         control plane is missing one instance, or continues to run an old one, and the rollout \
         stops there.",
    )
    .fix(
        "Search the kubelet journal of that node for the pod name. The kubelet does not read \
         its static pod manifests, cannot pull the image, or is stuck on the old pod.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators = static_pod_operators(cx)?;
    let findings = operators.iter().filter_map(|operator| {
        let condition = operator.true_condition("MissingStaticPodControllerDegraded")?;
        let finding = finding(*operator, condition)?;
        Some(Persistence::of(cx, condition.since(), GRACE).apply(finding, RULE.meta.severity))
    });
    Ok(Checked::over(operators.len(), findings))
}

fn finding(operator: StaticPodOperator<'_>, condition: Condition<'_>) -> Option<Finding> {
    let message = condition.message();
    let line = message.lines().find(|line| line.contains("didn't show up"))?;
    let node = line.split_once("on node: \"").and_then(|(_, rest)| rest.split_once('"'));
    let node = node.map(|(name, _)| name).filter(|name| is_shell_safe(name))?;
    let summary = format!(
        "node {node} does not run the installed static pod of {}: {}",
        operator.name,
        excerpt(line)
    );
    let finding = operator
        .finding(summary, condition, "MissingStaticPodControllerDegraded is True")
        .run(format!(
            "oc adm node-logs {node} -u kubelet --since=-1h | grep \
                     {}",
            operator.name
        ))
        .run(format!(
            "oc debug node/{node} -- chroot /host ls -l \
                     /etc/kubernetes/manifests"
        ))
        .verify(format!("oc get pods -n {} -o wide", operator.namespace()));
    Some(operator.explains_old_revision(finding.group_by(GroupKey::Node, node)))
}
