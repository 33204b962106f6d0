//! Samples that OKD cannot import.
//!
//! Imports can fail for other reasons; the ConfigMap of each image stream contains the error
//! message.
//!
//! - openshift/cluster-samples-operator `pkg/util/util.go`
//! - <https://github.com/okd-project/okd/issues/58>

use crate::catalog::prelude::*;

/// How long an import may be tried again.
const RETRIES: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Info, Cause, OKD)
    .needs(&[Need::Kind(&SAMPLES_CONFIG)])
    .check(check)
    .why(
        "The samples operator imports image streams, some of them from registry.redhat.io, \
         which requires a login that OKD does not have. Templates and builds that use these \
         image streams fail. The cluster itself does not need them.",
    )
    .fix("Ignore the failures, skip the image streams, or remove the samples.")
    .run(&["oc patch configs.samples.operator.openshift.io cluster --type=merge -p \
             '{\"spec\":{\"managementState\":\"Removed\"}}'"])
    .side_effects(&["the image streams and templates of the samples are deleted"])
    .before(&[("no build or template uses the samples", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(config) = cx.find::<SamplesConfig<'_>>("", "cluster") else {
        return Err(not_applicable("there is no samples configuration"));
    };
    let failing = config
        .condition("ImportImageErrorsExist")
        .filter(|condition| condition.is_true() && cx.is_older(condition.since(), RETRIES));
    let Some(condition) = failing else { return Ok(Checked::over(1, None)) };
    let message = condition.message();
    let finding = Finding::new(
        Subject::view(config),
        format!("samples cannot be imported: {}", excerpt(&message)),
        Evidence::condition(config.resource(), condition, "imports fail"),
    )
    .likely("on OKD the images usually require a Red Hat login, but there may be another cause")
    .since(condition.since())
    .keywords("ImportImageErrorsExist")
    .keywords(&*message)
    .explains(Subject::cluster("ClusterOperator", "openshift-samples"), "image import failures");
    Ok(Checked::over(1, vec![finding]))
}
