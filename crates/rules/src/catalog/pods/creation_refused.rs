//! A workload whose pods the API refuses to create.
//!
//! # Why it matters
//!
//! The controller asks for a pod and is refused: the pod asks for more privilege than its service
//! account may have, the quota of the namespace is used up, or a webhook denies it or cannot be
//! asked. There is no pod to look at then, only the events of the workload.
//!
//! # What to do
//!
//! Follow the words of the refusal: grant the service account a security context constraint that
//! fits, raise the quota, or mend the webhook.
//!
//! # Blind spots
//!
//! Events live for three hours, and a refusal older than half an hour is not reported. A workload
//! that has its pods by now is left out where it was collected; one that was not must have been
//! refused three times.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/controller_utils.go` (`FailedCreate`)
//! - openshift/apiserver-library-go `pkg/securitycontextconstraints/sccadmission`
//! - kubernetes/pod-security-admission `admission/admission.go` ("violates PodSecurity")

use std::collections::BTreeMap;

use mustknow_gather::kinds::{
    DAEMON_SET, DEPLOYMENT, EVENT, Event, REPLICA_SET, STATEFUL_SET, Workload,
};
use mustknow_gather::resource::Kind;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{client, event_evidence, excerpt, severity_in};

/// A controller tries again every quarter of an hour at least.
const RECENT: Span = Span::minutes(30);
/// Fewer refusals may pass, as while a namespace is being set up.
const PASSING: i64 = 3;

pub(super) static META: Meta = Meta {
    id: "pods/creation-refused",
    title: "a workload whose pods the API refuses to create",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&EVENT)],
    uses: &[
        Need::Kind(&DAEMON_SET),
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&REPLICA_SET),
        Need::Kind(&STATEFUL_SET),
    ],
};

/// Why the API refuses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Refusal {
    /// No security context constraint fits.
    Constraint,
    /// The pod security standard of the namespace forbids it.
    PodSecurity,
    /// The quota is used up.
    Quota,
    /// A webhook said no.
    Denied,
    /// A webhook could not be asked.
    Unanswered,
    /// The service account does not exist.
    Account,
}

impl Refusal {
    fn of(message: &str) -> Option<Self> {
        const SIGNS: [(&str, Refusal); 6] = [
            ("unable to validate against any security context constraint", Refusal::Constraint),
            ("violates PodSecurity", Refusal::PodSecurity),
            ("exceeded quota", Refusal::Quota),
            ("failed calling webhook", Refusal::Unanswered),
            ("denied the request", Refusal::Denied),
            ("error looking up service account", Refusal::Account),
        ];
        SIGNS.into_iter().find(|(sign, _)| message.contains(sign)).map(|(_, refusal)| refusal)
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Constraint => "no security context constraint allows what they ask for",
            Self::PodSecurity => "the pod security standard of the namespace forbids them",
            Self::Quota => "the quota of the namespace is used up",
            Self::Denied => "a webhook denies them",
            Self::Unanswered => "a webhook cannot be asked",
            Self::Account => "their service account does not exist",
        }
    }

    const fn remedy(self) -> &'static str {
        match self {
            Self::Constraint => {
                "Let the pods ask for less privilege, or grant their service account a security \
                 context constraint that fits."
            }
            Self::PodSecurity => {
                "Let the pods ask for less privilege, or label the namespace for what they need."
            }
            Self::Quota => "Raise the quota, or let the workloads of the namespace ask for less.",
            Self::Denied => "Read why the webhook denies the pods, and change what it names.",
            Self::Unanswered => "Bring back the pods behind the webhook.",
            Self::Account => "Create the service account, or name one that exists.",
        }
    }
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut refused: BTreeMap<(Subject, Refusal), Vec<Event<'_>>> = BTreeMap::new();
    for event in case.all::<Event<'_>>() {
        examined += 1;
        if event.reason() != "FailedCreate" || case.is_older(event.last_seen(), RECENT) {
            continue;
        }
        let refusal = Refusal::of(&event.message());
        let workload = workload(case, event);
        if let Some((refusal, subject)) = refusal.zip(workload) {
            refused.entry((subject, refusal)).or_default().push(event);
        }
    }
    let findings = refused.iter().filter_map(|((subject, refusal), events)| {
        finding(case, subject.clone(), *refusal, events)
    });
    Verdict::over(examined, findings.collect(), "no event in the archive")
}

/// What wants the pods: the Deployment behind a ReplicaSet, or what the event is about. None when it
/// has its pods by now, or when it was not collected and may have been refused in passing only.
fn workload(case: &Case<'_>, event: Event<'_>) -> Option<Subject> {
    let field = |name: &str| event.resource().text(&["involvedObject", name]);
    let (kind, name) = (field("kind")?, field("name")?);
    let namespace = event.resource().namespace();
    let of_kind: &'static Kind = match &*kind {
        "ReplicaSet" => &REPLICA_SET,
        "DaemonSet" => &DAEMON_SET,
        "StatefulSet" => &STATEFUL_SET,
        "Job" | "ReplicationController" => {
            if event.count() < PASSING {
                return None;
            }
            let kind = if kind == "Job" { "Job" } else { "ReplicationController" };
            return Some(Subject::namespaced(kind, namespace, name));
        }
        _ => return None,
    };
    let found = case.find_as::<Workload<'_>>(of_kind, namespace, &name);
    if found.map_or(event.count() < PASSING, has_its_pods) {
        return None;
    }
    let owner = found.and_then(|found| {
        let owners = found.resource().at(&["metadata", "ownerReferences"])?;
        owners.items().next()?.text_at(&["name"])
    });
    Some(match owner {
        Some(deployment) if of_kind.name == "ReplicaSet" => {
            Subject::namespaced("Deployment", namespace, deployment)
        }
        _ => Subject::namespaced(of_kind.name, namespace, name),
    })
}

/// Whether every pod that is wanted was created.
fn has_its_pods(workload: Workload<'_>) -> bool {
    let number = |path: &[&str]| workload.resource().at(path).and_then(Value::as_i64);
    let (wanted, made) = match workload.resource().key().kind.name {
        "DaemonSet" => (
            number(&["status", "desiredNumberScheduled"]),
            number(&["status", "currentNumberScheduled"]),
        ),
        _ => (number(&["spec", "replicas"]), number(&["status", "replicas"])),
    };
    wanted.is_some_and(|wanted| made.unwrap_or(0) >= wanted)
}

fn finding(
    case: &Case<'_>,
    subject: Subject,
    refusal: Refusal,
    events: &[Event<'_>],
) -> Option<Finding> {
    let last = events.iter().max_by_key(|event| event.last_seen())?;
    let message = last.message();
    let words = message.split_once("is forbidden: ").map_or(&*message, |(_, words)| words);
    let summary = format!("{subject} gets no pods, {}: {}", refusal.words(), excerpt(words));
    let namespace = subject.namespace.clone();
    let client = client(case);
    let usual = severity_in(case, &namespace, META.severity);
    let kind = subject.kind.to_ascii_lowercase();
    let remedy = Remedy::new(refusal.remedy())
        .command(format!("{client} describe {kind} {} -n {namespace}", subject.name))
        .verify(format!("{client} get pods -n {namespace}"));
    let finding = Finding::new(subject.clone(), summary, event_evidence(*last))
        .explains(subject, "")
        .severity(usual)
        .why("The controller asks for a pod and the API refuses it: there is no pod to look at.")
        .saying(&message);
    let finding = match refusal {
        Refusal::Quota => finding.shares(Common::Namespace, namespace),
        Refusal::Denied | Refusal::Unanswered => match quoted(&message) {
            Some(webhook) => finding.shares(Common::Webhook, webhook),
            None => finding,
        },
        Refusal::Constraint | Refusal::PodSecurity | Refusal::Account => finding,
    };
    Some(finding.remedy(remedy))
}

/// The webhook a message names.
fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("webhook \"")?;
    rest.split_once('"').map(|(name, _)| name)
}
