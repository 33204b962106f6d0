//! The operator resources and pods behind a ClusterOperator.
//!
//! A ClusterOperator combines the conditions of many controllers and has the latest of their
//! transition times, so it can seem more recent than the problem. Source: openshift/library-go
//! `pkg/operator/status/condition.go`.

use mustknow_cluster::model::kinds::{
    DEPLOYMENT, INGRESS_CONTROLLER, LEASE, OPERATOR_AUTHENTICATION, OPERATOR_CONFIG,
    OPERATOR_CONSOLE, OPERATOR_CSI_SNAPSHOT_CONTROLLER, OPERATOR_DNS, OPERATOR_ETCD,
    OPERATOR_KUBE_API_SERVER, OPERATOR_KUBE_CONTROLLER_MANAGER, OPERATOR_KUBE_SCHEDULER,
    OPERATOR_KUBE_STORAGE_VERSION_MIGRATOR, OPERATOR_NETWORK, OPERATOR_OPENSHIFT_API_SERVER,
    OPERATOR_OPENSHIFT_CONTROLLER_MANAGER, OPERATOR_SERVICE_CA, OPERATOR_STORAGE, POD,
};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, IngressController, Operator, Pod};

use crate::terms::context::RuleContext;
use crate::terms::evidence::Evidence;
use crate::terms::meta::Need;

/// What a rule declares to read operator resources and pods.
pub const OPERATOR_USES: &[Need] = &[
    Need::Kind(&OPERATOR_AUTHENTICATION),
    Need::Kind(&OPERATOR_CONFIG),
    Need::Kind(&OPERATOR_CONSOLE),
    Need::Kind(&OPERATOR_CSI_SNAPSHOT_CONTROLLER),
    Need::Kind(&OPERATOR_DNS),
    Need::Kind(&OPERATOR_ETCD),
    Need::Kind(&OPERATOR_KUBE_API_SERVER),
    Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
    Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    Need::Kind(&OPERATOR_KUBE_STORAGE_VERSION_MIGRATOR),
    Need::Kind(&OPERATOR_NETWORK),
    Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
    Need::Kind(&OPERATOR_OPENSHIFT_CONTROLLER_MANAGER),
    Need::Kind(&OPERATOR_SERVICE_CA),
    Need::Kind(&OPERATOR_STORAGE),
    Need::Kind(&INGRESS_CONTROLLER),
    Need::Kind(&POD),
    Need::Kind(&DEPLOYMENT),
    Need::Kind(&LEASE),
];

/// Conditions of an IngressController that are bad if False; others, such as `DNSManaged`, are not.
const INGRESS: [&str; 9] = [
    "Admitted",
    "Available",
    "CanaryChecksSucceeding",
    "DNSReady",
    "DeploymentAvailable",
    "DeploymentReplicasAllAvailable",
    "DeploymentReplicasMinAvailable",
    "LoadBalancerReady",
    "PodsScheduled",
];
/// How long a pod may take to become ready.
const STARTING: Span = Span::minutes(5);
/// How many pods are shown.
const SHOWN: usize = 5;

/// The bad conditions of one operator resource.
pub struct OperatorResource<'s> {
    /// The object.
    pub resource: &'s Resource,
    /// Its bad conditions, in file order.
    pub bad: Vec<Condition<'s>>,
}

impl<'s> OperatorResource<'s> {
    /// The operator resources of the ClusterOperator `name` with conditions that make it
    /// unavailable (`suffix` is `Available`) or degraded (`Degraded`).
    pub fn behind(cx: &RuleContext<'s>, name: &str, suffix: &str) -> Vec<Self> {
        let operators = cx
            .all::<Operator<'s>>()
            .filter(|operator| operator.cluster_operator() == Some(name))
            .map(|operator| {
                let bad = operator
                    .conditions()
                    .filter(|c| c.name().ends_with(suffix) && c.is_bad())
                    .collect();
                Self { resource: operator.resource(), bad }
            });
        let ingress = (name == "ingress")
            .then(|| cx.all::<IngressController<'s>>())
            .into_iter()
            .flatten()
            .filter(|controller| controller.resource().namespace() == "openshift-ingress-operator")
            .map(|controller| {
                let resource = controller.resource();
                let bad = Condition::all(resource)
                    .filter(|c| INGRESS.contains(&&*c.name()) && c.is_bad());
                Self { resource, bad: bad.collect() }
            });
        operators.chain(ingress).filter(|own| !own.bad.is_empty()).collect()
    }

    /// When the oldest of the bad conditions began.
    pub fn since(&self) -> Option<Time> {
        self.bad.iter().filter_map(|condition| condition.since()).min()
    }

    /// Each bad condition as evidence.
    pub fn evidence(&self) -> impl Iterator<Item = Evidence> {
        self.bad.iter().map(|condition| {
            let note = format!("{}: {}", condition.name(), condition.reason());
            Evidence::condition(self.resource, *condition, note)
        })
    }

    /// Types, reasons and messages of the bad conditions, as keywords of a finding.
    pub fn keywords(&self) -> String {
        let line = |c: &Condition<'_>| format!("{} {} {}", c.name(), c.reason(), c.message());
        self.bad.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// The first few pods in the namespaces of an operator that are not running or not ready.
pub fn failing_pods<'s>(cx: &RuleContext<'s>, operator: ClusterOperator<'s>) -> Vec<Pod<'s>> {
    let mut namespaces: Vec<_> = operator.related_namespaces().collect();
    namespaces.sort();
    namespaces.dedup();
    namespaces
        .iter()
        .flat_map(|namespace| cx.within::<Pod<'s>>(namespace))
        .filter(|pod| is_failing(cx, *pod))
        .take(SHOWN)
        .collect()
}

fn is_failing(cx: &RuleContext<'_>, pod: Pod<'_>) -> bool {
    if pod.is_finished() || pod.is_ready() || pod.deleted().is_some() {
        return false;
    }
    let since = pod.condition("Ready").and_then(Condition::since);
    cx.is_older(since.or_else(|| pod.resource().created()), STARTING)
}
