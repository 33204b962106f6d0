//! Several `StorageClasses` that are the default.
//!
//! # Why it matters
//!
//! A claim that names no class gets the newest of them, and in releases before Kubernetes 1.26 it is
//! refused. Which storage it lands on is then chance.
//!
//! # What to do
//!
//! Leave the annotation on one class.
//!
//! # Blind spots
//!
//! An operator that makes a class may set its annotation again; its own object says whether it does.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/volume/util/storageclass.go`
//! - openshift/openshift-docs `storage/persistent_storage` (alert `MultipleDefaultStorageClasses`)

use mustknow_gather::kinds::{STORAGE_CLASS, StorageClass};

use crate::catalog::prelude::*;
use crate::facts::{client, few};

const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

pub(super) static META: Meta = Meta {
    id: "storage/several-default-classes",
    title: "several StorageClasses that are the default",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&STORAGE_CLASS)],
    uses: &[],
};

/// Whether claims that name no class get this one.
pub(super) fn is_default(class: StorageClass<'_>) -> bool {
    DEFAULT.iter().any(|name| class.resource().annotation(name).as_deref() == Some("true"))
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let classes: Vec<_> = case.all::<StorageClass<'_>>().collect();
    let defaults: Vec<_> = classes.iter().filter(|class| is_default(**class)).collect();
    let (Some(first), true) = (defaults.first(), defaults.len() > 1) else {
        return Verdict::over(classes.len(), Vec::new(), "no StorageClass in the archive");
    };
    let names: Vec<_> = defaults.iter().map(|class| class.resource().name()).collect();
    let evidence = |class: &StorageClass<'_>| {
        let note = format!("{} is the default", class.resource().name());
        Evidence::field(class.resource(), &["metadata", "annotations"], note)
    };
    let client = client(case);
    let keep = names.first().copied().unwrap_or_default();
    let finding = Finding::new(
        Subject::cluster("StorageClass", keep),
        format!("{} StorageClasses are the default: {}", names.len(), few(&names)),
        evidence(first),
    )
    .evidence(defaults.iter().skip(1).map(|class| evidence(class)))
    .saying(names.join(" "))
    .why("A claim that names no class gets the newest of them, or is refused in older releases.")
    .remedy(
        Remedy::new("Leave the annotation on the class that is meant, and take it off the others.")
            .command(format!(
                "{client} annotate storageclass <name> storageclass.kubernetes.io/is-default-class-"
            ))
            .before(
                "no operator sets the annotation of that class again",
                Proof::ByHand(format!("{client} get storageclass <name> -o yaml")),
            )
            .verify(format!("{client} get storageclasses")),
    );
    Verdict::Found(vec![finding])
}
