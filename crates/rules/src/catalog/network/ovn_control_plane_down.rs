//! Unavailable OVN-Kubernetes control plane.
//!
//! Before 4.14 the control plane is DaemonSet `ovnkube-master`; only its alerts are read. An outage
//! of less than ten minutes is reported as info only.
//!
//! - openshift/cluster-network-operator
//!   `bindata/network/ovn-kubernetes/self-hosted/alert-rules-control-plane.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/NoRunningOvnControlPlane.md`,
//!   `NoOvnClusterManagerLeader.md`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
const NAME: &str = "ovnkube-control-plane";
/// How long it may be unavailable while it is replaced.
const GRACE: Span = Span::minutes(10);
const ALERTS: [&str; 4] = [
    "NoOvnClusterManagerLeader",
    "NoOvnMasterLeader",
    "NoRunningOvnControlPlane",
    "NoRunningOvnMaster",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&DEPLOYMENT), Need::Kind(&POD), Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "The pods of Deployment ovnkube-control-plane allocate subnets to the nodes and process \
         changes that concern more than one node. Without them, running pods keep their \
         network, new nodes get no subnet, and egress IP addresses do not move.",
    )
    .fix("Check whether the pods of the Deployment are scheduled, and check their logs.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let deployment = cx
        .find_as::<Workload<'_>>(&DEPLOYMENT, NAMESPACE, NAME)
        .filter(|deployment| deployment.has_status());
    let alerts = Alert::firing_named(cx, &ALERTS);
    if deployment.is_none() && alerts.is_none() {
        if !cx.coverage().has_namespace(NAMESPACE) && cx.coverage().has_namespace("openshift-sdn") {
            return Err(not_applicable("the cluster network is OpenShiftSDN"));
        }
        let what = format!("Deployment {NAMESPACE}/{NAME} and the alerts: not collected");
        return Err(NotJudged::from(
            Gap::new(GapKind::NotCollected, what).command(format!("oc adm inspect ns/{NAMESPACE}")),
        ));
    }
    let down = deployment.filter(|it| it.desired() > 0 && it.available() == 0);
    let finding = finding(cx, down, &alerts.unwrap_or_default());
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, down: Option<Workload<'_>>, alerts: &[Alert]) -> Option<Finding> {
    let subject = Subject::namespaced("Deployment", NAMESPACE, NAME);
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(NAME) && !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let of_alerts: Vec<_> =
        alerts.iter().map(|alert| alert.evidence(excerpt(&alert.message))).collect();
    let alerted = alerts.iter().filter_map(|alert| alert.since).min();
    let finding = if let Some(down) = down {
        let available = down.condition("Available");
        let note = format!("0 of {} pods are available", down.desired());
        let evidence = match available {
            Some(condition) => Evidence::condition(down.resource(), condition, note),
            None => Evidence::field(down.resource(), &["status"], note),
        };
        let since = available.and_then(Condition::since);
        let pods = if names.is_empty() {
            String::new()
        } else {
            format!("; not ready: {}", name_list(&names))
        };
        let summary = format!("Deployment {NAMESPACE}/{NAME} has no available pod{pods}");
        Finding::new(subject, summary, evidence)
            .severity(
                Persistence::of(cx, since, GRACE)
                    .or_exceeded(!alerts.is_empty())
                    .severity(RULE.meta.severity),
            )
            .since(since.or(alerted))
            .evidence(of_alerts)
    } else {
        let mut of_alerts = of_alerts.into_iter();
        let names: Vec<_> = alerts.iter().map(|alert| alert.name.as_str()).collect();
        let summary = format!(
            "the OVN-Kubernetes control plane does not work: {} is firing",
            name_list(&names)
        );
        Finding::new(subject, summary, of_alerts.next()?).since(alerted).evidence(of_alerts)
    };
    let finding = alerts.iter().fold(finding, |finding, alert| finding.keywords(&alert.name));
    Some(
        finding
            .keywords(names.join(" "))
            .explains(Subject::cluster("ClusterOperator", "network"), NAME)
            .run(format!("oc get pods -n {NAMESPACE} -l app={NAME} -o wide"))
            .run(format!("oc logs -n {NAMESPACE} deployment/{NAME} --tail=200"))
            .verify("oc get clusteroperator network"),
    )
}
