//! Invalid ClusterVersion spec.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/validation/validation.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .each(&[&CLUSTER_VERSION], |_, object| {
        let invalid = Condition::find(object, "Invalid").filter(|it| it.is_true());
        Ok(invalid.map(|condition| finding(object, condition)))
    })
    .at_once("the spec stays invalid until it is corrected")
    .even_while_installing("the installer does not correct the spec")
    .why(
        "The cluster-version operator does not act on an invalid spec: it neither starts an \
         update nor applies any other change of the spec until the spec is corrected.",
    )
    .fix("Correct the field listed in the message.")
    .run(&["oc edit clusterversion version"])
    .verify(&["oc adm upgrade"]);

fn finding(version: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    let errors =
        message.trim_start_matches("The cluster version is invalid:").replace("\n* ", "; ");
    let detail = excerpt(errors.trim_start_matches("; "));
    Finding::new(
        Subject::of(version),
        format!("ClusterVersion/version has an invalid spec: {detail}"),
        Evidence::condition(version, condition, "the validation error"),
    )
    .since(condition.since())
    .keywords(condition.reason())
    .keywords(&message)
}
