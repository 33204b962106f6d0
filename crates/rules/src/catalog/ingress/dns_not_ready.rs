//! Ingress wildcard DNS record not ready.
//!
//! Only records that the cluster manages are checked. If an administrator manages the DNS records,
//! see `dns/host-resolver-broken`. While the load balancer is not ready, the record has no target,
//! and this rule reports nothing.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`,
//!   `pkg/operator/controller/dns/controller.go`

use crate::catalog::prelude::*;

/// How long a cloud provider may take.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    .why(
        "The routes of the cluster have host names in the ingress domain. Without the record \
         none of them resolves outside the cluster, and the operators' route checks fail.",
    )
    .fix(
        "Check the DNSRecord in openshift-ingress-operator: the status of its zones shows the \
         error of the cloud provider. In most cases the credentials are not valid, or the ID of \
         a zone has changed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let ready = match IngressConditions::of(cx, "DNSReady") {
        Ok(ready) => ready,
        Err(gap) => return Err(NotJudged::from(gap)),
    };
    // The operator also requires the record only when these conditions hold.
    let before: Vec<_> = ["DNSManaged", "LoadBalancerManaged", "LoadBalancerReady"]
        .into_iter()
        .filter_map(|name| IngressConditions::of(cx, name).ok())
        .flat_map(|ingress| ingress.bad)
        .map(|condition| condition.controller)
        .collect();
    let findings = ready
        .bad
        .iter()
        .filter(|condition| condition.is_false && !before.contains(&condition.controller))
        .map(|condition| finding(cx, condition));
    Ok(Checked::over(ready.examined, findings))
}

fn finding(cx: &RuleContext<'_>, condition: &IngressCondition<'_>) -> Finding {
    let name = format!("{}-wildcard", condition.controller);
    let summary = format!(
        "DNSRecord openshift-ingress-operator/{name} is not ready: {} {}",
        condition.reason,
        excerpt(&condition.message)
    );
    Finding::new(
        Subject::namespaced("DNSRecord", "openshift-ingress-operator", name.clone()),
        summary.trim_end().to_owned(),
        condition.evidence("the ingress operator waits for this condition"),
    )
    .severity(Persistence::of(cx, condition.since(), GRACE).severity(Error))
    .since(condition.since())
    .keywords(condition.keywords())
    .explains(Subject::cluster("ClusterOperator", "ingress"), "DNSReady")
    .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
    .run(format!("oc get dnsrecord {name} -n openshift-ingress-operator -o yaml"))
    .verify("oc get clusteroperator ingress")
}
