//! Unsupported kubelet version skew.
//!
//! The version of the API server is the tag of its image. On OpenShift it is the one that its
//! ClusterOperator reports, and newer kubelets are not reported.
//!
//! - kubernetes/website `content/en/releases/version-skew-policy.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .at_once("no version that is out of range becomes supported with time")
    .why(
        "The API server supports kubelets that are at most three minor versions older, two \
         before 1.28. These nodes missed several updates: fields are dropped, pods are rejected, \
         and the next update is blocked.",
    )
    .fix(
        "Update the old nodes, or update the control plane to the version of the new nodes. \
         Always update the control plane first and the nodes after it.",
    )
    .run(&["oc get nodes"])
    .verify(&["oc get nodes"]);

/// The version of the API server, and where it was found.
struct ServerVersion {
    version: Version,
    seen: Evidence,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(server) = ServerVersion::of(cx) else {
        return Err(not_applicable("the version of the API server is not in the archive"));
    };
    let kubelets: Vec<_> = cx
        .all::<Node<'_>>()
        .filter_map(|node| Some((node, Version::parse(&node.info("kubeletVersion")?)?)))
        .collect();
    let unsupported = kubelets.iter().copied().filter(|(_, kubelet)| !server.supports(*kubelet));
    let (newer, older): (Vec<_>, Vec<_>) =
        unsupported.partition(|(_, kubelet)| *kubelet > server.version);
    let older = finding(&server, &older, "too old for");
    // OpenShift updates its nodes last, so newer ones belong to another cluster in the archive.
    let newer = finding(&server, &newer, "newer than").filter(|_| !cx.snapshot().is_openshift());
    let newer = newer.map(|finding| {
        finding.why(
            "A kubelet must not be newer than the API server: it uses fields that the API server \
             drops. The nodes were updated before the control plane.",
        )
    });
    Ok(Checked::over(kubelets.len(), newer.into_iter().chain(older)))
}

impl ServerVersion {
    /// During an update the API servers can differ in version. The oldest one counts.
    fn of(cx: &RuleContext<'_>) -> Option<Self> {
        if let Some(operator) = cx.find::<ClusterOperator<'_>>("", "kube-apiserver") {
            let version = Version::parse(&operator.version("kube-apiserver")?)?;
            let note = format!("the API server has version {version}");
            let seen = Evidence::field(operator.resource(), &["status", "versions"], note);
            return Some(Self { version, seen });
        }
        let of_pod = |pod: Pod<'_>| {
            let server = pod.containers().find(|c| c.name() == "kube-apiserver")?;
            let image = server.image();
            let (_, tag) = image.rsplit_once("kube-apiserver:")?;
            let version = Version::parse(tag.split('@').next()?)?;
            let note = format!("the API server has version {version}");
            Some(Self { version, seen: Evidence::seen(pod.resource(), server.span(), note) })
        };
        let pods = Component::KubeApiServer.pods(cx).into_iter();
        pods.filter_map(of_pod).min_by_key(|server| server.version)
    }

    fn supports(&self, kubelet: Version) -> bool {
        let behind = if self.version >= Version::new(1, 28) { 3 } else { 2 };
        kubelet.major == self.version.major
            && kubelet.minor <= self.version.minor
            && kubelet.minor + behind >= self.version.minor
    }
}

fn finding(server: &ServerVersion, nodes: &[(Node<'_>, Version)], how: &str) -> Option<Finding> {
    let (first, _) = nodes.first()?;
    let names: Vec<_> = nodes.iter().map(|(node, _)| node.name()).collect();
    let mut evidence = nodes.iter().take(3).map(|(node, _)| {
        let note = format!("the kubelet version of node {}", node.name());
        Evidence::field(node.resource(), &["status", "nodeInfo", "kubeletVersion"], note)
    });
    let summary = format!(
        "{} with a kubelet {how} API server version {}: {}",
        pluralize(names.len(), "node"),
        server.version,
        name_list(&names)
    );
    let finding = Finding::new(Subject::view(*first), summary, evidence.next()?);
    Some(finding.evidence(evidence).evidence([server.seen.clone()]).keywords(names.join(" ")))
}
