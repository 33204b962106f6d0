//! Stuck rollout of the cluster network.
//!
//! The network operator reports this after ten minutes without progress; the cause is in the pod or
//! on its node. If the namespace was not collected, the pods cannot be listed.
//!
//! - openshift/cluster-network-operator `pkg/controller/statusmanager/pod_status.go`
//! - <https://github.com/okd-project/okd/issues/1724>, <https://github.com/okd-project/okd/issues/2148>

use crate::catalog::prelude::*;

const NO_PROGRESS: &str = "rollout is not making progress";

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[
        Need::Kind(&CLUSTER_OPERATOR),
        Need::Kind(&OPERATOR_NETWORK),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
    ])
    .check(check)
    .why(
        "The network operator waits for every pod of the workloads that it deploys. One node on \
         which such a pod does not start blocks the rollout and the update of the cluster. \
         Pods on that node may have no network.",
    )
    .fix(
        "Check the pods of the workload: usually one pod on one node does not become ready. Fix \
         that pod or its node.",
    );

/// One line of the operator's message: `DaemonSet "/ns/name" rollout is not making progress - ...`.
struct HungRollout {
    kind: &'static Kind,
    namespace: String,
    name: String,
    line: String,
    changed: Option<Time>,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let summary = cx.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let sources: Vec<_> = [summary, own].into_iter().flatten().collect();
    if sources.is_empty() {
        let gap = Gap::new(GapKind::NotCollected, "ClusterOperator network: not collected");
        return Err(NotJudged::from(gap.command("oc get clusteroperator network -o yaml")));
    }
    let degraded = sources.iter().find_map(|resource| {
        Some((*resource, Condition::find(resource, "Degraded").filter(|c| c.is_true())?))
    });
    let mut findings: Vec<Finding> = Vec::new();
    if let Some((resource, condition)) = degraded {
        for hung in condition.message().lines().filter_map(hung) {
            let finding = finding(cx, &hung, resource, condition);
            if !findings.iter().any(|known| known.subject == finding.subject) {
                findings.push(finding);
            }
        }
    }
    Ok(Checked::over(1, findings))
}

fn hung(line: &str) -> Option<HungRollout> {
    let (kind, rest) = line.trim().split_once(" \"")?;
    let kind = match kind {
        "DaemonSet" => &DAEMON_SET,
        "Deployment" => &DEPLOYMENT,
        "StatefulSet" => &STATEFUL_SET,
        _ => return None,
    };
    let (path, rest) = rest.split_once('"')?;
    if !rest.contains(NO_PROGRESS) {
        return None;
    }
    // The path begins with the name of the cluster, which is empty for the cluster itself.
    let (before, name) = path.rsplit_once('/')?;
    let namespace = before.rsplit('/').next()?;
    let changed = rest.rsplit_once("last change ").and_then(|(_, time)| rfc3339(time));
    Some(HungRollout {
        kind,
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        line: line.trim().to_owned(),
        changed,
    })
}

/// The pods of the workload that the operator reports as crash-looping, one line each.
fn crashing(message: &str, kind: &str, namespace: &str, name: &str) -> Vec<String> {
    message
        .lines()
        .filter(|line| line.trim_start().starts_with(kind))
        .filter(|line| line.contains(&format!("/{namespace}/{name}\"")))
        .filter_map(|line| line.split_once(" - pod ")?.1.split_once(" is in CrashLoopBackOff"))
        .map(|(pod, _)| pod.to_owned())
        .collect()
}

fn finding(
    cx: &RuleContext<'_>,
    hung: &HungRollout,
    reported_by: &Resource,
    condition: Condition<'_>,
) -> Finding {
    let HungRollout { kind, namespace, name, line, changed } = hung;
    let subject = Subject::namespaced(kind.name, namespace.clone(), name.clone());
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(namespace)
        .filter(|pod| pod.name().starts_with(&format!("{name}-")))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let on: Vec<String> = waiting
        .iter()
        .map(|pod| match pod.node() {
            Some(node) => format!("{} on node {node}", pod.name()),
            None => format!("{} on no node", pod.name()),
        })
        .collect();
    let crashing = crashing(&condition.message(), kind.name, namespace, name);
    let pods = match (on.as_slice(), crashing.as_slice()) {
        ([], []) => String::new(),
        ([], crashing) => format!("; in CrashLoopBackOff: {}", name_list_up_to(crashing, 3)),
        (on, _) => format!("; not ready: {}", name_list_up_to(on, 3)),
    };
    let counts = cx.find_as::<Workload<'_>>(kind, namespace, name).map(|workload| {
        let note = format!("{} of {} pods are available", workload.available(), workload.desired());
        Evidence::field(workload.resource(), &["status"], note)
    });
    let unready = waiting.iter().take(3).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    Finding::new(
        subject,
        format!("rollout of {} {namespace}/{name} is stuck{pods}", kind.name),
        Evidence::condition(reported_by, condition, "the network operator waits for this workload"),
    )
    .since(changed.or_else(|| condition.since()))
    .keywords(line)
    .keywords(on.join(", "))
    .evidence(counts)
    .evidence(unready)
    .explains(Subject::cluster("ClusterOperator", "network"), name.clone())
    .run(format!("oc get pods -n {namespace} -o wide"))
    .verify("oc get clusteroperator network")
}
