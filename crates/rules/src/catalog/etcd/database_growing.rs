//! etcd database that will reach its quota within hours.
//!
//! The rule relies on an alert of Prometheus. Without the alerts the check is inconclusive. A
//! single import of many objects looks the same for some hours.
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdExcessiveDatabaseGrowth`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "When the database reaches its quota, etcd rejects all writes. At the growth rate of \
         the last four hours, the database reaches the quota within the next four hours.",
    )
    .fix("Find the component that continuously creates or updates objects, and stop it.")
    .run(&["oc get --raw /metrics | grep '^apiserver_storage_objects' | sort -k2 -g -r | head"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(alerts) = Alert::firing_named(cx, &["etcdExcessiveDatabaseGrowth"]) else {
        return Err(NotJudged::from(Alert::gap()));
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Ok(Checked::over(1, None)) };
    let summary = "etcd database will reach its quota within four hours at its current growth";
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("the forecast assumes that the growth of the last hours continues")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .keywords("etcd database near its quota")
        .evidence(evidence.take(4));
    Ok(Checked::over(1, vec![finding]))
}
