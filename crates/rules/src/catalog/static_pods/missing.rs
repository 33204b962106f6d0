//! Control-plane static pod that was installed but did not start.
//!
//! Only the kubelet journal shows why the kubelet does not run the pod.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/missingstaticpod/missing_static_pod_controller.go`
//! - <https://github.com/kubernetes/kubernetes/issues/128975>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .condition(STATIC_PODS, &["MissingStaticPodControllerDegraded"], |bad| {
        let line = bad.state.message.lines().find(|line| line.contains("didn't show up"))?;
        let (node, _) = line.split_once("on node: \"")?.1.split_once('"')?;
        let summary = format!(
            "node {node} does not run the installed static pod of {}: {}",
            bad.operator,
            excerpt(line)
        );
        let finding = bad.finding(summary).explains(bad.subject(), "at revision");
        Some(finding.group_by(GroupKey::Node, node).with("node", node))
    })
    // The operator has already waited.
    .note_until(Span::minutes(5))
    .why(
        "The installer wrote a new revision to the node and succeeded, but the kubelet does not \
         run it: the mirror pod of that revision does not exist long after it should. The \
         control plane is missing one instance, or continues to run an old one, and the rollout \
         stops there.",
    )
    .fix(
        "Search the kubelet journal of that node for the pod name. The kubelet does not read \
         its static pod manifests, cannot pull the image, or is stuck on the old pod.",
    )
    .run(&[
        "oc adm node-logs {node} -u kubelet --since=-1h | grep {operator}",
        "oc debug node/{node} -- chroot /host ls -l /etc/kubernetes/manifests",
    ])
    .verify(&["oc get pods -n {namespace} -o wide"]);
