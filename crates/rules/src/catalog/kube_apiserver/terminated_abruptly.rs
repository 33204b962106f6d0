//! Non-graceful termination of the kube-apiserver.
//!
//! A single abrupt termination, such as after a node restart, is reported as informational only.
//! Events are stored for three hours. The event reports that the previous run did not terminate
//! gracefully, and is written when the next one starts.
//!
//! - openshift/kubernetes `openshift-kube-apiserver/openshiftkubeapiserver`, `cmd/watch-termination`
//!   (`NonGracefulTermination`)
//! - openshift/origin `pkg/monitortests/kubeapiserver`

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(2);
const NAMESPACE: &str = "openshift-kube-apiserver";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "A kube-apiserver that terminates gracefully lets load balancers notice, finishes its \
         requests and then exits. One that is killed aborts all requests: clients see refused \
         connections and timeouts, and operators report failures that are difficult to explain \
         afterwards.",
    )
    .fix(
        "Find out what terminated it: an out-of-memory kill, a node that was powered off or \
         restarted without a drain, or a kubelet or container runtime that was killed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let events: Vec<_> = cx.within::<Event<'_>>(NAMESPACE).collect();
    let mut by_pod: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in &events {
        if event.reason() == "NonGracefulTermination" && !cx.is_older(event.last_seen(), RECENT) {
            let pod = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
            by_pod.entry(pod.into_owned()).or_default().push(*event);
        }
    }
    if by_pod.is_empty() {
        let _none = "no event of the kube-apiserver in the archive";
        return Ok(Checked::over(events.len(), Vec::new()));
    }
    // A single event may be a node restart. Repeated events indicate a problem.
    let is_repeated = by_pod
        .values()
        .any(|events| events.len() > 1 || events.iter().any(|event| event.count() > 1));
    let places: Vec<_> = by_pod
        .keys()
        .map(|pod| match cx.find::<Pod<'_>>(NAMESPACE, pod).and_then(Pod::node) {
            Some(node) => format!("node {node}"),
            None => format!("pod {pod}"),
        })
        .collect();
    let mut all: Vec<_> = by_pod.into_values().flatten().collect();
    all.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let mut evidence = all.iter().map(|event| event_evidence(*event));
    let Some(first) = evidence.next() else { return Ok(Checked::over(events.len(), None)) };
    let summary = format!(
        "kube-apiserver was terminated non-gracefully, {}: {}",
        pluralize(all.len(), "time"),
        name_list(&places)
    );
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .severity(if is_repeated { Warning } else { Info })
        .since(all.iter().filter_map(|event| event.last_seen()).min())
        .keywords(format!("kube-apiserver terminated abruptly {}", places.join(" ")))
        .evidence(evidence.take(3))
        .run("oc adm node-logs <node> -u kubelet --since=-3h")
        .verify(format!("oc get events -n {NAMESPACE}"));
    Ok(Checked::over(1, vec![finding]))
}
