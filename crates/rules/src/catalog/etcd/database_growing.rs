//! An etcd database that will be full within hours.
//!
//! # Why it matters
//!
//! At its quota etcd refuses every write. By its growth of the last four hours the database gets
//! there within the next four.
//!
//! # What to do
//!
//! Find what creates objects, or rewrites them, without end, and stop it.
//!
//! # Blind spots
//!
//! This is what Prometheus computed: without the alerts nothing can be said. A single import of
//! many objects looks the same for some hours.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdExcessiveDatabaseGrowth`)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::Alert;

pub(super) static META: Meta = Meta {
    id: "etcd/database-growing",
    title: "an etcd database that will be full within hours",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(alerts) = Alert::named(case, &["etcdExcessiveDatabaseGrowth"]) else {
        return Verdict::Unknown(Alert::gap());
    };
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: 1 } };
    let summary = "the etcd database grows so fast that it reaches its quota within four hours";
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("the growth of the last hours is carried forward")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("At the quota etcd refuses every write: nothing in the cluster can be changed then.")
        .saying("etcd database near its quota")
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new("Find what creates or rewrites objects without end, and stop it.")
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
