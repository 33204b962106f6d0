//! Targets that Prometheus does not reach.
//!
//! # Why it matters
//!
//! Of what is not reached there are no metrics, and alerts over them stay silent. What keeps Prometheus
//! away may keep others away as well.
//!
//! # What to do
//!
//! Look at what the targets that are down have in common: a node, a namespace, an error.
//!
//! # Blind spots
//!
//! Where the list was not collected, the alert alone is told of. The list is of one moment: where alert `TargetDown` does not fire for the job, its targets may just
//! have been restarted.
//!
//! # References
//!
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`active-targets`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/TargetDown.md`

use std::collections::{BTreeMap, BTreeSet};

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, Target, count, excerpt, few};

/// How many targets one finding shows.
const SHOWN: usize = 3;
/// How many jobs are told of one by one where nothing lasts.
const MOST: usize = 20;

pub(super) static META: Meta = Meta {
    id: "monitoring/targets-down",
    title: "targets that Prometheus does not reach",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Special(Special::Targets(0)),
        Need::Special(Special::Targets(1)),
        Need::Special(Special::Alerts),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let alerts = Alert::named(case, &["TargetDown"]).unwrap_or_default();
    let Some((examined, down)) = Target::down(case) else {
        if !alerts.is_empty() {
            return Verdict::Found(alerts.iter().filter_map(alerted).collect());
        }
        let what = format!("{}: not collected", Special::Targets(0).usual_path());
        let gap = Gap::new(GapKind::NotCollected, what);
        return Verdict::Unknown(gap.ask("oc adm must-gather"));
    };
    let mut by_job: BTreeMap<(&str, &str), Vec<&Target>> = BTreeMap::new();
    for target in &down {
        by_job.entry((&target.namespace, &target.job)).or_default().push(target);
    }
    let findings =
        by_job.values().take(MOST).filter_map(|targets| finding(targets, &alerts)).collect();
    Verdict::over(examined, findings, "Prometheus has no targets")
}

/// What the alert alone tells, where the list of targets was not collected.
fn alerted(alert: &Alert) -> Option<Finding> {
    let job = alert.label("job").unwrap_or_default();
    let namespace = alert.label("namespace").unwrap_or_default();
    let finding = Alert::finding(
        std::slice::from_ref(alert),
        Subject::namespaced("Scrape job", namespace, job),
        format!("Prometheus does not reach targets of job {job} in {namespace}"),
    )?;
    Some(
        finding
            .saying(namespace)
            .why("Of what is not reached there are no metrics, and alerts over them stay silent.")
            .remedy(
                Remedy::new("Look at the pods of the namespace.")
                    .command(format!("oc get pods,endpoints -n {namespace} -o wide")),
            ),
    )
}

fn finding(targets: &[&Target], alerts: &[Alert]) -> Option<Finding> {
    let first = targets.first()?;
    let (namespace, job) = (first.namespace.as_str(), first.job.as_str());
    let alert = alerts.iter().find(|alert| {
        alert.label("job") == Some(job)
            && alert.label("namespace").is_none_or(|theirs| theirs == namespace)
    });
    let names: BTreeSet<_> = targets.iter().map(|target| target.name.as_str()).collect();
    let names: Vec<_> = names.into_iter().collect();
    let nodes: BTreeSet<_> = targets.iter().map(|target| target.node.as_deref()).collect();
    let mut evidence = targets
        .iter()
        .take(SHOWN)
        .map(|target| target.evidence(format!("{}: {}", target.name, excerpt(&target.error))));
    let error = targets.iter().map(|target| excerpt(&target.error)).find(|text| !text.is_empty());
    let because = error.map(|error| format!(": {error}")).unwrap_or_default();
    let finding = Finding::new(
        Subject::namespaced("Scrape job", namespace, job),
        format!(
            "Prometheus does not reach {} of job {job} in {namespace} ({}){because}",
            count(targets.len(), "target"),
            few(&names)
        ),
        evidence.next()?,
    )
    .saying(namespace)
    .saying(names.join("\n"))
    .saying(nodes.iter().flatten().copied().collect::<Vec<_>>().join("\n"))
    .saying(&because)
    .evidence(evidence)
    .why("Of what is not reached there are no metrics, and alerts over them stay silent.")
    .remedy(
        Remedy::new("Look at what the targets that are down have in common.")
            .command(format!("oc get pods,endpoints -n {namespace} -o wide")),
    );
    let mut nodes = nodes.iter();
    let finding = match (nodes.next(), nodes.next()) {
        (Some(Some(node)), None) => finding.shares(Common::Node, *node),
        _ => finding,
    };
    Some(match alert {
        Some(alert) => {
            finding.since(alert.since).evidence([alert.evidence("TargetDown fires for the job")])
        }
        None => finding
            .severity(Severity::Info)
            .possible("the list is of one moment, and no alert says that it lasts"),
    })
}
