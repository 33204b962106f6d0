//! Persistent volume filling up.
//!
//! This check relies on Prometheus alerts. Without them the archive does not show how full the
//! volumes are.
//!
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePersistentVolumeFillingUp.md`
//! - kubernetes-monitoring/kubernetes-mixin `alerts/storage_alerts.libsonnet`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .alerts_by(
        claim,
        &["KubePersistentVolumeFillingUp", "KubePersistentVolumeInodesFillingUp"],
        |_, alerted| finding(alerted),
    )
    .why(
        "Writes to a full volume fail, and databases may not start again. An alert reports that \
         the volume is nearly full, or will be full within days at the rate of the last hours.",
    )
    .fix(
        "Expand the claim if its StorageClass allows it, or delete data that is no longer \
         needed.",
    )
    .run(&["oc describe persistentvolumeclaim -n {namespace} {name}"])
    .verify(&["oc get persistentvolumeclaim -n {namespace} {name}"]);

fn claim(_: &RuleContext<'_>, alert: &Alert) -> String {
    ["namespace", "persistentvolumeclaim"].map(|it| alert.label(it).unwrap_or_default()).join("/")
}

fn finding(alerted: &AlertGroup) -> Option<Finding> {
    let (namespace, name) = alerted.about.split_once('/')?;
    // "Nearly full" and "full soon" are two alerts with the same name.
    let critical = alerted.alerts.iter().find(|alert| alert.severity == "critical");
    let worst = critical.or(alerted.alerts.first())?;
    let what = if worst.name.contains("Inodes") { "runs out of inodes" } else { "is filling up" };
    let subject = Subject::namespaced("PersistentVolumeClaim", namespace, name);
    let summary = format!("{subject} {what}: {}", excerpt(&worst.message));
    Some(alerted.finding(subject.clone(), summary)?.keywords(subject.to_string()))
}
