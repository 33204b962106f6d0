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
    .check(|cx| {
        let classes: Vec<_> = cx.all::<StorageClass<'_>>().collect();
        let defaults: Vec<_> = classes.iter().copied().filter(|it| is_default(*it)).collect();
        Ok(Checked::over(classes.len(), finding(&defaults)))
    })
    .at_once("a setting stays until an administrator changes it")
    .why(
        "A claim without a StorageClass gets the newest default. In releases before Kubernetes \
         1.26 such a claim is rejected. The storage that a claim gets may not be the intended \
         one.",
    )
    .fix("Keep the default annotation on one StorageClass only.")
    .run(&["oc annotate storageclass {class} storageclass.kubernetes.io/is-default-class-"])
    .verify(&["oc get storageclasses"])
    .before(&[(
        "no operator sets the annotation of that StorageClass again",
        "oc get storageclass {class} -o yaml",
    )]);

/// Whether claims without a `StorageClass` get this one.
pub(super) fn is_default(class: StorageClass<'_>) -> bool {
    DEFAULT.iter().any(|name| class.resource().annotation(name).as_deref() == Some("true"))
}

fn finding(defaults: &[StorageClass<'_>]) -> Option<Finding> {
    let names: Vec<_> = defaults.iter().map(|class| class.resource().name()).collect();
    let mut evidence = defaults.iter().map(|class| {
        let note = format!("{} is the default", class.resource().name());
        Evidence::field(class.resource(), &["metadata", "annotations"], note)
    });
    let number = Some(names.len()).filter(|number| *number > 1)?;
    let summary = format!("{number} StorageClasses are the default: {}", name_list(&names));
    let finding = Finding::new(Subject::view(*defaults.first()?), summary, evidence.next()?);
    Some(finding.evidence(evidence).keywords(names.join(" ")))
}
