//! Samples that OKD cannot import.
//!
//! # Why it matters
//!
//! The samples operator imports image streams, some of them from registry.redhat.io, which requires
//! a login that OKD does not have. Templates and builds that use these image streams fail. The
//! cluster itself does not need them.
//!
//! # What to do
//!
//! Ignore the failures, skip the image streams, or remove the samples.
//!
//! # Blind spots
//!
//! Imports can fail for other reasons; the ConfigMap of each image stream contains the error
//! message.
//!
//! # References
//!
//! - openshift/cluster-samples-operator `pkg/util/util.go`
//! - <https://github.com/okd-project/okd/issues/58>

use mustknow_cluster::model::kinds::SAMPLES_CONFIG;
use mustknow_cluster::views::SamplesConfig;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::engine::meta::Releases;

/// How long an import may be tried again.
const RETRIES: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "okd/samples-not-imported",
    title: "samples that OKD cannot import",
    severity: Severity::Info,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&SAMPLES_CONFIG)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(config) = cx.find::<SamplesConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no samples configuration".to_owned());
    };
    let failing = config
        .condition("ImportImageErrorsExist")
        .filter(|condition| condition.is_true() && cx.is_older(condition.since(), RETRIES));
    let Some(condition) = failing else { return Verdict::Healthy { examined: 1 } };
    let message = condition.message();
    let finding = Finding::new(
        Subject::view(config),
        format!("samples cannot be imported: {}", excerpt(&message)),
        Evidence::condition(config.resource(), condition, "imports fail"),
    )
    .likely("on OKD the images usually require a Red Hat login, but there may be another cause")
    .why(
        "Sample image streams refer to images in registry.redhat.io, which rejects clients without \
         a login. Only templates and builds that use them are affected.",
    )
    .since(condition.since())
    .keywords("ImportImageErrorsExist")
    .keywords(&*message)
    .explains(Subject::cluster("ClusterOperator", "openshift-samples"), "image import failures")
    .remedy(
        Remedy::new("Remove the samples if they are not used.")
            .command(
                "oc patch configs.samples.operator.openshift.io cluster --type=merge \
                 -p '{\"spec\":{\"managementState\":\"Removed\"}}'",
            )
            .precondition("no build or template uses the samples", Proof::ByHand(String::new()))
            .side_effect("the image streams and templates of the samples are deleted"),
    );
    Verdict::Found(vec![finding])
}
