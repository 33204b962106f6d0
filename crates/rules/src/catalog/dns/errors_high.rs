//! High CoreDNS error rate.
//!
//! This rule reads an alert of Prometheus for the whole cluster. Names that do not exist return
//! another response code and are not counted.
//!
//! - openshift/cluster-dns-operator `manifests/0000_90_dns-operator_03_prometheusrules.yaml`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .alert(&["CoreDNSErrorsHigh"], finding)
    .why(
        "More than 1 % of the lookups are answered with SERVFAIL: an upstream resolver did not \
         respond or returned an error. Applications see names that intermittently do not \
         resolve.",
    )
    .fix(
        "Check the logs of the dns-default pods: they name the lookups and the resolvers. If \
         the resolvers outside the cluster fail, fix them there.",
    )
    .run(&[
        "oc logs -n openshift-dns -l dns.operator.openshift.io/daemonset-dns=default -c dns \
             --since=1h",
        "oc get dnses.operator.openshift.io default -o yaml",
    ]);

fn finding(firing: &Firing<'_>) -> Option<Finding> {
    let message = firing.first().map(|alert| excerpt(&alert.message)).unwrap_or_default();
    let message = match message.as_str() {
        "" => "CoreDNS answers more than 1 % of requests with SERVFAIL",
        message => message.trim_end_matches('.'),
    };
    let subject = Subject::namespaced("DaemonSet", "openshift-dns", "dns-default");
    Some(firing.finding(subject, format!("DNS lookups fail: {message}"))?)
}
