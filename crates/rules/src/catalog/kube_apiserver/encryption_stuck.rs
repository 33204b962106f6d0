//! Stuck change of etcd encryption.
//!
//! - openshift/library-go `pkg/operator/encryption/controllers/{key,state,migration,prune}_controller.go`

use crate::catalog::prelude::*;

const MIGRATING: &str = "EncryptionMigrationControllerProgressing";
const CONDITIONS: &[&str] = &[
    "EncryptionKeyControllerDegraded",
    "EncryptionStateControllerDegraded",
    "EncryptionMigrationControllerDegraded",
    "EncryptionPruneControllerDegraded",
    MIGRATING,
];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .condition(API_SERVERS, CONDITIONS, |bad| {
        let (operator, detail) = (bad.operator, bad.detail());
        if bad.condition_type != MIGRATING {
            let summary = format!("etcd encryption change of {operator} is stuck: {detail}");
            return Some(bad.finding(summary));
        }
        let age = bad.cx.age(bad.state.since());
        let age = age.map(|age| format!(" for {age}")).unwrap_or_default();
        let summary = format!("encryption migration of {operator} has been running{age}: {detail}");
        // The migration of a large cluster takes hours.
        Some(bad.finding(summary).grace(Span::hours(6)))
    })
    // A failing step is retried within minutes.
    .grace(Span::minutes(20))
    .why(
        "When encryption is switched on or off, or a key is rotated, each API server loads the \
         key and then every object is rewritten. While this is stuck, some of the objects \
         remain unencrypted, or encrypted with a key that should have been retired.",
    )
    .fix(
        "Check which step fails: a key that is not created, a migration that fails on an \
         object, or a revision that does not reach every API server.",
    )
    .run(&[
        "oc get storageversionmigrations.migration.k8s.io -o yaml",
        "oc get secrets -n openshift-config-managed -l \
         encryption.apiserver.operator.openshift.io/component",
    ])
    .verify(&["oc get {resource} cluster -o yaml"]);
