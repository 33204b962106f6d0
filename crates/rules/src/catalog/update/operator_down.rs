//! A cluster-version operator that does not run.
//!
//! # Why it matters
//!
//! The cluster-version operator applies releases, keeps what a release owns as the release has it,
//! and writes the ClusterVersion. While none of its pods runs no update begins or goes on, what is
//! changed by hand stays changed, and the conditions of the ClusterVersion tell of the past.
//!
//! # What to do
//!
//! Scale the Deployment to one replica where somebody scaled it down, or mend its pod: it runs on
//! a control-plane node and needs the release image.
//!
//! # Blind spots
//!
//! An operator that was scaled down on purpose, as some procedures ask for, looks the same. A pod
//! that runs and does nothing is not seen here.
//!
//! # References
//!
//! - openshift/runbooks `alerts/cluster-version-operator/ClusterVersionOperatorDown.md`
//! - openshift/cluster-version-operator
//!   `install/0000_00_cluster-version-operator_30_deployment.yaml`

use mustknow_gather::kinds::{Condition, DAEMON_SET, DEPLOYMENT, POD, Pod, STATEFUL_SET, Workload};
use mustknow_gather::layout::Special;
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{Alert, Patience, Update, excerpt};

const NAMESPACE: &str = "openshift-cluster-version";
const NAME: &str = "cluster-version-operator";
/// How long a restart or the drain of its node may take.
const RESTART: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "update/operator-down",
    title: "a cluster-version operator that does not run",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&DEPLOYMENT)],
    uses: &[
        Need::Kind(&DAEMON_SET),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
        Need::Special(Special::Alerts),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(deployment) = case.find_as::<Workload<'_>>(&DEPLOYMENT, NAMESPACE, NAME) else {
        let what = format!("Deployment/{NAMESPACE}/{NAME} was not collected");
        let gap = Gap::new(GapKind::NotCollected, what);
        return Verdict::Unknown(
            gap.ask(format!("oc get deployment {NAME} -n {NAMESPACE} -o yaml")),
        );
    };
    let pods: Vec<_> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(NAME) && !pod.is_finished())
        .collect();
    let is_down = deployment.has_status()
        && deployment.available() == 0
        && !pods.iter().any(|pod| pod.is_ready());
    if !is_down {
        return Verdict::Healthy { examined: 1 };
    }
    let is_scaled_down = deployment.wanted() == 0;
    let since = since(deployment, &pods);
    let patience = Patience::of(case, since, RESTART).or_outlasted(is_scaled_down);
    if patience == Patience::Young {
        return Verdict::Healthy { examined: 1 };
    }
    Verdict::Found(vec![patience.weigh(finding(case, deployment, &pods, since), severity(case))])
}

/// Only an update stands still without it.
fn severity(case: &Case<'_>) -> Severity {
    match case.cluster_version().and_then(Update::of) {
        Some(Update::Settled(_)) | None => Severity::Error,
        Some(_) => Severity::Critical,
    }
}

fn since(deployment: Workload<'_>, pods: &[Pod<'_>]) -> Option<Time> {
    let unavailable = deployment.condition("Available").filter(|c| c.is_false());
    unavailable
        .and_then(Condition::since)
        .or_else(|| pods.iter().filter_map(|pod| pod.condition("Ready")?.since()).max())
}

fn finding(
    case: &Case<'_>,
    deployment: Workload<'_>,
    pods: &[Pod<'_>],
    since: Option<Time>,
) -> Finding {
    let is_scaled_down = deployment.wanted() == 0;
    let (evidence, how) = if is_scaled_down {
        let field = &["spec", "replicas"];
        (Evidence::field(deployment.resource(), field, "scaled to zero"), "is scaled to zero")
    } else {
        let note = format!("{} of {} available", deployment.available(), deployment.wanted());
        (Evidence::field(deployment.resource(), &["status"], note), "has no pod that is ready")
    };
    let alert = Alert::named(case, &["ClusterVersionOperatorDown"]).unwrap_or_default();
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    let remedy = if is_scaled_down {
        Remedy::new("Scale the Deployment to one replica.")
            .command(format!("oc scale deployment {NAME} -n {NAMESPACE} --replicas=1"))
            .before("whoever scaled it down is done", Proof::ByHand(String::new()))
            .side_effect("what the release owns and was changed by hand meanwhile is changed back")
    } else {
        Remedy::new("Mend the pod of the Deployment.")
            .command(format!("oc describe pods -n {NAMESPACE}"))
    };
    Finding::new(
        Subject::cluster("ClusterVersion", "version"),
        format!("the cluster-version operator does not run: Deployment/{NAMESPACE}/{NAME} {how}"),
        evidence,
    )
    .why(
        "Nobody applies the release or writes the ClusterVersion: an update does not begin or go \
         on, and the conditions of the ClusterVersion are those it had when the operator stopped.",
    )
    .since(since)
    .saying(format!("Deployment/{NAMESPACE}/{NAME}"))
    .saying(names.join("\n"))
    .evidence(pods.iter().take(2).filter_map(|pod| trouble(*pod)))
    .evidence(alert.iter().take(1).map(|alert| alert.evidence(excerpt(&alert.message))))
    .remedy(remedy.verify("oc adm upgrade"))
}

/// Where a pod says what keeps it.
fn trouble(pod: Pod<'_>) -> Option<Evidence> {
    if let Some((container, reason)) =
        pod.containers().find_map(|container| Some((container, container.waiting_reason()?)))
    {
        let note = format!("container {} waits: {reason}", container.name());
        return Some(Evidence::seen(pod.resource(), container.span(), note));
    }
    let ready = pod.condition("Ready")?;
    Some(Evidence::condition(pod.resource(), ready, "its pod is not ready"))
}
