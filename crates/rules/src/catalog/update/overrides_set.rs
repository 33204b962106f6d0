//! Unmanaged components in ClusterVersion overrides.
//!
//! The archive does not show why the override was set.
//!
//! - openshift/cluster-version-operator `pkg/payload/precondition/clusterversion/upgradeable.go`
//! - openshift/api `config/v1/types_cluster_version.go`, `ComponentOverride`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
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
        "the cluster-version operator restores the objects to the state that the release \
             defines",
    ])
    .before(&[("the override is no longer needed", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let overrides: Vec<_> = version.unmanaged_overrides().collect();
    let findings = if overrides.is_empty() { vec![] } else { vec![finding(version, &overrides)] };
    Ok(Checked::over(1, findings))
}

fn finding(version: ClusterVersion<'_>, overrides: &[Value<'_>]) -> Finding {
    let names: Vec<_> = overrides.iter().map(|entry| name(*entry)).collect();
    let finding = Finding::new(
        Subject::view(version),
        format!("ClusterVersion/version has overrides that make {} unmanaged", name_list(&names)),
        Evidence::field(version.resource(), &["spec", "overrides"], "the overrides"),
    );
    names.iter().fold(finding, Finding::keywords)
}

/// The object of an override: kind/namespace/name.
fn name(entry: Value<'_>) -> String {
    let field = |key: &str| entry.text_at(&[key]).filter(|text| !text.is_empty());
    [field("kind"), field("namespace"), field("name")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("/")
}
