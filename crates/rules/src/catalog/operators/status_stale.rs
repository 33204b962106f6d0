//! Stale ClusterOperator status because the operator is not running.
//!
//! Only the operators of the release payload are checked, and only if their namespace was
//! collected. An operator with a running pod that hangs is visible only in its lease.
//!
//! - openshift/library-go `pkg/config/leaderelection/leaderelection.go`
//! - manifests of the operators' Deployments in their repositories

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[Need::Kind(&DEPLOYMENT), Need::Kind(&POD), Need::Kind(&LEASE)])
    .check(check)
    // What a restart or a drain takes.
    .grace(Span::minutes(5))
    .why(
        "A ClusterOperator keeps the status that its operator reported last. If no pod of the \
         operator runs, every condition is outdated, including the good ones. Nothing is \
         reconciled, and an update waits for the operator indefinitely.",
    )
    .fix("Fix the operator's pod first. Then check its conditions again.")
    .run(&[
        "oc describe deployment {deployment} -n {namespace}",
        "oc get pods -n {namespace} -o wide",
    ])
    .verify(&["oc get clusteroperator {name}"]);

/// How far a lease may be behind the newest lease: leases are collected minutes apart.
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

/// An operator that is not running.
struct Stopped {
    /// What shows it.
    evidence: Evidence,
    /// In words that follow the Deployment.
    how: String,
    since: Option<Time>,
    /// Whether it stays so: it is scaled to zero.
    is_lasting: bool,
    /// Whether only its lease shows it.
    is_inferred: bool,
}

/// An operator, and what runs it.
struct Deployed<'s> {
    operator: ClusterOperator<'s>,
    namespace: &'static str,
    deployment: &'static str,
    workload: Option<Workload<'s>>,
    pods: Vec<Pod<'s>>,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let newest = cx.all::<Lease<'_>>().filter_map(Lease::renewed).max();
    let deployed: Vec<_> = DEPLOYED.into_iter().filter_map(|it| Deployed::of(cx, it)).collect();
    if deployed.is_empty() {
        let what = "the Deployments and pods of the operators were not collected";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Err(gap.command("oc adm inspect clusteroperators").into());
    }
    let findings = deployed
        .iter()
        .filter_map(|it| Some(it.finding(it.stopped().or_else(|| it.lease_behind(cx, newest))?)));
    Ok(Checked::over(deployed.len(), findings))
}

impl<'s> Deployed<'s> {
    fn of(
        cx: &RuleContext<'s>,
        (name, namespace, deployment): (&str, &'static str, &'static str),
    ) -> Option<Self> {
        let operator = cx.find("", name)?;
        let workload = cx.find_as(&DEPLOYMENT, namespace, deployment);
        let prefix = format!("{deployment}-");
        let is_own = |pod: &Pod<'_>| {
            // The owner is the ReplicaSet `<deployment>-<hash>`. A longer name belongs to another
            // Deployment.
            let owner = pod.owner().map(|(_, owner)| owner.into_owned()).unwrap_or_default();
            let hash = owner.strip_prefix(&prefix).unwrap_or("-");
            !hash.contains('-') && !pod.is_finished()
        };
        let pods: Vec<_> = cx.within::<Pod<'s>>(namespace).filter(is_own).collect();
        let is_collected = workload.is_some() || !pods.is_empty();
        is_collected.then_some(Self { operator, namespace, deployment, workload, pods })
    }

    /// Whether its Deployment has no available pod, or none of its pods is ready.
    fn stopped(&self) -> Option<Stopped> {
        // A ready pod proves that the operator runs, whatever was collected earlier.
        if self.pods.iter().any(|pod| pod.is_ready()) {
            return None;
        }
        if let Some(workload) = self.workload.filter(|workload| workload.has_status()) {
            return (workload.available() == 0).then(|| none_available(workload));
        }
        // A pod without a Ready condition proves nothing.
        let ready: Option<Vec<_>> = self.pods.iter().map(|pod| pod.condition("Ready")).collect();
        let since = ready?.into_iter().filter_map(Condition::since).max();
        let (first, count) = (self.pods.first()?.resource(), self.pods.len());
        let note = format!("0 of {count} pods are ready");
        Some(Stopped {
            evidence: Evidence::field(first, &["status", "phase"], note),
            how: "has no ready pod".to_owned(),
            since,
            is_lasting: false,
            is_inferred: false,
        })
    }

    /// Whether its lease `<deployment>-lock` is far behind the newest lease of the archive.
    fn lease_behind(&self, cx: &RuleContext<'s>, newest: Option<Time>) -> Option<Stopped> {
        let leases: Vec<_> = cx.within::<Lease<'s>>(self.namespace).collect();
        let lock = format!("{}-lock", self.deployment);
        let lease = leases.iter().find(|lease| lease.resource().name() == lock)?;
        let latest = leases.iter().filter_map(|lease| lease.renewed()).max();
        // A lock without a current holder is a leftover of a release that used another lock.
        let holder = lease.holder()?;
        let is_holder = |pod: Pod<'_>| {
            holder.strip_prefix(pod.name()).is_some_and(|rest| rest.starts_with('_'))
        };
        let has_holder = cx.within::<Pod<'s>>(self.namespace).any(is_holder);
        (Span::between(latest?, newest?) > BEHIND && has_holder).then(|| Stopped {
            evidence: Evidence::field(
                lease.resource(),
                &["spec", "renewTime"],
                "not renewed since",
            ),
            how: "no longer renews its lease".to_owned(),
            since: lease.renewed(),
            is_lasting: false,
            is_inferred: true,
        })
    }

    fn finding(&self, stopped: Stopped) -> Finding {
        let Self { operator, namespace, deployment, .. } = self;
        let name = operator.name();
        let pods: Vec<_> = self.pods.iter().map(|pod| pod.name()).collect();
        let how = stopped.how;
        let unsure =
            "that the status is not updated is inferred from the operator's pods and lease";
        let finding = Finding::new(
            Subject::view(*operator),
            format!(
                "Deployment/{namespace}/{deployment} {how}, so the status of \
                 ClusterOperator/{name} is stale"
            ),
            stopped.evidence,
        )
        .likely(unsure)
        .since(stopped.since)
        .lasting(stopped.is_lasting)
        .with("deployment", *deployment)
        .with("namespace", *namespace)
        .keywords(pods.join("\n"));
        let finding =
            if stopped.is_inferred { finding.severity(Warning).possible(unsure) } else { finding };
        // A rollout makes no progress while its operator is down. Other conditions may be older.
        let progressing = operator.condition("Progressing").map(Condition::message);
        let finding = match progressing.filter(|message| !message.is_empty()) {
            Some(message) => finding.explains(Subject::view(*operator), message),
            None => finding,
        };
        let stale = ["Available", "Progressing", "Degraded"].map(|it| operator.condition(it));
        stale.into_iter().flatten().fold(finding, |finding, it| {
            finding
                .evidence([Evidence::condition(operator.resource(), it, "stale status")])
                .keywords(format!("{} {} {}", it.name(), it.reason(), it.message()))
        })
    }
}

fn none_available(workload: Workload<'_>) -> Stopped {
    let resource = workload.resource();
    let is_scaled_down = workload.desired() == 0;
    let unavailable = workload.condition("Available").filter(|it| it.is_false());
    let (evidence, how) = match unavailable {
        _ if is_scaled_down => (
            Evidence::field(resource, &["spec", "replicas"], "scaled to zero"),
            "is scaled to zero",
        ),
        Some(condition) => (
            Evidence::condition(resource, condition, "no replica is available"),
            "has no available replica",
        ),
        None => (
            Evidence::field(resource, &["status"], "no replica is available"),
            "has no available replica",
        ),
    };
    Stopped {
        evidence,
        how: how.to_owned(),
        since: unavailable.and_then(Condition::since).filter(|_| !is_scaled_down),
        is_lasting: is_scaled_down,
        is_inferred: false,
    }
}
