//! Components that all lost their leases within the same minute.
//!
//! # Why it matters
//!
//! Controllers hold a lease and renew it every few seconds; one that cannot ends itself. When many
//! do so at once the API was not writable at that moment: etcd had no leader, the API servers were
//! all away, or the network between them was. Each of them restarts, and their operators report it.
//!
//! # What to do
//!
//! Look at what happened to etcd and the kube-apiserver in that minute, not at the components.
//!
//! # Blind spots
//!
//! Only how a container ended last is kept. What happened while the cluster was being installed, or
//! more than three hours ago, is history. With a single control-plane node the API is away during
//! every rollout of it, which is only noted.
//!
//! # References
//!
//! - kubernetes/client-go `tools/leaderelection/leaderelection.go`
//! - openshift/library-go `pkg/config/leaderelection/leaderelection.go` ("leader election lost")

use std::collections::BTreeSet;

use mustknow_gather::kinds::{HistoryEntry, Infrastructure, POD, Pod, Terminated};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{count, few, is_installing};

/// Older ones are history.
const RECENT: Span = Span::hours(3);
/// Leases run out within as much of each other.
const TOGETHER: i64 = 90;
/// So many at once are no coincidence.
const ENOUGH: usize = 4;

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/leases-lost",
    title: "components that all lost their leases within the same minute",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

/// A container that ended for want of its lease.
#[derive(Clone, Copy)]
struct Lost<'s> {
    pod: Pod<'s>,
    ended: Terminated<'s>,
    at: Time,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let pods: Vec<_> = case.all::<Pod<'_>>().collect();
    let installed = case
        .cluster_version()
        .and_then(|version| version.history().filter_map(HistoryEntry::ended).min());
    let mut lost: Vec<Lost<'_>> = pods
        .iter()
        .flat_map(|pod| pod.containers().map(move |container| (*pod, container)))
        .filter_map(|(pod, container)| {
            let ended = container.last_terminated().or_else(|| container.terminated())?;
            let at = ended.finished()?;
            let counts = says_so(&ended.message()) && ended.exit_code() != Some(0);
            let is_recent = !case.is_older(Some(at), RECENT) && Some(at) > installed;
            (counts && is_recent).then_some(Lost { pod, ended, at })
        })
        .collect();
    lost.sort_by_key(|lost| (lost.at, lost.pod.namespace(), lost.pod.name()));
    // A single control-plane node takes the API away whenever it rolls out a revision.
    let is_single = case
        .find::<Infrastructure<'_>>("", "cluster")
        .and_then(Infrastructure::control_plane_topology)
        .is_some_and(|topology| topology == "SingleReplica");
    let severity = if is_single { Severity::Info } else { META.severity };
    let findings = moments(&lost)
        .into_iter()
        .filter_map(|moment| Some(finding(&moment)?.severity(severity)))
        .collect();
    Verdict::over(pods.len(), findings, "no pod in the archive")
}

fn says_so(message: &str) -> bool {
    ["leader election lost", "leaderelection lost", "failed to renew lease", "lost leader lease"]
        .iter()
        .any(|words| message.contains(words))
}

/// Those that ended together, where they are of enough namespaces.
fn moments<'s>(lost: &[Lost<'s>]) -> Vec<Vec<Lost<'s>>> {
    let mut moments: Vec<Vec<Lost<'s>>> = Vec::new();
    for one in lost {
        match moments.last_mut() {
            Some(moment)
                if moment
                    .first()
                    .is_some_and(|first| Span::between(first.at, one.at).seconds() <= TOGETHER) =>
            {
                moment.push(*one);
            }
            _ => moments.push(vec![*one]),
        }
    }
    moments.retain(|moment| {
        let namespaces: BTreeSet<_> = moment.iter().map(|lost| lost.pod.namespace()).collect();
        namespaces.len() >= ENOUGH
    });
    moments
}

fn finding(moment: &[Lost<'_>]) -> Option<Finding> {
    let first = moment.first()?;
    let names: Vec<_> =
        moment.iter().map(|lost| format!("{}/{}", lost.pod.namespace(), lost.pod.name())).collect();
    let mut evidence = moment.iter().take(5).map(|lost| {
        let note = format!("it lost its lease at {}", seconds(lost.at));
        Evidence::seen(lost.pod.resource(), lost.ended.span(), note)
    });
    let summary = format!(
        "{} lost their leases within the same minute, at {}: {}",
        count(moment.len(), "container"),
        seconds(first.at),
        few(&names)
    );
    let finding = Finding::new(
        Subject::cluster("KubeAPIServer", "cluster"),
        summary,
        evidence.next()?,
    )
    .likely("that the API could not be written to at that moment is taken from their number")
    .since(Some(first.at))
    .why(
        "Each renews its lease every few seconds; when many fail at once the API was not writable.",
    )
    .saying("leader election lost")
    .evidence(evidence)
    .remedy(
        Remedy::new("Look at what happened to etcd and the kube-apiserver in that minute.")
            .command("oc get events -n openshift-etcd --sort-by=.lastTimestamp")
            .command("oc get events -n openshift-kube-apiserver --sort-by=.lastTimestamp")
            .verify("oc get leases --all-namespaces"),
    );
    Some(finding)
}
