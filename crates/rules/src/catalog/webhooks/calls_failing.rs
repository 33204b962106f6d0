//! Requests rejected because an admission webhook cannot be called.
//!
//! Webhooks that ignore failures are not reported, and log lines older than half an hour are
//! ignored. Only some of the log lines are stored, so if many webhooks fail, some of them may not
//! be listed.
//!
//! - kubernetes/apiserver `pkg/admission/plugin/webhook/mutating/dispatcher.go`,
//!   `pkg/admission/plugin/webhook/validating/dispatcher.go` ("Failed calling webhook, failing
//!   closed")

use crate::catalog::prelude::*;

/// Failures that stopped longer ago than this are ignored.
const RECENT: Span = Span::minutes(30);
/// The replacement of a pod causes a few failed calls.
const ENOUGH: u64 = 5;
/// Occasional failures are not a persistent problem.
const AN_HOUR: u64 = 2;

const CLOSED: LogPattern = LogPattern::new(
    "Failed calling webhook, failing closed ",
    "openshift-kube-apiserver",
    "kube-apiserver",
);

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Log(&CLOSED)])
    .check(check)
    .why(
        "The kube-apiserver calls the webhook before it stores an object. If the call fails and \
         the webhook has failurePolicy: Fail, the request is rejected, so objects cannot be \
         created or changed.",
    )
    .fix(
        "Check the pods behind the webhook and the network to them. If the webhook blocks the \
         creation of its own pods, remove its configuration temporarily.",
    )
    .run(&["oc get validatingwebhookconfigurations,mutatingwebhookconfigurations"])
    .verify(&["oc logs -n openshift-kube-apiserver -c kube-apiserver kube-apiserver-<node> \
             --since=10m | grep 'failing closed'"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut by_webhook: BTreeMap<&str, Vec<(&LogHits, &LogLine)>> = BTreeMap::new();
    let is_recent = |line: &LogLine| cx.age(line.time).is_some_and(|age| age <= RECENT);
    let failing = LogOccurrences::recent(cx, &CLOSED, RECENT).at_least_hourly(AN_HOUR);
    for hits in failing.hits.iter().filter(|hits| hits.count >= ENOUGH) {
        for line in hits.lines().filter(|line| is_recent(line)) {
            if let Some(webhook) = webhook(&line.text) {
                let known = by_webhook.entry(webhook).or_default();
                // The latest line of each log is enough.
                if !known.iter().any(|(other, _)| std::ptr::eq(*other, *hits)) {
                    known.push((hits, line));
                }
            }
        }
    }
    let findings = by_webhook.iter().filter_map(|(webhook, lines)| finding(webhook, lines));
    Ok(Checked::over(cx.snapshot().logs_scanned(&CLOSED), findings))
}

/// The webhook of `... failing closed NAME: failed calling webhook "NAME": ...`.
fn webhook(line: &str) -> Option<&str> {
    line.split_once(CLOSED.literal)?.1.split_once(": ").map(|(name, _)| name)
}

fn finding(webhook: &str, lines: &[(&LogHits, &LogLine)]) -> Option<Finding> {
    let (hits, line) = lines.first()?;
    let (_, detail) = line.text.split_once(CLOSED.literal)?;
    let error = detail.rsplit_once("?timeout=").map_or(detail, |(_, rest)| rest);
    let error = error.split_once("\": ").map_or(error, |(_, rest)| rest);
    let class = ConnectionError::of(detail);
    let what = if detail.contains("no endpoints available") {
        "its Service has no endpoints"
    } else {
        class.description()
    };
    let summary = format!(
        "kube-apiserver rejects requests because it cannot call webhook {webhook}: {what} ({})",
        excerpt(error.trim())
    );
    // A log may contain lines of several webhooks, and not every line is stored.
    let is_its_own = |line: &&LogLine| self::webhook(&line.text) == Some(webhook);
    let of_log =
        |hits: &LogHits| hits.lines().filter(is_its_own).filter_map(|line| line.time).min();
    let since = lines.iter().filter_map(|(hits, _)| of_log(hits)).min();
    let finding = Finding::new(
        Subject::cluster("Webhook", webhook),
        summary,
        Evidence::logged_line(CLOSED.namespace, hits, line),
    )
    .since(since)
    .keywords(format!("failed calling webhook {detail}"))
    .group_by(GroupKey::Webhook, webhook)
    .evidence(
        lines
            .iter()
            .skip(1)
            .map(|(hits, line)| Evidence::logged_line(CLOSED.namespace, hits, line)),
    );
    Some(finding)
}
