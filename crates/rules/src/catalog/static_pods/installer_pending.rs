//! Control-plane installer pod that does not start.
//!
//! # Why it matters
//!
//! An installer pod writes each new revision to a node. While the pod waits for its image, its
//! network or its volumes, the node keeps the old revision and the remaining nodes are not updated.
//!
//! # What to do
//!
//! Check the pod on the node that the message names. It is a regular pod, and the cause usually
//! blocks other pods on that node as well.
//!
//! # Blind spots
//!
//! The operator reports an installer pod only after it has been waiting for five minutes.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/installerstate/installer_state_controller.go`

use crate::catalog::prelude::*;
use crate::engine::{excerpt, is_shell_safe};
use crate::signals::{OperatorCondition, STATIC_POD_USES, STATIC_PODS};

/// The operator has already waited five minutes.
const GRACE: Span = Span::minutes(5);

/// From the most specific to the least specific.
const CONDITIONS: &[&str] = &[
    "InstallerPodNetworkingDegraded",
    "InstallerPodContainerWaitingDegraded",
    "InstallerPodPendingDegraded",
];

pub(super) static META: Meta = Meta {
    id: "static-pods/installer-pending",
    title: "control-plane installer pod that does not start",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let verdict =
        OperatorCondition::verdict(cx, STATIC_PODS, CONDITIONS, (GRACE, META.severity), finding);
    match verdict {
        // A network problem also makes a container wait.
        Verdict::Found(mut findings) => {
            findings.dedup_by(|next, first| next.subject == first.subject);
            Verdict::Found(findings)
        }
        other => other,
    }
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
            .why("The node keeps its old revision, and the remaining nodes are not updated.")
            .group_by(GroupKey::Node, node)
            .remedy(
                Remedy::new(
                    "Find out why the pod does not start, as for any other pod on that node.",
                )
                .command(format!("oc describe pod {pod} -n {namespace}"))
                .verify(format!("oc get pods -n {namespace} -l app=installer -o wide")),
            ),
    )
}
