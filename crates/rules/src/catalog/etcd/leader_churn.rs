//! Frequent etcd leader changes.
//!
//! A rollout of etcd and an update of the control-plane nodes each change the leader a few times.
//! Fewer than six changes in one log, or fewer than two per hour, are not reported. The log of a
//! member starts at its last start.
//!
//! - etcd-io/raft `node.go` ("raft.node: ... elected leader ... at term ...")
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdHighNumberOfLeaderChanges`)

use crate::catalog::prelude::*;

/// Elections that stopped longer ago than this are ignored.
const RECENT: Span = Span::hours(1);
/// A rollout and an update of the nodes cause fewer changes.
const ENOUGH: u64 = 6;
/// This many changes per hour are not a coincidence.
const AN_HOUR: u64 = 2;

const ELECTED: LogPattern = LogPattern::new(" elected leader ", "openshift-etcd", "etcd");

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(&[Need::Log(&ELECTED), Need::KnownFile(KnownFile::Alerts), Need::Kind(&POD)])
    .check(check)
    .why(
        "During a leader election etcd accepts no writes. If this happens several times per \
         hour, the API is unstable: requests fail with \"etcdserver: leader changed\", leases \
         are lost, and operators restart.",
    )
    .fix(
        "Find out why the leader stops responding: slow disks, a busy CPU, packet loss between \
         the control-plane nodes, or a node that restarts.",
    )
    .run(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'elected leader'"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let alerts = Alert::firing_named(cx, &["etcdHighNumberOfLeaderChanges"]);
    let mut elected = LogOccurrences::recent(cx, &ELECTED, RECENT).at_least_hourly(AN_HOUR);
    let examined = elected.examined(cx);
    elected.hits.retain(|hits| hits.count >= ENOUGH);
    let fires = alerts.iter().flatten().map(|alert| alert.evidence(alert.message.clone()));
    let mut evidence = elected.evidence().chain(fires);
    let Some(first) = evidence.next() else {
        return if examined > 0 || alerts.is_some() {
            Ok(Checked::over(examined.max(1), None))
        } else {
            let what = "logs of container etcd in openshift-etcd and alerts: not collected";
            let gap = Gap::new(GapKind::NotCollected, what);
            Err(NotJudged::from(gap.command("oc adm inspect ns/openshift-etcd")))
        };
    };
    let most = elected.hits.iter().max_by_key(|hits| hits.count);
    let summary = match most {
        Some(hits) => format!(
            "etcd elected a leader {} times within {}, as logged by {}",
            hits.count,
            span(hits),
            name_list(&elected.writers(cx))
        ),
        None => "etcd changes its leader frequently, as reported by its alert".to_owned(),
    };
    let is_alert = alerts.iter().flatten().next().is_some();
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .severity(if is_alert { Error } else { Warning })
        .since(elected.since().or_else(|| alerts.iter().flatten().find_map(|alert| alert.since)))
        .keywords("etcd elected leader")
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}

fn span(hits: &LogHits) -> Span {
    match (hits.first.time, hits.last.time) {
        (Some(first), Some(last)) => Span::between(first, last),
        _ => Span::minutes(0),
    }
}
