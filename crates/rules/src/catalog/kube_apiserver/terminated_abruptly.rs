//! Non-graceful termination of the kube-apiserver.
//!
//! A single abrupt termination, such as after a node restart, is a note. Events are stored for three
//! hours. The event reports that the previous run did not terminate gracefully, and is written when
//! the next one starts.
//!
//! - openshift/kubernetes `openshift-kube-apiserver/openshiftkubeapiserver`, `cmd/watch-termination`
//!   (`NonGracefulTermination`)
//! - openshift/origin `pkg/monitortests/kubeapiserver`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-kube-apiserver";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&POD)])
    .check(|cx| Ok(check(cx)))
    .at_once("the requests have been aborted")
    .why(
        "A kube-apiserver that terminates gracefully lets load balancers notice, finishes its \
         requests and then exits. One that is killed aborts all requests: clients see refused \
         connections and timeouts, and operators report failures that are difficult to explain \
         afterwards.",
    )
    .fix(
        "Find out what terminated it: an out-of-memory kill, a node that was powered off or \
         restarted without a drain, or a kubelet or container runtime that was killed.",
    )
    .run(&["oc adm node-logs <node> -u kubelet --since=-3h"])
    .verify(&["oc get events -n openshift-kube-apiserver"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let events: Vec<Event<'_>> = cx.within(NAMESPACE).collect();
    let mut by_pod: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in &events {
        let is_recent = cx.is_recent(event.last_seen(), Span::hours(2));
        if event.reason() == "NonGracefulTermination" && is_recent {
            let [_, _, pod] = event.about();
            by_pod.entry(pod.into_owned()).or_default().push(*event);
        }
    }
    // A single event may be a node restart. Repeated events indicate a problem.
    let is_repeated = by_pod.values().any(|events| occasions(cx, events.iter().copied()) > 1);
    let node = |pod: &String| match cx.find::<Pod<'_>>(NAMESPACE, pod).and_then(Pod::node) {
        Some(node) => format!("node {node}"),
        None => format!("pod {pod}"),
    };
    let places: Vec<_> = by_pod.keys().map(node).collect();
    let mut all: Vec<_> = by_pod.into_values().flatten().collect();
    all.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let summary = format!(
        "kube-apiserver was terminated non-gracefully, {}: {}",
        pluralize(all.len(), "time"),
        name_list(&places)
    );
    let evidence = all.iter().take(4).map(|event| event_evidence(*event));
    let subject = Subject::cluster("KubeAPIServer", "cluster");
    let finding = Finding::based_on(subject, summary, evidence).map(|finding| {
        finding
            .severity(if is_repeated { Warning } else { Info })
            .since(first_of(all.iter().copied()))
            .keywords(format!("kube-apiserver terminated abruptly {}", places.join(" ")))
    });
    Checked::over(events.len(), finding)
}
