//! Cluster-version operator blocked by API server errors.
//!
//! The condition contains only a summary of each error. The full error is in the log of the
//! cluster-version operator.
//!
//! - openshift/cluster-version-operator `pkg/payload/task.go`, `reasonForPayloadSyncError`

use crate::catalog::prelude::*;

/// Failures of the API server itself. The operator logs the same prefix when it only waits for a
/// ClusterOperator. Source: cluster-version-operator `pkg/payload/task.go`.
const APPLY_FAILED: LogPattern = LogPattern::new(
    "error running apply for",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching(concat!(
    "(?i)internal error|error on the server|leader changed|unauthorized|too many requests",
    "|unable to (handle the request|return a response)|timeout|timed out|deadline exceeded",
    "|connection (refused|reset)|no route to host|: EOF",
));

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Log(&APPLY_FAILED)])
    .check(check)
    .why(
        "Every step of an update is a request to the API server. When requests time out, are \
         rejected because of overload, fail inside the server or cannot be authenticated, \
         nothing is applied.",
    )
    .fix(
        "Check etcd and the kube-apiserver first, then admission webhooks: a failing webhook \
         also makes the API server report an internal error.",
    )
    .run(&["oc get clusteroperators etcd kube-apiserver", "oc get --raw=/readyz?verbose"])
    .verify(&["oc adm upgrade"]);

const REASONS: [(&str, &str); 4] = [
    ("UpdatePayloadClusterDown", "the API server is down or does not respond"),
    ("UpdatePayloadClusterError", "the API server reports internal errors"),
    ("UpdatePayloadClusterOverloaded", "the API server rejects requests because of overload"),
    ("UpdatePayloadClusterUnauthorized", "the API server rejects the operator's credentials"),
];

fn check(cx: &RuleContext<'_>) -> Judged {
    let reasons = REASONS.map(|(reason, _)| reason);
    judge_failing(cx, &reasons, |version, update_failures| {
        let of = |reason: &str| -> Vec<_> {
            update_failures.iter().filter(|f| f.reason == reason).collect()
        };
        REASONS
            .iter()
            .filter_map(|(reason, meaning)| finding(cx, version, &of(reason), meaning))
            .collect()
    })
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    update_failures: &[&UpdateFailure<'_>],
    meaning: &str,
) -> Option<Finding> {
    let first = update_failures.first()?;
    let more = match update_failures.len() - 1 {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    let logged = cx
        .log_hits(&APPLY_FAILED)
        .filter(|hits| !cx.is_older(hits.last.time, Span::hours(2)))
        .map(|hits| Evidence::logged(APPLY_FAILED.namespace, hits));
    let finding = Finding::new(
        Subject::view(version),
        format!("{} is stuck: {meaning}", current_operation(version)),
        Evidence::condition(
            version.resource(),
            first.condition,
            format!("{}{more}", excerpt(&first.message)),
        ),
    )
    .severity(severity_by_age(cx, first.condition.since(), Critical))
    .since(first.condition.since())
    .keywords(&first.reason)
    .evidence(logged);
    Some(
        update_failures.iter().fold(finding, |finding, failure| finding.keywords(&failure.message)),
    )
}
