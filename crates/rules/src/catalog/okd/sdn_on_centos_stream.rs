//! OpenShift SDN pods that do not start on CentOS Stream.
//!
//! # Why it matters
//!
//! The start script of OpenShift SDN reads a variable that CentOS Stream does not set, and exits.
//! Nodes that changed to CentOS Stream have no network for their pods.
//!
//! # What to do
//!
//! Keep Fedora CoreOS as long as the cluster uses OpenShift SDN, and migrate to OVN-Kubernetes
//! before the operating system is changed.
//!
//! # Blind spots
//!
//! Only the termination message of the container is read, which is truncated to 4096 bytes.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd-scos/issues/19>

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::{ContainerFault, faulty_containers, workload};
use crate::engine::meta::Releases;
use crate::engine::{name_list, pluralize};

const SIGN: &str = "RHEL_VERSION: unbound variable";

pub(super) static META: Meta = Meta {
    id: "okd/sdn-on-centos-stream",
    title: "OpenShift SDN pods that do not start on CentOS Stream",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(13, 16)),
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let examined = cx.within::<Pod<'_>>("openshift-sdn").count();
    let crashing: Vec<_> = faulty_containers(cx)
        .into_iter()
        .filter(|faulty| faulty.pod.namespace() == "openshift-sdn")
        .filter(|faulty| matches!(faulty.fault, ContainerFault::CrashLooping))
        .filter(|faulty| faulty.ended().is_some_and(|ended| ended.message().contains(SIGN)))
        .collect();
    let Some(first) = crashing.first() else {
        return Verdict::over(examined, Vec::new(), "no pod of OpenShift SDN in the archive");
    };
    let nodes: Vec<String> =
        crashing.iter().filter_map(|faulty| Some(faulty.pod.node()?.into_owned())).collect();
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!(
            "OpenShift SDN does not start on {} with CentOS Stream: {}",
            pluralize(nodes.len(), "node"),
            name_list(&nodes)
        ),
        first.evidence(SIGN),
    )
    .why(
        "The start script of OpenShift SDN reads a variable that CentOS Stream does not set, and \
         exits.",
    )
    .keywords(nodes.join("\n"))
    .keywords("openshift-sdn")
    .evidence(crashing.iter().skip(1).take(2).map(|faulty| faulty.evidence(SIGN)))
    .explains(workload(first.pod), "")
    .explains(Subject::cluster("ClusterOperator", "network"), "openshift-sdn")
    .remedy(
        Remedy::new(
            "Roll the nodes back to the previous operating system, and migrate the cluster to \
             OVN-Kubernetes before it changes to CentOS Stream.",
        )
        .command("oc debug node/<node> -- chroot /host rpm-ostree rollback")
        .precondition(
            "the previous deployment of the node is Fedora CoreOS",
            Proof::ByHand("oc debug node/<node> -- chroot /host rpm-ostree status".to_owned()),
        )
        .side_effect(
            "the machine-config daemon detects the other operating system and is Degraded there",
        ),
    );
    Verdict::Found(vec![finding])
}
