//! A node on which no machine-config daemon runs.
//!
//! # Why it matters
//!
//! The daemon applies configuration, certificates and operating system on its node. Without its pod
//! the node gets none of them, and its pool waits for it.
//!
//! # What to do
//!
//! Find out why the DaemonSet has no pod there: a taint it does not bear, a node that was renamed,
//! a quota or a webhook that refuses the pod.
//!
//! # Blind spots
//!
//! A pod that is there and does not run is reported as the pod it is.
//!
//! # References
//!
//! - openshift/machine-config-operator `manifests/machineconfigdaemon/daemonset.yaml`

use mustknow_gather::kinds::{NODE, Node, POD, Pod, Status};
use mustknow_gather::snapshot::Searched;

use crate::catalog::prelude::*;
use crate::facts::{count, few, is_installing};

const NAMESPACE: &str = "openshift-machine-config-operator";
/// How long a node that joins may take to be given its pods.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "machineconfig/daemon-missing",
    title: "a node on which no machine-config daemon runs",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NODE), Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let searched = match case.prove_whole(&POD, NAMESPACE) {
        Ok(searched) => searched,
        Err(missing) => return Verdict::Unknown(Gap::missing(&missing)),
    };
    let daemons: Vec<_> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("machine-config-daemon-"))
        .collect();
    if daemons.is_empty() {
        return Verdict::NotApplicable("no pod of DaemonSet machine-config-daemon".to_owned());
    }
    let nodes: Vec<_> = case.all::<Node<'_>>().filter(|node| is_expected(case, *node)).collect();
    let bare: Vec<_> = nodes
        .iter()
        .map(|node| node.name())
        .filter(|name| !daemons.iter().any(|pod| pod.node().as_deref() == Some(*name)))
        .collect();
    let findings = finding(&bare, &searched).into_iter().collect();
    Verdict::over(nodes.len(), findings, "no node is expected to run the pod")
}

fn is_expected(case: &Case<'_>, node: Node<'_>) -> bool {
    let is_linux = node.resource().label("kubernetes.io/os").is_none_or(|os| os == "linux");
    let is_virtual = node.resource().label("type").as_deref() == Some("virtual-kubelet");
    let is_silent = node.condition("Ready").is_none_or(|ready| ready.status() == Status::Unknown);
    is_linux
        && !is_virtual
        && !is_silent
        && node.machine_config("currentConfig").is_some()
        && case.is_older(node.resource().created(), GRACE)
}

fn finding(nodes: &[&str], searched: &Searched) -> Option<Finding> {
    let evidence = |node: &&str| {
        let what = format!("machine-config-daemon on node {node}");
        Evidence::missing(Subject::namespaced("Pod", NAMESPACE, what), searched)
    };
    let mut evidence = nodes.iter().take(5).map(evidence);
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "machine-config-daemon");
    let summary =
        format!("no machine-config daemon runs on {}: {}", count(nodes.len(), "node"), few(nodes));
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .evidence(evidence)
            .saying(nodes.join(" "))
            .saying("machine-config-daemon")
            .why(
                "The daemon applies configuration, certificates and operating system. Without it \
                 these nodes get none of them, and their pools wait.",
            )
            .remedy(
                Remedy::new("Find out why the DaemonSet has no pod there.")
                    .command(format!("oc describe daemonset machine-config-daemon -n {NAMESPACE}"))
                    .verify(format!(
                        "oc get pods -n {NAMESPACE} -l k8s-app=machine-config-daemon -o wide"
                    )),
            ),
    )
}
