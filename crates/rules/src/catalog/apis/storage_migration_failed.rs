//! Failed StorageVersionMigration.
//!
//! # Why it matters
//!
//! When an API gets a new storage version, or new encryption, each stored object must be rewritten.
//! If that fails for one object, the migration of its resource fails, and objects in the old
//! version remain. They block a later release that can no longer read the old version.
//!
//! # What to do
//!
//! Fix the object or the webhook in the message, and delete the migration so that it is created
//! again.
//!
//! # Blind spots
//!
//! A pending or running migration is not reported.
//!
//! # References
//!
//! - openshift/kubernetes-kube-storage-version-migrator
//!   `pkg/controller/kubemigrator.go`, `pkg/apis/migration/v1alpha1/types.go`

use mustknow_cluster::model::kinds::STORAGE_VERSION_MIGRATION;
use mustknow_cluster::views::{Condition, StorageVersionMigration};

use crate::catalog::prelude::*;
use crate::engine::{excerpt, is_shell_safe};

pub(super) static META: Meta = Meta {
    id: "apis/storage-migration-failed",
    title: "failed StorageVersionMigration",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&STORAGE_VERSION_MIGRATION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let migrations: Vec<_> = cx.all::<StorageVersionMigration<'_>>().collect();
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
        "Fix the object or the webhook in the message, then delete the migration. Its controller \
         creates it again.",
    )
    .command(format!("oc get storageversionmigrations.migration.k8s.io {name} -o yaml"));
    let remedy = if is_shell_safe(name) {
        remedy
            .command(format!("oc delete storageversionmigrations.migration.k8s.io {name}"))
            .precondition("the problem in the message is fixed", Proof::ByHand(String::new()))
    } else {
        remedy
    };
    Finding::new(
        Subject::of(resource),
        format!("not all stored objects of {what} were migrated: {}", excerpt(&message)),
        Evidence::condition(resource, failed, "the migration failed"),
    )
    .why(
        "Objects in the old version remain in etcd. They can be read until a release no longer \
         supports that version. An old encryption key also stays in use until then.",
    )
    // The migrator writes lastUpdateTime and no lastTransitionTime.
    .since(failed.since())
    .keywords(&what)
    .keywords(message)
    .remedy(remedy.verify("oc get storageversionmigrations.migration.k8s.io"))
}
