//! Unsupported kubelet version skew.
//!
//! On OpenShift, the API server version is the one that its ClusterOperator reports. On other
//! clusters it is the tag of the API server image, and a cluster with a control plane that is not
//! visible cannot be checked. Newer kubelets are reported on plain Kubernetes only, because
//! OpenShift updates its nodes last.
//!
//! - kubernetes/website `content/en/releases/version-skew-policy.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&CLUSTER_OPERATOR), Need::Kind(&POD)])
    .check(check)
    .why(
        "A kubelet may be up to three minor versions older than the API server, two before \
         1.28, and never newer. Outside this range fields are dropped, pods are rejected, and \
         the next update is blocked.",
    )
    .fix(
        "Update the old nodes, or update the control plane to the version of the new nodes. \
         Always update the control plane first and the nodes after it.",
    );

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
    let (newer, older): (Vec<_>, Vec<_>) = kubelets
        .iter()
        .copied()
        .filter(|(_, kubelet)| !server.supports(*kubelet))
        .partition(|(_, kubelet)| *kubelet > server.version);
    // OpenShift updates its nodes last, so newer ones belong to another cluster in the archive.
    let newer = if cx.snapshot().is_openshift() { &[][..] } else { &newer };
    let findings = [finding(cx, &server, newer, true), finding(cx, &server, &older, false)];
    let findings = findings.into_iter().flatten();
    Ok(Checked::over(kubelets.len(), findings))
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
        cx.within::<Pod<'_>>("kube-system")
            .filter(|pod| pod.name().starts_with("kube-apiserver-"))
            .filter_map(|pod| {
                let server = pod.containers().find(|c| c.name() == "kube-apiserver")?;
                let image = server.image();
                let (_, tag) = image.rsplit_once("kube-apiserver:")?;
                let version = Version::parse(tag.split('@').next()?)?;
                let note = format!("the API server has version {version}");
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
    cx: &RuleContext<'_>,
    server: &ServerVersion,
    nodes: &[(Node<'_>, Version)],
    is_newer: bool,
) -> Option<Finding> {
    let (first, _) = nodes.first()?;
    let names: Vec<_> = nodes.iter().map(|(node, _)| node.name()).collect();
    let mut evidence = nodes.iter().take(3).map(|(node, _)| {
        let note = format!("the kubelet version of node {}", node.name());
        Evidence::field(node.resource(), &["status", "nodeInfo", "kubeletVersion"], note)
    });
    let how = if is_newer { "newer than" } else { "too old for" };
    let summary = format!(
        "{} with a kubelet {how} API server version {}: {}",
        pluralize(names.len(), "node"),
        server.version,
        name_list(&names)
    );
    let why = if is_newer {
        "A kubelet must not be newer than the API server: it uses fields that the API server \
         drops. The nodes were updated before the control plane."
    } else {
        "The API server supports kubelets that are at most three minor versions older, two before \
         1.28. These nodes missed several updates."
    };
    Some(
        Finding::new(Subject::view(*first), summary, evidence.next()?)
            .evidence(evidence)
            .evidence([server.seen.clone()])
            .keywords(names.join(" "))
            .why(why)
            .run(format!("{} get nodes", client(cx)))
            .verify(format!("{} get nodes", client(cx))),
    )
}
