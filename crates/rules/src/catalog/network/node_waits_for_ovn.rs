//! `ovnkube-node` pod waiting for `ovn-controller`.
//!
//! - ovn-org/ovn-kubernetes `go-controller/pkg/node/default_node_network_controller.go`
//!   (`isOVNControllerReady`)
//! - <https://github.com/okd-project/okd/issues/1724>

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
/// How long the pod may take when its node restarts.
const RESTART: Span = Span::minutes(10);

const WAITING: LogPattern =
    LogPattern::new("unknown pid for ovn-controller process", NAMESPACE, "");

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .reads(&[Need::Log(&WAITING), Need::Kind(&POD)])
    .grace(RESTART)
    .why(
        "The pod ovnkube-node starts several processes. The process that handles the pods of \
         the node requires a running ovn-controller. If ovn-controller does not start, the pod \
         gives up and restarts, and no new pod on the node gets a network.",
    )
    .fix(
        "Check the log of container ovn-controller of the same pod. Check whether something \
         changes the pod before it runs, for example a policy engine that adds fields to \
         platform pods.",
    )
    .run(&["oc logs -n {namespace} {pod} -c ovn-controller --tail=100"])
    .verify(&["oc get pods -n {namespace} -l app=ovnkube-node -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    require_ovn(cx)?;
    LogOccurrences::judge(cx, &[WAITING], Span::hours(2), finding)
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let not_ready_since = |pod: Pod<'_>| pod.condition("Ready").and_then(Condition::since);
    // One or two lines are normal when a node restarts.
    let logged = logged.of_pods(cx, |hits, pod| match pod {
        Some(pod) => !pod.is_ready() && Persistence::of(cx, not_ready_since(pod), RESTART).counts(),
        None => hits.count >= 3,
    });
    let pods: Vec<Pod<'_>> =
        logged.hits.iter().filter_map(|hits| cx.find(NAMESPACE, &hits.pod)).collect();
    let places = logged.writers(cx);
    let summary = format!(
        "{} {} waited for ovn-controller without success {}",
        name_list(&places),
        if places.len() == 1 { "has" } else { "have" },
        logged.frequency()
    );
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "ovnkube-node");
    Some(
        logged
            .finding(subject.clone(), summary)?
            .lasts_since(pods.iter().filter_map(|pod| not_ready_since(*pod)).min())
            .lasting(pods.len() < logged.hits.len())
            .with("pod", logged.hits.first().map_or("", |hits| &hits.pod))
            .keywords(places.join(" "))
            .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube-node")
            .explains(subject, "ovnkube-node"),
    )
}
