//! Objects of the release that the cluster-version operator is told to leave alone.
//!
//! # Why it matters
//!
//! An entry of `spec.overrides` with `unmanaged: true` takes an object out of the release: it is
//! neither updated nor put right, and updates of the cluster are refused while there is one.
//! Mostly somebody wanted to scale an operator down for a while.
//!
//! # What to do
//!
//! Remove the overrides; the cluster-version operator then restores the objects.
//!
//! # Blind spots
//!
//! Why the override was set is not in the archive.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/payload/precondition/clusterversion/upgradeable.go`
//! - openshift/api `config/v1/types_cluster_version.go`, `ComponentOverride`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::few;

pub(super) static META: Meta = Meta {
    id: "update/overrides-set",
    title: "objects of the release that the cluster-version operator is told to leave alone",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let overrides: Vec<_> = version.unmanaged_overrides().collect();
    let findings = if overrides.is_empty() { vec![] } else { vec![finding(version, &overrides)] };
    Verdict::over(1, findings, "")
}

fn finding(version: ClusterVersion<'_>, overrides: &[Value<'_>]) -> Finding {
    let names: Vec<_> = overrides.iter().map(|entry| name(*entry)).collect();
    let finding = Finding::new(
        Subject::view(version),
        format!("the cluster-version operator is told to leave {} alone", few(&names)),
        Evidence::field(version.resource(), &["spec", "overrides"], "the overrides"),
    )
    .why(
        "What is overridden is neither updated nor put right, so it can stay old, or missing, \
         while everything around it changes. Updates are refused as long as an override is set.",
    )
    .remedy(
        Remedy::new("Remove the overrides.")
            .command(
                "oc patch clusterversion version --type=merge -p \
                 '{\"spec\":{\"overrides\":null}}'",
            )
            .verify("oc adm upgrade")
            .before("whoever set the override no longer needs it", Proof::ByHand(String::new()))
            .side_effect(
                "the cluster-version operator restores the objects to what the release \
                 says",
            ),
    );
    names.iter().fold(finding, Finding::saying)
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
