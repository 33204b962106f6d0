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
//! (`FallbackToLogsOnError`). Ends longer than two hours ago are history. Where a single node is the
//! control plane every new revision of its API server does this; that is a note. A controller that
//! lost its lease alone is none of this.
//!
//! # References
//!
//! - kubernetes/client-go `tools/leaderelection/leaderelection.go`
//! - kubernetes/kubernetes `cmd/kube-controller-manager/app/controllermanager.go`
//! - kubernetes-sigs/controller-runtime `pkg/manager/internal.go`

use mustknow_gather::kinds::{NODE, Node, POD, Pod, Terminated};

use crate::catalog::prelude::*;
use crate::facts::{count, enumerate, few, workload};

/// Longer ago is history.
const RECENT: Span = Span::hours(2);
/// Within this time of each other they have one cause.
const TOGETHER: Span = Span::minutes(10);
/// How many workloads must lose theirs together.
const ENOUGH: usize = 3;
/// How many are shown.
const SHOWN: usize = 5;

pub(super) static META: Meta = Meta {
    id: "pods/leader-election-lost",
    title: "controllers that were restarted because they could not renew their lease",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&NODE)],
};

/// Whether a run ended because a lease was lost.
pub(super) fn tells(ended: Terminated<'_>) -> bool {
    const SAYS: [&str; 3] =
        ["leaderelection lost", "leader election lost", "failed to renew lease"];
    let message = ended.message();
    SAYS.iter().any(|words| message.contains(words))
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut lost: Vec<_> = case
        .all::<Pod<'_>>()
        .filter(|pod| pod.deleted().is_none())
        .flat_map(|pod| pod.containers().map(move |container| (pod, container)))
        .filter_map(|(pod, container)| {
            let ended = container.terminated().or_else(|| container.last_terminated())?;
            let age = case.age(ended.finished())?;
            (tells(ended) && age <= RECENT).then_some((ended.finished()?, pod, ended))
        })
        .collect();
    lost.sort_by_key(|(at, pod, _)| (*at, pod.namespace(), pod.name()));
    // The largest set that falls into one window.
    let windows = lost.iter().enumerate().map(|(start, (first, ..))| {
        let rest = lost.get(start..).unwrap_or_default();
        let end = rest.partition_point(|(at, ..)| Span::between(*first, *at) <= TOGETHER);
        rest.get(..end).unwrap_or_default()
    });
    let names = |window: &[(_, Pod<'_>, _)]| {
        let mut names: Vec<_> =
            window.iter().map(|(_, pod, _)| workload(*pod).to_string()).collect();
        names.sort();
        names.dedup();
        names
    };
    let Some(window) = windows.max_by_key(|window| names(window).len()) else {
        return Verdict::over(case.all::<Pod<'_>>().count(), Vec::new(), "no pod in the archive");
    };
    let names = names(window);
    let examined = case.all::<Pod<'_>>().count();
    let Some((since, pod, ended)) = window.first().filter(|_| names.len() >= ENOUGH) else {
        return Verdict::over(examined, Vec::new(), "no pod in the archive");
    };
    let is_single = case.all::<Node<'_>>().filter(|node| node.is_control_plane()).count() == 1;
    let summary = format!(
        "{} could not renew their leases within {TOGETHER} of each other and were restarted: {}",
        count(names.len(), "controller"),
        few(&names)
    );
    let note = |pod: &Pod<'_>| format!("{}/{} lost its lease", pod.namespace(), pod.name());
    let finding = Finding::new(
        Subject::cluster("Leader election", "cluster"),
        summary,
        Evidence::seen(pod.resource(), ended.span(), note(pod)),
    )
    .severity(if is_single { Severity::Info } else { META.severity })
    .since(Some(*since))
    .likely("that the API server was slow is inferred from several controllers failing together")
    .evidence(window.iter().skip(1).take(SHOWN - 1).map(|(_, pod, ended)| {
        Evidence::seen(pod.resource(), ended.span(), note(pod))
    }))
    .saying("leaderelection lost")
    .saying(enumerate(&names, names.len()))
    .why(
        "A controller ends itself when it cannot renew its lease. Several at once mean that the API \
         server, or etcd behind it, did not answer in time.",
    )
    .remedy(
        Remedy::new("Look at etcd and its disks, and at the load of the control-plane nodes, then.")
            .command(if case.snapshot().is_openshift() {
                "oc adm top nodes -l node-role.kubernetes.io/master"
            } else {
                "kubectl top nodes"
            }),
    );
    Verdict::Found(vec![finding])
}
