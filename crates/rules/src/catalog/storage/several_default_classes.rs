//! Multiple default `StorageClasses`.
//!
//! An operator that manages a `StorageClass` may set its annotation again. The operator's own
//! resource shows whether it does.
//!
//! - kubernetes/kubernetes `pkg/volume/util/storageclass.go`
//! - openshift/openshift-docs `storage/persistent_storage` (alert `MultipleDefaultStorageClasses`)

use crate::catalog::prelude::*;

const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

pub(super) const RULE: Rule = rule(Warning, Context, Any)
    .needs(&[Need::Kind(&STORAGE_CLASS)])
    .check(check)
    .why(
        "A claim without a StorageClass gets the newest default. In releases before Kubernetes \
         1.26 such a claim is rejected. The storage that a claim gets may not be the intended \
         one.",
    )
    .fix("Keep the default annotation on one StorageClass only.");

/// Whether claims without a `StorageClass` get this one.
pub(super) fn is_default(class: StorageClass<'_>) -> bool {
    DEFAULT.iter().any(|name| class.resource().annotation(name).as_deref() == Some("true"))
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let classes: Vec<_> = cx.all::<StorageClass<'_>>().collect();
    let defaults: Vec<_> = classes.iter().filter(|class| is_default(**class)).collect();
    let (Some(first), true) = (defaults.first(), defaults.len() > 1) else {
        return Ok(Checked::over(classes.len(), Vec::new()));
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
    .run(format!(
        "{client} annotate storageclass <name> storageclass.kubernetes.io/is-default-class-"
    ))
    .before(
        "no operator sets the annotation of that StorageClass again",
        Proof::ByHand(format!("{client} get storageclass <name> -o yaml")),
    )
    .verify(format!("{client} get storageclasses"));
    Ok(Checked::over(1, vec![finding]))
}
