//! Samples that OKD cannot import.
//!
//! Imports can fail for other reasons; the ConfigMap of each image stream contains the error
//! message.
//!
//! - openshift/cluster-samples-operator `pkg/util/util.go`
//! - <https://github.com/okd-project/okd/issues/58>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Cause, OKD)
    .each(&[&SAMPLES_CONFIG], |_, config| Ok(finding(config)))
    // A failed import is tried again.
    .grace(Span::hours(2))
    .why(
        "The samples operator imports image streams, some of them from registry.redhat.io, \
         which requires a login that OKD does not have. Templates and builds that use these \
         image streams fail. The cluster itself does not need them.",
    )
    .fix("Ignore the failures, skip the image streams, or remove the samples.")
    .run(&[
        "oc patch configs.samples.operator.openshift.io cluster --type=merge -p '{\"spec\":{\"managementState\":\"Removed\"}}'",
    ])
    .verify(&["oc get clusteroperator openshift-samples"])
    .side_effects(&["the image streams and templates of the samples are deleted"])
    .before(&[("no build or template uses the samples", "")]);

fn finding(config: &Resource) -> Option<Finding> {
    let condition = Condition::find(config, "ImportImageErrorsExist").filter(|it| it.is_true())?;
    let message = condition.message();
    let summary = format!("samples cannot be imported: {}", excerpt(&message));
    let evidence = Evidence::condition(config, condition, "imports fail");
    let operator = Subject::cluster("ClusterOperator", "openshift-samples");
    Some(
        Finding::new(Subject::of(config), summary, evidence)
            .likely(
                "on OKD the images usually require a Red Hat login, but there may be another cause",
            )
            .since(condition.since())
            .keywords("ImportImageErrorsExist")
            .keywords(&*message)
            .explains(operator, "image import failures"),
    )
}
