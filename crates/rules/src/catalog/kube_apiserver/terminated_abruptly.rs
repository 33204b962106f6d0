//! A kube-apiserver that was ended without being allowed to finish.
//!
//! # Why it matters
//!
//! A server that is stopped in order lets load balancers notice, finishes its requests and then
//! ends. One that is killed breaks them all off: clients see refused connections and timeouts, and
//! operators report failures that nobody can explain afterwards.
//!
//! # What to do
//!
//! Find out who ended it: the kernel for want of memory, a node that was switched off or restarted
//! without being drained, a kubelet or a runtime that was killed.
//!
//! # Blind spots
//!
//! A server that was killed once, as when its node was restarted, is only noted. Events live for
//! three hours. The event says that the run before was not ended in order, and is
//! written when the next one starts.
//!
//! # References
//!
//! - openshift/kubernetes `openshift-kube-apiserver/openshiftkubeapiserver`, `cmd/watch-termination`
//!   (`NonGracefulTermination`)
//! - openshift/origin `pkg/monitortests/kubeapiserver`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{EVENT, Event, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{count, event_evidence, few};

/// Older ones are history.
const RECENT: Span = Span::hours(2);
const NAMESPACE: &str = "openshift-kube-apiserver";

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/terminated-abruptly",
    title: "a kube-apiserver that was ended without being allowed to finish",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&EVENT)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let events: Vec<_> = case.within::<Event<'_>>(NAMESPACE).collect();
    let mut by_pod: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in &events {
        if event.reason() == "NonGracefulTermination" && !case.is_older(event.last_seen(), RECENT) {
            let pod = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
            by_pod.entry(pod.into_owned()).or_default().push(*event);
        }
    }
    if by_pod.is_empty() {
        let none = "no event of the kube-apiserver in the archive";
        return Verdict::over(events.len(), Vec::new(), none);
    }
    // Once may be a node that was restarted; again it is no accident.
    let is_repeated = by_pod
        .values()
        .any(|events| events.len() > 1 || events.iter().any(|event| event.count() > 1));
    let places: Vec<_> = by_pod
        .keys()
        .map(|pod| match case.find::<Pod<'_>>(NAMESPACE, pod).and_then(Pod::node) {
            Some(node) => format!("node {node}"),
            None => format!("pod {pod}"),
        })
        .collect();
    let mut all: Vec<_> = by_pod.into_values().flatten().collect();
    all.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let mut evidence = all.iter().map(|event| event_evidence(*event));
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: events.len() } };
    let summary = format!(
        "the kube-apiserver was ended without being allowed to finish, {}: {}",
        count(all.len(), "time"),
        few(&places)
    );
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .severity(if is_repeated { Severity::Warning } else { Severity::Info })
        .since(all.iter().filter_map(|event| event.last_seen()).min())
        .why("Its clients saw refused connections and timeouts, which operators then report.")
        .saying(format!("kube-apiserver terminated abruptly {}", places.join(" ")))
        .evidence(evidence.take(3))
        .remedy(
            Remedy::new("Find out who ended it: want of memory, a power cut, a killed kubelet.")
                .command("oc adm node-logs <node> -u kubelet --since=-3h")
                .verify(format!("oc get events -n {NAMESPACE}")),
        );
    Verdict::Found(vec![finding])
}
