//! `Deployment` that cannot create pods (ReplicaFailure).
//!
//! Only Deployments report this in a condition. `DaemonSets`, `StatefulSets` and Jobs report it
//! only in events. Rejections of the last half hour are also in events, and `pods/creation-refused`
//! reports them. The condition remains when the events have expired.
//!
//! - kubernetes/kubernetes `pkg/controller/replicaset/replica_set_utils.go` (`ReplicaFailure`)
//! - kubernetes/pod-security-admission `admission/admission.go` ("violates PodSecurity")
//! - openshift/apiserver-library-go `pkg/securitycontextconstraints/sccadmission/admission.go`

use crate::catalog::prelude::*;

/// A quota, or a webhook that restarts, may block pods for a short time.
const GRACE: Span = Span::minutes(5);

/// A more recent rejection is in events.
const RECENT: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&DEPLOYMENT)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The API server rejects the pods before they are created, so only the condition \
         ReplicaFailure shows the problem: a quota is exceeded, a security policy forbids the \
         pods, a webhook denies them or does not respond, or their ServiceAccount does not \
         exist.",
    )
    .fix("The message shows which component rejects the pods, and why.");

/// Why the pods are rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RejectionReason {
    Quota,
    PodSecurity,
    SecurityContext,
    NoServiceAccount,
    WebhookSilent,
    WebhookDenies,
    LimitRange,
    Other,
}

impl RejectionReason {
    fn of(message: &str) -> Self {
        const SIGNS: [(RejectionReason, &[&str]); 7] = [
            (RejectionReason::Quota, &["exceeded quota", "failed quota"]),
            (RejectionReason::PodSecurity, &["violates PodSecurity"]),
            (
                RejectionReason::SecurityContext,
                &["unable to validate against any security context constraint"],
            ),
            (RejectionReason::NoServiceAccount, &["error looking up service account"]),
            (RejectionReason::WebhookSilent, &["failed calling webhook"]),
            (RejectionReason::WebhookDenies, &["denied the request"]),
            (
                RejectionReason::LimitRange,
                &[
                    "usage per Pod is",
                    "usage per Container is",
                    "maximum memory usage",
                    "maximum cpu usage",
                ],
            ),
        ];
        SIGNS
            .into_iter()
            .find(|(_, detail)| detail.iter().any(|word| message.contains(word)))
            .map_or(Self::Other, |(rejection, _)| rejection)
    }

    fn description(self) -> &'static str {
        match self {
            Self::Quota => "a ResourceQuota of the namespace is exceeded",
            Self::PodSecurity => "the Pod Security level of the namespace forbids them",
            Self::SecurityContext => "no SecurityContextConstraints allow them",
            Self::NoServiceAccount => "their ServiceAccount does not exist",
            Self::WebhookSilent => "an admission webhook cannot be called",
            Self::WebhookDenies => "an admission webhook denies them",
            Self::LimitRange => "a LimitRange of the namespace forbids their resources",
            Self::Other => "the API server rejects them",
        }
    }

    fn remedy(self) -> &'static str {
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
            Self::Other => "Fix the problem in the message.",
        }
    }
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let deployments = cx.snapshot().of_kind(&DEPLOYMENT);
    let findings = deployments.iter().filter_map(|resource| {
        let deployment = Workload::of(resource);
        let failure = deployment.condition("ReplicaFailure").filter(|it| it.is_true())?;
        let is_relevant =
            failure.reason() != "FailedDelete" && !is_reported_elsewhere(cx, resource);
        is_relevant.then(|| finding(cx, deployment, failure))
    });
    Ok(Checked::over(deployments.len(), findings))
}

/// Whether the rejection is so recent that its event shows more. `pods/creation-refused` covers it.
fn is_reported_elsewhere(cx: &RuleContext<'_>, deployment: &Resource) -> bool {
    cx.within::<Event<'_>>(deployment.namespace()).any(|event| {
        let about = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
        event.reason() == "FailedCreate"
            && about.strip_prefix(deployment.name()).is_some_and(|hash| hash.starts_with('-'))
            && !cx.is_older(event.last_seen(), RECENT)
    })
}

fn finding(cx: &RuleContext<'_>, deployment: Workload<'_>, failure: Condition<'_>) -> Finding {
    let resource = deployment.resource();
    let (subject, message) = (Subject::of(resource), failure.message());
    let rejection = RejectionReason::of(&message);
    let (client, namespace, name) = (client(cx), resource.namespace(), resource.name());
    let (available, desired) = (deployment.available(), deployment.desired());
    let usual = severity_in(cx, namespace, RULE.meta.severity);
    let usual = if available >= desired { usual.min(Warning) } else { usual };
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{subject} cannot create pods because {}: {}",
            rejection.description(),
            excerpt(&message)
        ),
        Evidence::condition(resource, failure, failure.reason()),
    )
    .since(failure.since())
    .evidence([Evidence::field(
        resource,
        &["status", "conditions"],
        format!("{available} of {desired} pods are available"),
    )])
    .keywords(format!("Deployment/{namespace}/{name}"))
    .keywords(failure.reason())
    .keywords(&message)
    .fix(rejection.remedy())
    .run(format!("{client} describe deployment -n {namespace} {name}"))
    .run(format!("{client} get events -n {namespace}"))
    .verify(format!("{client} rollout status deployment -n {namespace} {name}"));
    let finding = match rejection {
        RejectionReason::Quota | RejectionReason::PodSecurity | RejectionReason::LimitRange => {
            finding.group_by(GroupKey::Namespace, namespace)
        }
        RejectionReason::WebhookSilent | RejectionReason::WebhookDenies => {
            match webhook(&message) {
                Some(webhook) => finding.group_by(GroupKey::Webhook, webhook),
                None => finding,
            }
        }
        RejectionReason::SecurityContext
        | RejectionReason::NoServiceAccount
        | RejectionReason::Other => finding,
    };
    Persistence::of(cx, failure.since(), GRACE).apply(finding, usual)
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
            (
                "pods \"a\" is forbidden: exceeded quota: q, requested: cpu=1",
                RejectionReason::Quota,
            ),
            (
                "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": x",
                RejectionReason::PodSecurity,
            ),
            (
                "pods \"a-\" is forbidden: error looking up service account x/y: serviceaccount \
                 \"y\" not found",
                RejectionReason::NoServiceAccount,
            ),
            ("admission webhook \"x\" denied the request: no", RejectionReason::WebhookDenies),
            ("something else", RejectionReason::Other),
        ] {
            assert_eq!(RejectionReason::of(message), rejection, "{message}");
        }
        assert_eq!(webhook("admission webhook \"x.y\" denied the request: no"), Some("x.y"));
    }
}
