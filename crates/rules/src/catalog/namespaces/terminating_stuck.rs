//! Namespace stuck in Terminating.
//!
//! On OpenShift a must-gather contains only platform namespaces and the namespaces that platform
//! components reference.
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
    .grace(GRACE)
    .why(
        "A deleted namespace stays in Terminating until all its objects are deleted. It is \
         blocked by an API whose objects cannot be listed, or by an object with a finalizer \
         whose controller no longer runs. In the meantime nothing can be created in the \
         namespace, which blocks a reinstallation into it.",
    )
    .fix(
        "Fix or remove the API that the message names, or restore the controller that owns the \
         finalizer.",
    )
    .run(&["oc get apiservices", "oc get namespace {name} -o yaml"])
    .verify(&["oc get namespace {name}"])
    .before(&[(
        "before a finalizer is removed manually: the resources it was supposed to clean up are \
         gone or not needed",
        "",
    )]);

/// A namespace that is being deleted, and the conditions that block its deletion.
struct StuckNamespace<'s> {
    namespace: &'s Resource,
    deleted: Time,
    bad: Vec<Condition<'s>>,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let all = cx.of_kind(&NAMESPACE);
    let stuck = all.iter().filter_map(|namespace| {
        let deleted = deletion_requested_at(namespace)
            .filter(|deleted| Persistence::of(cx, Some(*deleted), GRACE).counts())?;
        let conditions = CONDITIONS.iter().filter_map(|name| Condition::find(namespace, name));
        let bad = conditions.filter(|condition| condition.is_true()).collect();
        Some(StuckNamespace { namespace, deleted, bad })
    });
    // One API that does not answer blocks the deletion of every namespace.
    let (undiscovered, others): (Vec<_>, Vec<_>) = stuck.partition(|stuck| {
        stuck.bad.first().is_some_and(|it| it.name() == "NamespaceDeletionDiscoveryFailure")
    });
    let together = together(&undiscovered);
    let alone = if together.is_some() { &[] } else { undiscovered.as_slice() };
    let alone = alone.iter().chain(&others).map(|stuck| alone_finding(cx, stuck));
    Ok(Checked::over(all.len(), together.into_iter().chain(alone)))
}

/// The finding about several namespaces that the same API blocks.
fn together(stuck: &[StuckNamespace<'_>]) -> Option<Finding> {
    let (first, rest) = stuck.split_first().filter(|(_, rest)| !rest.is_empty())?;
    let names: Vec<_> = stuck.iter().map(|stuck| stuck.namespace.name()).collect();
    let summary = format!(
        "{} stuck in Terminating because an API cannot be listed: {}: {}",
        pluralize(names.len(), "namespace"),
        name_list(&names),
        excerpt(&first.bad.first()?.message())
    );
    let finding = finding(first, summary);
    Some(finding.evidence(rest.iter().flat_map(evidence).take(5)).keywords(names.join(" ")))
}

fn alone_finding(cx: &RuleContext<'_>, stuck: &StuckNamespace<'_>) -> Finding {
    let age = cx.age(Some(stuck.deleted)).map(|age| format!(" for {age}")).unwrap_or_default();
    let detail = match stuck.bad.first() {
        Some(condition) => excerpt(&condition.message()),
        None => "no condition shows the reason".to_owned(),
    };
    let name = stuck.namespace.name();
    finding(stuck, format!("namespace {name} stuck in Terminating{age}: {detail}"))
}

fn finding(stuck: &StuckNamespace<'_>, summary: String) -> Finding {
    let deletion = || {
        let path = ["metadata", "deletionTimestamp"];
        Evidence::field(stuck.namespace, &path, "deleted, no condition shows why")
    };
    let mut evidence = evidence(stuck);
    let head = evidence.next().unwrap_or_else(deletion);
    let finding = Finding::new(Subject::of(stuck.namespace), summary, head)
        .since(Some(stuck.deleted))
        .evidence(evidence);
    stuck.bad.iter().fold(finding, |finding, condition| {
        finding.keywords(format!("{}: {}", condition.name(), condition.message()))
    })
}

/// The conditions that block the deletion.
fn evidence(stuck: &StuckNamespace<'_>) -> impl Iterator<Item = Evidence> {
    stuck.bad.iter().map(|condition| {
        let note = format!("{} is True", condition.name());
        Evidence::condition(stuck.namespace, *condition, note)
    })
}
