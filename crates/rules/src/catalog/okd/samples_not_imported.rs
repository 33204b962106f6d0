//! Samples that OKD cannot import without a pull secret of Red Hat.
//!
//! # Why it matters
//!
//! The samples operator imports image streams, some of them from registry.redhat.io, which asks for
//! a login that OKD does not have. Templates and builds that use them fail. The cluster itself does
//! not need them.
//!
//! # What to do
//!
//! Leave it, skip the streams, or remove the samples.
//!
//! # Blind spots
//!
//! Imports fail for other reasons as well; the ConfigMap of each stream has its words.
//!
//! # References
//!
//! - openshift/cluster-samples-operator `pkg/util/util.go`
//! - <https://github.com/okd-project/okd/issues/58>

use mustknow_gather::kinds::{SAMPLES_CONFIG, SamplesConfig};

use crate::catalog::prelude::*;
use crate::facts::excerpt;
use crate::meta::Releases;

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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(config) = case.find::<SamplesConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no configuration of the samples".to_owned());
    };
    let failing = config
        .condition("ImportImageErrorsExist")
        .filter(|condition| condition.is_true() && case.is_older(condition.since(), RETRIES));
    let Some(condition) = failing else { return Verdict::Healthy { examined: 1 } };
    let message = condition.message();
    let finding = Finding::new(
        Subject::view(config),
        format!("samples cannot be imported: {}", excerpt(&message)),
        Evidence::condition(config.resource(), condition, "imports fail"),
    )
    .likely("that the images ask for a login of Red Hat is what mostly is wrong on OKD")
    .why(
        "Image streams of the samples name images in registry.redhat.io, which refuses clients \
         without a login. Only templates and builds that use them are concerned.",
    )
    .since(condition.since())
    .saying("ImportImageErrorsExist")
    .saying(&*message)
    .explains(Subject::cluster("ClusterOperator", "openshift-samples"), "image import failures")
    .remedy(
        Remedy::new("Remove the samples where nobody uses them.")
            .command(
                "oc patch configs.samples.operator.openshift.io cluster --type=merge \
                 -p '{\"spec\":{\"managementState\":\"Removed\"}}'",
            )
            .before("no build or template uses the samples", Proof::ByHand(String::new()))
            .side_effect("the image streams and templates of the samples are deleted"),
    );
    Verdict::Found(vec![finding])
}
