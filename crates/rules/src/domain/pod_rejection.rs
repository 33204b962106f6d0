//! Why the API server rejects a new pod, by the message that its controller receives.
//!
//! Sources: kubernetes/kubernetes `plugin/pkg/admission`, kubernetes/pod-security-admission
//! `admission/admission.go`, openshift/apiserver-library-go
//! `pkg/securitycontextconstraints/sccadmission/admission.go`.

use crate::terms::finding::{Finding, GroupKey};

/// Why the API server rejects a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodRejection {
    /// A ResourceQuota is exceeded, or it requires values that the pod does not set.
    Quota,
    /// The pod violates the Pod Security level of the namespace.
    PodSecurity,
    /// No SecurityContextConstraints allow it.
    SecurityContext,
    /// Its ServiceAccount does not exist.
    NoServiceAccount,
    /// A webhook cannot be called.
    WebhookSilent,
    /// A webhook denies it.
    WebhookDenies,
    /// A LimitRange forbids its resources.
    LimitRange,
}

impl PodRejection {
    /// The reason in a message; None if it is another.
    pub fn of(message: &str) -> Option<Self> {
        const SIGNS: [(&str, PodRejection); 9] = [
            ("exceeded quota", PodRejection::Quota),
            ("failed quota", PodRejection::Quota),
            ("violates PodSecurity", PodRejection::PodSecurity),
            (
                "unable to validate against any security context constraint",
                PodRejection::SecurityContext,
            ),
            ("error looking up service account", PodRejection::NoServiceAccount),
            ("failed calling webhook", PodRejection::WebhookSilent),
            ("denied the request", PodRejection::WebhookDenies),
            (" usage per ", PodRejection::LimitRange),
            (" max limit to request ratio per ", PodRejection::LimitRange),
        ];
        SIGNS.into_iter().find(|(sign, _)| message.contains(sign)).map(|(_, rejection)| rejection)
    }

    /// The reason, in words that follow "because".
    pub const fn description(self) -> &'static str {
        match self {
            Self::Quota => "a ResourceQuota of the namespace rejects them",
            Self::PodSecurity => "the Pod Security level of the namespace forbids them",
            Self::SecurityContext => "no SecurityContextConstraints allow them",
            Self::NoServiceAccount => "their ServiceAccount does not exist",
            Self::WebhookSilent => "an admission webhook cannot be called",
            Self::WebhookDenies => "an admission webhook denies them",
            Self::LimitRange => "a LimitRange of the namespace forbids their resources",
        }
    }

    /// What to do about it.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Quota => {
                "Increase the quota, or reduce the requests of the workloads in the namespace."
            }
            Self::PodSecurity => {
                "Set the securityContext of the pods as the Pod Security level requires, or label \
                 the namespace with another level."
            }
            Self::SecurityContext => {
                "Reduce the privileges that the pods request, or grant suitable \
                 SecurityContextConstraints to their ServiceAccount."
            }
            Self::NoServiceAccount => "Create the ServiceAccount, or use an existing one.",
            Self::WebhookSilent => "Restore the pods behind the webhook.",
            Self::WebhookDenies => "Fix the reason for which the webhook denies the pods.",
            Self::LimitRange => "Request resources within the LimitRange, or change it.",
        }
    }

    /// Adds to a finding what other workloads with the same rejection share.
    #[must_use]
    pub fn grouped(self, finding: Finding, namespace: &str, message: &str) -> Finding {
        match self {
            Self::Quota | Self::PodSecurity | Self::LimitRange => {
                finding.group_by(GroupKey::Namespace, namespace)
            }
            Self::WebhookSilent | Self::WebhookDenies => match webhook(message) {
                Some(webhook) => finding.group_by(GroupKey::Webhook, webhook),
                None => finding,
            },
            Self::SecurityContext | Self::NoServiceAccount => finding,
        }
    }
}

/// The name in `admission webhook "x" denied the request` and `failed calling webhook "x"`.
fn webhook(message: &str) -> Option<&str> {
    Some(message.split_once("webhook \"")?.1.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejections_are_classified_by_their_message() {
        for (message, rejection) in [
            ("pods \"a\" is forbidden: exceeded quota: q, requested: cpu=1", PodRejection::Quota),
            ("pods \"a\" is forbidden: failed quota: q: must specify cpu", PodRejection::Quota),
            (
                "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": x",
                PodRejection::PodSecurity,
            ),
            (
                "pods \"a-\" is forbidden: error looking up service account x/y: serviceaccount \
                 \"y\" not found",
                PodRejection::NoServiceAccount,
            ),
            ("admission webhook \"x\" denied the request: no", PodRejection::WebhookDenies),
            (
                "pods \"a\" is forbidden: maximum memory usage per Container is 1Gi, but limit is \
                 2Gi",
                PodRejection::LimitRange,
            ),
        ] {
            assert_eq!(PodRejection::of(message), Some(rejection), "{message}");
        }
        assert_eq!(PodRejection::of("something else"), None);
        assert_eq!(webhook("admission webhook \"x.y\" denied the request: no"), Some("x.y"));
    }
}
