//! Cluster-version operator blocked by API server errors.
//!
//! The condition contains only a summary of each error. The full error is in the log of the
//! cluster-version operator.
//!
//! - openshift/cluster-version-operator `pkg/payload/task.go`, `reasonForPayloadSyncError`

use crate::catalog::prelude::*;

/// Failures of the API server itself. The operator logs the same prefix when it only waits for a
/// ClusterOperator.
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
    .check(|cx| {
        let problems = UpdateProblem::failing(cx)?;
        let finding = |(reason, meaning): &(&str, &str)| {
            let mut of_reason = problems.iter().filter(|it| it.failure.reason == *reason);
            Some(finding(of_reason.next()?, of_reason, meaning))
        };
        Ok(Checked::over(1, REASONS.iter().filter_map(finding)))
    })
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
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

fn finding<'p, 's: 'p>(
    first: &UpdateProblem<'s>,
    rest: impl Iterator<Item = &'p UpdateProblem<'s>>,
    meaning: &str,
) -> Finding {
    let cx = &first.cx;
    let logged = cx
        .log_hits(&APPLY_FAILED)
        .filter(|hits| cx.is_recent(hits.last.time, Span::hours(2)))
        .map(|hits| Evidence::logged(APPLY_FAILED.namespace, hits));
    let finding =
        first.finding(format!("{} is stuck: {meaning}", first.operation())).evidence(logged);
    rest.fold(finding, |finding, problem| finding.keywords(&problem.failure.message))
}
