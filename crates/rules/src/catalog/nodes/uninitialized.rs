//! Uninitialized node (cloud provider taint not removed).
//!
//! The taint has no timestamp, so the age of the node is used instead.
//!
//! - kubernetes/kubernetes `staging/src/k8s.io/cloud-provider/controllers/node/node_controller.go`
//! - openshift/openshift-docs pull request 117713

use crate::catalog::prelude::*;

const TAINT: &str = "node.cloudprovider.kubernetes.io/uninitialized";

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&NODE], judge)
    // How long the cloud controller manager may take.
    .note_until(Span::minutes(10))
    .why(
        "With an external cloud provider, a kubelet starts with the taint \
         node.cloudprovider.kubernetes.io/uninitialized. The cloud controller manager removes \
         it once it has found the machine in its cloud. Until then, ordinary pods are not \
         scheduled on the node.",
    )
    .fix(
        "Check the log of the cloud controller manager for the name of the node. Usual reasons: \
         it does not run, its credentials are rejected, or the machine has another name in the \
         cloud or does not belong to it (a bare-metal node in a vSphere cluster).",
    )
    .run(&["oc get pods -n openshift-cloud-controller-manager -o wide"])
    .verify(&["oc get node {name} -o jsonpath='{.spec.taints}'"]);

fn judge(_: &RuleContext<'_>, node: &Resource) -> Result<Option<Finding>, NotJudged> {
    let node = Node::of(node);
    let name = node.name();
    Ok(node.taint(TAINT).map(|taint| {
        let summary = format!(
            "node {name} was not initialized by the cloud provider, so no pods are scheduled on it"
        );
        let shown = "the taint set by the kubelet";
        let evidence = Evidence::seen(node.resource(), taint.span(), shown);
        Finding::new(Subject::view(node), summary, evidence)
            .since(node.resource().created())
            .keywords(name)
            .keywords(TAINT)
    }))
}
