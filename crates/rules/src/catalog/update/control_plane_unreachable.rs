//! A control plane that the cluster-version operator cannot talk to.
//!
//! # Why it matters
//!
//! Every step of an update is a request to the API server. When requests time out, are refused
//! for load, fail inside the server or cannot be authenticated, nothing is applied.
//!
//! # What to do
//!
//! Look at etcd and the kube-apiserver first, then at webhooks: an admission webhook that fails
//! also makes the server report an internal error.
//!
//! # Blind spots
//!
//! The condition keeps only a summary of each error; the error itself stands in the log of the
//! cluster-version operator.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/payload/task.go`, `reasonForPayloadSyncError`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Failure, excerpt, failing_verdict, undertaking, urgency};

/// Where the API server itself fails. The same words stand where the operator only waits for a
/// ClusterOperator. Source: cluster-version-operator `pkg/payload/task.go`.
static APPLY_FAILED: LogPattern = LogPattern::new(
    "error running apply for",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching(concat!(
    "(?i)internal error|error on the server|leader changed|unauthorized|too many requests",
    "|unable to (handle the request|return a response)|timeout|timed out|deadline exceeded",
    "|connection (refused|reset)|no route to host|: EOF",
));

pub(super) static META: Meta = Meta {
    id: "update/control-plane-unreachable",
    title: "a control plane that the cluster-version operator cannot talk to",
    severity: Severity::Critical,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[Need::Log(&APPLY_FAILED)],
};

const REASONS: [(&str, &str); 4] = [
    ("UpdatePayloadClusterDown", "the API server is down or does not respond"),
    ("UpdatePayloadClusterError", "the API server reports internal errors"),
    ("UpdatePayloadClusterOverloaded", "the API server refuses requests for load"),
    ("UpdatePayloadClusterUnauthorized", "the API server does not accept its credentials"),
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let reasons = REASONS.map(|(reason, _)| reason);
    failing_verdict(case, &reasons, |version, failures| {
        let of =
            |reason: &str| -> Vec<_> { failures.iter().filter(|f| f.reason == reason).collect() };
        REASONS
            .iter()
            .filter_map(|(reason, meaning)| finding(case, version, &of(reason), meaning))
            .collect()
    })
}

fn finding(
    case: &Case<'_>,
    version: ClusterVersion<'_>,
    failures: &[&Failure<'_>],
    meaning: &str,
) -> Option<Finding> {
    let first = failures.first()?;
    let more = match failures.len() - 1 {
        0 => String::new(),
        n => format!(", and {n} more like it"),
    };
    let logged = case
        .log_hits(&APPLY_FAILED)
        .filter(|hits| !case.is_older(hits.last.time, Span::hours(2)))
        .map(|hits| Evidence::logged(APPLY_FAILED.namespace, hits));
    let finding = Finding::new(
        Subject::view(version),
        format!("{} cannot go on: {meaning}", undertaking(version)),
        Evidence::condition(
            version.resource(),
            first.condition,
            format!("{}{more}", excerpt(&first.message)),
        ),
    )
    .severity(urgency(case, first.condition.since(), Severity::Critical))
    .why(
        "Every manifest of the release is a request to the API server. Slow or failing etcd, a \
         kube-apiserver that restarts, or an admission webhook that fails can be behind it.",
    )
    .since(first.condition.since())
    .saying(&first.reason)
    .evidence(logged)
    .remedy(
        Remedy::new(
            "Look at etcd, the kube-apiserver and the webhooks; the update then goes on \
             by itself.",
        )
        .command("oc get clusteroperators etcd kube-apiserver")
        .command("oc get --raw=/readyz?verbose")
        .verify("oc adm upgrade"),
    );
    Some(failures.iter().fold(finding, |finding, failure| finding.saying(&failure.message)))
}
