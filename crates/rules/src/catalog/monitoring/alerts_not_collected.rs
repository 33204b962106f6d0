//! Alerts that could not be collected from Prometheus.
//!
//! An archive that does not contain the file at all, for example from `oc adm inspect`, shows
//! nothing about monitoring.
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`prom_get`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(&[Need::KnownFile(KnownFile::Alerts), Need::KnownFile(KnownFile::AlertsStderr)])
    .check(check)
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
    let alerts = match cx.known_file(KnownFile::Alerts) {
        Some(KnownFileContent::Read(document)) => Some(document),
        Some(KnownFileContent::Damaged(..)) | None => None,
    };
    let answer = alerts.and_then(|document| document.tree.documents().next());
    // Alertmanager answers with the alerts themselves.
    if answer.is_some_and(|answer| answer.is_sequence() || answer.get("data").is_some()) {
        return Ok(Checked::over(1, None));
    }
    let error_file = match cx.known_file(KnownFile::AlertsStderr) {
        Some(KnownFileContent::Read(document)) if !document.tree.text().trim().is_empty() => {
            Some(document)
        }
        _ => None,
    };
    let subject = platform_prometheus();
    let (evidence, detail) = match (error_file, answer, alerts) {
        (Some(error_file), ..) => {
            let text = error_file.tree.text();
            let last = text.trim_end().lines().next_back().unwrap_or_default();
            let start = text.rfind(last).unwrap_or(0);
            let span = start..start + last.len();
            let evidence =
                Evidence::in_document(subject.clone(), error_file, span, "error from must-gather");
            (evidence, excerpt(last))
        }
        (None, Some(answer), Some(document)) => {
            let error = answer.text_at(&["error"]).unwrap_or_default();
            let evidence =
                Evidence::in_document(subject.clone(), document, answer.span(), "complete answer");
            (evidence, excerpt(&error))
        }
        (None, ..) => return Err(NotJudged::from(gap(cx))),
    };
    let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
    let finding = Finding::new(
        subject,
        format!("the alerts could not be collected from Prometheus{detail}"),
        evidence,
    )
    .keywords("openshift-monitoring")
    .keywords(&detail)
    .likely("that Prometheus was down, and not only unreachable, is inferred");
    Ok(Checked::over(1, vec![finding]))
}

fn gap(cx: &RuleContext<'_>) -> Gap {
    let gap = if let Some(KnownFileContent::Damaged(path, why)) = cx.known_file(KnownFile::Alerts) {
        Gap::new(GapKind::Damaged, format!("{path}: {why}"))
    } else {
        let what = format!("{}: not collected", KnownFile::Alerts.usual_path());
        Gap::new(GapKind::NotCollected, what)
    };
    gap.command("oc adm must-gather")
}
