//! Controllers that were restarted because they could not renew their lease.
//!
//! # Why it matters
//!
//! A controller that leads renews a lease every few seconds and ends itself when it cannot, lest two
//! of them lead. When several lose theirs within minutes, the API server did not answer in time:
//! none of them is at fault, and all of them start anew at once, which is more load still.
//!
//! # What to do
//!
//! Look at what the API server waited for: etcd and its disks, the load on the control-plane nodes,
//! the load balancer before the API.
//!
//! # Blind spots
//!
//! The pod's status has the words only where the log is taken for a last message
//! (`FallbackToLogsOnError`); logs are read in kube-system. Ends longer than two hours ago are history. Where a single node is the
//! control plane every new revision of its API server does this; that is a note. A controller that
//! lost its lease alone is none of this. For OpenShift there is `kube-apiserver/leases-lost`.
//!
//! # References
//!
//! - kubernetes/client-go `tools/leaderelection/leaderelection.go`
//! - kubernetes/kubernetes `cmd/kube-controller-manager/app/controllermanager.go`
//! - kubernetes-sigs/controller-runtime `pkg/manager/internal.go`

use mustknow_gather::kinds::{NODE, Node, POD, Pod, Terminated};
use mustknow_gather::log::LogPattern;
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{Logged, count, enumerate, few, workload};

/// Longer ago is history.
const RECENT: Span = Span::hours(2);
/// Within this time of each other they have one cause.
const TOGETHER: Span = Span::minutes(5);
/// How many must lose theirs together: of the control plane itself there are but two that lead.
const ENOUGH: usize = 2;
/// How many are shown.
const SHOWN: usize = 5;

static LOST: LogPattern = LogPattern::new("leaderelection lost", "kube-system", "");

pub(super) static META: Meta = Meta {
    id: "pods/leader-election-lost",
    title: "controllers that were restarted because they could not renew their lease",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Plain,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&NODE), Need::Log(&LOST)],
};

/// Whether a run ended because a lease was lost.
pub(super) fn tells(ended: Terminated<'_>) -> bool {
    const SAYS: [&str; 3] =
        ["leaderelection lost", "leader election lost", "failed to renew lease"];
    let message = ended.message();
    SAYS.iter().any(|words| message.contains(words))
}

/// A lease that was lost.
struct Lost {
    at: Time,
    by: String,
    evidence: Evidence,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<Pod<'_>>().count();
    let mut lost = lost(case);
    lost.sort_by(|a, b| (a.at, &a.by).cmp(&(b.at, &b.by)));
    // The log and the status of a pod tell of the same end.
    lost.dedup_by(|a, b| a.by == b.by);
    // The largest set that falls into one window.
    let windows = lost.iter().enumerate().map(|(start, first)| {
        let rest = lost.get(start..).unwrap_or_default();
        let end = rest.partition_point(|it| Span::between(first.at, it.at) <= TOGETHER);
        rest.get(..end).unwrap_or_default()
    });
    let findings = windows
        .max_by_key(|window| names(window).len())
        .filter(|window| names(window).len() >= ENOUGH)
        .and_then(|window| finding(case, window));
    Verdict::over(examined, findings.into_iter().collect(), "no pod in the archive")
}

fn lost(case: &Case<'_>) -> Vec<Lost> {
    let by_status = case
        .all::<Pod<'_>>()
        .filter(|pod| pod.deleted().is_none())
        .flat_map(|pod| pod.containers().map(move |container| (pod, container)))
        .filter_map(|(pod, container)| {
            let ended = container.terminated().or_else(|| container.last_terminated())?;
            let at = ended.finished().filter(|at| !case.is_older(Some(*at), RECENT))?;
            let note = format!("{}/{} lost its lease", pod.namespace(), pod.name());
            let evidence = Evidence::seen(pod.resource(), ended.span(), note);
            tells(ended).then(|| Lost { at, by: workload(pod).to_string(), evidence })
        });
    let logged = Logged::recent(case, &LOST, RECENT);
    let by_log = logged.hits.iter().filter_map(|hits| {
        let pod = case.find::<Pod<'_>>(LOST.namespace, &hits.pod);
        let by = pod.map_or_else(
            || Subject::namespaced("Pod", LOST.namespace, &*hits.pod).to_string(),
            |pod| workload(pod).to_string(),
        );
        Some(Lost { at: hits.last.time?, by, evidence: Evidence::logged(LOST.namespace, hits) })
    });
    by_status.chain(by_log).collect()
}

fn names(window: &[Lost]) -> Vec<&str> {
    let mut names: Vec<_> = window.iter().map(|lost| lost.by.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn finding(case: &Case<'_>, window: &[Lost]) -> Option<Finding> {
    let (first, rest) = window.split_first()?;
    let names = names(window);
    let is_single = case.all::<Node<'_>>().filter(|node| node.is_control_plane()).count() == 1;
    let summary = format!(
        "{} could not renew their leases within {TOGETHER} of each other and were restarted: {}",
        count(names.len(), "controller"),
        few(&names)
    );
    Some(
        Finding::new(
            Subject::cluster("Leader election", "cluster"),
            summary,
            first.evidence.clone(),
        )
        .severity(if is_single { Severity::Info } else { META.severity })
        .since(Some(first.at))
        .likely("that the API server was slow is inferred from several of them failing together")
        .evidence(rest.iter().take(SHOWN - 1).map(|lost| lost.evidence.clone()))
        .saying("leaderelection lost")
        .saying(enumerate(&names, names.len()))
        .why(
            "A controller ends itself when it cannot renew its lease. Several at once mean that the \
             API server, or etcd behind it, did not answer in time.",
        )
        .remedy(
            Remedy::new(
                "Look at etcd and its disks, and at the load of the control-plane nodes, then.",
            )
            .command("kubectl top nodes"),
        ),
    )
}
