//! A kubelet whose version the control plane does not support.
//!
//! # Why it matters
//!
//! A kubelet may be three minor versions older than the API server, two before 1.28, and never
//! newer. Beyond that fields are dropped, pods are refused, and the next update is blocked.
//!
//! # What to do
//!
//! Update the old nodes, or bring the control plane up to the new ones, in that order: control
//! plane first, nodes after.
//!
//! # Blind spots
//!
//! On OpenShift the version of the API server is what its operator reports; elsewhere it is the tag
//! of its image, and a cluster whose control plane is not visible cannot be judged. Kubelets that
//! are newer are reported on plain Kubernetes only: OpenShift updates its nodes last.
//!
//! # References
//!
//! - kubernetes/website `content/en/releases/version-skew-policy.md`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, NODE, Node, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{client, count, few};
use crate::version::Version;

pub(super) static META: Meta = Meta {
    id: "nodes/kubelet-version-skew",
    title: "a kubelet whose version the control plane does not support",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&CLUSTER_OPERATOR), Need::Kind(&POD)],
};

/// The version of the API server, and where it says so.
struct Server {
    version: Version,
    seen: Evidence,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(server) = Server::of(case) else {
        return Verdict::NotApplicable(
            "the version of the API server is not in the archive".to_owned(),
        );
    };
    let kubelets: Vec<_> = case
        .all::<Node<'_>>()
        .filter_map(|node| Some((node, Version::parse(&node.info("kubeletVersion")?)?)))
        .collect();
    let (newer, older): (Vec<_>, Vec<_>) = kubelets
        .iter()
        .copied()
        .filter(|(_, kubelet)| !server.supports(*kubelet))
        .partition(|(_, kubelet)| *kubelet > server.version);
    // OpenShift updates its nodes last, so newer ones are of another cluster in the same archive.
    let newer = if case.snapshot().is_openshift() { &[][..] } else { &newer };
    let findings = [finding(case, &server, newer, true), finding(case, &server, &older, false)];
    let findings = findings.into_iter().flatten().collect();
    Verdict::over(kubelets.len(), findings, "no node in the archive tells its kubelet's version")
}

impl Server {
    /// During an update several API servers differ, and the oldest decides.
    fn of(case: &Case<'_>) -> Option<Self> {
        if let Some(operator) = case.find::<ClusterOperator<'_>>("", "kube-apiserver") {
            let version = Version::parse(&operator.version("kube-apiserver")?)?;
            let note = format!("the API server is of version {version}");
            let seen = Evidence::field(operator.resource(), &["status", "versions"], note);
            return Some(Self { version, seen });
        }
        case.within::<Pod<'_>>("kube-system")
            .filter(|pod| pod.name().starts_with("kube-apiserver-"))
            .filter_map(|pod| {
                let server = pod.containers().find(|c| c.name() == "kube-apiserver")?;
                let image = server.image();
                let (_, tag) = image.rsplit_once("kube-apiserver:")?;
                let version = Version::parse(tag.split('@').next()?)?;
                let note = format!("the API server is of version {version}");
                Some(Self { version, seen: Evidence::seen(pod.resource(), server.span(), note) })
            })
            .min_by_key(|server| server.version)
    }

    fn supports(&self, kubelet: Version) -> bool {
        let behind = if self.version >= Version::new(1, 28) { 3 } else { 2 };
        kubelet.major == self.version.major
            && kubelet.minor <= self.version.minor
            && kubelet.minor + behind >= self.version.minor
    }
}

fn finding(
    case: &Case<'_>,
    server: &Server,
    nodes: &[(Node<'_>, Version)],
    is_newer: bool,
) -> Option<Finding> {
    let (first, _) = nodes.first()?;
    let names: Vec<_> = nodes.iter().map(|(node, _)| node.name()).collect();
    let mut evidence = nodes.iter().take(3).map(|(node, _)| {
        let note = format!("the kubelet of node {}", node.name());
        Evidence::field(node.resource(), &["status", "nodeInfo", "kubeletVersion"], note)
    });
    let how = if is_newer { "newer than" } else { "too old for" };
    let summary = format!(
        "{} with a kubelet {how} the API server, which is {}: {}",
        count(names.len(), "node"),
        server.version,
        few(&names)
    );
    let why = if is_newer {
        "A kubelet must not be newer than the API server: it uses fields the API server drops. The \
         nodes were updated before the control plane."
    } else {
        "The API server supports kubelets that are at most three minor versions older, two before \
         1.28. These nodes missed several updates."
    };
    Some(
        Finding::new(Subject::view(*first), summary, evidence.next()?)
            .evidence(evidence)
            .evidence([server.seen.clone()])
            .saying(names.join(" "))
            .why(why)
            .remedy(
                Remedy::new("Update the control plane first and the nodes after it.")
                    .command(format!("{} get nodes", client(case)))
                    .verify(format!("{} get nodes", client(case))),
            ),
    )
}
