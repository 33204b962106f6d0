//! Failed StorageVersionMigration.
//!
//! A pending or running migration is not reported, nor one whose resource another migration has
//! migrated since. Of an API version that is no longer served it is a note.
//!
//! - openshift/kubernetes-kube-storage-version-migrator
//!   `pkg/controller/kubemigrator.go`, `pkg/apis/migration/v1alpha1/types.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&STORAGE_VERSION_MIGRATION], |cx, migration| Ok(finding(cx, migration)))
    .reads(&[Need::Kind(&CUSTOM_RESOURCE_DEFINITION)])
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

fn finding(cx: &RuleContext<'_>, migration: &Resource) -> Option<Finding> {
    let failed = is_true(migration, "Failed")
        .filter(|_| is_true(migration, "Succeeded").is_none() && !is_repeated(cx, migration))?;
    let (group, plural) = (part(migration, "group"), part(migration, "resource"));
    let what = if group.is_empty() { plural.into_owned() } else { format!("{plural}.{group}") };
    let message = failed.message();
    let summary = format!("not all stored objects of {what} were migrated: {}", excerpt(&message));
    let evidence = Evidence::condition(migration, failed, "the migration failed");
    // The migrator writes lastUpdateTime and no lastTransitionTime.
    let finding = Finding::new(Subject::of(migration), summary, evidence)
        .since(failed.since())
        .keywords(&what)
        .keywords(&message);
    if is_served(cx, &what, &part(migration, "version")) && !message.contains(GONE) {
        return Some(finding);
    }
    Some(
        finding
            .severity(Info)
            .why("The API server no longer serves this version, so the migration cannot read it.")
            .action("Delete the migration. Its controller creates one for the current version."),
    )
}

/// What the API server answers where the version of a resource is no longer served.
const GONE: &str = "the server could not find the requested resource";

fn is_true<'s>(migration: &'s Resource, name: &str) -> Option<Condition<'s>> {
    Condition::find(migration, name).filter(|it| it.is_true())
}

fn part<'s>(migration: &'s Resource, field: &str) -> Cow<'s, str> {
    migration.text(&["spec", "resource", field]).unwrap_or_default()
}

/// Whether a later migration of the same resource has succeeded.
fn is_repeated(cx: &RuleContext<'_>, migration: &Resource) -> bool {
    cx.of_kind(&STORAGE_VERSION_MIGRATION).iter().any(|other| {
        ["group", "resource"].iter().all(|field| part(other, field) == part(migration, field))
            && other.created() >= migration.created()
            && is_true(other, "Succeeded").is_some()
    })
}

/// Whether the API server still serves the version, as far as a CRD shows it.
fn is_served(cx: &RuleContext<'_>, name: &str, version: &str) -> bool {
    let Some(definition) = cx.find::<CustomResourceDefinition<'_>>("", name) else { return true };
    let Some(versions) = definition.resource().at(&["spec", "versions"]) else { return true };
    versions.items().any(|one| {
        let is_served = one.at(&["served"]).and_then(Value::as_bool) != Some(false);
        is_served && one.text_at(&["name"]).as_deref() == Some(version)
    })
}
