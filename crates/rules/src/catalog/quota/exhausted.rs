//! A quota that keeps objects from being created.
//!
//! # Why it matters
//!
//! A ResourceQuota, or a ClusterResourceQuota over several namespaces, that is used up refuses new
//! objects. Pods that are gone are not replaced: a rollout stops half way, a node cannot be drained,
//! a Job does not begin.
//!
//! # What to do
//!
//! Raise the quota, or free what uses it. Where the message says *must specify*, set requests and
//! limits of the pods, or a LimitRange with defaults.
//!
//! # Blind spots
//!
//! A quota at its limit is no finding as long as nothing was refused. Events are kept for three
//! hours; those of one hour count. Most namespaces of users are not collected.
//!
//! # References
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go`
//! - openshift/apiserver-library-go `pkg/admission/quota/clusterresourcequota`

use std::collections::BTreeMap;

use mustknow_gather::kinds::ClusterResourceQuota;
use mustknow_gather::kinds::{CLUSTER_RESOURCE_QUOTA, EVENT, Event, RESOURCE_QUOTA, ResourceQuota};

use crate::catalog::prelude::*;
use crate::facts::{client, event_evidence, excerpt, few, is_plain, severity_in};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(1);
/// How many events one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "quota/exhausted",
    title: "a quota that keeps objects from being created",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&EVENT)],
    uses: &[Need::Kind(&RESOURCE_QUOTA), Need::Kind(&CLUSTER_RESOURCE_QUOTA)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut refused: BTreeMap<(String, String), Vec<Event<'_>>> = BTreeMap::new();
    let mut examined = 0;
    for event in case.all::<Event<'_>>() {
        examined += 1;
        let is_recent = case.age(event.last_seen()).is_some_and(|age| age <= RECENT);
        if let Some(quota) = quota(&event.message()).filter(|_| is_recent) {
            let namespace = event.resource().namespace().to_owned();
            refused.entry((namespace, quota)).or_default().push(event);
        }
    }
    let findings =
        refused.into_iter().filter_map(|((ns, quota), events)| finding(case, &ns, &quota, events));
    Verdict::over(examined, findings.collect(), "no event in the archive")
}

/// The quota in `... exceeded quota: <name>, requested: ...` or `... failed quota: <name>: must
/// specify ...`.
fn quota(message: &str) -> Option<String> {
    let (_, rest) =
        message.split_once("exceeded quota: ").or_else(|| message.split_once("failed quota: "))?;
    let name = rest.split([',', ':', ' ']).next()?;
    is_plain(name).then(|| name.to_owned())
}

fn finding(
    case: &Case<'_>,
    namespace: &str,
    quota: &str,
    mut events: Vec<Event<'_>>,
) -> Option<Finding> {
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let mut evidence = events.iter().take(SHOWN).map(|event| event_evidence(*event));
    let first = evidence.next()?;
    let mut about: Vec<String> = events.iter().map(|event| about(*event)).collect();
    about.sort();
    about.dedup();
    let message = events.first()?.message();
    let unspecified = message.contains("failed quota: ");
    let what = message.split_once("quota: ").map_or("", |(_, rest)| rest);
    let own = case.find::<ResourceQuota<'_>>(namespace, quota).map(View::resource);
    let shared = case.find::<ClusterResourceQuota<'_>>("", quota).map(View::resource);
    let object = own.or(shared);
    let subject = match (own, shared) {
        (None, Some(shared)) => Subject::of(shared),
        _ => Subject::namespaced("ResourceQuota", namespace, quota),
    };
    let summary = if unspecified {
        format!("{} cannot create pods: {}", few(&about), excerpt(what))
    } else {
        format!("{} cannot create pods, the quota is used up: {}", few(&about), excerpt(what))
    };
    let client = client(case);
    let remedy = if unspecified {
        "Set the requests and limits that the message names, or a LimitRange with defaults."
    } else {
        "Raise the quota, or free what uses it."
    };
    let finding =
        Finding::new(subject, summary, first)
            .severity(severity_in(case, namespace, META.severity))
            .why(
                "The API server refuses what would exceed the quota. The controller tries again; \
             until then pods that are gone are not replaced.",
            )
            .since(events.last().and_then(|event| event.resource().created()))
            .saying(&*message)
            .saying(about.join("\n"))
            .evidence(evidence)
            .evidence(object.map(|object| {
                Evidence::field(object, &["status"], "what is allowed and what is used")
            }))
            .shares(Common::Namespace, namespace)
            .remedy(
                Remedy::new(remedy)
                    .command(format!("{client} describe resourcequota -n {namespace}"))
                    .verify(format!("{client} get events -n {namespace}")),
            );
    Some(finding)
}

/// What wanted to create something: `ReplicaSet/<namespace>/<name>`.
fn about(event: Event<'_>) -> String {
    let part = |field: &str| {
        event.resource().text(&["involvedObject", field]).unwrap_or_default().into_owned()
    };
    format!("{}/{}/{}", part("kind"), event.resource().namespace(), part("name"))
}
