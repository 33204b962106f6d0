//! Namespace stuck in Terminating.
//!
//! A must-gather contains only platform namespaces and the namespaces that platform components
//! reference.
//!
//! - kubernetes/kubernetes `pkg/controller/namespace/deletion/status_condition_utils.go`
//!   (`NamespaceDeletionDiscoveryFailure`, `NamespaceContentRemaining`,
//!   `NamespaceFinalizersRemaining`)

use crate::catalog::prelude::*;

/// How long the deletion of the objects in a namespace may take.
const GRACE: Span = Span::minutes(15);

/// From the most specific to the least specific.
const CONDITIONS: [&str; 5] = [
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceFinalizersRemaining",
    "NamespaceContentRemaining",
];

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .needs(&[Need::Kind(&NAMESPACE)])
    .check(check)
    .why(
        "A deleted namespace stays in Terminating until all its objects are deleted. It is \
         blocked by an API whose objects cannot be listed, or by an object with a finalizer \
         whose controller no longer runs. In the meantime nothing can be created in the \
         namespace, which blocks a reinstallation into it.",
    )
    .fix(
        "Fix or remove the API that the namespace conditions name, or restore the controller \
         that owns the finalizer. If a finalizer is removed manually, the resources that it was \
         supposed to clean up remain.",
    );

/// A namespace that is being deleted, and the conditions that block its deletion.
struct StuckNamespace<'s> {
    namespace: Namespace<'s>,
    bad: Vec<Condition<'s>>,
    persistence: Persistence,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut stuck = Vec::new();
    for namespace in cx.all::<Namespace<'_>>() {
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
        let persistence = Persistence::of(cx, deleted, GRACE);
        if persistence != Persistence::WithinGrace {
            stuck.push(StuckNamespace { namespace, bad, persistence });
        }
    }
    // One API that does not answer blocks the deletion of every namespace.
    let (undiscovered, others): (Vec<_>, Vec<_>) = stuck.into_iter().partition(|stuck| {
        stuck.bad.first().is_some_and(|c| c.name() == "NamespaceDeletionDiscoveryFailure")
    });
    let together = if undiscovered.len() > 1 { merged(cx, &undiscovered) } else { None };
    let alone = if together.is_some() { Vec::new() } else { undiscovered };
    let findings = alone.iter().chain(&others).filter_map(|stuck| finding(cx, stuck));
    let findings = together.into_iter().chain(findings);
    Ok(Checked::over(examined, findings))
}

fn merged(cx: &RuleContext<'_>, stuck: &[StuckNamespace<'_>]) -> Option<Finding> {
    let first = stuck.first()?;
    let names: Vec<_> = stuck.iter().map(|stuck| stuck.namespace.resource().name()).collect();
    let message = first.bad.first()?.message();
    let summary = format!(
        "{} stuck in Terminating because an API cannot be listed: {}: {}",
        pluralize(names.len(), "namespace"),
        name_list(&names),
        excerpt(&message)
    );
    Some(base_finding(cx, first, stuck, summary)?.keywords(names.join(" ")))
}

fn finding(cx: &RuleContext<'_>, stuck: &StuckNamespace<'_>) -> Option<Finding> {
    let name = stuck.namespace.resource().name();
    let deleted = stuck.namespace.resource().time(&["metadata", "deletionTimestamp"]);
    let age = cx.age(deleted).map(|age| format!(" for {age}")).unwrap_or_default();
    let detail = match stuck.bad.first() {
        Some(condition) => excerpt(&condition.message()),
        None => "no condition shows the reason".to_owned(),
    };
    let summary = format!("namespace {name} stuck in Terminating{age}: {detail}");
    base_finding(cx, stuck, std::slice::from_ref(stuck), summary)
}

fn base_finding(
    cx: &RuleContext<'_>,
    first: &StuckNamespace<'_>,
    all: &[StuckNamespace<'_>],
    summary: String,
) -> Option<Finding> {
    let resource = first.namespace.resource();
    let mut evidence = all.iter().flat_map(evidence);
    let usual = severity_in(cx, resource.name(), RULE.meta.severity);
    let client = client(cx);
    let finding = Finding::new(Subject::view(first.namespace), summary, evidence.next()?)
        .since(resource.time(&["metadata", "deletionTimestamp"]))
        .evidence(evidence.take(5));
    let finding = first.bad.iter().fold(finding, |finding, condition| {
        finding.keywords(format!("{}: {}", condition.name(), condition.message()))
    });
    let name = if is_shell_safe(resource.name()) { resource.name() } else { "<namespace>" };
    let remedy = Remedy::new(
        "Fix or remove the API that the message names, or restore the controller that owns the \
         finalizer.",
    )
    .command(format!("{client} get apiservices"))
    .command(format!("{client} get namespace {name} -o yaml"))
    .verify(format!("{client} get namespace {name}"))
    .precondition(
        "before a finalizer is removed manually: the resources it was supposed to clean up are \
         gone or not needed",
        Proof::ByHand(String::new()),
    );
    Some(first.persistence.apply(finding.remedy(remedy), usual))
}

/// The conditions that block the deletion, or the deletion timestamp if there are none.
fn evidence(stuck: &StuckNamespace<'_>) -> Vec<Evidence> {
    let resource = stuck.namespace.resource();
    if stuck.bad.is_empty() {
        let path = ["metadata", "deletionTimestamp"];
        return vec![Evidence::field(resource, &path, "deleted, no condition shows why")];
    }
    let of = |condition: &Condition<'_>| {
        Evidence::condition(resource, *condition, format!("{} is True", condition.name()))
    };
    stuck.bad.iter().map(of).collect()
}
