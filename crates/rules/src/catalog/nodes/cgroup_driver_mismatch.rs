//! A kubelet and a container runtime that use different cgroup drivers.
//!
//! # Why it matters
//!
//! The kubelet names the cgroups of a pod the way of its driver, `systemd` or `cgroupfs`. A runtime
//! of the other driver cannot read the name and refuses every pod of the node.
//!
//! # What to do
//!
//! Set both to `systemd`: `cgroupDriver` of the kubelet, `SystemdCgroup` of containerd or
//! `cgroup_manager` of CRI-O.
//!
//! # Blind spots
//!
//! A kubelet whose driver differs from the one Docker had does not start at all, and leaves no
//! event.
//!
//! # References
//!
//! - opencontainers/runc `libcontainer/specconv/spec_linux.go` (`expected cgroupsPath to be of
//!   format "slice:prefix:name" for systemd cgroups`)
//! - kubernetes/website
//!   `content/en/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver.md`

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_gather::kinds::{EVENT, Event, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{client, event_evidence, few, severity_in};

/// Older events are history.
const RECENT: Span = Span::hours(3);

pub(super) static META: Meta = Meta {
    id: "nodes/cgroup-driver-mismatch",
    title: "a kubelet and a container runtime that use different cgroup drivers",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&EVENT)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in case.all::<Event<'_>>() {
        examined += 1;
        let says = |words: &str| event.message().contains(words);
        if says("expected cgroupsPath to be of format")
            && says("slice:prefix:name")
            && case.age(event.last_seen()).is_some_and(|age| age <= RECENT)
        {
            events.push(event);
        }
    }
    let finding = finding(case, &mut events);
    Verdict::over(examined, finding.into_iter().collect(), "no event in the archive")
}

fn finding(case: &Case<'_>, events: &mut [Event<'_>]) -> Option<Finding> {
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let mut pods: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    for event in events.iter() {
        let resource = event.resource();
        let namespace = resource.text(&["involvedObject", "namespace"]).unwrap_or_default();
        let name = resource.text(&["involvedObject", "name"]).unwrap_or_default();
        let node = case.find::<Pod<'_>>(&namespace, &name).and_then(Pod::node);
        pods.insert((namespace.into_owned(), name.into_owned()), node.map(Cow::into_owned));
    }
    let nodes: Vec<_> =
        pods.values().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let place = if nodes.is_empty() { "a node".to_owned() } else { few(&nodes) };
    let summary = format!(
        "the kubelet and the container runtime of {place} use different cgroup drivers, so no pod \
         starts there"
    );
    let subject = match nodes.as_slice() {
        [only] => Subject::cluster("Node", only.clone()),
        _ => Subject::cluster("Nodes", "cgroup driver"),
    };
    let severity =
        pods.keys().map(|(namespace, _)| severity_in(case, namespace, META.severity)).max()?;
    let mut evidence = events.iter().take(3).map(|event| event_evidence(*event));
    let names: Vec<_> =
        pods.keys().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
    let finding = Finding::new(subject, summary, evidence.next()?)
        .severity(severity)
        .evidence(evidence)
        .saying(names.join(" "))
        .saying("expected cgroupsPath to be of format")
        .why(
            "The runtime expects the cgroup names of systemd and gets those of cgroupfs from the \
             kubelet. It refuses every sandbox and every container.",
        )
        .remedy(
            Remedy::new("Set cgroupDriver of the kubelet to what the runtime uses: systemd.")
                .command("journalctl -u kubelet --since -1h | grep -i cgroup")
                .verify(format!("{} get pods --all-namespaces -o wide", client(case))),
        );
    Some(finding)
}
