//! Network interface MTU too small for the cluster network.
//!
//! Only the log line with which the pod refuses to start is read. A smaller MTU on the path between
//! two nodes causes connections that hang, and no log lines. Lines older than two hours, and lines
//! of pods that are ready now, are ignored.
//!
//! - ovn-org/ovn-kubernetes `go-controller/pkg/node/default_node_network_controller.go`
//!   (`validateVTEPInterfaceMTU`)
//! - openshift/sdn `pkg/network/node/node.go`

use crate::catalog::prelude::*;

/// Older lines are ignored.
const RECENT: Span = Span::hours(2);
const MESSAGE: &str = "is too small for specified overlay MTU";

const OVN: LogPattern = LogPattern::new(MESSAGE, "openshift-ovn-kubernetes", "");
const SDN: LogPattern = LogPattern::new(MESSAGE, "openshift-sdn", "");

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Log(&OVN), Need::Log(&SDN), Need::Kind(&POD)])
    .check(check)
    .why(
        "The cluster network encapsulates each packet that it sends to another node, so the MTU \
         of the host interface must be larger than the MTU of the cluster network. If it is \
         not, the network pod of the node refuses to start, and the node has no network.",
    )
    .fix(
        "Increase the MTU of the host interface, or decrease the MTU of the cluster network \
         with the documented migration procedure.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pattern in [&OVN, &SDN] {
        let mut logged = LogOccurrences::recent(cx, pattern, RECENT);
        examined += logged.examined(cx);
        let is_ready =
            |pod: &str| cx.find::<Pod<'_>>(pattern.namespace, pod).is_some_and(Pod::is_ready);
        logged.hits.retain(|hits| !is_ready(&hits.pod));
        findings.extend(finding(cx, pattern.namespace, &logged));
    }
    if examined == 0 {
        let what = "logs of namespaces openshift-ovn-kubernetes and openshift-sdn: not collected";
        return Err(NotJudged::from(
            Gap::new(GapKind::NotCollected, what)
                .command("oc adm inspect ns/openshift-ovn-kubernetes"),
        ));
    }
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, namespace: &str, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let mut evidence = logged.evidence();
    let first = logged.hits.first()?;
    let line = first.last.text.as_str();
    let detail = [" MTU (", "interface MTU ("].iter().filter_map(|start| line.find(start)).min();
    let detail = detail.and_then(|at| line.get(at..)).unwrap_or(line);
    let places = logged.writers(cx);
    let name = if namespace == SDN.namespace { "sdn" } else { "ovnkube-node" };
    let summary = format!(
        "the cluster network does not start in {}: {}",
        name_list(&places),
        excerpt(detail)
    );
    let subject = Subject::namespaced("DaemonSet", namespace, name);
    Some(
        Finding::new(subject.clone(), summary, evidence.next()?)
            .since(logged.since())
            .evidence(evidence)
            .keywords(places.join(" "))
            .explains(Subject::cluster("ClusterOperator", "network"), name)
            .explains(subject, name)
            .run("oc get networks.config.openshift.io cluster -o yaml")
            .run("oc debug node/<node> -- chroot /host ip link show")
            .verify(format!("oc get pods -n {namespace} -o wide")),
    )
}
