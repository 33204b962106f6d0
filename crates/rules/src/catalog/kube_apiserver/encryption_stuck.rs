//! Stuck change of etcd encryption.
//!
//! The migration of a large cluster takes hours. A migration is reported only after six hours.
//!
//! - openshift/library-go `pkg/operator/encryption/controllers/{key,state,migration,prune}_controller.go`

use crate::catalog::prelude::*;

/// A failing step is retried within minutes.
const GRACE: Span = Span::minutes(20);
/// How long a migration may take.
const MIGRATION: Span = Span::hours(6);

const MIGRATING: &str = "EncryptionMigrationControllerProgressing";
const CONDITIONS: &[&str] = &[
    "EncryptionKeyControllerDegraded",
    "EncryptionStateControllerDegraded",
    "EncryptionMigrationControllerDegraded",
    "EncryptionPruneControllerDegraded",
    MIGRATING,
];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&OPERATOR_AUTHENTICATION),
    ])
    .check(check)
    .grace(GRACE)
    .why(
        "When encryption is switched on or off, or a key is rotated, each API server loads the \
         key and then every object is rewritten. While this is stuck, some of the objects \
         remain as they were before: unencrypted, or encrypted with a key that should have been \
         retired.",
    )
    .fix(
        "Check which step fails: a key that is not created, a migration that fails on an \
         object, or a revision that does not reach every API server.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    OperatorCondition::judge(cx, API_SERVERS, CONDITIONS, |condition| {
        let detail = excerpt(&condition.state.message);
        let operator = condition.operator;
        let summary = if condition.condition_type == MIGRATING {
            let age = cx.age(condition.state.since());
            let age = age.map(|age| format!(" for {age}")).unwrap_or_default();
            format!("encryption migration of {operator} has been running{age}: {detail}")
        } else {
            format!("etcd encryption change of {operator} is stuck: {detail}")
        };
        let grace = if condition.condition_type == MIGRATING { MIGRATION } else { GRACE };
        Some(
            condition
                .finding(summary)
                .grace(grace)
                .run("oc get storageversionmigrations.migration.k8s.io -o yaml")
                .run(
                    "oc get secrets -n openshift-config-managed -l \
                             encryption.apiserver.operator.openshift.io/component",
                )
                .verify(format!("oc get {} cluster -o yaml", condition.resource())),
        )
    })
}
