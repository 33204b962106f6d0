//! High CoreDNS error rate.
//!
//! # Why it matters
//!
//! More than 1 % of the lookups are answered with SERVFAIL: an upstream resolver did not respond or
//! returned an error. Applications see names that intermittently do not resolve.
//!
//! # What to do
//!
//! Check the logs of the `dns-default` pods: they name the lookups and the resolvers. If the
//! resolvers outside the cluster fail, fix them there.
//!
//! # Blind spots
//!
//! This rule reads an alert of Prometheus for the whole cluster. Names that do not exist return
//! another response code and are not counted.
//!
//! # References
//!
//! - openshift/cluster-dns-operator `manifests/0000_90_dns-operator_03_prometheusrules.yaml`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "dns/errors-high",
    title: "high CoreDNS error rate",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &["CoreDNSErrorsHigh"], |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let message = firing.first().map(|alert| excerpt(&alert.message)).unwrap_or_default();
    let message = match message.as_str() {
        "" => "CoreDNS answers more than 1 % of requests with SERVFAIL",
        message => message.trim_end_matches('.'),
    };
    let subject = Subject::namespaced("DaemonSet", "openshift-dns", "dns-default");
    Some(
        Alert::finding(firing, subject, format!("DNS lookups fail: {message}"))?
            .why("Applications in the cluster see names that intermittently do not resolve.")
            .remedy(
                Remedy::new("Find in the logs which lookups fail, and at which resolver.")
                    .command(
                        "oc logs -n openshift-dns -l \
                         dns.operator.openshift.io/daemonset-dns=default -c dns --since=1h",
                    )
                    .command("oc get dnses.operator.openshift.io default -o yaml"),
            ),
    )
}
