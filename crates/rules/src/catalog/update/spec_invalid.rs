//! A ClusterVersion whose spec is invalid.
//!
//! # Why it matters
//!
//! The cluster-version operator stops acting on a spec it cannot accept: it neither begins an
//! update nor takes up any other change of the spec until that is mended.
//!
//! # What to do
//!
//! Mend the field the message names.
//!
//! # Blind spots
//!
//! None: the condition is there only while the spec is invalid.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/validation/validation.go`

use mustknow_gather::kinds::CLUSTER_VERSION;

use crate::catalog::prelude::*;
use crate::facts::excerpt;

pub(super) static META: Meta = Meta {
    id: "update/spec-invalid",
    title: "a ClusterVersion whose spec is invalid",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let invalid = version.condition("Invalid").filter(|condition| condition.is_true());
    let findings = invalid.map(|condition| {
        let message = condition.message();
        let words = excerpt(
            message
                .trim_start_matches("The cluster version is invalid:")
                .replace("\n* ", "; ")
                .trim_start_matches("; "),
        );
        Finding::new(
            Subject::view(version),
            format!("the spec of ClusterVersion/version is invalid: {words}"),
            Evidence::condition(version.resource(), condition, "what is invalid"),
        )
        .why(
            "The cluster-version operator does not act on an invalid spec: it stays at the present \
             version and takes up no change until the spec is mended.",
        )
        .since(condition.since())
        .saying(condition.reason())
        .saying(&message)
        .remedy(
            Remedy::new("Mend the field the message names.")
                .command("oc edit clusterversion version")
                .verify("oc adm upgrade"),
        )
    });
    Verdict::over(1, findings.into_iter().collect(), "")
}
