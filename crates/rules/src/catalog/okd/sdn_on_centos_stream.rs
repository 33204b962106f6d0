//! OpenShift SDN pods that do not start on CentOS Stream.
//!
//! Only the termination message of the container is read, which is truncated to 4096 bytes.
//!
//! - <https://github.com/okd-project/okd-scos/issues/19>

use crate::catalog::prelude::*;

const SIGN: &str = "RHEL_VERSION: unbound variable";

pub(super) const RULE: Rule = rule(Critical, Cause, okd(13, 16))
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The start script of OpenShift SDN reads a variable that CentOS Stream does not set, \
         and exits. Nodes that changed to CentOS Stream have no network for their pods.",
    )
    .fix(
        "Keep Fedora CoreOS as long as the cluster uses OpenShift SDN, and migrate to \
         OVN-Kubernetes before the operating system is changed.",
    )
    .run(&["oc debug node/<node> -- chroot /host rpm-ostree rollback"])
    .side_effects(&[
        "the machine-config daemon detects the other operating system and is Degraded there",
    ])
    .before(&[(
        "the previous deployment of the node is Fedora CoreOS",
        "oc debug node/<node> -- chroot /host rpm-ostree status",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.within::<Pod<'_>>("openshift-sdn").count();
    let crashing: Vec<_> = faulty_containers(cx)
        .into_iter()
        .filter(|faulty| faulty.pod.namespace() == "openshift-sdn")
        .filter(|faulty| matches!(faulty.fault, ContainerFault::CrashLooping))
        .filter(|faulty| faulty.ended().is_some_and(|ended| ended.message().contains(SIGN)))
        .collect();
    let Some(first) = crashing.first() else {
        return Ok(Checked::over(examined, Vec::new()));
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
    .keywords(nodes.join("\n"))
    .keywords("openshift-sdn")
    .evidence(crashing.iter().skip(1).take(2).map(|faulty| faulty.evidence(SIGN)))
    .explains(workload(first.pod), "")
    .explains(Subject::cluster("ClusterOperator", "network"), "openshift-sdn");
    Ok(Checked::over(1, vec![finding]))
}
