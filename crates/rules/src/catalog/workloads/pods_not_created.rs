//! A Deployment whose pods cannot be made.
//!
//! # Why it matters
//!
//! The API server refuses the pods before any node sees them, so there is nothing to look at but
//! this condition: a quota is used up, a security policy forbids what they ask for, a webhook denies
//! them or does not answer, their `ServiceAccount` does not exist.
//!
//! # What to do
//!
//! The message says who refuses, and why.
//!
//! # Blind spots
//!
//! Only Deployments keep this as a condition. `DaemonSets`, `StatefulSets` and Jobs tell of it in events
//! alone. A refusal of the last half hour, too, stands in events, and is `pods/creation-refused`
//! then; the condition outlives them.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/replicaset/replica_set_utils.go` (`ReplicaFailure`)
//! - kubernetes/pod-security-admission `admission/admission.go` ("violates PodSecurity")
//! - openshift/apiserver-library-go `pkg/securitycontextconstraints/sccadmission/admission.go`

use mustknow_gather::kinds::{Condition, DEPLOYMENT, EVENT, Event, Workload};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Patience, client, excerpt, severity_in};

/// A quota, or a webhook that is restarted, may stand in the way for a moment.
const GRACE: Span = Span::minutes(5);

/// A refusal of this time stands in events.
const RECENT: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "workloads/pods-not-created",
    title: "a Deployment whose pods cannot be made",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&DEPLOYMENT)],
    uses: &[Need::Kind(&EVENT)],
};

/// Who refuses the pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Quota,
    PodSecurity,
    SecurityContext,
    NoServiceAccount,
    WebhookSilent,
    WebhookDenies,
    LimitRange,
    Other,
}

impl Refusal {
    fn of(message: &str) -> Self {
        const SIGNS: [(Refusal, &[&str]); 7] = [
            (Refusal::Quota, &["exceeded quota", "failed quota"]),
            (Refusal::PodSecurity, &["violates PodSecurity"]),
            (
                Refusal::SecurityContext,
                &["unable to validate against any security context constraint"],
            ),
            (Refusal::NoServiceAccount, &["error looking up service account"]),
            (Refusal::WebhookSilent, &["failed calling webhook"]),
            (Refusal::WebhookDenies, &["denied the request"]),
            (
                Refusal::LimitRange,
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
            .find(|(_, words)| words.iter().any(|word| message.contains(word)))
            .map_or(Self::Other, |(refusal, _)| refusal)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Quota => "a quota of the namespace is used up",
            Self::PodSecurity => "the pod security level of the namespace forbids them",
            Self::SecurityContext => "no security context constraint allows them",
            Self::NoServiceAccount => "their ServiceAccount does not exist",
            Self::WebhookSilent => "a webhook that must admit them does not answer",
            Self::WebhookDenies => "a webhook denies them",
            Self::LimitRange => "a LimitRange of the namespace forbids what they ask for",
            Self::Other => "the API server refuses them",
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::Quota => "Raise the quota, or ask for less.",
            Self::PodSecurity => {
                "Set the pod's securityContext to what the level asks for, or label the namespace \
                 with another level."
            }
            Self::SecurityContext => {
                "Grant the ServiceAccount a constraint that fits, or ask for less."
            }
            Self::NoServiceAccount => "Make the ServiceAccount, or name one that exists.",
            Self::WebhookSilent => "Mend the pods behind the webhook.",
            Self::WebhookDenies => "Change what the webhook objects to, or its policy.",
            Self::LimitRange => "Ask for what the LimitRange allows, or change it.",
            Self::Other => "Mend what the message names.",
        }
    }
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let deployments = case.snapshot().of_kind(&DEPLOYMENT);
    let findings = deployments
        .iter()
        .filter_map(|resource| {
            let deployment = Workload::of(resource);
            let failure = deployment.condition("ReplicaFailure").filter(|it| it.is_true())?;
            let tells = failure.reason() != "FailedDelete" && !is_told(case, resource);
            tells.then(|| finding(case, deployment, failure))
        })
        .collect();
    Verdict::over(deployments.len(), findings, "no Deployment in the archive")
}

/// Whether a refusal is so young that its event says more, which is the matter of
/// `pods/creation-refused`.
fn is_told(case: &Case<'_>, deployment: &Resource) -> bool {
    case.within::<Event<'_>>(deployment.namespace()).any(|event| {
        let about = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
        event.reason() == "FailedCreate"
            && about.strip_prefix(deployment.name()).is_some_and(|hash| hash.starts_with('-'))
            && !case.is_older(event.last_seen(), RECENT)
    })
}

fn finding(case: &Case<'_>, deployment: Workload<'_>, failure: Condition<'_>) -> Finding {
    let resource = deployment.resource();
    let (subject, message) = (Subject::of(resource), failure.message());
    let refusal = Refusal::of(&message);
    let (client, namespace, name) = (client(case), resource.namespace(), resource.name());
    let (available, wanted) = (deployment.available(), deployment.wanted());
    let usual = severity_in(case, namespace, META.severity);
    let usual = if available >= wanted { usual.min(Severity::Warning) } else { usual };
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{subject}: pods cannot be made because {}: {}",
            refusal.words(),
            excerpt(&message)
        ),
        Evidence::condition(resource, failure, failure.reason()),
    )
    .since(failure.since())
    .evidence([Evidence::field(
        resource,
        &["status", "conditions"],
        format!("{available} of {wanted} pods are available"),
    )])
    .saying(format!("Deployment/{namespace}/{name}"))
    .saying(failure.reason())
    .saying(&message)
    .why("The API server refuses the pods before any node sees them.")
    .remedy(
        Remedy::new(refusal.remedy())
            .command(format!("{client} describe deployment -n {namespace} {name}"))
            .command(format!("{client} get events -n {namespace}"))
            .verify(format!("{client} rollout status deployment -n {namespace} {name}")),
    );
    let finding = match refusal {
        Refusal::Quota | Refusal::PodSecurity | Refusal::LimitRange => {
            finding.shares(Common::Namespace, namespace)
        }
        Refusal::WebhookSilent | Refusal::WebhookDenies => match webhook(&message) {
            Some(webhook) => finding.shares(Common::Webhook, webhook),
            None => finding,
        },
        Refusal::SecurityContext | Refusal::NoServiceAccount | Refusal::Other => finding,
    };
    Patience::of(case, failure.since(), GRACE).weigh(finding, usual)
}

/// The name in `admission webhook "x" denied the request` and `failed calling webhook "x"`.
fn webhook(message: &str) -> Option<&str> {
    Some(message.split_once("webhook \"")?.1.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refuses_is_known_by_its_words() {
        for (message, refusal) in [
            ("pods \"a\" is forbidden: exceeded quota: q, requested: cpu=1", Refusal::Quota),
            (
                "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": x",
                Refusal::PodSecurity,
            ),
            (
                "pods \"a-\" is forbidden: error looking up service account x/y: serviceaccount \
                 \"y\" not found",
                Refusal::NoServiceAccount,
            ),
            ("admission webhook \"x\" denied the request: no", Refusal::WebhookDenies),
            ("something else", Refusal::Other),
        ] {
            assert_eq!(Refusal::of(message), refusal, "{message}");
        }
        assert_eq!(webhook("admission webhook \"x.y\" denied the request: no"), Some("x.y"));
    }
}
