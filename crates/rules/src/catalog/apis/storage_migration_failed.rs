//! Failed StorageVersionMigration.
//!
//! A pending or running migration is not reported.
//!
//! - openshift/kubernetes-kube-storage-version-migrator
//!   `pkg/controller/kubemigrator.go`, `pkg/apis/migration/v1alpha1/types.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&STORAGE_VERSION_MIGRATION)])
    .check(check)
    .why(
        "When an API gets a new storage version, or new encryption, each stored object must be \
         rewritten. If that fails for one object, the migration of its resource fails, and \
         objects in the old version remain. They block a later release that can no longer read \
         the old version.",
    )
    .fix(
        "Fix the object or the webhook in the message, and delete the migration so that it is \
         created again.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let migrations: Vec<_> = cx.all::<StorageVersionMigration<'_>>().collect();
    let findings = migrations.iter().filter_map(|migration| {
        let failed = migration.condition("Failed").filter(|c| c.is_true())?;
        let done = migration.condition("Succeeded").is_some_and(Condition::is_true);
        (!done).then(|| finding(*migration, failed))
    });
    Ok(Checked::over(migrations.len(), findings))
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
    // The migrator writes lastUpdateTime and no lastTransitionTime.
    .since(failed.since())
    .keywords(&what)
    .keywords(message)
    .remedy(remedy.verify("oc get storageversionmigrations.migration.k8s.io"))
}
