//! Persistent volume filling up.
//!
//! This check relies on Prometheus alerts. Without them the archive does not show how full the
//! volumes are.
//!
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePersistentVolumeFillingUp.md`
//! - kubernetes-monitoring/kubernetes-mixin `alerts/storage_alerts.libsonnet`

use crate::catalog::prelude::*;

const ALERTS: [&str; 2] = ["KubePersistentVolumeFillingUp", "KubePersistentVolumeInodesFillingUp"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "Writes to a full volume fail, and databases may not start again. An alert reports that \
         the volume is nearly full, or will be full within days at the rate of the last hours.",
    )
    .fix(
        "Expand the claim if its StorageClass allows it, or delete data that is no longer \
         needed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(firing) = Alert::firing_named(cx, &ALERTS) else {
        let what = format!("{}: contains no alerts", KnownFile::Alerts.usual_path());
        return Err(NotJudged::from(Gap::new(GapKind::Damaged, what).command("oc adm must-gather")));
    };
    let mut findings: Vec<Finding> = Vec::new();
    for alert in &firing {
        let finding = finding(cx, alert);
        // "Nearly full" and "full soon" are two alerts with the same name.
        match findings.iter_mut().find(|known| known.subject == finding.subject) {
            Some(known) if known.severity >= finding.severity => {
                known.evidence.extend(finding.evidence);
            }
            Some(known) => *known = finding,
            None => findings.push(finding),
        }
    }
    Ok(Checked::over(1, findings))
}

fn finding(cx: &RuleContext<'_>, alert: &Alert) -> Finding {
    let namespace = alert.label("namespace").unwrap_or_default();
    let claim = alert.label("persistentvolumeclaim").unwrap_or_default();
    let subject = Subject::namespaced("PersistentVolumeClaim", namespace, claim);
    let what = if alert.name.contains("Inodes") { "runs out of inodes" } else { "is filling up" };
    let usual = if alert.severity == "critical" { RULE.meta.severity } else { Warning };
    Finding::new(
        subject.clone(),
        format!("{subject} {what}: {}", excerpt(&alert.message)),
        alert.evidence(format!("alert {} is firing, {}", alert.name, alert.severity)),
    )
    .severity(severity_in(cx, namespace, usual))
    .since(alert.since)
    .keywords(format!("PersistentVolumeClaim/{namespace}/{claim}"))
    .keywords(&alert.message)
    .run(format!("oc describe persistentvolumeclaim -n {namespace} {claim}"))
    .verify(format!("oc get persistentvolumeclaim -n {namespace} {claim}"))
}
