//! An etcd whose leader changes again and again.
//!
//! # Why it matters
//!
//! While the members elect a leader no write is taken. Where that happens several times an hour the
//! API stutters: calls fail with "etcdserver: leader changed", leases are lost, operators restart.
//!
//! # What to do
//!
//! Look for what makes the leader silent: slow disks, a busy CPU, a network between the
//! control-plane nodes that loses packets, a node that restarts.
//!
//! # Blind spots
//!
//! A rollout of etcd, and an update of the control-plane nodes, change the leader a few times each;
//! fewer than six changes in one log, or fewer than two an hour, are not reported. The log of a
//! member begins with its last start.
//!
//! # References
//!
//! - etcd-io/raft `node.go` ("raft.node: ... elected leader ... at term ...")
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdHighNumberOfLeaderChanges`)

use mustknow_gather::kinds::POD;
use mustknow_gather::layout::Special;
use mustknow_gather::log::{LogHits, LogPattern};

use crate::catalog::prelude::*;
use crate::facts::{Alert, Logged, few};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(1);
/// A rollout and an update of the nodes take as many.
const ENOUGH: u64 = 6;
/// So many changes in an hour are no coincidence.
const AN_HOUR: u64 = 2;

static ELECTED: LogPattern = LogPattern::new(" elected leader ", "openshift-etcd", "etcd");

pub(super) static META: Meta = Meta {
    id: "etcd/leader-churn",
    title: "an etcd whose leader changes again and again",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Log(&ELECTED), Need::Special(Special::Alerts), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let alerts = Alert::named(case, &["etcdHighNumberOfLeaderChanges"]);
    let mut elected = Logged::recent(case, &ELECTED, RECENT).often(AN_HOUR);
    let examined = elected.examined(case);
    elected.hits.retain(|hits| hits.count >= ENOUGH);
    let fires = alerts.iter().flatten().map(|alert| alert.evidence(alert.message.clone()));
    let mut evidence = elected.evidence().chain(fires);
    let Some(first) = evidence.next() else {
        return if examined > 0 || alerts.is_some() {
            Verdict::Healthy { examined: examined.max(1) }
        } else {
            let what = "logs of container etcd in openshift-etcd, and the alerts: not collected";
            let gap = Gap::new(GapKind::NotCollected, what);
            Verdict::Unknown(gap.ask("oc adm inspect ns/openshift-etcd"))
        };
    };
    let most = elected.hits.iter().max_by_key(|hits| hits.count);
    let summary = match most {
        Some(hits) => format!(
            "etcd elected a leader {} times within {}, as {} logged",
            hits.count,
            span(hits),
            few(&elected.places(case))
        ),
        None => "etcd changes its leader again and again, as its alert says".to_owned(),
    };
    let is_alert = alerts.iter().flatten().next().is_some();
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .severity(if is_alert { Severity::Error } else { Severity::Warning })
        .since(elected.since().or_else(|| alerts.iter().flatten().find_map(|alert| alert.since)))
        .why("While the members elect a leader no write is taken, and calls in flight fail.")
        .saying("etcd elected leader")
        .evidence(evidence)
        .remedy(
            Remedy::new("Find out what makes the leader silent: disk, CPU, network or restarts.")
                .command("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'elected leader'")
                .verify(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w \
                     table",
                ),
        );
    Verdict::Found(vec![finding])
}

fn span(hits: &LogHits) -> Span {
    match (hits.first.time, hits.last.time) {
        (Some(first), Some(last)) => Span::between(first, last),
        _ => Span::minutes(0),
    }
}
