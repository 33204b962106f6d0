//! Flapping ClusterOperator.
//!
//! Events are stored for three hours. Only changes within the last hour are counted. During an
//! update or a node rollout some changes are normal.
//!
//! - openshift/library-go `pkg/operator/status/status_controller.go` (event
//!   `OperatorStatusChanged`)
//! - openshift/cluster-version-operator
//!   `install/0000_90_cluster-version-operator_02_servicemonitor.yaml`, `ClusterOperatorFlapping`

use crate::catalog::prelude::*;

/// The period in which changes are counted.
const RECENT: Span = Span::hours(1);
/// Changes to unavailable that are too many in this period: a rollout may cause two.
const OFTEN: i64 = 3;
/// How many events one finding shows.
const SHOWN: usize = 3;
const LOST: &str = "Available changed from True to False";

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR), Need::Kind(&EVENT)])
    .reads(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "A ClusterOperator that flaps changes between available and unavailable, and may look \
         healthy whenever it is checked. A dependency fails for short periods: an API server \
         that restarts, a network that drops packets, a leader election. An update can stop \
         during such a period.",
    )
    .fix("Compare the times with pod restarts, leader elections and node events.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut events_by_operator: BTreeMap<String, Vec<Event<'_>>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        if event.reason() != "OperatorStatusChanged" {
            continue;
        }
        let is_recent = cx.age(event.last_seen()).is_some_and(|age| age <= RECENT);
        let message = event.message();
        if let Some(name) = operator(&message).filter(|_| is_recent && message.contains(LOST)) {
            events_by_operator.entry(name.to_owned()).or_default().push(event);
        }
    }
    let alerts = Alert::firing_named(cx, &["ClusterOperatorFlapping"]).unwrap_or_default();
    let mut findings = Vec::new();
    for operator in cx.all::<ClusterOperator<'_>>() {
        let name = operator.name();
        let events = events_by_operator.remove(name).unwrap_or_default();
        let times: i64 = events.iter().map(|event| event.count().max(1)).sum();
        let alert = alerts.iter().find(|alert| alert.label("name") == Some(name));
        if times >= OFTEN || alert.is_some() {
            findings.extend(finding(cx, operator, events, times, alert));
        }
    }
    let examined = cx.all::<ClusterOperator<'_>>().count();
    Ok(Checked::over(examined, findings))
}

/// The name in `Status for clusteroperator/<name> changed: ...`.
fn operator(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("clusteroperator/")?;
    rest.split_whitespace().next().filter(|name| is_shell_safe(name))
}

fn finding(
    cx: &RuleContext<'_>,
    operator: ClusterOperator<'_>,
    mut events: Vec<Event<'_>>,
    times: i64,
    alert: Option<&Alert>,
) -> Option<Finding> {
    let name = operator.name();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let events_by_operator = events.iter().take(SHOWN).map(|event| event_evidence(*event));
    let alerted = alert.map(|alert| alert.evidence(excerpt(&alert.message)));
    let mut evidence = events_by_operator.chain(alerted);
    let first = evidence.next()?;
    let often = match usize::try_from(times) {
        Ok(times) if times > 0 => {
            format!("became unavailable {} in the last hour", pluralize(times, "time"))
        }
        _ => "is flapping, according to an alert".to_owned(),
    };
    let updates =
        cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating);
    let finding =
        Finding::new(Subject::view(operator), format!("ClusterOperator/{name} {often}"), first)
            .since(events.last().and_then(|event| event.last_seen()))
            .keywords(name)
            .evidence(evidence);
    let finding = events.iter().take(SHOWN).fold(finding, |f, event| f.keywords(event.message()));
    let finding = finding
        .run("oc get events --all-namespaces --sort-by=.lastTimestamp")
        .verify(format!("oc get clusteroperator {name}"));
    Some(if updates { finding.severity(Info) } else { finding })
}
