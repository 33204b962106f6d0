//! Frequent etcd leader changes.
//!
//! # Why it matters
//!
//! During a leader election etcd accepts no writes. If this happens several times per hour, the API
//! is unstable: requests fail with "etcdserver: leader changed", leases are lost, and operators
//! restart.
//!
//! # What to do
//!
//! Find out why the leader stops responding: slow disks, a busy CPU, packet loss between the
//! control-plane nodes, or a node that restarts.
//!
//! # Blind spots
//!
//! A rollout of etcd and an update of the control-plane nodes each change the leader a few times.
//! Fewer than six changes in one log, or fewer than two per hour, are not reported. The log of a
//! member starts at its last start.
//!
//! # References
//!
//! - etcd-io/raft `node.go` ("raft.node: ... elected leader ... at term ...")
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdHighNumberOfLeaderChanges`)

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::{LogHits, LogPattern};

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::{Alert, LogOccurrences};

/// Elections that stopped longer ago than this are ignored.
const RECENT: Span = Span::hours(1);
/// A rollout and an update of the nodes cause fewer changes.
const ENOUGH: u64 = 6;
/// This many changes per hour are not a coincidence.
const AN_HOUR: u64 = 2;

static ELECTED: LogPattern = LogPattern::new(" elected leader ", "openshift-etcd", "etcd");

pub(super) static META: Meta = Meta {
    id: "etcd/leader-churn",
    title: "frequent etcd leader changes",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Log(&ELECTED), Need::KnownFile(KnownFile::Alerts), Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let alerts = Alert::firing_named(cx, &["etcdHighNumberOfLeaderChanges"]);
    let mut elected = LogOccurrences::recent(cx, &ELECTED, RECENT).at_least_hourly(AN_HOUR);
    let examined = elected.examined(cx);
    elected.hits.retain(|hits| hits.count >= ENOUGH);
    let fires = alerts.iter().flatten().map(|alert| alert.evidence(alert.message.clone()));
    let mut evidence = elected.evidence().chain(fires);
    let Some(first) = evidence.next() else {
        return if examined > 0 || alerts.is_some() {
            Verdict::Healthy { examined: examined.max(1) }
        } else {
            let what = "logs of container etcd in openshift-etcd and alerts: not collected";
            let gap = Gap::new(GapKind::NotCollected, what);
            Verdict::Unknown(gap.command("oc adm inspect ns/openshift-etcd"))
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
        .severity(if is_alert { Severity::Error } else { Severity::Warning })
        .since(elected.since().or_else(|| alerts.iter().flatten().find_map(|alert| alert.since)))
        .why("During a leader election etcd accepts no writes, and requests in flight fail.")
        .keywords("etcd elected leader")
        .evidence(evidence)
        .remedy(
            Remedy::new("Find out why the leader stops responding: disk, CPU, network, restarts.")
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
