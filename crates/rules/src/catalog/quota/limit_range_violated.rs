//! Pods that a LimitRange refuses.
//!
//! # Why it matters
//!
//! A LimitRange says how much a container, a pod or a claim may ask for. What asks for more, or
//! less, is refused, and its controller tries for ever.
//!
//! # What to do
//!
//! Bring the requests and limits of the pods within the range, or change the LimitRange.
//!
//! # Blind spots
//!
//! Events are kept for three hours; those of one hour count.
//!
//! # References
//!
//! - kubernetes/kubernetes `plugin/pkg/admission/limitranger/admission.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{EVENT, Event};

use crate::catalog::prelude::*;
use crate::facts::{client, event_evidence, excerpt, severity_in};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(1);
const SIGNS: [(&str, &str); 3] = [
    ("maximum ", " usage per "),
    ("minimum ", " usage per "),
    (" max limit to request ratio per ", " is "),
];

pub(super) static META: Meta = Meta {
    id: "quota/limit-range-violated",
    title: "pods that a LimitRange refuses",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&EVENT)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut refused: BTreeMap<(String, String, String), Event<'_>> = BTreeMap::new();
    let mut examined = 0;
    for event in case.all::<Event<'_>>() {
        examined += 1;
        let message = event.message();
        let is_recent = case.age(event.last_seen()).is_some_and(|age| age <= RECENT);
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
        .map(|((namespace, kind, name), event)| finding(case, &namespace, (kind, name), event));
    Verdict::over(examined, findings.collect(), "no event in the archive")
}

fn is_violation(message: &str) -> bool {
    message.contains("is forbidden: ")
        && SIGNS.iter().any(|(first, second)| {
            message.split_once(first).is_some_and(|(_, rest)| rest.contains(second))
        })
}

fn finding(
    case: &Case<'_>,
    namespace: &str,
    (kind, name): (String, String),
    event: Event<'_>,
) -> Finding {
    let message = event.message();
    let rule = message.split_once("is forbidden: ").map_or(&*message, |(_, rest)| rest);
    let client = client(case);
    let summary = format!(
        "{kind}/{namespace}/{name} cannot create pods, a LimitRange refuses them: {}",
        excerpt(rule)
    );
    let subject = Subject { kind: kind.into(), namespace: namespace.to_owned(), name };
    Finding::new(subject, summary, event_evidence(event))
        .severity(severity_in(case, namespace, META.severity))
        .why(
            "The API server refuses pods whose requests or limits are outside the range. The \
             controller tries again and is refused again.",
        )
        .since(event.resource().created())
        .saying(&*message)
        .shares(Common::Namespace, namespace)
        .remedy(
            Remedy::new("Bring requests and limits within the range, or change the LimitRange.")
                .command(format!("{client} describe limitrange -n {namespace}"))
                .verify(format!("{client} get events -n {namespace}")),
        )
}
