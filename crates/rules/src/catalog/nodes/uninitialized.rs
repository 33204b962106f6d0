//! A node the cloud provider has never initialised.
//!
//! # Why it matters
//!
//! A kubelet that is told of an external cloud provider starts with the taint
//! `node.cloudprovider.kubernetes.io/uninitialized`. The cloud controller manager removes it once
//! it has found the machine in its cloud. Until then no ordinary pod is placed on the node.
//!
//! # What to do
//!
//! Read the log of the cloud controller manager for the node's name. Usual reasons: it does not
//! run, its credentials are refused, the machine's name in the cloud differs from the node's, or
//! the machine is not of that cloud at all (a bare-metal node in a vSphere cluster).
//!
//! # Blind spots
//!
//! The taint carries no time; the age of the node stands for it.
//!
//! # References
//!
//! - kubernetes/kubernetes `staging/src/k8s.io/cloud-provider/controllers/node/node_controller.go`
//! - openshift/openshift-docs pull request 117713

use mustknow_gather::kinds::{NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{Patience, client};

pub(super) static META: Meta = Meta {
    id: "nodes/uninitialized",
    title: "a node the cloud provider has never initialised",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[],
};

const TAINT: &str = "node.cloudprovider.kubernetes.io/uninitialized";
/// How long the cloud controller manager may take.
const GRACE: Span = Span::minutes(10);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        examined += 1;
        if let Some(taint) = node.taint(TAINT) {
            let evidence =
                Evidence::seen(node.resource(), taint.span(), "the taint the kubelet began with");
            let created = node.resource().created();
            let patience = Patience::of(case, created, GRACE);
            findings
                .push(patience.weigh(finding(case, node, evidence).since(created), META.severity));
        }
    }
    Verdict::over(examined, findings, "no node in the archive")
}

fn finding(case: &Case<'_>, node: Node<'_>, evidence: Evidence) -> Finding {
    let name = node.name();
    let summary = format!(
        "node {name} was never initialised by the cloud provider, so no pod is placed on it"
    );
    Finding::new(Subject::view(node), summary, evidence)
        .saying(name)
        .saying(TAINT)
        .why(
            "The cloud controller manager removes the taint once it has found the machine in its \
             cloud. It does not run, it is refused by the cloud, or it cannot find a machine of \
             this name.",
        )
        .remedy(remedy(case, name))
}

fn remedy(case: &Case<'_>, node: &str) -> Remedy {
    let client = client(case);
    let remedy = Remedy::new("Read what the cloud controller manager says of the node.");
    let remedy = if case.snapshot().is_openshift() {
        remedy
            .command("oc get clusteroperator cloud-controller-manager -o yaml")
            .command("oc get pods -n openshift-cloud-controller-manager")
    } else {
        remedy.command(format!("{client} get pods -n kube-system"))
    };
    remedy.verify(format!("{client} get node {node} -o jsonpath='{{.spec.taints}}'"))
}
