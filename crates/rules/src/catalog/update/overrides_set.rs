//! Unmanaged components in ClusterVersion overrides.
//!
//! The archive does not show why the override was set.
//!
//! - openshift/cluster-version-operator `pkg/payload/precondition/clusterversion/upgradeable.go`
//! - openshift/api `config/v1/types_cluster_version.go`, `ComponentOverride`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .each(&[&CLUSTER_VERSION], |_, object| {
        let names: Vec<_> = ClusterVersion::of(object).unmanaged_overrides().map(name).collect();
        Ok((!names.is_empty()).then(|| finding(object, &names)))
    })
    .at_once("it stays until an administrator removes it")
    .why(
        "An entry in spec.overrides with unmanaged: true excludes an object from the release: \
         the cluster-version operator neither updates nor restores it, and cluster updates are \
         refused while an override is set. Usually an administrator wanted to scale down an \
         operator temporarily.",
    )
    .fix("Remove the overrides. The cluster-version operator then restores the objects.")
    .run(&["oc patch clusterversion version --type=merge -p '{\"spec\":{\"overrides\":null}}'"])
    .verify(&["oc adm upgrade"])
    .side_effects(&[
        "the cluster-version operator restores the objects to the state that the release defines",
    ])
    .before(&[("the override is no longer needed", "")]);

fn finding(version: &Resource, names: &[String]) -> Finding {
    Finding::new(
        Subject::of(version),
        format!("ClusterVersion/version has overrides that make {} unmanaged", name_list(names)),
        Evidence::field(version, &["spec", "overrides"], "the overrides"),
    )
    .keywords(names.join("\n"))
}

/// The object of an override: kind/namespace/name.
fn name(entry: Value<'_>) -> String {
    let field = |key: &str| entry.text_at(&[key]).filter(|text| !text.is_empty());
    let parts: Vec<_> = ["kind", "namespace", "name"].into_iter().filter_map(field).collect();
    parts.join("/")
}
