//! An operator that becomes available and unavailable again and again.
//!
//! # Why it matters
//!
//! An operator that flaps is well whenever somebody looks. What it depends on fails for moments:
//! an API server that restarts, a network that drops, a leader that changes. An update that meets a
//! bad moment stops.
//!
//! # What to do
//!
//! Compare the moments with restarts of pods, elections of leaders and events of nodes.
//!
//! # Blind spots
//!
//! Events are kept for three hours. Changes of one hour are counted; during an update, or a rollout
//! of nodes, some are normal.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/status/status_controller.go` (event
//!   `OperatorStatusChanged`)
//! - openshift/cluster-version-operator
//!   `install/0000_90_cluster-version-operator_02_servicemonitor.yaml`, `ClusterOperatorFlapping`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, EVENT, Event};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, Update, count, event_evidence, excerpt, is_plain};

/// The span that counts.
const RECENT: Span = Span::hours(1);
/// How often an operator may become unavailable in it: a rollout may cost two.
const OFTEN: i64 = 3;
/// How many events one finding shows.
const SHOWN: usize = 3;
const LOST: &str = "Available changed from True to False";

pub(super) static META: Meta = Meta {
    id: "operators/flapping",
    title: "an operator that becomes unavailable again and again",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR), Need::Kind(&EVENT)],
    uses: &[Need::Special(Special::Alerts)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut moments: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in case.all::<Event<'_>>() {
        if event.reason() != "OperatorStatusChanged" {
            continue;
        }
        let is_recent = case.age(event.last_seen()).is_some_and(|age| age <= RECENT);
        let message = event.message();
        if let Some(name) = operator(&message).filter(|_| is_recent && message.contains(LOST)) {
            moments.entry(name.to_owned()).or_default().push(event);
        }
    }
    let alerts = Alert::named(case, &["ClusterOperatorFlapping"]).unwrap_or_default();
    let mut findings = Vec::new();
    for operator in case.all::<ClusterOperator<'_>>() {
        let name = operator.name();
        let events = moments.remove(name).unwrap_or_default();
        let times: i64 = events.iter().map(|event| event.count().max(1)).sum();
        let alert = alerts.iter().find(|alert| alert.label("name") == Some(name));
        if times >= OFTEN || alert.is_some() {
            findings.extend(finding(case, operator, events, times, alert));
        }
    }
    let examined = case.all::<ClusterOperator<'_>>().count();
    Verdict::over(examined, findings, "no ClusterOperator in the archive")
}

/// The name in `Status for clusteroperator/<name> changed: ...`.
fn operator(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("clusteroperator/")?;
    rest.split_whitespace().next().filter(|name| is_plain(name))
}

fn finding(
    case: &Case<'_>,
    operator: ClusterOperator<'_>,
    mut events: Vec<Event<'_>>,
    times: i64,
    alert: Option<&Alert>,
) -> Option<Finding> {
    let name = operator.name();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let moments = events.iter().take(SHOWN).map(|event| event_evidence(*event));
    let alerted = alert.map(|alert| alert.evidence(excerpt(&alert.message)));
    let mut evidence = moments.chain(alerted);
    let first = evidence.next()?;
    let often = match usize::try_from(times) {
        Ok(times) if times > 0 => {
            format!("became unavailable {} in the last hour", count(times, "time"))
        }
        _ => "changes between available and not, says an alert".to_owned(),
    };
    let updates = case.cluster_version().and_then(Update::of).is_some_and(Update::is_updating);
    let finding = Finding::new(
        Subject::view(operator),
        format!("ClusterOperator/{name} {often}"),
        first,
    )
    .why(
        "Something it depends on fails for moments. Each of them can stop an update, and what the \
         operator serves fails meanwhile.",
    )
    .since(events.last().and_then(|event| event.last_seen()))
    .saying(name)
    .evidence(evidence);
    let finding = events.iter().take(SHOWN).fold(finding, |f, event| f.saying(event.message()));
    let finding = finding.remedy(
        Remedy::new("Compare the moments with restarts of pods, leaders and nodes.")
            .command("oc get events --all-namespaces --sort-by=.lastTimestamp")
            .verify(format!("oc get clusteroperator {name}")),
    );
    Some(if updates { finding.severity(Severity::Info) } else { finding })
}
