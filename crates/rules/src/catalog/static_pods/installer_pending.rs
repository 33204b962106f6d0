//! Control-plane installer pod that does not start.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/installerstate/installer_state_controller.go`

use crate::catalog::prelude::*;

/// From the most specific to the least specific.
const CONDITIONS: &[&str] = &[
    "InstallerPodNetworkingDegraded",
    "InstallerPodContainerWaitingDegraded",
    "InstallerPodPendingDegraded",
];

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .condition(STATIC_PODS, CONDITIONS, finding)
    // The operator has already waited five minutes.
    .grace(Span::minutes(5))
    .why(
        "An installer pod writes each new revision to a node. While the pod waits for its \
         image, its network or its volumes, the node keeps the old revision and the remaining \
         nodes are not updated.",
    )
    .fix(
        "Check the pod on the node that the message names. It is a regular pod, and the cause \
         usually blocks other pods on that node as well.",
    )
    .run(&["oc describe pod {pod} -n {namespace}"])
    .verify(&["oc get pods -n {namespace} -l app=installer -o wide"]);

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let message = &bad.state.message;
    let quoted = |mark: &str| Some(message.split_once(mark)?.1.split_once('"')?.0);
    let (pod, node) = (quoted("Pod \"")?, quoted("on node \"")?);
    let cause = message.split_once(" because ").or_else(|| message.split_once("networking: "));
    let summary = format!(
        "installer pod of {} does not start on node {node} ({}): {}",
        bad.operator,
        bad.state.reason,
        excerpt(cause.map_or(message.as_str(), |(_, detail)| detail))
    );
    let finding = bad.finding(summary).explains(bad.subject(), "at revision");
    Some(finding.group_by(GroupKey::Node, node).with("pod", pod))
}
