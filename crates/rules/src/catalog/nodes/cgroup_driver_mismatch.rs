//! Cgroup driver mismatch between kubelet and container runtime.
//!
//! With Docker, a kubelet with a different driver does not start at all and leaves no event.
//!
//! - opencontainers/runc `libcontainer/specconv/spec_linux.go` (`expected cgroupsPath to be of
//!   format "slice:prefix:name" for systemd cgroups`)
//! - kubernetes/website
//!   `content/en/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver.md`

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(3);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "The kubelet names the cgroups of a pod in the format of its driver, systemd or \
         cgroupfs. A container runtime with the other driver cannot parse these names and \
         rejects every pod on the node.",
    )
    .fix(
        "Set both to systemd: cgroupDriver in the kubelet configuration, and SystemdCgroup in \
         containerd or cgroup_manager in CRI-O.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in cx.all::<Event<'_>>() {
        examined += 1;
        let mentions = |sign: &str| event.message().contains(sign);
        if mentions("expected cgroupsPath to be of format")
            && mentions("slice:prefix:name")
            && cx.age(event.last_seen()).is_some_and(|age| age <= RECENT)
        {
            events.push(event);
        }
    }
    let finding = finding(cx, &mut events);
    Ok(Checked::over(examined, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, events: &mut [Event<'_>]) -> Option<Finding> {
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let mut pods: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    for event in events.iter() {
        let resource = event.resource();
        let namespace = resource.text(&["involvedObject", "namespace"]).unwrap_or_default();
        let name = resource.text(&["involvedObject", "name"]).unwrap_or_default();
        let node = cx.find::<Pod<'_>>(&namespace, &name).and_then(Pod::node);
        pods.insert((namespace.into_owned(), name.into_owned()), node.map(Cow::into_owned));
    }
    let nodes: Vec<_> =
        pods.values().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let place = if nodes.is_empty() { "a node".to_owned() } else { name_list(&nodes) };
    let summary = format!(
        "the kubelet and the container runtime on {place} use different cgroup drivers, so pods \
         cannot start"
    );
    let subject = match nodes.as_slice() {
        [only] => Subject::cluster("Node", only.clone()),
        _ => Subject::cluster("Nodes", "cgroup driver"),
    };
    let severity =
        pods.keys().map(|(namespace, _)| severity_in(cx, namespace, RULE.meta.severity)).max()?;
    let mut evidence = events.iter().take(3).map(|event| event_evidence(*event));
    let names: Vec<_> =
        pods.keys().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
    let finding = Finding::new(subject, summary, evidence.next()?)
        .severity(severity)
        .evidence(evidence)
        .keywords(names.join(" "))
        .keywords("expected cgroupsPath to be of format")
        .run("journalctl -u kubelet --since -1h | grep -i cgroup")
        .verify(format!("{} get pods --all-namespaces -o wide", client(cx)));
    Some(finding)
}
