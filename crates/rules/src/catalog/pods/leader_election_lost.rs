//! Controllers restarted after they lost leader election at the same time.
//!
//! The pod status contains the error only if the log is used as the termination message
//! (`FallbackToLogsOnError`). Logs are read in namespace kube-system only. A controller that lost
//! its lease alone is not reported. On OpenShift, `kube-apiserver/leases-lost` covers this.
//!
//! - kubernetes/client-go `tools/leaderelection/leaderelection.go`
//! - kubernetes/kubernetes `cmd/kube-controller-manager/app/controllermanager.go`
//! - kubernetes-sigs/controller-runtime `pkg/manager/internal.go`

use crate::catalog::prelude::*;

/// Leases lost longer ago than this are ignored.
const RECENT: Span = Span::hours(2);
/// Leases lost within this time of each other have one cause.
const TOGETHER: Span = Span::minutes(5);
/// How many controllers must lose their leases together. The control plane has only two of them.
const ENOUGH: usize = 2;
/// How many lost leases one finding shows.
const SHOWN: usize = 5;

const LOST: LogPattern = LogPattern::new("leaderelection lost", "kube-system", "");

pub(super) const RULE: Rule = rule(Warning, Symptom, Plain)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE), Need::Log(&LOST)])
    .check(check)
    .at_once("a controller that lost its lease has already retried for its whole deadline")
    .why(
        "The leader of a controller renews a lease every few seconds and exits if it cannot, so \
         that there are never two leaders. If several controllers lose their leases within \
         minutes, the API server did not respond in time. None of the controllers is at fault, \
         and all of them restart at the same time, which adds more load.",
    )
    .fix(
        "Find out why the API server was slow: etcd and its disks, the load on the \
         control-plane nodes, or the load balancer in front of the API server.",
    )
    .run(&["oc adm top nodes"])
    .verify(&["oc get pods -n kube-system"]);

/// Whether a run ended because a lease was lost.
pub(super) fn is_lost_election(ended: Terminated<'_>) -> bool {
    const MESSAGES: [&str; 3] =
        ["leaderelection lost", "leader election lost", "failed to renew lease"];
    let message = ended.message();
    MESSAGES.iter().any(|detail| message.contains(detail))
}

/// A lease that was lost.
struct LostElection {
    at: Time,
    by: String,
    evidence: Evidence,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut lost: Vec<_> = lost_by_status(cx).chain(lost_by_log(cx)).collect();
    lost.sort_by(|a, b| (a.at, &a.by).cmp(&(b.at, &b.by)));
    // The log and the status of a pod report the same termination.
    lost.dedup_by(|a, b| a.by == b.by);
    // The largest set of lost leases within one time window.
    let windows = lost.iter().enumerate().map(|(start, first)| {
        let rest = lost.get(start..).unwrap_or_default();
        let end = rest.partition_point(|it| Span::between(first.at, it.at) <= TOGETHER);
        rest.get(..end).unwrap_or_default()
    });
    let finding =
        windows.max_by_key(|window| names(window).len()).and_then(|window| finding(cx, window));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), finding))
}

fn lost_by_status(cx: &RuleContext<'_>) -> impl Iterator<Item = LostElection> {
    let containers = cx
        .all::<Pod<'_>>()
        .filter(|pod| pod.deleted().is_none())
        .flat_map(|pod| pod.containers().map(move |container| (pod, container)));
    containers.filter_map(|(pod, container)| {
        let ended = container.terminated().or_else(|| container.last_terminated())?;
        let at = ended.finished().filter(|at| cx.is_recent(Some(*at), RECENT))?;
        let note = format!("{}/{} lost its lease", pod.namespace(), pod.name());
        let evidence = Evidence::seen(pod.resource(), ended.span(), note);
        let by = || workload(pod).to_string();
        is_lost_election(ended).then(|| LostElection { at, by: by(), evidence })
    })
}

fn lost_by_log(cx: &RuleContext<'_>) -> impl Iterator<Item = LostElection> {
    let logged = LogOccurrences::recent(cx, &LOST, RECENT);
    let lost = logged.hits.iter().filter_map(|hits| {
        let pod = cx.find::<Pod<'_>>(LOST.namespace, &hits.pod);
        let unknown = || Subject::namespaced("Pod", LOST.namespace, &*hits.pod);
        let evidence = Evidence::logged(LOST.namespace, hits);
        let by = pod.map_or_else(unknown, workload).to_string();
        Some(LostElection { at: hits.last.time?, by, evidence })
    });
    lost.collect::<Vec<_>>().into_iter()
}

fn names(window: &[LostElection]) -> BTreeSet<&str> {
    window.iter().map(|lost| lost.by.as_str()).collect()
}

fn finding(cx: &RuleContext<'_>, window: &[LostElection]) -> Option<Finding> {
    let names: Vec<_> = names(window).into_iter().collect();
    let (first, rest) = window.split_first().filter(|_| names.len() >= ENOUGH)?;
    // With one control-plane node, every new revision of the API server causes this.
    let is_single = cx.all::<Node<'_>>().filter(|node| node.is_control_plane()).count() == 1;
    let summary = format!(
        "{} could not renew their leases within {TOGETHER} of each other and were restarted: {}",
        pluralize(names.len(), "controller"),
        name_list(&names)
    );
    let subject = Subject::cluster("Leader election", "cluster");
    let finding = Finding::new(subject, summary, first.evidence.clone())
        .severity(if is_single { Info } else { RULE.meta.severity })
        .since(Some(first.at))
        .likely("a slow API server is inferred because several controllers failed together")
        .evidence(rest.iter().take(SHOWN - 1).map(|lost| lost.evidence.clone()))
        .keywords("leaderelection lost")
        .keywords(name_list_up_to(&names, names.len()));
    Some(finding)
}
