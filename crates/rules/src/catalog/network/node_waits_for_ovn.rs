//! `ovnkube-node` pod waiting for `ovn-controller`.
//!
//! One or two such lines are normal when a node restarts, so the pod must have been not ready for
//! ten minutes. Lines older than two hours, and lines of pods that are ready now, are ignored.
//!
//! - ovn-org/ovn-kubernetes `go-controller/pkg/node/default_node_network_controller.go`
//!   (`isOVNControllerReady`)
//! - <https://github.com/okd-project/okd/issues/1724>

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
/// Older lines are ignored.
const RECENT: Span = Span::hours(2);
/// How long the pod may take when its node restarts.
const GRACE: Span = Span::minutes(10);
/// How many lines a restart of a node does not explain, if the pod itself was not collected.
const ENOUGH: u64 = 3;

const WAITING: LogPattern =
    LogPattern::new("unknown pid for ovn-controller process", NAMESPACE, "");

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Log(&WAITING), Need::Kind(&POD)])
    .check(check)
    .why(
        "The pod ovnkube-node starts several processes. The process that handles the pods of \
         the node requires a running ovn-controller. If ovn-controller does not start, the pod \
         gives up and restarts, and no new pod on the node gets a network.",
    )
    .fix(
        "Check the log of container ovn-controller of the same pod. Check whether something \
         changes the pod before it runs, for example a policy engine that adds fields to \
         platform pods.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut logged = LogOccurrences::recent(cx, &WAITING, RECENT);
    let examined = logged.examined(cx);
    if examined == 0 {
        let namespaces = |name| cx.coverage().has_namespace(name);
        if !namespaces(NAMESPACE) && namespaces("openshift-sdn") {
            return Err(not_applicable("the cluster network is OpenShiftSDN"));
        }
        let what = format!("logs of namespace {NAMESPACE}: not collected");
        return Err(NotJudged::from(
            Gap::new(GapKind::NotCollected, what).command(format!("oc adm inspect ns/{NAMESPACE}")),
        ));
    }
    logged.hits.retain(|hits| match cx.find::<Pod<'_>>(NAMESPACE, &hits.pod) {
        Some(pod) => {
            let ready = pod.condition("Ready").filter(|ready| !ready.is_true());
            ready.is_some_and(|ready| cx.is_older(ready.since(), GRACE))
        }
        None => hits.count >= ENOUGH,
    });
    let finding = finding(cx, &logged);
    Ok(Checked::over(examined, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let mut evidence = logged.evidence();
    let places = logged.writers(cx);
    let summary = format!(
        "{} {} waited for ovn-controller without success {}",
        name_list(&places),
        if places.len() == 1 { "has" } else { "have" },
        logged.frequency()
    );
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "ovnkube-node");
    Some(
        Finding::new(subject.clone(), summary, evidence.next()?)
            .since(logged.since())
            .evidence(evidence)
            .keywords(places.join(" "))
            .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube-node")
            .explains(subject, "ovnkube-node")
            .run(format!("oc logs -n {NAMESPACE} <pod> -c ovn-controller --tail=100"))
            .verify(format!("oc get pods -n {NAMESPACE} -l app=ovnkube-node -o wide")),
    )
}
