//! DNS Service without an IP address.
//!
//! - openshift/cluster-dns-operator `pkg/operator/controller/dns_status.go` (`NoService`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .check(|cx| judge_dns_operator(cx, finding))
    .reads(&[Need::Kind(&OPERATOR_DNS)])
    // The operator creates the Service.
    .note_until(Span::minutes(5))
    .why(
        "The resolv.conf of every pod contains the IP address of Service \
         openshift-dns/dns-default. If the Service does not exist, or could not get this fixed \
         address, no pod resolves any name.",
    )
    .fix(
        "Check the Service and the log of the DNS operator: in most cases another Service uses \
         the address.",
    )
    .run(&[
        "oc get services --all-namespaces -o wide",
        "oc logs -n openshift-dns-operator deployment/dns-operator -c dns-operator",
    ])
    .verify(&["oc get service {name} -n {namespace}"]);

fn finding(reported: &ConditionState<'_>) -> Option<Finding> {
    const SIGNS: [&str; 2] = ["NoService", "No IP address is assigned to the DNS service"];
    let detail = reported.keywords();
    SIGNS.iter().any(|sign| detail.contains(sign)).then(|| {
        let subject = Subject::namespaced("Service", "openshift-dns", "dns-default");
        reported
            .finding(subject, "Service openshift-dns/dns-default has no IP address")
            .explains(Subject::cluster("ClusterOperator", "dns"), "")
    })
}
