//! High CoreDNS error rate.
//!
//! Names that do not exist return another response code and are not counted.
//!
//! - openshift/cluster-dns-operator `manifests/0000_90_dns-operator_03_prometheusrules.yaml`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`
//! - povilasv/coredns-mixin `alerts/alerts.libsonnet`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .alert(&["CoreDNSErrorsHigh"], |firing| {
        let detail = match firing.detail() {
            none if none.is_empty() => {
                "CoreDNS answers more than 1 % of requests with SERVFAIL".to_owned()
            }
            detail => detail.trim_end_matches('.').to_owned(),
        };
        let is_plain = firing.labels(&["namespace"]) == ["kube-system"];
        let (kind, namespace, name) = if is_plain {
            ("Deployment", "kube-system", "coredns")
        } else {
            ("DaemonSet", "openshift-dns", "dns-default")
        };
        let subject = Subject::namespaced(kind, namespace, name);
        let finding = firing.finding(subject, format!("DNS lookups fail: {detail}"))?;
        Some(finding.with("workload", format!("{}/{name}", kind.to_lowercase())))
    })
    .why(
        "More than 1 % of the lookups are answered with SERVFAIL: an upstream resolver did not \
         respond or returned an error. Applications see names that intermittently do not \
         resolve.",
    )
    .fix(
        "Check the logs of the DNS pods: they name the lookups and the resolvers. If the \
         resolvers outside the cluster fail, fix them there.",
    )
    .run(&["oc logs -n {namespace} {workload} --all-containers --since=1h"])
    .verify(&["oc logs -n {namespace} {workload} --all-containers --since=10m"]);
