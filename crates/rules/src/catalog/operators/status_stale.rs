//! Stale ClusterOperator status because the operator is not running.
//!
//! Only the operators of the release payload are checked, and only if their namespace was
//! collected. An operator with a running pod that hangs is visible only in its lease. Leases are
//! collected minutes apart, so only a lease that is half an hour behind is reported.
//!
//! - openshift/library-go `pkg/config/leaderelection/leaderelection.go`
//! - manifests of the operators' Deployments in their repositories

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
        Need::Kind(&LEASE),
    ])
    .check(check)
    .why(
        "A ClusterOperator keeps the status that its operator reported last. If no pod of the \
         operator runs, every condition is outdated, including the good ones. Nothing is \
         reconciled, and an update waits for the operator indefinitely.",
    )
    .fix("Fix the operator's pod first. Then check its conditions again.");

/// How long an operator may be down for a restart or a drain.
const RESTART: Span = Span::minutes(5);
/// How far a lease may be behind the newest lease.
const BEHIND: Span = Span::minutes(30);

/// ClusterOperator, namespace and Deployment of its operator.
const DEPLOYED: [(&str, &str, &str); 30] = [
    ("authentication", "openshift-authentication-operator", "authentication-operator"),
    ("baremetal", "openshift-machine-api", "cluster-baremetal-operator"),
    (
        "cloud-controller-manager",
        "openshift-cloud-controller-manager-operator",
        "cluster-cloud-controller-manager-operator",
    ),
    ("cloud-credential", "openshift-cloud-credential-operator", "cloud-credential-operator"),
    ("cluster-autoscaler", "openshift-machine-api", "cluster-autoscaler-operator"),
    ("config-operator", "openshift-config-operator", "openshift-config-operator"),
    ("console", "openshift-console-operator", "console-operator"),
    ("control-plane-machine-set", "openshift-machine-api", "control-plane-machine-set-operator"),
    (
        "csi-snapshot-controller",
        "openshift-cluster-storage-operator",
        "csi-snapshot-controller-operator",
    ),
    ("dns", "openshift-dns-operator", "dns-operator"),
    ("etcd", "openshift-etcd-operator", "etcd-operator"),
    ("image-registry", "openshift-image-registry", "cluster-image-registry-operator"),
    ("ingress", "openshift-ingress-operator", "ingress-operator"),
    ("insights", "openshift-insights", "insights-operator"),
    ("kube-apiserver", "openshift-kube-apiserver-operator", "kube-apiserver-operator"),
    (
        "kube-controller-manager",
        "openshift-kube-controller-manager-operator",
        "kube-controller-manager-operator",
    ),
    ("kube-scheduler", "openshift-kube-scheduler-operator", "openshift-kube-scheduler-operator"),
    (
        "kube-storage-version-migrator",
        "openshift-kube-storage-version-migrator-operator",
        "kube-storage-version-migrator-operator",
    ),
    ("machine-api", "openshift-machine-api", "machine-api-operator"),
    ("machine-config", "openshift-machine-config-operator", "machine-config-operator"),
    ("marketplace", "openshift-marketplace", "marketplace-operator"),
    ("monitoring", "openshift-monitoring", "cluster-monitoring-operator"),
    ("network", "openshift-network-operator", "network-operator"),
    ("node-tuning", "openshift-cluster-node-tuning-operator", "cluster-node-tuning-operator"),
    ("openshift-apiserver", "openshift-apiserver-operator", "openshift-apiserver-operator"),
    (
        "openshift-controller-manager",
        "openshift-controller-manager-operator",
        "openshift-controller-manager-operator",
    ),
    ("openshift-samples", "openshift-cluster-samples-operator", "cluster-samples-operator"),
    ("operator-lifecycle-manager", "openshift-operator-lifecycle-manager", "olm-operator"),
    ("service-ca", "openshift-service-ca-operator", "service-ca-operator"),
    ("storage", "openshift-cluster-storage-operator", "cluster-storage-operator"),
];

/// Why an operator counts as not running.
enum NotRunning<'s> {
    /// Its Deployment has no available pod.
    NoneAvailable(Workload<'s>),
    /// None of its pods is ready.
    NoneReady(Pod<'s>, usize),
    /// It does not renew its lease.
    LeaseBehind(Lease<'s>),
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    let newest = cx.all::<Lease<'_>>().filter_map(Lease::renewed).max();
    for (name, namespace, deployment) in DEPLOYED {
        let Some(operator) = cx.find::<ClusterOperator<'_>>("", name) else { continue };
        let workload = cx.find_as::<Workload<'_>>(&DEPLOYMENT, namespace, deployment);
        let pods = pods(cx, namespace, deployment);
        if workload.is_none() && pods.is_empty() {
            continue;
        }
        examined += 1;
        let not_running = not_running(cx, workload, &pods)
            .or_else(|| lease_behind(cx, namespace, deployment, newest));
        findings.extend(
            not_running
                .map(|not_running| finding(cx, operator, (namespace, deployment), &not_running)),
        );
    }
    if examined == 0 {
        let what = "the Deployments and pods of the operators were not collected";
        let command = "oc adm inspect clusteroperators";
        return Err(NotJudged::from(Gap::new(GapKind::NotCollected, what).command(command)));
    }
    Ok(Checked::over(examined, findings))
}

fn pods<'s>(cx: &RuleContext<'s>, namespace: &str, deployment: &str) -> Vec<Pod<'s>> {
    let prefix = format!("{deployment}-");
    cx.within::<Pod<'s>>(namespace)
        .filter(|pod| {
            // The owner is the ReplicaSet `<deployment>-<hash>`. A longer name belongs to another
            // Deployment.
            let owner = pod.owner().map(|(_, owner)| owner.into_owned()).unwrap_or_default();
            let hash = owner.strip_prefix(&prefix).unwrap_or("-");
            !hash.contains('-') && !pod.is_finished()
        })
        .collect()
}

fn not_running<'s>(
    cx: &RuleContext<'s>,
    workload: Option<Workload<'s>>,
    pods: &[Pod<'s>],
) -> Option<NotRunning<'s>> {
    // A ready pod proves that the operator runs, whatever was collected earlier.
    if pods.iter().any(|pod| pod.is_ready()) {
        return None;
    }
    if let Some(workload) = workload.filter(|workload| workload.has_status()) {
        let since =
            workload.condition("Available").filter(|c| c.is_false()).and_then(Condition::since);
        let is_scaled_down = workload.desired() == 0;
        let is_persistent = is_scaled_down || cx.is_older(since, RESTART);
        return (workload.available() == 0 && is_persistent)
            .then_some(NotRunning::NoneAvailable(workload));
    }
    let is_persistent = |pod: &&Pod<'s>| {
        // A pod without a Ready condition proves nothing.
        let Some(ready) = pod.condition("Ready") else { return false };
        cx.is_older(ready.since().or_else(|| pod.resource().created()), RESTART)
    };
    let first = pods.iter().find(is_persistent)?;
    pods.iter().all(|pod| is_persistent(&pod)).then_some(NotRunning::NoneReady(*first, pods.len()))
}

/// The lease `<deployment>-lock`, if it is far behind the newest lease of the archive.
fn lease_behind<'s>(
    cx: &RuleContext<'s>,
    namespace: &str,
    deployment: &str,
    newest: Option<Time>,
) -> Option<NotRunning<'s>> {
    let own: Vec<_> = cx.within::<Lease<'s>>(namespace).collect();
    let lease = own
        .iter()
        .find(|lease| lease.resource().name() == format!("{deployment}-lock"))
        .copied()?;
    let latest = own.iter().filter_map(|lease| lease.renewed()).max();
    let behind = Span::between(latest?, newest?) > BEHIND;
    // A lock without a current holder is a leftover of a release that used another lock.
    let holder = lease.holder()?;
    let has_holder = cx
        .within::<Pod<'s>>(namespace)
        .any(|pod| holder.strip_prefix(pod.name()).is_some_and(|rest| rest.starts_with('_')));
    (behind && has_holder).then_some(NotRunning::LeaseBehind(lease))
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    (namespace, deployment): (&str, &str),
    not_running: &NotRunning<'s>,
) -> Finding {
    let name = operator.name();
    let (evidence, how, since) = match not_running {
        NotRunning::NoneAvailable(workload) if workload.desired() == 0 => (
            Evidence::field(workload.resource(), &["spec", "replicas"], "scaled to zero"),
            "is scaled to zero",
            None,
        ),
        NotRunning::NoneAvailable(workload) => {
            let condition = workload.condition("Available");
            let evidence = match condition {
                Some(c) => Evidence::condition(workload.resource(), c, "no replica is available"),
                None => {
                    Evidence::field(workload.resource(), &["status"], "no replica is available")
                }
            };
            (evidence, "has no available replica", condition.and_then(Condition::since))
        }
        NotRunning::NoneReady(pod, count) => {
            let note = format!("0 of {count} pods are ready");
            let since = pod.condition("Ready").and_then(Condition::since);
            (Evidence::field(pod.resource(), &["status", "phase"], note), "has no ready pod", since)
        }
        NotRunning::LeaseBehind(lease) => (
            Evidence::field(lease.resource(), &["spec", "renewTime"], "not renewed since"),
            "no longer renews its lease",
            lease.renewed(),
        ),
    };
    let (severity, certainty) = match not_running {
        _ if is_recent_installation(cx) => (Info, Certainty::Likely),
        NotRunning::LeaseBehind(_) => (Warning, Certainty::Possible),
        _ => (Error, Certainty::Likely),
    };
    let conditions: Vec<_> = ["Available", "Progressing", "Degraded"]
        .into_iter()
        .filter_map(|of_type| operator.condition(of_type))
        .collect();
    let pods: Vec<_> = pods(cx, namespace, deployment);
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    let pod_states = if names.is_empty() {
        String::new()
    } else {
        format!(" (operator pods: {})", name_list(&names))
    };
    let finding = Finding::new(
        Subject::view(operator),
        format!(
            "Deployment/{namespace}/{deployment} {how}, so the status of ClusterOperator/{name} \
             is stale"
        ),
        evidence,
    )
    .severity(severity)
    .certainty(certainty)
    .uncertainty("that the status is not updated is inferred from the operator's pods and lease")
    .why(format!(
        "The status of this ClusterOperator is not updated now. Good conditions may hide a \
         problem, and bad ones may be resolved. Its operand is not reconciled{pod_states}."
    ))
    .since(since)
    .keywords(names.join("\n"))
    .evidence(
        conditions
            .iter()
            .map(|condition| Evidence::condition(operator.resource(), *condition, "stale status")),
    )
    .run(format!("oc describe deployment {deployment} -n {namespace}"))
    .run(format!("oc get pods -n {namespace} -o wide"))
    .verify(format!("oc get clusteroperator {name}"));
    let progressing = operator.condition("Progressing").map(Condition::message);
    // A rollout makes no progress while its operator is down. Other conditions may be older.
    let finding = match progressing.filter(|message| !message.is_empty()) {
        Some(message) => finding.explains(Subject::view(operator), message.into_owned()),
        None => finding,
    };
    conditions.iter().fold(finding, |finding, condition| {
        let (reason, message) = (condition.reason(), condition.message());
        finding.keywords(format!("{} {reason} {message}", condition.name()))
    })
}
