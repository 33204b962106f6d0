//! A change of the encryption of etcd that does not get on.
//!
//! # Why it matters
//!
//! When encryption is switched on or off, or a key is replaced, each API server learns the key and
//! then every object is written anew. While that stands still a part of the objects is as it was
//! before: unencrypted, or encrypted with a key that was to be retired.
//!
//! # What to do
//!
//! Read which step fails: a key that is not made, a migration that fails on an object, a revision
//! that does not reach every API server.
//!
//! # Blind spots
//!
//! A migration of a large cluster takes hours; six are allowed before it is reported.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/encryption/controllers/{key,state,migration,prune}_controller.go`

use mustknow_gather::kinds::{
    OPERATOR_AUTHENTICATION, OPERATOR_KUBE_API_SERVER, OPERATOR_OPENSHIFT_API_SERVER,
};

use crate::catalog::prelude::*;
use crate::facts::{API_SERVERS, Patience, Spoken, excerpt};

/// A step that fails is tried again within minutes.
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
    title: "a change of the encryption of etcd that does not get on",
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let verdict =
        Spoken::verdict(case, API_SERVERS, CONDITIONS, (GRACE, META.severity), |spoken| {
            if spoken.condition == MIGRATING
                && spoken.patience(case, MIGRATION) != Patience::Outlasted
            {
                return None;
            }
            let words = excerpt(&spoken.reported.message);
            let operator = spoken.operator;
            let summary = if spoken.condition == MIGRATING {
                let age = case.age(spoken.reported.since());
                let age = age.map(|age| format!(" for {age}")).unwrap_or_default();
                format!("{operator} has been rewriting what it stores{age}: {words}")
            } else {
                format!("the encryption of what {operator} stores does not get on: {words}")
            };
            Some(
                spoken
                    .finding(summary)
                    .why("A part of the objects is stored as it was before the change.")
                    .remedy(
                        Remedy::new("Mend the step that fails.")
                            .command("oc get storageversionmigrations.migration.k8s.io -o yaml")
                            .command(
                                "oc get secrets -n openshift-config-managed -l \
                             encryption.apiserver.operator.openshift.io/component",
                            )
                            .verify(format!("oc get {} cluster -o yaml", spoken.resource())),
                    ),
            )
        });
    match verdict {
        Verdict::Found(mut findings) => {
            findings.dedup_by(|next, first| next.subject == first.subject);
            Verdict::Found(findings)
        }
        other => other,
    }
}
