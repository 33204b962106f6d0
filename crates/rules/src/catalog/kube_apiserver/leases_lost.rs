//! Leader election lost by many components within the same minute.
//!
//! Only the last termination of a container is recorded. With a single control-plane node the API
//! is unavailable during each of its rollouts, which is a note.
//!
//! - kubernetes/client-go `tools/leaderelection/leaderelection.go`
//! - openshift/library-go `pkg/config/leaderelection/leaderelection.go` ("leader election lost")

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .at_once("the containers have exited")
    .why(
        "Controllers hold a lease and renew it every few seconds, and exit if they cannot. If many \
         exit at the same time, the API was not writable at that moment: etcd had no leader, all \
         API servers were unavailable, or the network between them was interrupted. Each \
         controller restarts.",
    )
    .fix(
        "Check what happened to etcd and the kube-apiserver in that minute, not the individual \
         components.",
    )
    .run(&[
        "oc get events -n openshift-etcd --sort-by=.lastTimestamp",
        "oc get pods -n openshift-kube-apiserver -o wide",
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
    let installed = cx
        .cluster_version()
        .and_then(|version| version.history().filter_map(HistoryEntry::ended).min());
    let pods: Vec<Pod<'_>> = cx.all().collect();
    let containers = pods.iter().flat_map(|pod| pod.containers().map(move |it| (*pod, it)));
    let mut lost: Vec<LeaseLoss<'_>> = containers
        .filter_map(|(pod, container)| {
            let ended = container.last_terminated().or_else(|| container.terminated())?;
            let at = ended.finished()?;
            let counts = reports_it(&ended.message()) && ended.exit_code() != Some(0);
            let is_recent = cx.is_recent(Some(at), Span::hours(3)) && Some(at) > installed;
            (counts && is_recent).then_some(LeaseLoss { pod, ended, at })
        })
        .collect();
    lost.sort_by_key(|lost| (lost.at, lost.pod.namespace(), lost.pod.name()));
    // With a single control-plane node the API is unavailable whenever a revision rolls out.
    let is_single = cx.all::<Node<'_>>().filter(|node| node.is_control_plane()).count() == 1
        || cx
            .find::<Infrastructure<'_>>("", "cluster")
            .and_then(Infrastructure::control_plane_topology)
            .is_some_and(|topology| topology == "SingleReplica");
    let severity = if is_single { Info } else { Warning };
    let findings = groups(&lost).into_iter().filter_map(finding);
    Ok(Checked::over(pods.len(), findings.map(|finding| finding.severity(severity))))
}

fn reports_it(message: &str) -> bool {
    ["leader election lost", "leaderelection lost", "failed to renew lease", "lost leader lease"]
        .iter()
        .any(|detail| message.contains(detail))
}

/// Groups of containers that exited together, if they belong to enough namespaces.
fn groups<'l, 's>(lost: &'l [LeaseLoss<'s>]) -> Vec<&'l [LeaseLoss<'s>]> {
    let mut groups = Vec::new();
    let mut rest = lost;
    while let Some(first) = rest.first() {
        // Leases that are lost together expire within a minute and a half.
        let size = rest.partition_point(|it| Span::between(first.at, it.at).seconds() <= 90);
        let (group, after) = rest.split_at(size);
        let namespaces: BTreeSet<_> = group.iter().map(|lost| lost.pod.namespace()).collect();
        // So many namespaces at the same time are not a coincidence.
        if namespaces.len() >= 4 {
            groups.push(group);
        }
        rest = after;
    }
    groups
}

fn finding(group: &[LeaseLoss<'_>]) -> Option<Finding> {
    let first = group.first()?;
    let name = |lost: &LeaseLoss<'_>| format!("{}/{}", lost.pod.namespace(), lost.pod.name());
    let summary = format!(
        "{} lost their leases within the same minute, at {}: {}",
        pluralize(group.len(), "container"),
        seconds(first.at),
        name_list(&group.iter().map(name).collect::<Vec<_>>())
    );
    let evidence = group.iter().take(5).map(|lost| {
        let note = format!("lease lost at {}", seconds(lost.at));
        Evidence::seen(lost.pod.resource(), lost.ended.span(), note)
    });
    let finding =
        Finding::based_on(Subject::cluster("KubeAPIServer", "cluster"), summary, evidence)?;
    Some(finding.since(Some(first.at)).keywords("leader election lost").likely(
        "that the API was not writable at that moment is inferred from the number of lost leases",
    ))
}
