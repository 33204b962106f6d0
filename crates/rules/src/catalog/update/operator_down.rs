//! Cluster-version operator that is not running.
//!
//! An operator that was scaled down on purpose, as some procedures require, looks the same. A pod
//! that is ready but does nothing is not detected.
//!
//! - openshift/runbooks `alerts/cluster-version-operator/ClusterVersionOperatorDown.md`
//! - openshift/cluster-version-operator
//!   `install/0000_00_cluster-version-operator_30_deployment.yaml`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-cluster-version";
const NAME: &str = "cluster-version-operator";
/// How long a restart or the drain of its node may take.
const RESTART: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&DEPLOYMENT)])
    .reads(&[
        Need::Kind(&DAEMON_SET),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
        Need::KnownFile(KnownFile::Alerts),
    ])
    .check(check)
    .why(
        "The cluster-version operator applies releases, restores the objects that a release \
         owns, and writes the ClusterVersion. While none of its pods is ready, no update starts \
         or continues, manual changes are not reverted, and the conditions of the \
         ClusterVersion are outdated.",
    )
    .fix(
        "Scale the Deployment to one replica if it was scaled down. Otherwise fix its pod: it \
         runs on a control-plane node and needs the release image.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(deployment) = cx.find_as::<Workload<'_>>(&DEPLOYMENT, NAMESPACE, NAME) else {
        let what = format!("Deployment/{NAMESPACE}/{NAME} was not collected");
        let gap = Gap::new(GapKind::NotCollected, what);
        return Err(NotJudged::from(
            gap.command(format!("oc get deployment {NAME} -n {NAMESPACE} -o yaml")),
        ));
    };
    let pods: Vec<_> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(NAME) && !pod.is_finished())
        .collect();
    let is_down = deployment.has_status()
        && deployment.available() == 0
        && !pods.iter().any(|pod| pod.is_ready());
    if !is_down {
        return Ok(Checked::over(1, None));
    }
    let is_scaled_down = deployment.desired() == 0;
    let since = since(deployment, &pods);
    let persistence = Persistence::of(cx, since, RESTART).or_exceeded(is_scaled_down);
    if persistence == Persistence::WithinGrace {
        return Ok(Checked::over(1, None));
    }
    Ok(Checked::over(
        1,
        vec![persistence.apply(finding(cx, deployment, &pods, since), severity(cx))],
    ))
}

/// Critical only during an update or installation, which is stuck without the operator.
fn severity(cx: &RuleContext<'_>) -> Severity {
    match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(UpdatePhase::Completed(_)) | None => Error,
        Some(_) => Critical,
    }
}

fn since(deployment: Workload<'_>, pods: &[Pod<'_>]) -> Option<Time> {
    let unavailable = deployment.condition("Available").filter(|c| c.is_false());
    unavailable
        .and_then(Condition::since)
        .or_else(|| pods.iter().filter_map(|pod| pod.condition("Ready")?.since()).max())
}

fn finding(
    cx: &RuleContext<'_>,
    deployment: Workload<'_>,
    pods: &[Pod<'_>],
    since: Option<Time>,
) -> Finding {
    let is_scaled_down = deployment.desired() == 0;
    let (evidence, how) = if is_scaled_down {
        let field = &["spec", "replicas"];
        (Evidence::field(deployment.resource(), field, "scaled to zero"), "is scaled to zero")
    } else {
        let note = format!("{} of {} available", deployment.available(), deployment.desired());
        (Evidence::field(deployment.resource(), &["status"], note), "has no ready pod")
    };
    let alert = Alert::firing_named(cx, &["ClusterVersionOperatorDown"]).unwrap_or_default();
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    let remedy = if is_scaled_down {
        Remedy::new("Scale the Deployment to one replica.")
            .command(format!("oc scale deployment {NAME} -n {NAMESPACE} --replicas=1"))
            .precondition(
                "the procedure that scaled it down is complete",
                Proof::ByHand(String::new()),
            )
            .side_effect("manual changes to objects that the release owns are reverted")
    } else {
        Remedy::new("Fix the pod of the Deployment.")
            .command(format!("oc describe pods -n {NAMESPACE}"))
    };
    Finding::new(
        Subject::cluster("ClusterVersion", "version"),
        format!("cluster-version operator is not running: Deployment/{NAMESPACE}/{NAME} {how}"),
        evidence,
    )
    .since(since)
    .keywords(format!("Deployment/{NAMESPACE}/{NAME}"))
    .keywords(names.join("\n"))
    .evidence(pods.iter().take(2).filter_map(|pod| pod_evidence(*pod)))
    .evidence(alert.iter().take(1).map(|alert| alert.evidence(excerpt(&alert.message))))
    .remedy(remedy.verify("oc adm upgrade"))
}

/// The state that shows why a pod is not ready.
fn pod_evidence(pod: Pod<'_>) -> Option<Evidence> {
    if let Some((container, reason)) =
        pod.containers().find_map(|container| Some((container, container.waiting_reason()?)))
    {
        let note = format!("container {} is waiting: {reason}", container.name());
        return Some(Evidence::seen(pod.resource(), container.span(), note));
    }
    let ready = pod.condition("Ready")?;
    Some(Evidence::condition(pod.resource(), ready, "the pod is not ready"))
}
