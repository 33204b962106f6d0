//! Stuck change of etcd encryption.
//!
//! # Why it matters
//!
//! When encryption is switched on or off, or a key is rotated, each API server loads the key and
//! then every object is rewritten. While this is stuck, some of the objects remain as they were
//! before: unencrypted, or encrypted with a key that should have been retired.
//!
//! # What to do
//!
//! Check which step fails: a key that is not created, a migration that fails on an object, or a
//! revision that does not reach every API server.
//!
//! # Blind spots
//!
//! The migration of a large cluster takes hours. A migration is reported only after six hours.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/encryption/controllers/{key,state,migration,prune}_controller.go`

use mustknow_cluster::model::kinds::{
    OPERATOR_AUTHENTICATION, OPERATOR_KUBE_API_SERVER, OPERATOR_OPENSHIFT_API_SERVER,
};

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::{API_SERVERS, OperatorCondition};

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

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/encryption-stuck",
    title: "stuck change of etcd encryption",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&OPERATOR_AUTHENTICATION),
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let verdict = OperatorCondition::verdict(
        cx,
        API_SERVERS,
        CONDITIONS,
        (GRACE, META.severity),
        |condition| {
            if condition.condition_type == MIGRATING
                && condition.persistence(cx, MIGRATION) != Persistence::Exceeded
            {
                return None;
            }
            let detail = excerpt(&condition.state.message);
            let operator = condition.operator;
            let summary = if condition.condition_type == MIGRATING {
                let age = cx.age(condition.state.since());
                let age = age.map(|age| format!(" for {age}")).unwrap_or_default();
                format!("encryption migration of {operator} has been running{age}: {detail}")
            } else {
                format!("etcd encryption change of {operator} is stuck: {detail}")
            };
            Some(
                condition
                    .finding(summary)
                    .why("Some of the objects are still stored as they were before the change.")
                    .remedy(
                        Remedy::new("Fix the failing step.")
                            .command("oc get storageversionmigrations.migration.k8s.io -o yaml")
                            .command(
                                "oc get secrets -n openshift-config-managed -l \
                             encryption.apiserver.operator.openshift.io/component",
                            )
                            .verify(format!("oc get {} cluster -o yaml", condition.resource())),
                    ),
            )
        },
    );
    match verdict {
        Verdict::Found(mut findings) => {
            findings.dedup_by(|next, first| next.subject == first.subject);
            Verdict::Found(findings)
        }
        other => other,
    }
}
