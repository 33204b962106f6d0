//! MachineSet with fewer ready Machines than requested.
//!
//! A MachineSet does not show since when Machines are missing. It is reported only if one of the
//! Machines that are not ready was created, or lost its node, long ago.
//!
//! - openshift/machine-api-operator `pkg/controller/machineset/status.go` (`readyReplicas`)
//! - openshift/api `machine/v1beta1/types_machineset.go`

use crate::catalog::prelude::*;

/// How long a Machine may take to become a node, including another attempt.
const GRACE: Span = Span::minutes(60);

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&MACHINE_SET), Need::Kind(&MACHINE)])
    .check(check)
    .why("The cluster has less capacity than requested, and pods may be unschedulable.")
    .fix(
        "Check the Machines of the MachineSet that have no ready node. If the archive shows the \
         cause, another finding reports it.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<MachineSet<'_>>().count();
    let findings = cx.all::<MachineSet<'_>>().filter_map(|it| finding(cx, it.resource()));
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, set: &Resource) -> Option<Finding> {
    let number = |path: &[&str]| set.at(path).and_then(Value::as_i64);
    let desired = number(&["spec", "replicas"])?;
    let ready = number(&["status", "readyReplicas"]).unwrap_or(0);
    if ready >= desired || deletion_requested_at(set).is_some() {
        return None;
    }
    let missing: Vec<(&Resource, Time)> = cx
        .within::<Machine<'_>>(set.namespace())
        .map(View::resource)
        .filter(|it| is_of(it, set.name()))
        .filter_map(|it| Some((it, lost(cx, it)?)))
        .collect();
    let since = missing.iter().map(|(_, since)| *since).min();
    let persistence = Persistence::of(cx, since, GRACE);
    if missing.is_empty() || persistence != Persistence::Exceeded {
        return None;
    }
    let names: Vec<_> = missing.iter().map(|(it, _)| it.name()).collect();
    let nodes: Vec<_> = missing.iter().filter_map(|(it, _)| node(it)).collect();
    let (subject, namespace) = (Subject::of(set), set.namespace());
    let evidence = missing
        .iter()
        .take(3)
        .map(|(it, _)| Evidence::field(it, &["status", "phase"], "a Machine without a ready node"));
    Some(
        Finding::new(
            subject.clone(),
            format!(
                "{subject} has {ready} of {desired} Machines ready; not ready: {}",
                name_list(&names)
            ),
            Evidence::field(set, &["spec", "replicas"], format!("{ready} are ready")),
        )
        .since(since)
        .keywords(names.join("\n"))
        .keywords(nodes.join("\n"))
        .evidence(evidence)
        .run(format!("oc get machines.machine.openshift.io -n {namespace} -o wide"))
        .verify(format!("oc get machinesets.machine.openshift.io -n {namespace}")),
    )
}

fn is_of(machine: &Resource, set: &str) -> bool {
    machine.label("machine.openshift.io/cluster-api-machineset").as_deref() == Some(set)
}

fn node(machine: &Resource) -> Option<String> {
    machine.text(&["status", "nodeRef", "name"]).map(Cow::into_owned)
}

/// Since when a Machine has had no ready node. None if its node is ready, or if this is unknown.
fn lost(cx: &RuleContext<'_>, machine: &Resource) -> Option<Time> {
    let Some(name) = node(machine) else {
        let failed = machine.text(&["status", "phase"]).as_deref() == Some("Failed");
        let written = machine.time(&["status", "lastUpdated"]).filter(|_| failed);
        return written.or_else(|| machine.created());
    };
    let ready = cx.find::<Node<'_>>("", &name)?.condition("Ready")?;
    if ready.is_true() { None } else { ready.since() }
}
