//! OpenShift SDN pods that do not start on CentOS Stream.
//!
//! Only the termination message of the container is read, which is truncated to 4096 bytes.
//!
//! - <https://github.com/okd-project/okd-scos/issues/19>

use crate::catalog::prelude::*;

const SIGN: &str = "RHEL_VERSION: unbound variable";

pub(super) const RULE: Rule = rule(Critical, Cause, okd(13, 16))
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&POD)])
    .at_once("the start script exits at every start")
    .even_while_installing("the start script exits at every start")
    .why(
        "The start script of OpenShift SDN reads a variable that CentOS Stream does not set, \
         and exits. Nodes that changed to CentOS Stream have no network for their pods.",
    )
    .fix(
        "Keep Fedora CoreOS as long as the cluster uses OpenShift SDN, and migrate to \
         OVN-Kubernetes before the operating system is changed.",
    )
    .run(&["oc debug node/{node} -- chroot /host rpm-ostree rollback"])
    .verify(&["oc get pods -n openshift-sdn -o wide"])
    .side_effects(&[
        "the machine-config daemon detects the other operating system and is Degraded there",
    ])
    .before(&[(
        "the previous deployment of the node is Fedora CoreOS",
        "oc debug node/{node} -- chroot /host rpm-ostree status",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut crashing = containers_with(cx, ContainerFault::CrashLooping);
    crashing.retain(|faulty| {
        faulty.pod.namespace() == "openshift-sdn"
            && faulty.ended().is_some_and(|ended| ended.message().contains(SIGN))
    });
    let finding = crashing.split_first().map(|(first, rest)| {
        let nodes: Vec<_> = crashing.iter().filter_map(|faulty| faulty.pod.node()).collect();
        let summary = format!(
            "OpenShift SDN does not start on {} with CentOS Stream: {}",
            pluralize(nodes.len(), "node"),
            name_list(&nodes)
        );
        Finding::new(Subject::cluster("Network", "cluster"), summary, first.evidence(SIGN))
            .with("node", nodes.first().map_or("", |node| node))
            .keywords(nodes.join("\n"))
            .keywords("openshift-sdn")
            .evidence(rest.iter().take(2).map(|faulty| faulty.evidence(SIGN)))
            .explains(workload(first.pod), "")
            .explains(Subject::cluster("ClusterOperator", "network"), "openshift-sdn")
    });
    Checked::over(cx.within::<Pod<'_>>("openshift-sdn").count(), finding)
}
