//! Flapping ClusterOperator.
//!
//! Events are stored for three hours. During an update or a node rollout some changes are normal.
//!
//! - openshift/library-go `pkg/operator/status/status_controller.go` (event
//!   `OperatorStatusChanged`)
//! - openshift/cluster-version-operator
//!   `install/0000_90_cluster-version-operator_02_servicemonitor.yaml`, `ClusterOperatorFlapping`

use crate::catalog::prelude::*;

/// Changes to unavailable that are too many in an hour: a rollout may cause two.
const OFTEN: i64 = 3;
/// How many events one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR), Need::Kind(&EVENT)])
    .reads(&[Need::KnownFile(KnownFile::Alerts)])
    .check(|cx| Ok(check(cx)))
    .at_once("it counts the changes of the last hour")
    .why(
        "A ClusterOperator that flaps changes between available and unavailable, and may look \
         healthy whenever it is checked. A dependency fails for short periods: an API server \
         that restarts, a network that drops packets, a leader election. An update can stop \
         during such a period.",
    )
    .fix("Compare the times with pod restarts, leader elections and node events.")
    .run(&["oc get events --all-namespaces --sort-by=.lastTimestamp"])
    .verify(&["oc get clusteroperator {name}"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut losses: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    let is_recent = |event: &Event<'_>| cx.is_recent(event.last_seen(), Span::hours(1));
    for event in cx.all::<Event<'_>>().filter(is_recent) {
        if event.reason() == "OperatorStatusChanged"
            && let Some(operator) = loser(&event.message())
        {
            losses.entry(operator.to_owned()).or_default().push(event);
        }
    }
    let alerts = Alert::firing_named(cx, &["ClusterOperatorFlapping"]).unwrap_or_default();
    let operators: Vec<_> = cx.all::<ClusterOperator<'_>>().collect();
    let findings = operators.iter().filter_map(|operator| {
        let events = losses.remove(operator.name()).unwrap_or_default();
        let alert = alerts.iter().find(|alert| alert.label("name") == Some(operator.name()));
        finding(cx, *operator, events, alert)
    });
    Checked::over(operators.len(), findings.collect::<Vec<_>>())
}

/// The operator that became unavailable, in `Status for clusteroperator/<name> changed: ...`.
fn loser(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("clusteroperator/")?;
    rest.split_whitespace().next().filter(|name| {
        is_shell_safe(name) && message.contains("Available changed from True to False")
    })
}

fn finding(
    cx: &RuleContext<'_>,
    operator: ClusterOperator<'_>,
    mut events: Vec<Event<'_>>,
    alert: Option<&Alert>,
) -> Option<Finding> {
    let times = occasions(cx, events.iter().copied());
    if times < OFTEN && alert.is_none() {
        return None;
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let often = match usize::try_from(times) {
        Ok(times) if times > 0 => {
            format!("became unavailable {} in the last hour", pluralize(times, "time"))
        }
        _ => "is flapping, according to an alert".to_owned(),
    };
    let name = operator.name();
    let alerted = alert.map(|alert| alert.evidence(excerpt(&alert.message)));
    let mut evidence = events.iter().take(SHOWN).map(|it| event_evidence(*it)).chain(alerted);
    let summary = format!("ClusterOperator/{name} {often}");
    let finding = Finding::new(Subject::view(operator), summary, evidence.next()?)
        .severity(if is_updating(cx) { Info } else { Warning })
        .since(first_of(events.iter().copied()))
        .keywords(name)
        .evidence(evidence);
    let finding =
        events.iter().take(SHOWN).fold(finding, |finding, it| finding.keywords(it.message()));
    if events.iter().all(|event| cx.age(event.last_seen()).is_some()) {
        return Some(finding);
    }
    Some(finding.possible("the archive does not show how long ago the changes were"))
}
