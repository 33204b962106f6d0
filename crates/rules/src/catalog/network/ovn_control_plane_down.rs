//! A cluster network without a control plane.
//!
//! # Why it matters
//!
//! The pods of Deployment `ovnkube-control-plane` give nodes their subnets and carry out what
//! concerns more than one node. Without them running pods keep their network; new nodes get none,
//! and egress addresses do not move.
//!
//! # What to do
//!
//! Look at the pods of the Deployment: whether they are scheduled, and what they log.
//!
//! # Blind spots
//!
//! Before 4.14 the control plane is DaemonSet `ovnkube-master`, of which only the alerts are read.
//! Less than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-network-operator
//!   `bindata/network/ovn-kubernetes/self-hosted/alert-rules-control-plane.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/NoRunningOvnControlPlane.md`,
//!   `NoOvnClusterManagerLeader.md`

use mustknow_gather::kinds::{Condition, DEPLOYMENT, POD, Pod, Workload};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, Patience, excerpt, few, is_expected};

const NAMESPACE: &str = "openshift-ovn-kubernetes";
const NAME: &str = "ovnkube-control-plane";
/// How long it may be away while it is replaced.
const GRACE: Span = Span::minutes(10);
const ALERTS: [&str; 4] = [
    "NoOvnClusterManagerLeader",
    "NoOvnMasterLeader",
    "NoRunningOvnControlPlane",
    "NoRunningOvnMaster",
];

pub(super) static META: Meta = Meta {
    id: "network/ovn-control-plane-down",
    title: "a cluster network without a control plane",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&DEPLOYMENT), Need::Kind(&POD), Need::Special(Special::Alerts)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let deployment = case
        .find_as::<Workload<'_>>(&DEPLOYMENT, NAMESPACE, NAME)
        .filter(|deployment| deployment.has_status());
    let alerts = Alert::named(case, &ALERTS);
    if deployment.is_none() && alerts.is_none() {
        if !case.coverage().has_namespace(NAMESPACE)
            && case.coverage().has_namespace("openshift-sdn")
        {
            return Verdict::NotApplicable("the cluster network is OpenShiftSDN".to_owned());
        }
        let what = format!("Deployment {NAMESPACE}/{NAME} and the alerts: not collected");
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what).ask(format!("oc adm inspect ns/{NAMESPACE}")),
        );
    }
    let down = deployment.filter(|it| it.wanted() > 0 && it.available() == 0);
    let finding = finding(case, down, &alerts.unwrap_or_default());
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, down: Option<Workload<'_>>, alerts: &[Alert]) -> Option<Finding> {
    let subject = Subject::namespaced("Deployment", NAMESPACE, NAME);
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(NAME) && !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let of_alerts: Vec<_> =
        alerts.iter().map(|alert| alert.evidence(excerpt(&alert.message))).collect();
    let alerted = alerts.iter().filter_map(|alert| alert.since).min();
    let finding = if let Some(down) = down {
        let available = down.condition("Available");
        let note = format!("0 of {} pods are available", down.wanted());
        let evidence = match available {
            Some(condition) => Evidence::condition(down.resource(), condition, note),
            None => Evidence::field(down.resource(), &["status"], note),
        };
        let since = available.and_then(Condition::since);
        let pods =
            if names.is_empty() { String::new() } else { format!("; not ready: {}", few(&names)) };
        let summary = format!("no pod of Deployment {NAMESPACE}/{NAME} is available{pods}");
        Finding::new(subject, summary, evidence)
            .severity(
                Patience::of(case, since, GRACE)
                    .or_outlasted(!alerts.is_empty())
                    .severity(META.severity),
            )
            .since(since.or(alerted))
            .evidence(of_alerts)
    } else {
        let mut of_alerts = of_alerts.into_iter();
        let names: Vec<_> = alerts.iter().map(|alert| alert.name.as_str()).collect();
        let summary =
            format!("the control plane of OVN-Kubernetes does not work: {} is firing", few(&names));
        Finding::new(subject, summary, of_alerts.next()?).since(alerted).evidence(of_alerts)
    };
    let finding = alerts.iter().fold(finding, |finding, alert| finding.saying(&alert.name));
    Some(
        finding
            .saying(names.join(" "))
            .why(
                "Running pods keep their network. New nodes get no subnet, and nothing that \
                 concerns more than one node is carried out.",
            )
            .explains(Subject::cluster("ClusterOperator", "network"), NAME)
            .remedy(
                Remedy::new("Mend the pods of the Deployment, or what keeps them from running.")
                    .command(format!("oc get pods -n {NAMESPACE} -l app={NAME} -o wide"))
                    .command(format!("oc logs -n {NAMESPACE} deployment/{NAME} --tail=200"))
                    .verify("oc get clusteroperator network"),
            ),
    )
}
