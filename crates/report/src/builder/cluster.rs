//! Which cluster it is, and which update is in progress.

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::snapshot::Snapshot;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{ClusterVersion, Infrastructure, UpdatePhase};
use mustknow_rules::domain::{UpdatePace, UpdateProgress};
use mustknow_rules::terms::INSTALLATION;
use mustknow_rules::terms::evidence::seconds;

use crate::model::{ClusterInfo, Distribution, UpdateInfo, UpdateKind};
use crate::redact::SafeText;

/// The cluster of a snapshot.
pub(super) fn cluster(snapshot: &Snapshot) -> ClusterInfo {
    let version = ClusterVersion::find(snapshot);
    let phase = version.and_then(UpdatePhase::of);
    let desired = version
        .and_then(ClusterVersion::desired_version)
        .or_else(|| Some(phase?.newest().version()).filter(|version| !version.is_empty()))
        .map(|version| SafeText::text(&version));
    let distribution = match &desired {
        _ if !snapshot.is_openshift() => Distribution::Kubernetes,
        Some(version) if version.contains("okd") => Distribution::Okd,
        _ => Distribution::OpenShift,
    };
    let nodes = snapshot.of_kind(&NODE);
    let kubelet = || nodes.first()?.text(&["status", "nodeInfo", "kubeletVersion"]);
    let infrastructure = snapshot.find::<Infrastructure<'_>>("", "cluster");
    let clock = snapshot.clock();
    ClusterInfo {
        distribution,
        id: version.and_then(ClusterVersion::cluster_id).map(|id| SafeText::text(&id)),
        version: desired.or_else(|| kubelet().map(|version| SafeText::text(&version))),
        platform: infrastructure.and_then(Infrastructure::platform).map(|it| SafeText::text(&it)),
        topology: infrastructure
            .and_then(Infrastructure::control_plane_topology)
            .map(|it| SafeText::text(&it)),
        nodes: (!nodes.is_empty()).then_some(nodes.len()),
        gathered_at: clock.map(|clock| seconds(clock.now)),
        gathered_by: clock.map(|clock| SafeText::text(&clock.source.to_string())),
        update: phase.and_then(|phase| update(snapshot, phase)),
        objects: snapshot.objects(),
    }
}

/// The update or installation in progress.
fn update(snapshot: &Snapshot, phase: UpdatePhase<'_>) -> Option<UpdateInfo> {
    let state = match phase {
        UpdatePhase::Completed(_) => return None,
        UpdatePhase::Installing(_) => UpdateKind::Installing,
        UpdatePhase::Updating { .. } => UpdateKind::Updating,
    };
    let progress = UpdateProgress::of(snapshot);
    let is_recent_installation = || {
        let (started, now) = (phase.started()?, snapshot.now()?);
        let is_recent = Span::between(started, now) <= INSTALLATION;
        (phase.is_installing() && is_recent).then_some(UpdatePace::OnTime)
    };
    Some(UpdateInfo {
        state,
        done: progress.as_ref().map(UpdateProgress::percent),
        pace: progress.map(|it| it.pace).or_else(is_recent_installation),
        from: phase.completed().map(|entry| SafeText::text(&entry.version())),
        to: SafeText::text(&phase.newest().version()),
        since: phase.started().map(seconds),
        age: age(snapshot, phase.started()),
    })
}

/// How long `since` was before the gather time.
pub(super) fn age(snapshot: &Snapshot, since: Option<Time>) -> Option<String> {
    Some(Span::between(since?, snapshot.now()?).max(Span::minutes(0)).to_string())
}
