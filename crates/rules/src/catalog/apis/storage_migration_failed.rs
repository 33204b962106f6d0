//! Failed StorageVersionMigration.
//!
//! A pending or running migration is not reported.
//!
//! - openshift/kubernetes-kube-storage-version-migrator
//!   `pkg/controller/kubemigrator.go`, `pkg/apis/migration/v1alpha1/types.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&STORAGE_VERSION_MIGRATION], |_, migration| Ok(finding(migration)))
    .at_once("a failed migration is not retried")
    .why(
        "When an API gets a new storage version, or new encryption, each stored object must be \
         rewritten. If that fails for one object, the migration of its resource fails, and \
         objects in the old version remain. They block a later release that can no longer read \
         the old version.",
    )
    .fix(
        "Fix the object or the webhook in the message, then delete the migration. Its controller \
         creates it again.",
    )
    .run(&[
        "oc get storageversionmigrations.migration.k8s.io {name} -o yaml",
        "oc delete storageversionmigrations.migration.k8s.io {name}",
    ])
    .verify(&["oc get storageversionmigrations.migration.k8s.io"])
    .before(&[("the problem in the message is fixed", "")]);

fn finding(migration: &Resource) -> Option<Finding> {
    let condition =
        |name: &str| Condition::all(migration).find(|it| it.name() == name && it.is_true());
    let failed = condition("Failed").filter(|_| condition("Succeeded").is_none())?;
    let part = |field: &str| migration.text(&["spec", "resource", field]).unwrap_or_default();
    let (group, plural) = (part("group"), part("resource"));
    let what = if group.is_empty() { plural.into_owned() } else { format!("{plural}.{group}") };
    let message = failed.message();
    let summary = format!("not all stored objects of {what} were migrated: {}", excerpt(&message));
    let evidence = Evidence::condition(migration, failed, "the migration failed");
    Some(
        // The migrator writes lastUpdateTime and no lastTransitionTime.
        Finding::new(Subject::of(migration), summary, evidence)
            .since(failed.since())
            .keywords(&what)
            .keywords(message),
    )
}
