//! Pods rejected by a LimitRange.
//!
//! Events are stored for three hours, and only those of the last hour count.
//!
//! - kubernetes/kubernetes `plugin/pkg/admission/limitranger/admission.go`

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(1);
const SIGNS: [(&str, &str); 3] = [
    ("maximum ", " usage per "),
    ("minimum ", " usage per "),
    (" max limit to request ratio per ", " is "),
];

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "A LimitRange defines how much a container, a pod or a PersistentVolumeClaim may \
         request. Objects that request more, or less, are rejected, and their controller \
         retries indefinitely.",
    )
    .fix(
        "Change the requests and limits of the pods so that they are within the range, or \
         change the LimitRange.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut refused: BTreeMap<(String, String, String), Event<'_>> = BTreeMap::new();
    let mut examined = 0;
    for event in cx.all::<Event<'_>>() {
        examined += 1;
        let message = event.message();
        let is_recent = cx.age(event.last_seen()).is_some_and(|age| age <= RECENT);
        if event.reason() == "FailedCreate" && is_recent && is_violation(&message) {
            let part = |field: &str| {
                event.resource().text(&["involvedObject", field]).unwrap_or_default().into_owned()
            };
            let key = (event.resource().namespace().to_owned(), part("kind"), part("name"));
            let known = refused.entry(key).or_insert(event);
            if event.last_seen() > known.last_seen() {
                *known = event;
            }
        }
    }
    let findings = refused
        .into_iter()
        .map(|((namespace, kind, name), event)| finding(cx, &namespace, (kind, name), event));
    Ok(Checked::over(examined, findings))
}

fn is_violation(message: &str) -> bool {
    message.contains("is forbidden: ")
        && SIGNS.iter().any(|(first, second)| {
            message.split_once(first).is_some_and(|(_, rest)| rest.contains(second))
        })
}

fn finding(
    cx: &RuleContext<'_>,
    namespace: &str,
    (kind, name): (String, String),
    event: Event<'_>,
) -> Finding {
    let message = event.message();
    let rule = message.split_once("is forbidden: ").map_or(&*message, |(_, rest)| rest);
    let client = client(cx);
    let summary = format!(
        "{kind}/{namespace}/{name} cannot create pods, a LimitRange rejects them: {}",
        excerpt(rule)
    );
    let subject = Subject { kind: kind.into(), namespace: namespace.to_owned(), name };
    Finding::new(subject, summary, event_evidence(event))
        .severity(severity_in(cx, namespace, RULE.meta.severity))
        .since(event.resource().created())
        .keywords(&*message)
        .group_by(GroupKey::Namespace, namespace)
        .run(format!("{client} describe limitrange -n {namespace}"))
        .verify(format!("{client} get events -n {namespace}"))
}
