//! Frequent etcd leader changes.
//!
//! A rollout of etcd and an update of the control-plane nodes each change the leader a few times.
//! Fewer than six changes in one log, or fewer than two per hour, are not reported.
//!
//! - etcd-io/raft `node.go` ("raft.node: ... elected leader ... at term ...")
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdHighNumberOfLeaderChanges`)

use crate::catalog::prelude::*;

const ELECTED: LogPattern = LogPattern::in_any(" elected leader ", ETCD_LOGS);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs_any(&[Need::Log(&ELECTED), Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&POD)])
    .check(|cx| Ok(check(cx)))
    .at_once("the number of elections shows that it is no rollout")
    .why(
        "During a leader election etcd accepts no writes. If this happens several times per \
         hour, the API is unstable: requests fail with \"etcdserver: leader changed\", leases \
         are lost, and controllers restart.",
    )
    .fix(
        "Find out why the leader stops responding: slow disks, a busy CPU, packet loss between \
         the control-plane nodes, or a node that restarts.",
    )
    .run(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'elected leader'"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let alerts = Alert::firing_named(cx, &["etcdHighNumberOfLeaderChanges"]);
    let mut elected = LogOccurrences::recent(cx, &ELECTED, Span::hours(1)).at_least_hourly(2);
    elected.hits.retain(|hits| hits.count >= 6);
    let summary = match elected.hits.iter().max_by_key(|hits| hits.count) {
        Some(hits) => format!(
            "etcd elected a leader {} times within {}, as logged by {}",
            hits.count,
            elected.duration(hits).unwrap_or(Span::minutes(0)),
            name_list(&elected.writers(cx))
        ),
        None => "etcd changes its leader frequently, as reported by its alert".to_owned(),
    };
    let fires = || alerts.iter().flatten();
    let evidence = elected.evidence().chain(fires().map(|it| it.evidence(excerpt(&it.message))));
    let finding = Finding::based_on(Subject::cluster("Etcd", "cluster"), summary, evidence);
    let finding = finding.map(|finding| {
        finding
            .severity(if fires().next().is_some() { Error } else { Warning })
            .since(elected.since().or_else(|| fires().find_map(|alert| alert.since)))
            .keywords("etcd elected leader")
    });
    let examined = elected.examined(cx) + usize::from(alerts.is_some());
    Checked::over(examined, finding)
}
