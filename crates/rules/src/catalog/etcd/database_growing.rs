//! etcd database that will reach its quota within hours.
//!
//! # Why it matters
//!
//! When the database reaches its quota, etcd rejects all writes. At the growth rate of the last
//! four hours, the database reaches the quota within the next four hours.
//!
//! # What to do
//!
//! Find the component that continuously creates or updates objects, and stop it.
//!
//! # Blind spots
//!
//! The rule relies on an alert of Prometheus. Without the alerts the check is inconclusive. A
//! single import of many objects looks the same for some hours.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdExcessiveDatabaseGrowth`)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "etcd/database-growing",
    title: "etcd database that will reach its quota within hours",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(alerts) = Alert::firing_named(cx, &["etcdExcessiveDatabaseGrowth"]) else {
        return Verdict::Unknown(Alert::gap());
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: 1 } };
    let summary = "etcd database will reach its quota within four hours at its current growth";
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("the forecast assumes that the growth of the last hours continues")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("At the quota etcd rejects all writes, so no object in the cluster can be changed.")
        .keywords("etcd database near its quota")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new("Find what continuously creates or updates objects, and stop it.")
                .command(
                    "oc get --raw /metrics | grep '^apiserver_storage_objects' | sort -k2 -g -r | \
                     head",
                )
                .verify(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w \
                     table",
                ),
        );
    Verdict::Found(vec![finding])
}
