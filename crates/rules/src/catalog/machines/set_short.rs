//! MachineSet with fewer ready Machines than requested.
//!
//! A MachineSet does not show since when Machines are missing. It is reported only if one of the
//! Machines that are not ready was created, or lost its node, long ago.
//!
//! - openshift/machine-api-operator `pkg/controller/machineset/status.go` (`readyReplicas`)
//! - openshift/api `machine/v1beta1/types_machineset.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&MACHINE)])
    .each(&[&MACHINE_SET], |cx, set| Ok(finding(cx, set)))
    // A Machine takes that long to become a node, including another attempt.
    .grace(Span::minutes(60))
    .why("The cluster has less capacity than requested, and pods may be unschedulable.")
    .fix(
        "Check the Machines of the MachineSet that have no ready node. If the archive shows the \
         cause, another finding reports it.",
    )
    .run(&["oc get machines.machine.openshift.io -n {namespace} -o wide"])
    .verify(&["oc get machinesets.machine.openshift.io -n {namespace}"]);

fn finding(cx: &RuleContext<'_>, set: &Resource) -> Option<Finding> {
    let number = |path: &[&str]| set.at(path).and_then(Value::as_i64);
    let desired = number(&["spec", "replicas"])?;
    let ready = number(&["status", "readyReplicas"]).unwrap_or(0);
    if ready >= desired || deletion_requested_at(set).is_some() {
        return None;
    }
    let label = "machine.openshift.io/cluster-api-machineset";
    let own = cx
        .within::<Machine<'_>>(set.namespace())
        .map(View::resource)
        .filter(|machine| machine.label(label).as_deref() == Some(set.name()));
    let missing: Vec<_> = own.filter_map(|machine| Some((machine, lost(cx, machine)?))).collect();
    let since = missing.iter().map(|(_, since)| *since).min()?;
    let names: Vec<_> = missing.iter().map(|(machine, _)| machine.name()).collect();
    let nodes: Vec<_> = missing.iter().filter_map(|(machine, _)| node(machine)).collect();
    let evidence = missing.iter().take(3).map(|(machine, _)| {
        Evidence::field(machine, &["status", "phase"], "a Machine without a ready node")
    });
    let subject = Subject::of(set);
    let lacks = name_list(&names);
    let summary = format!("{subject} has {ready} of {desired} Machines ready; not ready: {lacks}");
    let replicas = Evidence::field(set, &["spec", "replicas"], format!("{ready} are ready"));
    Some(
        Finding::new(subject, summary, replicas)
            .since(Some(since))
            .keywords(names.join("\n"))
            .keywords(nodes.join("\n"))
            .evidence(evidence),
    )
}

fn node(machine: &Resource) -> Option<Cow<'_, str>> {
    machine.text(&["status", "nodeRef", "name"])
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
