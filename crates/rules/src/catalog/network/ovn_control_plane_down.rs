//! Unavailable OVN-Kubernetes control plane.
//!
//! Before 4.14 the control plane is DaemonSet `ovnkube-master`; only its alerts are read.
//!
//! - openshift/cluster-network-operator
//!   `bindata/network/ovn-kubernetes/self-hosted/alert-rules-control-plane.yaml`
//! - openshift/runbooks `alerts/cluster-network-operator/NoRunningOvnControlPlane.md`,
//!   `NoOvnClusterManagerLeader.md`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-ovn-kubernetes";
const NAME: &str = "ovnkube-control-plane";
const ALERTS: [&str; 4] = [
    "NoOvnClusterManagerLeader",
    "NoOvnMasterLeader",
    "NoRunningOvnControlPlane",
    "NoRunningOvnMaster",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs_any(&[Need::Kind(&DEPLOYMENT), Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&POD)])
    // It is replaced during an update.
    .note_until(Span::minutes(10))
    .why(
        "The pods of Deployment ovnkube-control-plane allocate subnets to the nodes and process \
         changes that concern more than one node. Without them, running pods keep their \
         network, new nodes get no subnet, and egress IP addresses do not move.",
    )
    .fix("Check whether the pods of the Deployment are scheduled, and check their logs.")
    .run(&[
        "oc get pods -n {namespace} -l app={name} -o wide",
        "oc logs -n {namespace} deployment/{name} --tail=200",
    ])
    .verify(&["oc get clusteroperator network"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    require_ovn(cx)?;
    let deployment = cx
        .find_as::<Workload<'_>>(&DEPLOYMENT, NAMESPACE, NAME)
        .filter(|deployment| deployment.has_status());
    let alerts = Alert::firing_named(cx, &ALERTS);
    if deployment.is_none() && alerts.is_none() {
        cx.prove_whole(&DEPLOYMENT, NAMESPACE)?;
        return Err(not_applicable("the cluster has no Deployment ovnkube-control-plane"));
    }
    let alerts = alerts.unwrap_or_default();
    let down = deployment.filter(|it| it.desired() > 0 && it.available() == 0);
    let finding = down.map(|down| without_pods(cx, down)).or_else(|| {
        let names: Vec<_> = alerts.iter().map(|alert| alert.name.as_str()).collect();
        let names = name_list(&names);
        let summary = format!("the OVN-Kubernetes control plane does not work: {names} is firing");
        Alert::finding(&alerts, subject(), summary)
    });
    Ok(Checked::over(
        1,
        finding.map(|finding| {
            let of_alerts = alerts.iter().map(|alert| alert.evidence(excerpt(&alert.message)));
            let finding = if down.is_some() { finding.evidence(of_alerts) } else { finding };
            let finding =
                alerts.iter().fold(finding, |finding, alert| finding.keywords(&alert.name));
            // An alert has already waited.
            finding
                .lasting(!alerts.is_empty())
                .explains(Subject::cluster("ClusterOperator", "network"), NAME)
        }),
    ))
}

fn subject() -> Subject {
    Subject::namespaced("Deployment", NAMESPACE, NAME)
}

fn without_pods(cx: &RuleContext<'_>, down: Workload<'_>) -> Finding {
    let waiting = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(NAME) && !pod.is_ready() && is_expected(*pod));
    let names: Vec<_> = waiting.map(Pod::name).collect();
    let pods = match names.as_slice() {
        [] => String::new(),
        names => format!("; not ready: {}", name_list(names)),
    };
    let summary = format!("Deployment {NAMESPACE}/{NAME} has no available pod{pods}");
    let note = format!("0 of {} pods are available", down.desired());
    let available = down.condition("Available");
    let evidence = match available {
        Some(condition) => Evidence::condition(down.resource(), condition, note),
        None => Evidence::field(down.resource(), &["status"], note),
    };
    Finding::new(subject(), summary, evidence)
        .since(available.and_then(Condition::since))
        .keywords(names.join(" "))
}
