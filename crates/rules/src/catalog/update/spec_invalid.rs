//! Invalid ClusterVersion spec.
//!
//! None: the condition exists only while the spec is invalid.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/validation/validation.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "The cluster-version operator does not act on an invalid spec: it neither starts an \
         update nor applies any other change of the spec until the spec is corrected.",
    )
    .fix("Correct the field listed in the message.")
    .run(&["oc edit clusterversion version"])
    .verify(&["oc adm upgrade"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
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
        .since(condition.since())
        .keywords(condition.reason())
        .keywords(&message)
    });
    Ok(Checked::over(1, findings.into_iter()))
}
