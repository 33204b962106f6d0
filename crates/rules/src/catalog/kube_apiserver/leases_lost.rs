//! Leader election lost by many components within the same minute.
//!
//! Only the last termination of a container is recorded. Terminations during the installation, or
//! more than three hours ago, are ignored. With a single control-plane node the API is unavailable
//! during each of its rollouts, which is reported as informational only.
//!
//! - kubernetes/client-go `tools/leaderelection/leaderelection.go`
//! - openshift/library-go `pkg/config/leaderelection/leaderelection.go` ("leader election lost")

use crate::catalog::prelude::*;

/// Older terminations are ignored.
const RECENT: Span = Span::hours(3);
/// Leases that are lost together expire within this many seconds of each other.
const TOGETHER: i64 = 90;
/// This many namespaces at the same time are not a coincidence.
const ENOUGH: usize = 4;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "Controllers hold a lease and renew it every few seconds. A controller that cannot \
         renew its lease exits. If many exit at the same time, the API was not writable at that \
         moment: etcd had no leader, all API servers were unavailable, or the network between \
         them was interrupted. Each controller restarts, and its operator reports it.",
    )
    .fix(
        "Check what happened to etcd and the kube-apiserver in that minute, not the individual \
         components.",
    )
    .run(&[
        "oc get events -n openshift-etcd --sort-by=.lastTimestamp",
        "oc get events -n openshift-kube-apiserver --sort-by=.lastTimestamp",
    ])
    .verify(&["oc get leases --all-namespaces"]);

/// A container that exited because it lost its lease.
#[derive(Clone, Copy)]
struct LeaseLoss<'s> {
    pod: Pod<'s>,
    ended: Terminated<'s>,
    at: Time,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let pods: Vec<_> = cx.all::<Pod<'_>>().collect();
    let installed = cx
        .cluster_version()
        .and_then(|version| version.history().filter_map(HistoryEntry::ended).min());
    let mut lost: Vec<LeaseLoss<'_>> = pods
        .iter()
        .flat_map(|pod| pod.containers().map(move |container| (*pod, container)))
        .filter_map(|(pod, container)| {
            let ended = container.last_terminated().or_else(|| container.terminated())?;
            let at = ended.finished()?;
            let counts = reports_it(&ended.message()) && ended.exit_code() != Some(0);
            let is_recent = !cx.is_older(Some(at), RECENT) && Some(at) > installed;
            (counts && is_recent).then_some(LeaseLoss { pod, ended, at })
        })
        .collect();
    lost.sort_by_key(|lost| (lost.at, lost.pod.namespace(), lost.pod.name()));
    // With a single control-plane node the API is unavailable whenever a revision rolls out.
    let is_single = cx
        .find::<Infrastructure<'_>>("", "cluster")
        .and_then(Infrastructure::control_plane_topology)
        .is_some_and(|topology| topology == "SingleReplica");
    let severity = if is_single { Info } else { RULE.meta.severity };
    let findings =
        groups(&lost).into_iter().filter_map(|group| Some(finding(&group)?.severity(severity)));
    Ok(Checked::over(pods.len(), findings))
}

fn reports_it(message: &str) -> bool {
    ["leader election lost", "leaderelection lost", "failed to renew lease", "lost leader lease"]
        .iter()
        .any(|detail| message.contains(detail))
}

/// Groups of containers that exited together, if they belong to enough namespaces.
fn groups<'s>(lost: &[LeaseLoss<'s>]) -> Vec<Vec<LeaseLoss<'s>>> {
    let mut groups: Vec<Vec<LeaseLoss<'s>>> = Vec::new();
    for one in lost {
        match groups.last_mut() {
            Some(group)
                if group
                    .first()
                    .is_some_and(|first| Span::between(first.at, one.at).seconds() <= TOGETHER) =>
            {
                group.push(*one);
            }
            _ => groups.push(vec![*one]),
        }
    }
    groups.retain(|group| {
        let namespaces: BTreeSet<_> = group.iter().map(|lost| lost.pod.namespace()).collect();
        namespaces.len() >= ENOUGH
    });
    groups
}

fn finding(group: &[LeaseLoss<'_>]) -> Option<Finding> {
    let first = group.first()?;
    let names: Vec<_> =
        group.iter().map(|lost| format!("{}/{}", lost.pod.namespace(), lost.pod.name())).collect();
    let mut evidence = group.iter().take(5).map(|lost| {
        let note = format!("lease lost at {}", seconds(lost.at));
        Evidence::seen(lost.pod.resource(), lost.ended.span(), note)
    });
    let summary = format!(
        "{} lost their leases within the same minute, at {}: {}",
        pluralize(group.len(), "container"),
        seconds(first.at),
        name_list(&names)
    );
    let finding = Finding::new(
        Subject::cluster("KubeAPIServer", "cluster"),
        summary,
        evidence.next()?,
    )
    .likely(
        "that the API was not writable at that moment is inferred from the number of lost leases",
    )
    .since(Some(first.at))
    .keywords("leader election lost")
    .evidence(evidence);
    Some(finding)
}
