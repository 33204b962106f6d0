//! What components log when they do not believe a certificate, as Go's `crypto/x509` words it.
//!
//! The line itself says at what time it was written, where the certificate had expired: some logs
//! have no other time that can be read (klog leaves out the year).

use mustknow_cluster::model::log::{LogHits, LogPattern};
use mustknow_cluster::model::time::{self, Span, Time};

use crate::engine::context::RuleContext;
use crate::engine::evidence::Evidence;
use crate::engine::finding::{Finding, GroupKey};
use crate::engine::meta::{Need, Severity};
use crate::engine::quoting::excerpt;
use crate::engine::verdict::{Gap, GapKind, Verdict};

/// Within what time before the gather a line is about the present.
const RECENT: Span = Span::hours(1);
/// How many lines are no accident.
const ENOUGH: u64 = 5;
/// How long they must go on.
const LASTING: Span = Span::minutes(5);
/// What the API server logs of a webhook, of which webhooks/calls-failing speaks.
const OF_WEBHOOK: &str = "failed calling webhook";
/// What the API server logs of a client that comes with a certificate it does not believe.
const OF_CLIENT: &str = "Unable to authenticate the request";

/// Where components of the platform write such words.
pub const fn in_platform(words: &'static str) -> [LogPattern; 11] {
    [
        LogPattern::new(words, "openshift-kube-apiserver", ""),
        LogPattern::new(words, "openshift-etcd", ""),
        LogPattern::new(words, "openshift-apiserver", ""),
        LogPattern::new(words, "openshift-oauth-apiserver", ""),
        LogPattern::new(words, "openshift-authentication", ""),
        LogPattern::new(words, "openshift-authentication-operator", ""),
        LogPattern::new(words, "openshift-kube-controller-manager", ""),
        LogPattern::new(words, "openshift-kube-scheduler", ""),
        LogPattern::new(words, "openshift-machine-config-operator", ""),
        LogPattern::new(words, "openshift-image-registry", ""),
        LogPattern::new(words, "", "kubelet"),
    ]
}

/// The needs of a rule that reads these logs.
pub const fn reads(logs: &'static [LogPattern; 11]) -> [Need; 11] {
    [
        Need::Log(&logs[0]),
        Need::Log(&logs[1]),
        Need::Log(&logs[2]),
        Need::Log(&logs[3]),
        Need::Log(&logs[4]),
        Need::Log(&logs[5]),
        Need::Log(&logs[6]),
        Need::Log(&logs[7]),
        Need::Log(&logs[8]),
        Need::Log(&logs[9]),
        Need::Log(&logs[10]),
    ]
}

/// One log in which a component goes on refusing a certificate.
#[derive(Clone, Copy)]
pub struct TlsRefusals<'s> {
    /// The lines.
    pub hits: &'s LogHits,
}

impl<'s> TlsRefusals<'s> {
    /// The verdict of a rule that reads these logs and nothing else; `finding` gets who refuses, whose
    /// certificate, and the lines.
    pub fn judge(
        cx: &RuleContext<'s>,
        logs: &'static [LogPattern],
        finding: impl Fn(&str, &str, Self, Evidence) -> Finding,
    ) -> Verdict {
        let examined: usize = logs.iter().map(|log| cx.snapshot().logs_scanned(log)).sum();
        if examined == 0 {
            let gap = Gap::new(GapKind::NotCollected, "logs of the platform: not collected");
            return Verdict::Unknown(gap.ask("oc adm must-gather"));
        }
        let found = |log: &LogPattern, one: Self| {
            let evidence = Evidence::logged(log.namespace, one.hits);
            one.weigh(finding(&one.who(log), &one.whose(), one, evidence))
        };
        let findings = logs
            .iter()
            .flat_map(|log| Self::lasting(cx, log).into_iter().map(move |one| (log, one)))
            .map(|(log, one)| found(log, one))
            .collect();
        Verdict::over(examined, findings, "no log was collected")
    }

    fn who(self, log: &LogPattern) -> String {
        let LogHits { pod, container, .. } = self.hits;
        match log.namespace {
            "" => format!("kubelet of {pod}"),
            namespace => format!("container {container} of pod {namespace}/{pod}"),
        }
    }

    fn whose(self) -> String {
        match self.peer() {
            Some(peer) => format!("the certificate of {peer}"),
            None if self.are_of_client() => "the certificate of a client".to_owned(),
            None => "a certificate".to_owned(),
        }
    }

    /// Adds what every finding about refusals says.
    fn weigh(self, finding: Finding) -> Finding {
        let peer = self.peer().unwrap_or_default();
        let finding =
            finding.since(self.first()).keywords(format!("certificate {peer} {}", self.words()));
        let finding =
            if peer.is_empty() { finding } else { finding.group_by(GroupKey::Endpoint, peer) };
        if self.are_of_client() {
            return finding.severity(Severity::Info).possible(
                "the log does not say which client it is; it may be one outside the cluster",
            );
        }
        finding
    }

    /// The logs in which that goes on until the gather, often and long enough to be no accident.
    pub fn lasting(cx: &RuleContext<'s>, pattern: &'static LogPattern) -> Vec<Self> {
        let all = cx.log_hits(pattern).map(|hits| Self { hits });
        all.filter(|refusals| refusals.is_lasting(cx)).collect()
    }

    fn is_lasting(self, cx: &RuleContext<'_>) -> bool {
        let (Some(first), Some(last)) = (self.first(), self.last()) else { return false };
        let is_recent = cx.age(Some(last)).is_some_and(|age| age <= RECENT);
        let is_told_elsewhere =
            self.hits.lines().all(|line| line.text.to_lowercase().contains(OF_WEBHOOK));
        !is_told_elsewhere
            && self.hits.count >= ENOUGH
            && is_recent
            && Span::between(first, last) >= LASTING
    }

    /// When the first line was written.
    pub fn first(self) -> Option<Time> {
        self.hits.first.time.or_else(|| written(&self.hits.first.text))
    }

    /// When the last line was written.
    pub fn last(self) -> Option<Time> {
        self.hits.last.time.or_else(|| written(&self.hits.last.text))
    }

    /// Whether it is a client that comes with the certificate, and no server.
    pub fn are_of_client(self) -> bool {
        self.hits.lines().all(|line| line.text.contains(OF_CLIENT))
    }

    /// Whether the certificate is not valid yet: a clock is wrong.
    pub fn are_too_early(self) -> bool {
        self.hits.last.text.contains(" is before ")
    }

    /// The peer, as the last line names it by its URL.
    pub fn peer(self) -> Option<&'s str> {
        let (_, rest) = self.hits.last.text.split_once("https://")?;
        let is_end = |c: char| matches!(c, '/' | '"' | '\'' | ' ' | '\\' | '?');
        rest.split(is_end).next().filter(|host| !host.is_empty())
    }

    /// The last line, from the words of the failure on.
    pub fn words(self) -> String {
        let text = &self.hits.last.text;
        let start = text.find("x509:").unwrap_or(0);
        excerpt(text.get(start..).unwrap_or_default())
    }
}

/// The time in "current time 2024-10-28T10:20:30Z is after".
fn written(text: &str) -> Option<Time> {
    let (_, rest) = text.split_once("current time ")?;
    time::rfc3339(rest.split(' ').next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_line_is_in_its_words() {
        let line = "x509: certificate has expired or is not yet valid: current time \
                    2026-08-07T00:00:04+08:00 is after 2025-08-06T16:00:35Z";
        assert_eq!(written(line).unwrap().to_string(), "2026-08-06T16:00:04Z");
        assert!(written("x509: certificate signed by unknown authority").is_none());
    }
}
