//! Cgroup driver mismatch between kubelet and container runtime.
//!
//! With Docker, a kubelet with a different driver does not start at all and leaves no event.
//!
//! - opencontainers/runc `libcontainer/specconv/spec_linux.go` (`expected cgroupsPath to be of
//!   format "slice:prefix:name" for systemd cgroups`)
//! - kubernetes/website
//!   `content/en/docs/tasks/administer-cluster/kubeadm/configure-cgroup-driver.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .at_once("the runtime rejects every pod until the configuration is changed")
    .even_while_installing("nothing changes the configuration of the runtime by itself")
    .why(
        "The kubelet names the cgroups of a pod in the format of its driver, systemd or \
         cgroupfs. A container runtime with the other driver cannot parse these names and \
         rejects every pod on the node.",
    )
    .fix(
        "Set both to systemd: cgroupDriver in the kubelet configuration, and SystemdCgroup in \
         containerd or cgroup_manager in CRI-O.",
    )
    .run(&["journalctl -u kubelet --since -1h | grep -i cgroup"])
    .verify(&["oc get pods --all-namespaces -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let is_match = |event: &Event<'_>| {
        let message = event.message();
        message.contains("expected cgroupsPath to be of format")
            && message.contains("slice:prefix:name")
            && cx.is_recent(event.last_seen(), Span::hours(3))
    };
    let mut events: Vec<_> = cx.all::<Event<'_>>().filter(is_match).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    Ok(Checked::over(cx.all::<Event<'_>>().count(), finding(cx, &events)))
}

fn finding(cx: &RuleContext<'_>, events: &[Event<'_>]) -> Option<Finding> {
    let (mut pods, mut nodes) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        let [_, namespace, name] = event.about();
        nodes.extend(cx.find::<Pod<'_>>(&namespace, &name).and_then(Pod::node));
        pods.insert(format!("{namespace}/{name}"));
    }
    let nodes: Vec<_> = nodes.into_iter().collect();
    let place = if nodes.is_empty() { "a node".to_owned() } else { name_list(&nodes) };
    let subject = match nodes.as_slice() {
        [only] => Subject::cluster("Node", only.clone()),
        _ => Subject::cluster("Nodes", "cgroup driver"),
    };
    let summary = format!(
        "the kubelet and the container runtime on {place} use different cgroup drivers, so pods \
         cannot start"
    );
    let mut evidence = events.iter().take(3).map(|event| event_evidence(*event));
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .since(first_of(events.iter().copied()))
            .evidence(evidence)
            .keywords(pods.into_iter().collect::<Vec<_>>().join(" "))
            .keywords("expected cgroupsPath to be of format"),
    )
}
