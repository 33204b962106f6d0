//! Control-plane static pod that was installed but did not start.
//!
//! # Why it matters
//!
//! The installer wrote a new revision to the node and succeeded, but the kubelet does not run it:
//! the mirror pod of that revision does not exist long after it should. The control plane is
//! missing one instance, or continues to run an old one, and the rollout stops there.
//!
//! # What to do
//!
//! Search the kubelet journal of that node for the pod name. The kubelet does not read its static
//! pod manifests, cannot pull the image, or is stuck on the old pod.
//!
//! # Blind spots
//!
//! The operators' own objects must be in the archive: a ClusterOperator reports these conditions
//! late and in shortened form. Only the kubelet journal shows why the kubelet does not run the pod.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/missingstaticpod/missing_static_pod_controller.go`
//! - <https://github.com/kubernetes/kubernetes/issues/128975>

use mustknow_cluster::model::kinds::{
    OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER, OPERATOR_KUBE_CONTROLLER_MANAGER,
    OPERATOR_KUBE_SCHEDULER,
};
use mustknow_cluster::views::Condition;

use crate::catalog::prelude::*;
use crate::domain::{StaticPodOperator, static_pod_operators};
use crate::engine::{Persistence, excerpt, is_shell_safe};

/// The operator has already waited. This only excludes conditions that are briefly True.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "static-pods/missing",
    title: "control-plane static pod that was installed but did not start",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
        Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let operators = match static_pod_operators(cx) {
        Ok(operators) => operators,
        Err(unknown) => return unknown,
    };
    let findings = operators.iter().filter_map(|operator| {
        let condition = operator.true_condition("MissingStaticPodControllerDegraded")?;
        let finding = finding(*operator, condition)?;
        Some(Persistence::of(cx, condition.since(), GRACE).apply(finding, META.severity))
    });
    Verdict::over(operators.len(), findings.collect(), "no static pod operator in the archive")
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
        .why(
            "The installer succeeded, so the manifest is on the node, but the kubelet does not run \
             the static pod: it does not read its manifests, cannot pull the image or is stuck on \
             the old pod.",
        )
        .remedy(
            Remedy::new("Check the kubelet journal of the node for messages about the pod.")
                .command(format!(
                    "oc adm node-logs {node} -u kubelet --since=-1h | grep \
                     {}",
                    operator.name
                ))
                .command(format!(
                    "oc debug node/{node} -- chroot /host ls -l \
                     /etc/kubernetes/manifests"
                ))
                .verify(format!("oc get pods -n {} -o wide", operator.namespace())),
        );
    Some(operator.explains_old_revision(finding.group_by(GroupKey::Node, node)))
}
