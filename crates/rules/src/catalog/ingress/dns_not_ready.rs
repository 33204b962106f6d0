//! Ingress wildcard DNS record not ready.
//!
//! Only records that the cluster manages are checked. If an administrator manages the DNS records,
//! see `dns/host-resolver-broken`. While the load balancer is not ready, the record has no target,
//! and this rule reports nothing.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`,
//!   `pkg/operator/controller/dns/controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(|cx| {
        IngressConditions::judge_unless(
            cx,
            "DNSReady",
            &["DNSManaged", "LoadBalancerManaged", "LoadBalancerReady"],
            finding,
        )
    })
    // A cloud provider may take some minutes.
    .note_until(Span::minutes(10))
    .why(
        "The routes of the cluster have host names in the ingress domain. Without the record \
         none of them resolves outside the cluster, and the operators' route checks fail.",
    )
    .fix(
        "Check the DNSRecord in openshift-ingress-operator: the status of its zones shows the \
         error of the cloud provider. In most cases the credentials are not valid, or the ID of \
         a zone has changed.",
    )
    .run(&["oc get dnsrecord {name} -n openshift-ingress-operator -o yaml"])
    .verify(&["oc get clusteroperator ingress"]);

fn finding(condition: &IngressCondition<'_>) -> Finding {
    let record = format!("{}-wildcard", condition.controller);
    let record = Subject::namespaced("DNSRecord", "openshift-ingress-operator", record);
    condition.not_ready(record, "DNSRecord", "DNSReady")
}
