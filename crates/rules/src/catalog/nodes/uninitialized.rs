//! Uninitialized node (cloud provider taint not removed).
//!
//! The taint has no timestamp, so the age of the node is used instead.
//!
//! - kubernetes/kubernetes `staging/src/k8s.io/cloud-provider/controllers/node/node_controller.go`
//! - openshift/openshift-docs pull request 117713

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "With an external cloud provider, a kubelet starts with the taint \
         node.cloudprovider.kubernetes.io/uninitialized. The cloud controller manager removes \
         it once it has found the machine in its cloud. Until then, ordinary pods are not \
         scheduled on the node.",
    )
    .fix(
        "Check the log of the cloud controller manager for the name of the node. Usual reasons: \
         it does not run, its credentials are rejected, the name of the machine in the cloud \
         differs from the node name, or the machine does not belong to that cloud (a bare-metal \
         node in a vSphere cluster).",
    );

const TAINT: &str = "node.cloudprovider.kubernetes.io/uninitialized";
/// How long the cloud controller manager may take.
const GRACE: Span = Span::minutes(10);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        if let Some(taint) = node.taint(TAINT) {
            let evidence =
                Evidence::seen(node.resource(), taint.span(), "the taint set by the kubelet");
            let created = node.resource().created();
            let persistence = Persistence::of(cx, created, GRACE);
            findings.push(
                persistence.apply(finding(cx, node, evidence).since(created), RULE.meta.severity),
            );
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, node: Node<'_>, evidence: Evidence) -> Finding {
    let name = node.name();
    let summary = format!(
        "node {name} was not initialized by the cloud provider, so no pods are scheduled on it"
    );
    Finding::new(Subject::view(node), summary, evidence)
        .keywords(name)
        .keywords(TAINT)
        .remedy(remedy(cx, name))
}

fn remedy(cx: &RuleContext<'_>, node: &str) -> Remedy {
    let client = client(cx);
    let remedy = Remedy::new("Check the log of the cloud controller manager for the node.");
    let remedy = if cx.snapshot().is_openshift() {
        remedy
            .command("oc get clusteroperator cloud-controller-manager -o yaml")
            .command("oc get pods -n openshift-cloud-controller-manager")
    } else {
        remedy.command(format!("{client} get pods -n kube-system"))
    };
    remedy.verify(format!("{client} get node {node} -o jsonpath='{{.spec.taints}}'"))
}
