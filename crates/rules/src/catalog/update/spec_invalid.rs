//! Invalid ClusterVersion spec.
//!
//! # Why it matters
//!
//! The cluster-version operator does not act on an invalid spec: it neither starts an update nor
//! applies any other change of the spec until the spec is corrected.
//!
//! # What to do
//!
//! Correct the field listed in the message.
//!
//! # Blind spots
//!
//! None: the condition exists only while the spec is invalid.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/validation/validation.go`

use mustknow_cluster::model::kinds::CLUSTER_VERSION;

use crate::catalog::prelude::*;
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "update/spec-invalid",
    title: "invalid ClusterVersion spec",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(version) = cx.cluster_version() else {
        return Verdict::NotApplicable("no ClusterVersion/version in the archive".to_owned());
    };
    let invalid = version.condition("Invalid").filter(|condition| condition.is_true());
    let findings = invalid.map(|condition| {
        let message = condition.message();
        let detail = excerpt(
            message
                .trim_start_matches("The cluster version is invalid:")
                .replace("\n* ", "; ")
                .trim_start_matches("; "),
        );
        Finding::new(
            Subject::view(version),
            format!("ClusterVersion/version has an invalid spec: {detail}"),
            Evidence::condition(version.resource(), condition, "the validation error"),
        )
        .why(
            "The cluster-version operator does not act on an invalid spec: the cluster stays at \
             its current version and no change takes effect until the spec is corrected.",
        )
        .since(condition.since())
        .keywords(condition.reason())
        .keywords(&message)
        .remedy(
            Remedy::new("Correct the field listed in the message.")
                .command("oc edit clusterversion version")
                .verify("oc adm upgrade"),
        )
    });
    Verdict::over(1, findings.into_iter().collect(), "")
}
