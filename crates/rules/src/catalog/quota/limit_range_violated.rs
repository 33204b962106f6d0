//! Pods rejected by a LimitRange.
//!
//! Events are stored for three hours, and only those of the last hour count. A workload that has all
//! its pods by now is ignored.
//!
//! - kubernetes/kubernetes `plugin/pkg/admission/limitranger/admission.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&DAEMON_SET), Need::Kind(&REPLICA_SET), Need::Kind(&STATEFUL_SET)])
    .check(check)
    .at_once("events of the last hour show that the LimitRange rejects pods")
    .why(
        "A LimitRange defines how much a container, a pod or a PersistentVolumeClaim may \
         request. Objects that request more, or less, are rejected, and their controller \
         retries indefinitely.",
    )
    .fix(
        "Change the requests and limits of the pods so that they are within the range, or \
         change the LimitRange.",
    )
    .run(&["oc describe limitrange -n {namespace}"])
    .verify(&["oc get events -n {namespace} --field-selector reason=FailedCreate"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut refused: BTreeMap<Subject, Event<'_>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        let is_violation = event.reason() == "FailedCreate"
            && event.message().contains("is forbidden: ")
            && PodRejection::of(&event.message()) == Some(PodRejection::LimitRange);
        let counts = is_violation && cx.is_recent(event.last_seen(), Span::hours(1));
        if counts && !has_its_pods(cx, event) {
            let [kind, _, name] = event.about();
            let namespace = event.resource().namespace().to_owned();
            let kind = Cow::Owned(kind.into_owned());
            let subject = Subject { kind, namespace, name: name.into_owned() };
            let last = refused.entry(subject).or_insert(event);
            *last = std::cmp::max_by_key(*last, event, |event| event.last_seen());
        }
    }
    let findings = refused.into_iter().map(|(subject, event)| finding(subject, event));
    Ok(Checked::over(cx.all::<Event<'_>>().count(), findings))
}

fn finding(subject: Subject, event: Event<'_>) -> Finding {
    let message = event.message();
    let detail = message.split_once("is forbidden: ").map_or(&*message, |(_, detail)| detail);
    let summary =
        format!("{subject} cannot create pods, a LimitRange rejects them: {}", excerpt(detail));
    let namespace = subject.namespace.clone();
    Finding::new(subject, summary, event_evidence(event))
        .since(event.first_seen().or(event.resource().created()))
        .keywords(&message)
        .group_by(GroupKey::Namespace, namespace)
}
