//! A network interface too small for what the cluster network sends through it.
//!
//! # Why it matters
//!
//! The cluster network wraps each packet for its way to another node, so that the MTU of the
//! host's interface must be larger than that of the cluster network. Where it is not, the network
//! pod of the node refuses to start, and the node has no network.
//!
//! # What to do
//!
//! Raise the MTU of the host's interface, or lower that of the cluster network by the documented
//! migration.
//!
//! # Blind spots
//!
//! Only the line is read with which the pod refuses to start. A smaller MTU on the way between two
//! nodes shows as connections that hang, and in no log. Lines older than two hours, and those of pods
//! that are ready by now, are history.
//!
//! # References
//!
//! - ovn-org/ovn-kubernetes `go-controller/pkg/node/default_node_network_controller.go`
//!   (`validateVTEPInterfaceMTU`)
//! - openshift/sdn `pkg/network/node/node.go`

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, excerpt, few};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(2);
const WORDS: &str = "is too small for specified overlay MTU";

static OVN: LogPattern = LogPattern::new(WORDS, "openshift-ovn-kubernetes", "");
static SDN: LogPattern = LogPattern::new(WORDS, "openshift-sdn", "");

pub(super) static META: Meta = Meta {
    id: "network/mtu-too-small",
    title: "a network interface too small for what the cluster network sends through it",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Log(&OVN), Need::Log(&SDN), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pattern in [&OVN, &SDN] {
        let mut logged = Logged::recent(case, pattern, RECENT);
        examined += logged.examined(case);
        let is_ready =
            |pod: &str| case.find::<Pod<'_>>(pattern.namespace, pod).is_some_and(Pod::is_ready);
        logged.hits.retain(|hits| !is_ready(&hits.pod));
        findings.extend(finding(case, pattern.namespace, &logged));
    }
    if examined == 0 {
        let what = "logs of namespaces openshift-ovn-kubernetes and openshift-sdn: not collected";
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what).ask("oc adm inspect ns/openshift-ovn-kubernetes"),
        );
    }
    Verdict::over(examined, findings, "")
}

fn finding(case: &Case<'_>, namespace: &str, logged: &Logged<'_>) -> Option<Finding> {
    let mut evidence = logged.evidence();
    let first = logged.hits.first()?;
    let line = first.last.text.as_str();
    let words = [" MTU (", "interface MTU ("].iter().filter_map(|start| line.find(start)).min();
    let words = words.and_then(|at| line.get(at..)).unwrap_or(line);
    let places = logged.places(case);
    let name = if namespace == SDN.namespace { "sdn" } else { "ovnkube-node" };
    let summary = format!("the network does not start for {}: {}", few(&places), excerpt(words));
    let subject = Subject::namespaced("DaemonSet", namespace, name);
    Some(
        Finding::new(subject.clone(), summary, evidence.next()?)
            .since(logged.since())
            .evidence(evidence)
            .saying(places.join(" "))
            .why(
                "A packet of the cluster network, wrapped for its way, must fit through the \
                 interface; where it does not, the node has no network.",
            )
            .explains(Subject::cluster("ClusterOperator", "network"), name)
            .explains(subject, name)
            .remedy(
                Remedy::new(
                    "Raise the MTU of the host's interface, or lower that of the cluster network \
                     by its documented migration.",
                )
                .command("oc get networks.config.openshift.io cluster -o yaml")
                .command("oc debug node/<node> -- chroot /host ip link show")
                .verify(format!("oc get pods -n {namespace} -o wide")),
            ),
    )
}
