//! Alerts that could not be collected from Prometheus.
//!
//! An archive that does not contain the file at all, for example from `oc adm inspect`, shows
//! nothing about monitoring.
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`prom_get`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs_any(&[Need::KnownFile(KnownFile::Alerts), Need::KnownFile(KnownFile::AlertsStderr)])
    .check(check)
    .at_once("the archive itself lacks the alerts")
    .why(
        "must-gather queries a Prometheus pod for its alerts. If it gets no answer, monitoring \
         was most likely down, and no rule can use alerts.",
    )
    .fix(
        "Check the pods of Prometheus. The file that is shown as evidence contains the answer \
         that must-gather received.",
    )
    .run(&["oc get pods -n openshift-monitoring -l app.kubernetes.io/name=prometheus"])
    .verify(&["oc get clusteroperator monitoring"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let alerts = read_known_file(cx, KnownFile::Alerts);
    let answer = alerts.and_then(|document| Some((document, document.tree.documents().next()?)));
    // Alertmanager answers with the alerts themselves.
    if answer.is_some_and(|(_, answer)| answer.is_sequence() || answer.get("data").is_some()) {
        return Ok(Checked::over(1, None));
    }
    let errors = read_known_file(cx, KnownFile::AlertsStderr)
        .filter(|document| !document.tree.text().trim().is_empty());
    let subject = platform_prometheus();
    let (evidence, detail) = match (errors, answer) {
        (Some(document), _) => {
            let text = document.tree.text();
            let last = text.trim_end().lines().next_back().unwrap_or_default();
            let start = text.rfind(last).unwrap_or(0);
            let span = start..start + last.len();
            let note = "error from must-gather";
            (Evidence::in_document(subject.clone(), document, span, note), excerpt(last))
        }
        (None, Some((document, answer))) => {
            let error = answer.text_at(&["error"]).unwrap_or_default();
            let evidence =
                Evidence::in_document(subject.clone(), document, answer.span(), "complete answer");
            (evidence, excerpt(&error))
        }
        (None, None) => return Err(Alert::gap().into()),
    };
    let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
    let summary = format!("the alerts could not be collected from Prometheus{detail}");
    let finding = Finding::new(subject, summary, evidence)
        .keywords("openshift-monitoring")
        .keywords(&detail)
        .likely("that Prometheus was down, and not only unreachable, is inferred");
    Ok(Checked::over(1, [finding]))
}
