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

const CLOSED: LogPattern =
    LogPattern::in_any("Failed calling webhook, failing closed ", KUBE_API_SERVER_LOGS);

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .needs(&[Need::Log(&CLOSED)])
    .check(check)
    .at_once("the lines were written within the last half hour")
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
    .verify(&[
        "oc logs -n {namespace} -c kube-apiserver kube-apiserver-<node> --since=10m | grep \
               'failing closed'",
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut by_webhook: BTreeMap<&str, Vec<(&LogHits, &LogLine)>> = BTreeMap::new();
    let is_recent = |line: &LogLine| cx.age(line.time).is_some_and(|age| age <= RECENT);
    // Occasional failures are not a persistent problem, and the replacement of a pod causes a few.
    let failing = LogOccurrences::recent(cx, &CLOSED, RECENT).at_least_hourly(2);
    for hits in failing.hits.iter().filter(|hits| hits.count >= 5) {
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
    Ok(Checked::over(failing.examined(cx), findings))
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
    let what = if detail.contains("no endpoints available") {
        "its Service has no endpoints"
    } else {
        ConnectionError::of(detail).description()
    };
    let summary = format!(
        "kube-apiserver rejects requests because it cannot call webhook {webhook}: {what} ({})",
        excerpt(error.trim())
    );
    // A log may contain lines of several webhooks, and not every line is stored.
    let own = lines.iter().flat_map(|(hits, _)| hits.lines());
    let own = own.filter(|line| self::webhook(&line.text) == Some(webhook));
    let mut evidence =
        lines.iter().map(|(hits, line)| Evidence::logged_line(&hits.namespace, hits, line));
    let finding = Finding::new(Subject::cluster("Webhook", webhook), summary, evidence.next()?)
        .since(own.filter_map(|line| line.time).min())
        .with("namespace", &*hits.namespace)
        .keywords(format!("failed calling webhook {detail}"))
        .group_by(GroupKey::Webhook, webhook)
        .evidence(evidence);
    Some(finding)
}
