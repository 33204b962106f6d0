//! Stuck rollout of the cluster network.
//!
//! The cause is in the pod or on its node. If the namespace was not collected, the pods cannot be
//! listed.
//!
//! - openshift/cluster-network-operator `pkg/controller/statusmanager/pod_status.go`
//! - <https://github.com/okd-project/okd/issues/1724>, <https://github.com/okd-project/okd/issues/2148>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .check(check)
    .reads(&[
        Need::Kind(&OPERATOR_NETWORK),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
    ])
    .at_once("the network operator reports it after ten minutes without progress")
    .why(
        "The network operator waits for every pod of the workloads that it deploys. One node on \
         which such a pod does not start blocks the rollout and the update of the cluster. \
         Pods on that node may have no network.",
    )
    .fix(
        "Check the pods of the workload: usually one pod on one node does not become ready. Fix \
         that pod or its node.",
    )
    .run(&["oc get pods -n {namespace} -o wide"])
    .verify(&["oc get clusteroperator network"]);

/// One line of the operator's message: `DaemonSet "/ns/name" rollout is not making progress - ...`.
struct HungRollout<'m> {
    kind: &'static Kind,
    namespace: &'m str,
    name: &'m str,
    line: &'m str,
    changed: Option<Time>,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(reported) = network_condition(cx, "Degraded")? else {
        return Ok(Checked::over(1, None));
    };
    let mut findings: Vec<Finding> = Vec::new();
    for hung in reported.message.lines().filter_map(hung) {
        let finding = finding(cx, &hung, &reported);
        if !findings.iter().any(|known| known.subject == finding.subject) {
            findings.push(finding);
        }
    }
    Ok(Checked::over(1, findings))
}

fn hung(line: &str) -> Option<HungRollout<'_>> {
    let line = line.trim();
    let (kind, rest) = line.split_once(" \"")?;
    let kinds = [&DAEMON_SET, &DEPLOYMENT, &STATEFUL_SET];
    let kind = kinds.into_iter().find(|known| known.name == kind)?;
    let (path, rest) = rest.split_once('"')?;
    if !rest.contains("rollout is not making progress") {
        return None;
    }
    // The path begins with the name of the cluster, which is empty for the cluster itself.
    let (before, name) = path.rsplit_once('/')?;
    let namespace = before.rsplit('/').next()?;
    let changed = rest.rsplit_once("last change ").and_then(|(_, time)| rfc3339(time));
    Some(HungRollout { kind, namespace, name, line, changed })
}

/// The pods of the workload that the operator reports as crash-looping, one line each.
fn crashing(message: &str, hung: &HungRollout<'_>) -> Vec<String> {
    let path = format!("/{}/{}\"", hung.namespace, hung.name);
    message
        .lines()
        .filter(|line| line.trim_start().starts_with(hung.kind.name) && line.contains(&path))
        .filter_map(|line| line.split_once(" - pod ")?.1.split_once(" is in CrashLoopBackOff"))
        .map(|(pod, _)| pod.to_owned())
        .collect()
}

fn finding(cx: &RuleContext<'_>, hung: &HungRollout<'_>, reported: &ConditionState<'_>) -> Finding {
    let HungRollout { kind, namespace, name, line, changed } = *hung;
    let prefix = format!("{name}-");
    let pods = cx.within::<Pod<'_>>(namespace).filter(|pod| pod.name().starts_with(&prefix));
    let waiting: Vec<_> = pods.filter(|pod| !pod.is_ready() && !pod.is_finished()).collect();
    let on: Vec<_> = waiting
        .iter()
        .map(|pod| match pod.node() {
            Some(node) => format!("{} on node {node}", pod.name()),
            None => format!("{} on no node", pod.name()),
        })
        .collect();
    let pods = match (on.as_slice(), crashing(&reported.message, hung).as_slice()) {
        ([], []) => String::new(),
        ([], crashing) => format!("; in CrashLoopBackOff: {}", name_list_up_to(crashing, 3)),
        (on, _) => format!("; not ready: {}", name_list_up_to(on, 3)),
    };
    let counts = cx.find_as::<Workload<'_>>(kind, namespace, name).map(|workload| {
        let note = format!("{} of {} pods are available", workload.available(), workload.desired());
        Evidence::field(workload.resource(), &["status"], note)
    });
    Finding::new(
        Subject::namespaced(kind.name, namespace, name),
        format!("rollout of {} {namespace}/{name} is stuck{pods}", kind.name),
        reported.evidence("the network operator waits for this workload"),
    )
    .since(changed.or_else(|| reported.since()))
    .keywords(line)
    .keywords(on.join(", "))
    .evidence(counts)
    .evidence(waiting.iter().take(3).map(|pod| unready_evidence(*pod)))
    .explains(Subject::cluster("ClusterOperator", "network"), name)
}
