//! `Prometheus` scrape targets that are down.
//!
//! If the list of targets was not collected, only the alert is reported. The list is a snapshot: if
//! alert `TargetDown` does not fire for the job, its targets may just have been restarted.
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`active-targets`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/TargetDown.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(&[
        Need::KnownFile(KnownFile::Targets(0)),
        Need::KnownFile(KnownFile::Targets(1)),
        Need::KnownFile(KnownFile::Alerts),
    ])
    .check(check)
    .at_once("the alert waits for it, and without the alert it is a note")
    .why(
        "There are no metrics for targets that Prometheus does not reach, and alerts based on \
         them do not fire. The cause may affect other clients of the targets as well.",
    )
    .fix("Check what the targets that are down have in common: a node, a namespace, an error.")
    .run(&["oc get pods,endpoints -n {namespace} -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let alerts = Alert::firing_named(cx, &["TargetDown"]).unwrap_or_default();
    let Some((examined, down)) = ScrapeTarget::down(cx) else {
        if !alerts.is_empty() {
            return Ok(Checked::over(1, alerts.iter().filter_map(alerted)));
        }
        return Err(known_file_gap(cx, KnownFile::Targets(0), "no list of targets").into());
    };
    let mut by_job: BTreeMap<(&str, &str), Vec<&ScrapeTarget>> = BTreeMap::new();
    for target in &down {
        by_job.entry((&target.namespace, &target.job)).or_default().push(target);
    }
    let findings = by_job.values().take(20).filter_map(|targets| finding(targets, &alerts));
    Ok(Checked::over(examined, findings))
}

/// What the alert alone reports, if the list of targets was not collected.
fn alerted(alert: &Alert) -> Option<Finding> {
    let job = alert.label("job").unwrap_or_default();
    let namespace = alert.label("namespace").unwrap_or_default();
    let subject = Subject::namespaced("Scrape job", namespace, job);
    let summary = format!("Prometheus does not reach scrape targets of job {job} in {namespace}");
    Some(Alert::finding(std::slice::from_ref(alert), subject, summary)?.keywords(namespace))
}

fn finding(targets: &[&ScrapeTarget], alerts: &[Alert]) -> Option<Finding> {
    let first = targets.first()?;
    let (namespace, job) = (first.namespace.as_str(), first.job.as_str());
    let alert = alerts.iter().find(|alert| {
        alert.label("job") == Some(job)
            && alert.label("namespace").is_none_or(|label| label == namespace)
    });
    let names: BTreeSet<_> = targets.iter().map(|target| target.name.as_str()).collect();
    let names: Vec<_> = names.into_iter().collect();
    let nodes: BTreeSet<_> = targets.iter().map(|target| target.node.as_deref()).collect();
    let mut evidence = targets
        .iter()
        .take(3)
        .map(|target| target.evidence(format!("{}: {}", target.name, excerpt(&target.error))));
    let error = targets.iter().map(|target| excerpt(&target.error)).find(|text| !text.is_empty());
    let error = error.map(|error| format!(": {error}")).unwrap_or_default();
    let finding = Finding::new(
        Subject::namespaced("Scrape job", namespace, job),
        format!(
            "Prometheus does not reach {} of job {job} in {namespace} ({}){error}",
            pluralize(targets.len(), "target"),
            name_list(&names)
        ),
        evidence.next()?,
    )
    .keywords(namespace)
    .keywords(names.join("\n"))
    .keywords(nodes.iter().flatten().copied().collect::<Vec<_>>().join("\n"))
    .keywords(&error)
    .evidence(evidence);
    let finding = match (nodes.len(), nodes.first()) {
        (1, Some(Some(node))) => finding.group_by(GroupKey::Node, *node),
        _ => finding,
    };
    Some(match alert {
        Some(alert) => {
            finding.since(alert.since).evidence([alert.evidence("TargetDown fires for the job")])
        }
        None => finding
            .severity(Info)
            .possible("the list is a snapshot, and no alert shows that the problem persists"),
    })
}
