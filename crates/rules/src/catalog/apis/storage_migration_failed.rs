//! Stored objects that could not be rewritten in the newer version of their API.
//!
//! # Why it matters
//!
//! When an API gets a new storage version, or new encryption, each stored object must be written
//! anew. Where that fails for one object the migration of its resource fails, and objects in the
//! old version remain. A later release that cannot read the old version any more is stopped by
//! them.
//!
//! # What to do
//!
//! Mend the object or the webhook that the message names, and delete the migration so that it is
//! made anew.
//!
//! # Blind spots
//!
//! A migration that waits for its turn or runs is no finding.
//!
//! # References
//!
//! - openshift/kubernetes-kube-storage-version-migrator
//!   `pkg/controller/kubemigrator.go`, `pkg/apis/migration/v1alpha1/types.go`

use mustknow_gather::kinds::{Condition, STORAGE_VERSION_MIGRATION, StorageVersionMigration};

use crate::catalog::prelude::*;
use crate::facts::{excerpt, is_plain};

pub(super) static META: Meta = Meta {
    id: "apis/storage-migration-failed",
    title: "stored objects that could not be rewritten in a newer version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&STORAGE_VERSION_MIGRATION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let migrations: Vec<_> = case.all::<StorageVersionMigration<'_>>().collect();
    let findings = migrations
        .iter()
        .filter_map(|migration| {
            let failed = migration.condition("Failed").filter(|c| c.is_true())?;
            let done = migration.condition("Succeeded").is_some_and(Condition::is_true);
            (!done).then(|| finding(*migration, failed))
        })
        .collect();
    Verdict::over(migrations.len(), findings, "no StorageVersionMigration in the archive")
}

fn finding(migration: StorageVersionMigration<'_>, failed: Condition<'_>) -> Finding {
    let resource = migration.resource();
    let part = |field: &str| resource.text(&["spec", "resource", field]).unwrap_or_default();
    let (group, plural) = (part("group"), part("resource"));
    let what = if group.is_empty() { plural.into_owned() } else { format!("{plural}.{group}") };
    let name = resource.name();
    let message = failed.message();
    let remedy = Remedy::new(
        "Mend the object or the webhook that the message names, then delete the migration: its \
         controller makes it anew.",
    )
    .command(format!("oc get storageversionmigrations.migration.k8s.io {name} -o yaml"));
    let remedy = if is_plain(name) {
        remedy
            .command(format!("oc delete storageversionmigrations.migration.k8s.io {name}"))
            .before("what the message names was mended", Proof::ByHand(String::new()))
    } else {
        remedy
    };
    Finding::new(
        Subject::of(resource),
        format!("the stored objects of {what} were not all rewritten: {}", excerpt(&message)),
        Evidence::condition(resource, failed, "the migration failed"),
    )
    .why(
        "Objects in the old version remain in the store. They are read as before, until a release \
         no longer knows that version; an encryption key stays in use as long, too.",
    )
    // The migrator writes lastUpdateTime and no lastTransitionTime.
    .since(failed.since())
    .saying(&what)
    .saying(message)
    .remedy(remedy.verify("oc get storageversionmigrations.migration.k8s.io"))
}
