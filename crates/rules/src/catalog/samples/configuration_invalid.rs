//! Invalid Samples Operator configuration.
//!
//! - openshift/cluster-samples-operator `pkg/stub/config.go`, `pkg/util/util.go`
//!   (`InvalidConfiguration`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs_any(&[Need::Kind(&SAMPLES_CONFIG), Need::Kind(&CLUSTER_OPERATOR)])
    .check(|cx| {
        let own = ("ConfigurationValid", Status::False);
        let bad = samples_condition(cx, own, ("Degraded", "InvalidConfiguration"))?;
        Ok(Checked::over(1, bad.map(|(reported_by, it)| finding(reported_by, it))))
    })
    // What the operator takes to check again.
    .note_until(Span::minutes(10))
    .why(
        "The Samples Operator continues with its previous configuration and is degraded, which \
         blocks an update.",
    )
    .fix(
        "Correct the field that the message names: the architecture, the registry, or the names \
         of image streams and templates to skip.",
    )
    .run(&["oc edit configs.samples.operator.openshift.io cluster"])
    .verify(&["oc get clusteroperator openshift-samples"]);

fn finding(reported_by: &Resource, condition: Condition<'_>) -> Finding {
    let message = condition.message();
    Finding::new(
        Subject::cluster("configs.samples.operator.openshift.io", "cluster"),
        format!(
            "configs.samples.operator.openshift.io cluster is not valid: {}",
            excerpt(&message)
        ),
        Evidence::condition(reported_by, condition, "the operator rejects it"),
    )
    .since(condition.since())
    .keywords(format!("InvalidConfiguration {message}"))
    .explains(Subject::cluster("ClusterOperator", "openshift-samples"), "InvalidConfiguration")
}
