//! Log lines of components that reject a certificate, with the errors of Go's `crypto/x509`.
//!
//! The error about an expired certificate contains the current time. Some logs have no other
//! complete time, because klog omits the year.

use mustknow_cluster::model::log::{LogHits, LogPattern};
use mustknow_cluster::model::time::{self, Span, Time};

use crate::terms::context::RuleContext;
use crate::terms::evidence::Evidence;
use crate::terms::finding::{Finding, GroupKey};
use crate::terms::meta::Severity;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Judged};

/// How long before the gather time the last line may be written.
const RECENT: Span = Span::hours(1);
/// How many lines a finding needs.
const MIN_LINES: u64 = 5;
/// How long the time from the first line to the last must be.
const MIN_DURATION: Span = Span::minutes(5);
/// What the API server logs about webhooks, which `webhooks/calls-failing` reports.
const WEBHOOK_CALL: &str = "failed calling webhook";
/// What the API server logs about a client whose certificate it does not trust.
const CLIENT_CERTIFICATE: &str = "Unable to authenticate the request";

/// The logs of platform components, searched for `words`.
pub const fn platform_log_patterns(words: &'static str) -> [LogPattern; 11] {
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

/// One log in which a component repeatedly rejects a certificate.
#[derive(Clone, Copy)]
pub struct TlsRefusals<'s> {
    /// The lines.
    pub hits: &'s LogHits,
}

impl<'s> TlsRefusals<'s> {
    /// The verdict of a rule that reads only these logs; `finding` gets the component that rejects
    /// the certificate, the certificate, the lines, and their evidence.
    pub fn judge(
        cx: &RuleContext<'s>,
        logs: &'static [LogPattern],
        finding: impl Fn(&str, &str, Self, Evidence) -> Finding,
    ) -> Judged {
        let examined: usize = logs.iter().map(|log| cx.snapshot().logs_scanned(log)).sum();
        let found = |one: Self| {
            let evidence = Evidence::logged(&one.hits.namespace, one.hits);
            one.complete(finding(&one.component(), &one.certificate(), one, evidence))
        };
        let findings = logs.iter().flat_map(|log| Self::persistent(cx, log)).map(found);
        Ok(Checked::over(examined, findings))
    }

    fn component(self) -> String {
        let LogHits { namespace, pod, container, .. } = self.hits;
        match &**namespace {
            "" => format!("kubelet of {pod}"),
            namespace => format!("container {container} of pod {namespace}/{pod}"),
        }
    }

    fn certificate(self) -> String {
        match self.peer() {
            Some(peer) => format!("the certificate of {peer}"),
            None if self.are_of_client() => "the certificate of a client".to_owned(),
            None => "a certificate".to_owned(),
        }
    }

    /// Adds what all findings about rejected certificates have in common.
    fn complete(self, finding: Finding) -> Finding {
        let peer = self.peer().unwrap_or_default();
        let finding =
            finding.since(self.first()).keywords(format!("certificate {peer} {}", self.error()));
        let finding =
            if peer.is_empty() { finding } else { finding.group_by(GroupKey::Endpoint, peer) };
        if self.are_of_client() {
            return finding.severity(Severity::Info).possible(
                "the log does not show which client it is; it can be outside the cluster",
            );
        }
        finding
    }

    /// The logs with enough lines over enough time, until shortly before the gather time.
    pub fn persistent(cx: &RuleContext<'s>, pattern: &'static LogPattern) -> Vec<Self> {
        let all = cx.log_hits(pattern).map(|hits| Self { hits });
        all.filter(|refusals| refusals.is_persistent(cx)).collect()
    }

    fn is_persistent(self, cx: &RuleContext<'_>) -> bool {
        let (Some(first), Some(last)) = (self.first(), self.last()) else { return false };
        let is_recent = cx.is_recent(Some(last), RECENT);
        let is_webhook_call =
            self.hits.lines().all(|line| line.text.to_lowercase().contains(WEBHOOK_CALL));
        !is_webhook_call
            && self.hits.count >= MIN_LINES
            && is_recent
            && Span::between(first, last) >= MIN_DURATION
    }

    /// When the first line was written.
    pub fn first(self) -> Option<Time> {
        self.hits.first.time.or_else(|| written(&self.hits.first.text))
    }

    /// When the last line was written.
    pub fn last(self) -> Option<Time> {
        self.hits.last.time.or_else(|| written(&self.hits.last.text))
    }

    /// Whether it is the certificate of a client, not of a server.
    pub fn are_of_client(self) -> bool {
        self.hits.lines().all(|line| line.text.contains(CLIENT_CERTIFICATE))
    }

    /// Whether the certificate is not yet valid, because of a wrong clock.
    pub fn are_not_yet_valid(self) -> bool {
        self.hits.last.text.contains(" is before ")
    }

    /// The host of the URL in the last line.
    pub fn peer(self) -> Option<&'s str> {
        let (_, rest) = self.hits.last.text.split_once("https://")?;
        let is_end = |c: char| matches!(c, '/' | '"' | '\'' | ' ' | '\\' | '?');
        rest.split(is_end).next().filter(|host| !host.is_empty())
    }

    /// The error in the last line.
    pub fn error(self) -> String {
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
    fn the_time_of_a_line_is_read_from_its_error() {
        let line = "x509: certificate has expired or is not yet valid: current time \
                    2026-08-07T00:00:04+08:00 is after 2025-08-06T16:00:35Z";
        assert_eq!(written(line).unwrap().to_string(), "2026-08-06T16:00:04Z");
        assert!(written("x509: certificate signed by unknown authority").is_none());
    }
}
