//! Requests that are refused because a webhook does not answer.
//!
//! # Why it matters
//!
//! The kube-apiserver asks the webhook before it stores an object. Where the call fails, and the
//! webhook is one that fails closed, the request is refused: whoever wanted to create or change
//! something could not.
//!
//! # What to do
//!
//! Look at the pods behind the webhook and at the way to them. Where the webhook is what keeps its
//! own pods from being made, take its configuration away for as long as that takes.
//!
//! # Blind spots
//!
//! Calls of webhooks that ignore failures are left out, and so are lines older than half an hour. Of
//! the lines of a log only a few are kept, so of many webhooks some may go unnamed.
//!
//! # References
//!
//! - kubernetes/apiserver `pkg/admission/plugin/webhook/mutating/dispatcher.go`,
//!   `pkg/admission/plugin/webhook/validating/dispatcher.go` ("Failed calling webhook, failing
//!   closed")

use std::collections::BTreeMap;

use mustknow_gather::log::{LogHits, LogLine, LogPattern};

use crate::catalog::prelude::*;
use crate::facts::{Logged, Unreachable, excerpt};

/// What ended longer ago is history.
const RECENT: Span = Span::minutes(30);
/// A pod that is replaced fails a few.
const ENOUGH: u64 = 5;
/// What comes once a day is no state.
const AN_HOUR: u64 = 2;

static CLOSED: LogPattern = LogPattern::new(
    "Failed calling webhook, failing closed ",
    "openshift-kube-apiserver",
    "kube-apiserver",
);

pub(super) static META: Meta = Meta {
    id: "webhooks/calls-failing",
    title: "requests that are refused because a webhook does not answer",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&CLOSED)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut by_webhook: BTreeMap<&str, Vec<(&LogHits, &LogLine)>> = BTreeMap::new();
    let is_recent = |line: &LogLine| case.age(line.time).is_some_and(|age| age <= RECENT);
    let failing = Logged::recent(case, &CLOSED, RECENT).often(AN_HOUR);
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
    Verdict::over(case.snapshot().logs_scanned(&CLOSED), findings.collect(), "no log")
}

/// The webhook of `... failing closed NAME: failed calling webhook "NAME": ...`.
fn webhook(line: &str) -> Option<&str> {
    line.split_once(CLOSED.literal)?.1.split_once(": ").map(|(name, _)| name)
}

fn finding(webhook: &str, lines: &[(&LogHits, &LogLine)]) -> Option<Finding> {
    let (hits, line) = lines.first()?;
    let (_, words) = line.text.split_once(CLOSED.literal)?;
    let error = words.rsplit_once("?timeout=").map_or(words, |(_, rest)| rest);
    let error = error.split_once("\": ").map_or(error, |(_, rest)| rest);
    let class = Unreachable::of(words);
    let what = if words.contains("no endpoints available") {
        "no pod is behind its Service"
    } else {
        class.words()
    };
    let summary = format!(
        "the kube-apiserver refuses requests because it cannot call webhook {webhook}: {what} ({})",
        excerpt(error.trim())
    );
    // A log may tell of several webhooks, and not every line of it is kept.
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
    .why("The webhook fails closed: what it cannot be asked about is not stored.")
    .saying(format!("failed calling webhook {words}"))
    .shares(Common::Webhook, webhook)
    .evidence(
        lines
            .iter()
            .skip(1)
            .map(|(hits, line)| Evidence::logged_line(CLOSED.namespace, hits, line)),
    )
    .remedy(
        Remedy::new("Look at the pods behind the webhook and at the way to them.")
            .command("oc get validatingwebhookconfigurations,mutatingwebhookconfigurations")
            .verify(
                "oc logs -n openshift-kube-apiserver -c kube-apiserver kube-apiserver-<node> \
                 --since=10m | grep 'failing closed'",
            ),
    );
    Some(finding)
}
