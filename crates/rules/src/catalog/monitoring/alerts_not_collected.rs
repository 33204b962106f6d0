//! A Prometheus that told the gather nothing of its alerts.
//!
//! # Why it matters
//!
//! The gather asks a pod of Prometheus for its alerts. Where it gets no answer, monitoring was most
//! likely down, and nothing here can be judged by alerts.
//!
//! # What to do
//!
//! Look at the pods of Prometheus. What the gather was told stands in the file with the evidence.
//!
//! # Blind spots
//!
//! An archive without the file at all, as an inspect makes, says nothing of monitoring.
//!
//! # References
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`prom_get`)

use mustknow_gather::layout::Special;
use mustknow_gather::snapshot::SpecialFile;

use crate::catalog::prelude::*;
use crate::facts::{excerpt, platform_prometheus};

pub(super) static META: Meta = Meta {
    id: "monitoring/alerts-not-collected",
    title: "a Prometheus that told the gather nothing of its alerts",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Special(Special::Alerts), Need::Special(Special::AlertsComplaint)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let alerts = match case.special(Special::Alerts) {
        Some(SpecialFile::Read(document)) => Some(document),
        Some(SpecialFile::Damaged(..)) | None => None,
    };
    let answer = alerts.and_then(|document| document.tree.documents().next());
    // Alertmanager answers with the alerts themselves.
    if answer.is_some_and(|answer| answer.is_sequence() || answer.get("data").is_some()) {
        return Verdict::Healthy { examined: 1 };
    }
    let complaint = match case.special(Special::AlertsComplaint) {
        Some(SpecialFile::Read(document)) if !document.tree.text().trim().is_empty() => {
            Some(document)
        }
        _ => None,
    };
    let subject = platform_prometheus();
    let (evidence, words) = match (complaint, answer, alerts) {
        (Some(complaint), ..) => {
            let text = complaint.tree.text();
            let last = text.trim_end().lines().next_back().unwrap_or_default();
            let start = text.rfind(last).unwrap_or(0);
            let span = start..start + last.len();
            let evidence =
                Evidence::in_document(subject.clone(), complaint, span, "the gather's words");
            (evidence, excerpt(last))
        }
        (None, Some(answer), Some(document)) => {
            let error = answer.text_at(&["error"]).unwrap_or_default();
            let evidence =
                Evidence::in_document(subject.clone(), document, answer.span(), "the whole answer");
            (evidence, excerpt(&error))
        }
        (None, ..) => return Verdict::Unknown(gap(case)),
    };
    let words = if words.is_empty() { words } else { format!(": {words}") };
    let finding = Finding::new(
        subject,
        format!("Prometheus told the gather nothing of its alerts{words}"),
        evidence,
    )
    .saying("openshift-monitoring")
    .saying(&words)
    .likely("that Prometheus was down, and not the way to it, is inferred")
    .why("Nothing in this archive can be judged by alerts.")
    .remedy(
        Remedy::new("Look at the pods of Prometheus, then gather again.")
            .command("oc get pods -n openshift-monitoring -l app.kubernetes.io/name=prometheus")
            .verify("oc get clusteroperator monitoring"),
    );
    Verdict::Found(vec![finding])
}

fn gap(case: &Case<'_>) -> Gap {
    let gap = if let Some(SpecialFile::Damaged(path, why)) = case.special(Special::Alerts) {
        Gap::new(GapKind::Damaged, format!("{path}: {why}"))
    } else {
        let what = format!("{}: not collected", Special::Alerts.usual_path());
        Gap::new(GapKind::NotCollected, what)
    };
    gap.ask("oc adm must-gather")
}
