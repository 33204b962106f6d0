//! Workload with rejected pod creation (`FailedCreate`).
//!
//! Events are stored for three hours, and a rejection older than half an hour is ignored. A
//! workload that was collected and has all its pods by now is ignored. A workload that was not
//! collected must have been rejected at least three times.
//!
//! - kubernetes/kubernetes `pkg/controller/controller_utils.go` (`FailedCreate`)
//! - openshift/apiserver-library-go `pkg/securitycontextconstraints/sccadmission`
//! - kubernetes/pod-security-admission `admission/admission.go` ("violates PodSecurity")

use crate::catalog::prelude::*;

/// A controller retries at least every quarter of an hour.
const RECENT: Span = Span::minutes(30);
/// Fewer rejections may be temporary, for example while a namespace is being set up.
const PASSING: i64 = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[
        Need::Kind(&DAEMON_SET),
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&REPLICA_SET),
        Need::Kind(&STATEFUL_SET),
    ])
    .check(check)
    .why(
        "The controller tries to create a pod, and the API server rejects it: the pod requests \
         more privileges than its service account allows, the quota of the namespace is \
         exceeded, or an admission webhook denies the pod or cannot be called. There is no pod \
         to inspect, only the events of the workload.",
    )
    .fix(
        "Follow the error message: grant the service account a matching security context \
         constraint, increase the quota, or fix the webhook.",
    );

/// Why the API server rejects the pods.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PodRejection {
    /// No security context constraint allows it.
    Constraint,
    /// The pod violates the pod security standard of the namespace.
    PodSecurity,
    /// The quota is exceeded.
    Quota,
    /// A webhook denied the request.
    Denied,
    /// A webhook could not be called.
    Unanswered,
    /// The service account does not exist.
    Account,
}

impl PodRejection {
    fn of(message: &str) -> Option<Self> {
        const SIGNS: [(&str, PodRejection); 6] = [
            (
                "unable to validate against any security context constraint",
                PodRejection::Constraint,
            ),
            ("violates PodSecurity", PodRejection::PodSecurity),
            ("exceeded quota", PodRejection::Quota),
            ("failed calling webhook", PodRejection::Unanswered),
            ("denied the request", PodRejection::Denied),
            ("error looking up service account", PodRejection::Account),
        ];
        SIGNS.into_iter().find(|(sign, _)| message.contains(sign)).map(|(_, rejection)| rejection)
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Constraint => "no SecurityContextConstraints allow them",
            Self::PodSecurity => "the Pod Security level of the namespace forbids them",
            Self::Quota => "a ResourceQuota of the namespace is exceeded",
            Self::Denied => "an admission webhook denies them",
            Self::Unanswered => "an admission webhook cannot be called",
            Self::Account => "their ServiceAccount does not exist",
        }
    }

    const fn remedy(self) -> &'static str {
        match self {
            Self::Constraint => {
                "Reduce the privileges that the pods request, or grant suitable \
                 SecurityContextConstraints to their ServiceAccount."
            }
            Self::PodSecurity => {
                "Set the securityContext of the pods as the Pod Security level requires, or label \
                 the namespace with another level."
            }
            Self::Quota => {
                "Increase the quota, or reduce the requests of the workloads in the namespace."
            }
            Self::Denied => "Fix the reason for which the webhook denies the pods.",
            Self::Unanswered => "Restore the pods behind the webhook.",
            Self::Account => "Create the ServiceAccount, or use an existing one.",
        }
    }
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut rejections: BTreeMap<(Subject, PodRejection), Vec<Event<'_>>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        examined += 1;
        if event.reason() != "FailedCreate" || cx.is_older(event.last_seen(), RECENT) {
            continue;
        }
        let rejection = PodRejection::of(&event.message());
        let workload = workload(cx, event);
        if let Some((rejection, subject)) = rejection.zip(workload) {
            rejections.entry((subject, rejection)).or_default().push(event);
        }
    }
    let findings = rejections.iter().filter_map(|((subject, rejection), events)| {
        finding(cx, subject.clone(), *rejection, events)
    });
    Ok(Checked::over(examined, findings))
}

/// The owner of the pods: the Deployment behind a ReplicaSet, or the object of the event. None if
/// it has its pods by now, or if it was not collected and the rejection may be temporary.
fn workload(cx: &RuleContext<'_>, event: Event<'_>) -> Option<Subject> {
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
    let found = cx.find_as::<Workload<'_>>(of_kind, namespace, &name);
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

/// Whether every desired pod was created.
fn has_its_pods(workload: Workload<'_>) -> bool {
    let number = |path: &[&str]| workload.resource().at(path).and_then(Value::as_i64);
    let (desired, made) = match workload.resource().key().kind.name {
        "DaemonSet" => (
            number(&["status", "desiredNumberScheduled"]),
            number(&["status", "currentNumberScheduled"]),
        ),
        _ => (number(&["spec", "replicas"]), number(&["status", "replicas"])),
    };
    desired.is_some_and(|desired| made.unwrap_or(0) >= desired)
}

fn finding(
    cx: &RuleContext<'_>,
    subject: Subject,
    rejection: PodRejection,
    events: &[Event<'_>],
) -> Option<Finding> {
    let last = events.iter().max_by_key(|event| event.last_seen())?;
    let message = last.message();
    let detail = message.split_once("is forbidden: ").map_or(&*message, |(_, detail)| detail);
    let summary = format!(
        "{subject} cannot create pods because {}: {}",
        rejection.description(),
        excerpt(detail)
    );
    let namespace = subject.namespace.clone();
    let client = client(cx);
    let usual = severity_in(cx, &namespace, RULE.meta.severity);
    let kind = subject.kind.to_ascii_lowercase();
    let remedy = Remedy::new(rejection.remedy())
        .command(format!("{client} describe {kind} {} -n {namespace}", subject.name))
        .verify(format!("{client} get pods -n {namespace}"));
    let finding = Finding::new(subject.clone(), summary, event_evidence(*last))
        .explains(subject, "")
        .severity(usual)
        .keywords(&message);
    let finding = match rejection {
        PodRejection::Quota => finding.group_by(GroupKey::Namespace, namespace),
        PodRejection::Denied | PodRejection::Unanswered => match first_quoted(&message) {
            Some(webhook) => finding.group_by(GroupKey::Webhook, webhook),
            None => finding,
        },
        PodRejection::Constraint | PodRejection::PodSecurity | PodRejection::Account => finding,
    };
    Some(finding.remedy(remedy))
}

/// The name of the webhook in a message.
fn first_quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("webhook \"")?;
    rest.split_once('"').map(|(name, _)| name)
}
