//! Control-plane installer pod that does not start.
//!
//! The operator reports an installer pod only after it has been waiting for five minutes.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/installerstate/installer_state_controller.go`

use crate::catalog::prelude::*;

/// The operator has already waited five minutes.
const GRACE: Span = Span::minutes(5);

/// From the most specific to the least specific.
const CONDITIONS: &[&str] = &[
    "InstallerPodNetworkingDegraded",
    "InstallerPodContainerWaitingDegraded",
    "InstallerPodPendingDegraded",
];

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .grace(GRACE)
    .why(
        "An installer pod writes each new revision to a node. While the pod waits for its \
         image, its network or its volumes, the node keeps the old revision and the remaining \
         nodes are not updated.",
    )
    .fix(
        "Check the pod on the node that the message names. It is a regular pod, and the cause \
         usually blocks other pods on that node as well.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    OperatorCondition::judge(cx, STATIC_PODS, CONDITIONS, finding)
}

fn finding(condition: &OperatorCondition<'_>) -> Option<Finding> {
    let message = &condition.state.message;
    let quoted = |mark: &str| {
        let (_, rest) = message.split_once(mark)?;
        Some(rest.split_once('"')?.0).filter(|name| is_shell_safe(name))
    };
    let (pod, node) = (quoted("Pod \"")?, quoted("on node \"")?);
    let (namespace, operator) = (condition.namespace(), condition.operator);
    let cause = message.split_once(" because ").or_else(|| message.split_once("networking: "));
    let summary = format!(
        "installer pod of {operator} does not start on node {node} ({}): {}",
        condition.state.reason,
        excerpt(cause.map_or(message.as_str(), |(_, detail)| detail))
    );
    Some(
        condition
            .finding(summary)
            .explains(condition.subject(), "at revision")
            .group_by(GroupKey::Node, node)
            .run(format!("oc describe pod {pod} -n {namespace}"))
            .verify(format!("oc get pods -n {namespace} -l app=installer -o wide")),
    )
}
