//! A static pod of the control plane that never appeared.
//!
//! # Why it matters
//!
//! The installer wrote a new revision to the node and succeeded, but the kubelet does not run it:
//! no mirror pod of that revision exists long after it should. The control plane misses one of its
//! members, or keeps running an old one, and the roll stops there.
//!
//! # What to do
//!
//! Read the journal of that node's kubelet for the pod's name: it does not read its manifests,
//! cannot pull the image, or hangs on the old pod.
//!
//! # Blind spots
//!
//! The operators' own objects must be in the archive: a ClusterOperator sums them up too late and
//! too briefly. Why the kubelet does not run the pod stands in its journal only.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/missingstaticpod/missing_static_pod_controller.go`
//! - <https://github.com/kubernetes/kubernetes/issues/128975>

use mustknow_gather::kinds::{
    Condition, OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER, OPERATOR_KUBE_CONTROLLER_MANAGER,
    OPERATOR_KUBE_SCHEDULER,
};

use crate::catalog::prelude::*;
use crate::facts::{Patience, StaticPodOperator, excerpt, is_plain, static_pod_operators};

/// The operator has waited already; this only spares a condition that comes and goes.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "static-pods/missing",
    title: "a static pod of the control plane that never appeared",
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operators = match static_pod_operators(case) {
        Ok(operators) => operators,
        Err(unknown) => return unknown,
    };
    let findings = operators.iter().filter_map(|operator| {
        let condition = operator.complains("MissingStaticPodControllerDegraded")?;
        let finding = finding(*operator, condition)?;
        Some(Patience::of(case, condition.since(), GRACE).weigh(finding, META.severity))
    });
    Verdict::over(operators.len(), findings.collect(), "no operator of static pods in the archive")
}

fn finding(operator: StaticPodOperator<'_>, condition: Condition<'_>) -> Option<Finding> {
    let message = condition.message();
    let line = message.lines().find(|line| line.contains("didn't show up"))?;
    let node = line.split_once("on node: \"").and_then(|(_, rest)| rest.split_once('"'));
    let node = node.map(|(name, _)| name).filter(|name| is_plain(name))?;
    let summary = format!(
        "node {node} does not run the static pod of {} that was installed there: {}",
        operator.name,
        excerpt(line)
    );
    let finding = operator
        .finding(summary, condition, "MissingStaticPodControllerDegraded is True")
        .why(
            "The installer succeeded, so the manifest lies on the node, but its kubelet does not \
             run it: it does not read its manifests, cannot pull the image or hangs on the old \
             pod.",
        )
        .remedy(
            Remedy::new("Read what the kubelet of the node says of the pod.")
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
    Some(operator.explaining_lag(finding.shares(Common::Node, node)))
}
