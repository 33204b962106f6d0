//! A volume that fills up.
//!
//! # Why it matters
//!
//! What writes to a full volume fails, and databases may not start again. An alert says that it is
//! nearly full, or will be within days at the rate of the last hours.
//!
//! # What to do
//!
//! Grow the claim, if its class allows that, or delete what is not needed any more.
//!
//! # Blind spots
//!
//! This is what Prometheus says; without its alerts the archive tells nothing of how full volumes
//! are.
//!
//! # References
//!
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubePersistentVolumeFillingUp.md`
//! - kubernetes-monitoring/kubernetes-mixin `alerts/storage_alerts.libsonnet`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, excerpt, severity_in};

const ALERTS: [&str; 2] = ["KubePersistentVolumeFillingUp", "KubePersistentVolumeInodesFillingUp"];

pub(super) static META: Meta = Meta {
    id: "storage/volume-filling-up",
    title: "a volume that fills up",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(firing) = Alert::named(case, &ALERTS) else {
        let what = format!("{}: it holds no alerts", Special::Alerts.usual_path());
        return Verdict::Unknown(Gap::new(GapKind::Damaged, what).ask("oc adm must-gather"));
    };
    let mut findings: Vec<Finding> = Vec::new();
    for alert in &firing {
        let finding = finding(case, alert);
        // Nearly full and full soon are two alerts of one name.
        match findings.iter_mut().find(|known| known.subject == finding.subject) {
            Some(known) if known.severity >= finding.severity => {
                known.evidence.extend(finding.evidence);
            }
            Some(known) => *known = finding,
            None => findings.push(finding),
        }
    }
    Verdict::over(1, findings, "no alerts were collected")
}

fn finding(case: &Case<'_>, alert: &Alert) -> Finding {
    let namespace = alert.label("namespace").unwrap_or_default();
    let claim = alert.label("persistentvolumeclaim").unwrap_or_default();
    let subject = Subject::namespaced("PersistentVolumeClaim", namespace, claim);
    let what = if alert.name.contains("Inodes") { "runs out of inodes" } else { "fills up" };
    let usual = if alert.severity == "critical" { META.severity } else { Severity::Warning };
    Finding::new(
        subject.clone(),
        format!("{subject} {what}: {}", excerpt(&alert.message)),
        alert.evidence(format!("{} fires, {}", alert.name, alert.severity)),
    )
    .severity(severity_in(case, namespace, usual))
    .since(alert.since)
    .saying(format!("PersistentVolumeClaim/{namespace}/{claim}"))
    .saying(&alert.message)
    .why("What writes to a full volume fails, and may not start again.")
    .remedy(
        Remedy::new("Grow the claim, or delete what is not needed on the volume.")
            .command(format!("oc describe persistentvolumeclaim -n {namespace} {claim}"))
            .verify(format!("oc get persistentvolumeclaim -n {namespace} {claim}")),
    )
}
