//! Workload with rejected pod creation (`FailedCreate`).
//!
//! A workload that was collected and has all its pods by now is ignored. A workload that was not
//! collected must have been rejected at least three times.
//!
//! - kubernetes/kubernetes `pkg/controller/controller_utils.go` (`FailedCreate`)
//! - openshift/apiserver-library-go `pkg/securitycontextconstraints/sccadmission`
//! - kubernetes/pod-security-admission `admission/admission.go` ("violates PodSecurity")

use crate::catalog::prelude::*;

/// Fewer rejections may be temporary, for example while a namespace is being set up.
const PASSING: i64 = 3;
/// The controller retries a dozen times within the first minute.
const SETTING_UP: Span = Span::minutes(2);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[
        Need::Kind(&DAEMON_SET),
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&REPLICA_SET),
        Need::Kind(&STATEFUL_SET),
    ])
    .check(check)
    .at_once("recent events show that the API server rejects the pods")
    .why(
        "The controller tries to create a pod, and the API server rejects it: the pod requests \
         more privileges than its service account allows, the quota of the namespace is \
         exceeded, or an admission webhook denies the pod or cannot be called. There is no pod \
         to inspect, only the events of the workload.",
    )
    .fix(
        "Follow the error message: grant the service account a matching security context \
         constraint, increase the quota, or fix the webhook.",
    )
    .verify(&["oc get pods -n {namespace}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut rejections: BTreeMap<(Subject, PodRejection), Event<'_>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        // A controller retries at least every quarter of an hour.
        let counts =
            event.reason() == "FailedCreate" && cx.is_recent(event.last_seen(), Span::minutes(30));
        if counts
            // `quota/limit-range-violated` covers LimitRanges.
            && let Some(rejection) =
                PodRejection::of(&event.message()).filter(|it| *it != PodRejection::LimitRange)
            && let Some(subject) = workload(cx, event)
        {
            let last = rejections.entry((subject, rejection)).or_insert(event);
            *last = std::cmp::max_by_key(*last, event, |event| event.last_seen());
        }
    }
    let findings =
        rejections.into_iter().map(|((subject, why), event)| finding(subject, why, event));
    Ok(Checked::over(cx.all::<Event<'_>>().count(), findings))
}

/// The owner of the pods: the Deployment behind a ReplicaSet, or the object of the event. None if
/// it has its pods by now, or if it was not collected and the rejection may be temporary.
fn workload(cx: &RuleContext<'_>, event: Event<'_>) -> Option<Subject> {
    let [kind, _, name] = event.about();
    let namespace = event.resource().namespace();
    let Some(of_kind) = pod_owner_kind(&kind) else {
        let of = ["Job", "ReplicationController"].into_iter().find(|known| *known == kind)?;
        return lasts(event).then(|| Subject::namespaced(of, namespace, name));
    };
    let found = pod_owner(cx, event);
    if found.map_or(!lasts(event), has_all_pods) {
        return None;
    }
    let owner = found.filter(|_| of_kind.name == "ReplicaSet").and_then(|found| {
        let owners = found.resource().at(&["metadata", "ownerReferences"])?;
        owners.items().next()?.text_at(&["name"])
    });
    Some(match owner {
        Some(deployment) => Subject::namespaced("Deployment", namespace, deployment),
        None => Subject::namespaced(of_kind.name, namespace, name),
    })
}

/// Whether the pods are rejected again and again, and not only at first.
fn lasts(event: Event<'_>) -> bool {
    let series = event.series();
    series.count >= PASSING && series.spread().is_none_or(|spread| spread >= SETTING_UP)
}

fn finding(subject: Subject, rejection: PodRejection, last: Event<'_>) -> Finding {
    let message = last.message();
    let detail = message.split_once("is forbidden: ").map_or(&*message, |(_, detail)| detail);
    let summary = format!(
        "{subject} cannot create pods because {}: {}",
        rejection.description(),
        excerpt(detail)
    );
    let Subject { kind, namespace, .. } = subject.clone();
    let finding = Finding::new(subject.clone(), summary, event_evidence(last))
        .explains(subject, "")
        .keywords(&message)
        .fix(rejection.fix())
        .with("kind", kind.to_ascii_lowercase())
        .run("oc describe {kind} {name} -n {namespace}");
    rejection.grouped(finding, &namespace, &message)
}
