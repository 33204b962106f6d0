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

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&DEPLOYMENT)])
    .reads(&[Need::Kind(&POD), Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    // What a restart or the drain of its node takes.
    .grace(Span::minutes(10))
    .why(
        "The cluster-version operator applies releases, restores the objects that a release \
         owns, and writes the ClusterVersion. While none of its pods is ready, no update starts \
         or continues, manual changes are not reverted, and the conditions of the \
         ClusterVersion are outdated.",
    )
    .fix("Fix the pod: it runs on a control-plane node and needs the release image.")
    .run(&["oc describe pods -n openshift-cluster-version"])
    .verify(&["oc adm upgrade"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let deployment = cx.find_as::<Workload<'_>>(&DEPLOYMENT, NAMESPACE, NAME).ok_or_else(|| {
        let what = format!("Deployment/{NAMESPACE}/{NAME} was not collected");
        Gap::new(GapKind::NotCollected, what).command(
            "oc get deployment cluster-version-operator -n openshift-cluster-version -o yaml",
        )
    })?;
    let pods: Vec<_> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(NAME) && !pod.is_finished())
        .collect();
    let is_down = deployment.has_status()
        && deployment.available() == 0
        && !pods.iter().any(|pod| pod.is_ready());
    Ok(Checked::over(1, is_down.then(|| finding(cx, deployment, &pods))))
}

fn finding(cx: &RuleContext<'_>, deployment: Workload<'_>, pods: &[Pod<'_>]) -> Finding {
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
    let since = deployment.condition("Available").filter(|it| it.is_false()).map_or_else(
        || pods.iter().filter_map(|pod| pod.condition("Ready")?.since()).max(),
        Condition::since,
    );
    let finding = Finding::new(
        Subject::cluster("ClusterVersion", "version"),
        format!("cluster-version operator is not running: Deployment/{NAMESPACE}/{NAME} {how}"),
        evidence,
    )
    .severity(severity(cx))
    .since(since)
    .lasting(is_scaled_down)
    .keywords(format!("Deployment/{NAMESPACE}/{NAME}"))
    .keywords(names.join("\n"))
    .evidence(pods.iter().take(2).map(|pod| unready_evidence(*pod)))
    .evidence(alert.iter().take(1).map(|alert| alert.evidence(excerpt(&alert.message))));
    if !is_scaled_down {
        return finding;
    }
    finding
        .fix("Scale the Deployment to one replica.")
        .run(
            "oc scale deployment cluster-version-operator -n openshift-cluster-version \
             --replicas=1",
        )
        .before("the procedure that scaled it down is complete", Proof::by_hand(""))
        .side_effect("manual changes to objects that the release owns are reverted")
}

/// Critical only during an update or installation, which is stuck without the operator.
fn severity(cx: &RuleContext<'_>) -> Severity {
    match cx.cluster_version().and_then(UpdatePhase::of) {
        Some(UpdatePhase::Completed(_)) | None => Error,
        Some(_) => Critical,
    }
}
