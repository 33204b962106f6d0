//! An installer of the control plane that does not get to run.
//!
//! # Why it matters
//!
//! A new revision is written to a node by an installer pod. While that pod waits for its image, its
//! network or its volumes, the node keeps the old revision and the nodes after it are not reached.
//!
//! # What to do
//!
//! Look at the pod that is named, on the node that is named: it is a pod like any other, and what
//! keeps it keeps other pods of that node as well.
//!
//! # Blind spots
//!
//! The operator reports a pod that has waited for five minutes.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/installerstate/installer_state_controller.go`

use crate::catalog::prelude::*;
use crate::facts::{STATIC_POD_USES, STATIC_PODS, Spoken, excerpt, is_plain};

/// The operator has waited five minutes already.
const GRACE: Span = Span::minutes(5);

/// From the most telling to the least.
const CONDITIONS: &[&str] = &[
    "InstallerPodNetworkingDegraded",
    "InstallerPodContainerWaitingDegraded",
    "InstallerPodPendingDegraded",
];

pub(super) static META: Meta = Meta {
    id: "static-pods/installer-pending",
    title: "an installer of the control plane that does not get to run",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let verdict = Spoken::verdict(case, STATIC_PODS, CONDITIONS, (GRACE, META.severity), tell);
    match verdict {
        // The network is also why a container waits.
        Verdict::Found(mut findings) => {
            findings.dedup_by(|next, first| next.subject == first.subject);
            Verdict::Found(findings)
        }
        other => other,
    }
}

fn tell(spoken: &Spoken<'_>) -> Option<Finding> {
    let message = &spoken.reported.message;
    let quoted = |mark: &str| {
        let (_, rest) = message.split_once(mark)?;
        Some(rest.split_once('"')?.0).filter(|name| is_plain(name))
    };
    let (pod, node) = (quoted("Pod \"")?, quoted("on node \"")?);
    let (namespace, operator) = (spoken.namespace(), spoken.operator);
    let because = message.split_once(" because ").or_else(|| message.split_once("networking: "));
    let summary = format!(
        "the installer of {operator} does not run on node {node} ({}): {}",
        spoken.reported.reason,
        excerpt(because.map_or(message.as_str(), |(_, words)| words))
    );
    Some(
        spoken
            .finding(summary)
            .explains(spoken.subject(), "at revision")
            .why("The node keeps its old revision, and the nodes after it are not reached.")
            .shares(Common::Node, node)
            .remedy(
                Remedy::new("Find out what keeps the pod, as for any other pod of that node.")
                    .command(format!("oc describe pod {pod} -n {namespace}"))
                    .verify(format!("oc get pods -n {namespace} -l app=installer -o wide")),
            ),
    )
}
