//! Multiple default `StorageClasses`.
//!
//! # Why it matters
//!
//! A claim without a `StorageClass` gets the newest default. In releases before Kubernetes 1.26
//! such a claim is rejected. The storage that a claim gets may not be the intended one.
//!
//! # What to do
//!
//! Keep the default annotation on one `StorageClass` only.
//!
//! # Blind spots
//!
//! An operator that manages a `StorageClass` may set its annotation again. The operator's own
//! resource shows whether it does.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/volume/util/storageclass.go`
//! - openshift/openshift-docs `storage/persistent_storage` (alert `MultipleDefaultStorageClasses`)

use mustknow_cluster::model::kinds::STORAGE_CLASS;
use mustknow_cluster::views::StorageClass;

use crate::catalog::prelude::*;
use crate::engine::{client, name_list};

const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

pub(super) static META: Meta = Meta {
    id: "storage/several-default-classes",
    title: "multiple default StorageClasses",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&STORAGE_CLASS)],
    uses: &[],
};

/// Whether claims without a `StorageClass` get this one.
pub(super) fn is_default(class: StorageClass<'_>) -> bool {
    DEFAULT.iter().any(|name| class.resource().annotation(name).as_deref() == Some("true"))
}

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let classes: Vec<_> = cx.all::<StorageClass<'_>>().collect();
    let defaults: Vec<_> = classes.iter().filter(|class| is_default(**class)).collect();
    let (Some(first), true) = (defaults.first(), defaults.len() > 1) else {
        return Verdict::over(classes.len(), Vec::new(), "no StorageClass in the archive");
    };
    let names: Vec<_> = defaults.iter().map(|class| class.resource().name()).collect();
    let evidence = |class: &StorageClass<'_>| {
        let note = format!("{} is the default", class.resource().name());
        Evidence::field(class.resource(), &["metadata", "annotations"], note)
    };
    let client = client(cx);
    let keep = names.first().copied().unwrap_or_default();
    let finding = Finding::new(
        Subject::cluster("StorageClass", keep),
        format!("{} StorageClasses are the default: {}", names.len(), name_list(&names)),
        evidence(first),
    )
    .evidence(defaults.iter().skip(1).map(|class| evidence(class)))
    .keywords(names.join(" "))
    .why("A claim without a StorageClass gets the newest one, or is rejected in older releases.")
    .remedy(
        Remedy::new("Keep the annotation on the intended StorageClass and remove it from others.")
            .command(format!(
                "{client} annotate storageclass <name> storageclass.kubernetes.io/is-default-class-"
            ))
            .precondition(
                "no operator sets the annotation of that StorageClass again",
                Proof::ByHand(format!("{client} get storageclass <name> -o yaml")),
            )
            .verify(format!("{client} get storageclasses")),
    );
    Verdict::Found(vec![finding])
}
