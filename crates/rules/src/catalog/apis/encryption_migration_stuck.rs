//! Stored objects that are not rewritten with a new encryption key.
//!
//! # Why it matters
//!
//! When encryption is turned on, off, or gets a new key, every object of the encrypted resources is
//! written anew. While that fails the old key, or the unencrypted form, stays in use, and the
//! operator reports an error or never ends.
//!
//! # What to do
//!
//! Look at the StorageVersionMigration of the resources the message names: mostly one object
//! cannot be written, because a webhook or a schema refuses it.
//!
//! # Blind spots
//!
//! A migration that runs is a finding only after six hours; large clusters take some.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/encryption/controllers/migration_controller.go`

use mustknow_gather::kinds::{
    OPERATOR_AUTHENTICATION, OPERATOR_KUBE_API_SERVER, OPERATOR_OPENSHIFT_API_SERVER, Operator,
};
use mustknow_gather::resource::Kind;

use crate::catalog::prelude::*;
use crate::facts::excerpt;

/// How long the error may last before it is more than a retry.
const RETRIES: Span = Span::minutes(30);
/// How long a migration may take.
const USUAL: Span = Span::hours(6);

const OWNERS: [&Kind; 3] =
    [&OPERATOR_AUTHENTICATION, &OPERATOR_KUBE_API_SERVER, &OPERATOR_OPENSHIFT_API_SERVER];

pub(super) static META: Meta = Meta {
    id: "apis/encryption-migration-stuck",
    title: "stored objects that are not rewritten with a new encryption key",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let owners: Vec<_> = OWNERS
        .iter()
        .filter_map(|kind| case.find_as::<Operator<'_>>(kind, "", "cluster"))
        .collect();
    if owners.is_empty() {
        let what = "the own objects of the API server operators were not collected";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Verdict::Unknown(
            gap.ask("oc get kubeapiservers.operator.openshift.io cluster -o yaml"),
        );
    }
    let findings = owners.iter().filter_map(|owner| stuck(case, *owner)).collect();
    Verdict::over(owners.len(), findings, "")
}

fn stuck(case: &Case<'_>, owner: Operator<'_>) -> Option<Finding> {
    let lasts = |name: &str, limit: Span| {
        let condition = owner.condition(name).filter(|condition| condition.is_true())?;
        case.is_older(condition.since(), limit).then_some(condition)
    };
    let failed = lasts("EncryptionMigrationControllerDegraded", RETRIES);
    let slow = lasts("EncryptionMigrationControllerProgressing", USUAL);
    let (condition, how) = match (failed, slow) {
        (Some(condition), _) => (condition, "fails"),
        (None, Some(condition)) => (condition, "does not end"),
        (None, None) => return None,
    };
    let name = owner.cluster_operator().unwrap_or_default();
    let message = condition.message();
    let finding = Finding::new(
        Subject::view(owner),
        format!("the rewriting with a new encryption key {how}: {}", excerpt(&message)),
        Evidence::condition(owner.resource(), condition, "what the encryption controller says"),
    )
    .why(
        "Objects that are not rewritten keep their old encryption, or none. The old key may not be \
         removed before all of them are.",
    )
    .since(condition.since())
    .saying(condition.name())
    .saying(&*message)
    .explains(Subject::cluster("ClusterOperator", name), "EncryptionMigrationController")
    .remedy(
        Remedy::new("Mend what keeps an object of these resources from being written.")
            .command("oc get storageversionmigrations.migration.k8s.io -o yaml")
            .verify("oc get clusteroperators kube-apiserver openshift-apiserver authentication"),
    );
    Some(if failed.is_none() {
        finding.possible("a migration of very many objects takes as long")
    } else {
        finding
    })
}
