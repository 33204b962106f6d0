//! A namespace that does not go away.
//!
//! # Why it matters
//!
//! A namespace that is deleted stays in Terminating until every object in it is gone. What keeps it
//! is an API whose objects cannot be listed, or an object with a finalizer whose controller is gone.
//! Nothing can be created in it meanwhile, so whoever wants to install there anew is stuck.
//!
//! # What to do
//!
//! Mend, or remove, the API that the namespace names, or bring back the controller that owns the
//! finalizer. Taking the finalizer off by hand leaves behind whatever it was to clean up.
//!
//! # Blind spots
//!
//! A must-gather holds only the namespaces of the platform and those its parts point to.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/namespace/deletion/status_condition_utils.go`
//!   (`NamespaceDeletionDiscoveryFailure`, `NamespaceContentRemaining`,
//!   `NamespaceFinalizersRemaining`)

use mustknow_gather::kinds::{Condition, NAMESPACE, Namespace};

use crate::catalog::prelude::*;
use crate::facts::{Patience, client, count, excerpt, few, is_plain, severity_in};

/// How long the objects of a namespace may take to go away.
const GRACE: Span = Span::minutes(15);

/// From the most telling to the least.
const CONDITIONS: [&str; 5] = [
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceFinalizersRemaining",
    "NamespaceContentRemaining",
];

pub(super) static META: Meta = Meta {
    id: "namespaces/terminating-stuck",
    title: "a namespace that does not go away",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&NAMESPACE)],
    uses: &[],
};

/// A namespace that is going away, and what it says keeps it.
struct Stuck<'s> {
    namespace: Namespace<'s>,
    bad: Vec<Condition<'s>>,
    patience: Patience,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut stuck = Vec::new();
    for namespace in case.all::<Namespace<'_>>() {
        examined += 1;
        let deleted = namespace.resource().time(&["metadata", "deletionTimestamp"]);
        if deleted.is_none() {
            continue;
        }
        let bad: Vec<_> = CONDITIONS
            .iter()
            .filter_map(|name| namespace.condition(name))
            .filter(|condition| condition.is_true())
            .collect();
        let patience = Patience::of(case, deleted, GRACE);
        if patience != Patience::Young {
            stuck.push(Stuck { namespace, bad, patience });
        }
    }
    // One API that does not answer keeps every namespace.
    let (undiscovered, others): (Vec<_>, Vec<_>) = stuck.into_iter().partition(|stuck| {
        stuck.bad.first().is_some_and(|c| c.name() == "NamespaceDeletionDiscoveryFailure")
    });
    let together = if undiscovered.len() > 1 { united(case, &undiscovered) } else { None };
    let alone = if together.is_some() { Vec::new() } else { undiscovered };
    let findings = alone.iter().chain(&others).filter_map(|stuck| finding(case, stuck));
    let findings = together.into_iter().chain(findings).collect();
    Verdict::over(examined, findings, "no Namespace in the archive")
}

fn united(case: &Case<'_>, stuck: &[Stuck<'_>]) -> Option<Finding> {
    let first = stuck.first()?;
    let names: Vec<_> = stuck.iter().map(|stuck| stuck.namespace.resource().name()).collect();
    let message = first.bad.first()?.message();
    let summary = format!(
        "{} stay in Terminating, because an API cannot be listed: {}: {}",
        count(names.len(), "namespace"),
        few(&names),
        excerpt(&message)
    );
    Some(told(case, first, stuck, summary)?.saying(names.join(" ")))
}

fn finding(case: &Case<'_>, stuck: &Stuck<'_>) -> Option<Finding> {
    let name = stuck.namespace.resource().name();
    let deleted = stuck.namespace.resource().time(&["metadata", "deletionTimestamp"]);
    let age = case.age(deleted).map(|age| format!(" for {age}")).unwrap_or_default();
    let words = match stuck.bad.first() {
        Some(condition) => excerpt(&condition.message()),
        None => "it does not say why".to_owned(),
    };
    let summary = format!("namespace {name} has been in Terminating{age}: {words}");
    told(case, stuck, std::slice::from_ref(stuck), summary)
}

fn told(case: &Case<'_>, first: &Stuck<'_>, all: &[Stuck<'_>], summary: String) -> Option<Finding> {
    let resource = first.namespace.resource();
    let mut evidence = all.iter().flat_map(evidence);
    let usual = severity_in(case, resource.name(), META.severity);
    let client = client(case);
    let finding = Finding::new(Subject::view(first.namespace), summary, evidence.next()?)
        .since(resource.time(&["metadata", "deletionTimestamp"]))
        .why(
            "A namespace goes away when every object in it is gone. Nothing can be created in it \
             meanwhile.",
        )
        .evidence(evidence.take(5));
    let finding = first.bad.iter().fold(finding, |finding, condition| {
        finding.saying(format!("{}: {}", condition.name(), condition.message()))
    });
    let name = if is_plain(resource.name()) { resource.name() } else { "<namespace>" };
    let remedy = Remedy::new(
        "Mend or remove the API that is named, or bring back the controller that owns the \
         finalizer.",
    )
    .command(format!("{client} get apiservices"))
    .command(format!("{client} get namespace {name} -o yaml"))
    .verify(format!("{client} get namespace {name}"))
    .before(
        "before a finalizer is taken off by hand: what it was to clean up is gone or not wanted",
        Proof::ByHand(String::new()),
    );
    Some(first.patience.weigh(finding.remedy(remedy), usual))
}

/// What a namespace says, or else that it was deleted.
fn evidence(stuck: &Stuck<'_>) -> Vec<Evidence> {
    let resource = stuck.namespace.resource();
    if stuck.bad.is_empty() {
        let path = ["metadata", "deletionTimestamp"];
        return vec![Evidence::field(resource, &path, "it was deleted, and says no more")];
    }
    let of = |condition: &Condition<'_>| {
        Evidence::condition(resource, *condition, format!("{} is True", condition.name()))
    };
    stuck.bad.iter().map(of).collect()
}
