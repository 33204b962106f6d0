//! etcd database that will reach its quota within hours.
//!
//! A single import of many objects looks the same for some hours.
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdExcessiveDatabaseGrowth`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .alert(&["etcdExcessiveDatabaseGrowth"], |firing| {
        let summary = "etcd database will reach its quota within four hours at its current growth";
        let finding = firing.finding(Subject::cluster("Etcd", "cluster"), summary)?;
        let uncertainty = "the forecast assumes that the growth of the last hours continues";
        Some(finding.likely(uncertainty).keywords("etcd database near its quota"))
    })
    .why(
        "When the database reaches its quota, etcd rejects all writes. At the growth rate of \
         the last four hours, the database reaches the quota within the next four hours.",
    )
    .fix("Find the component that continuously creates or updates objects, and stop it.")
    .run(&["oc get --raw /metrics | grep '^apiserver_storage_objects' | sort -k2 -g -r | head"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"]);
