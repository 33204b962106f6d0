//! Unmanaged components in ClusterVersion overrides.
//!
//! # Why it matters
//!
//! An entry in `spec.overrides` with `unmanaged: true` excludes an object from the release: the
//! cluster-version operator neither updates nor restores it, and cluster updates are refused while
//! an override is set. Usually an administrator wanted to scale down an operator temporarily.
//!
//! # What to do
//!
//! Remove the overrides. The cluster-version operator then restores the objects.
//!
//! # Blind spots
//!
//! The archive does not show why the override was set.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/payload/precondition/clusterversion/upgradeable.go`
//! - openshift/api `config/v1/types_cluster_version.go`, `ComponentOverride`

use mustknow_cluster::model::kinds::CLUSTER_VERSION;
use mustknow_cluster::views::ClusterVersion;
use mustknow_yaml::Value;

use crate::catalog::prelude::*;
use crate::engine::name_list;

pub(super) static META: Meta = Meta {
    id: "update/overrides-set",
    title: "unmanaged components in ClusterVersion overrides",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(version) = cx.cluster_version() else {
        return Verdict::NotApplicable("no ClusterVersion/version in the archive".to_owned());
    };
    let overrides: Vec<_> = version.unmanaged_overrides().collect();
    let findings = if overrides.is_empty() { vec![] } else { vec![finding(version, &overrides)] };
    Verdict::over(1, findings, "")
}

fn finding(version: ClusterVersion<'_>, overrides: &[Value<'_>]) -> Finding {
    let names: Vec<_> = overrides.iter().map(|entry| name(*entry)).collect();
    let finding = Finding::new(
        Subject::view(version),
        format!("ClusterVersion/version has overrides that make {} unmanaged", name_list(&names)),
        Evidence::field(version.resource(), &["spec", "overrides"], "the overrides"),
    )
    .why(
        "Overridden objects are neither updated nor restored, so they can be outdated or missing \
         while all other components change. Updates are refused while an override is set.",
    )
    .remedy(
        Remedy::new("Remove the overrides.")
            .command(
                "oc patch clusterversion version --type=merge -p \
                 '{\"spec\":{\"overrides\":null}}'",
            )
            .verify("oc adm upgrade")
            .precondition("the override is no longer needed", Proof::ByHand(String::new()))
            .side_effect(
                "the cluster-version operator restores the objects to the state that the release \
                 defines",
            ),
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
