//! Look-ups that the cluster's DNS answers with an error.
//!
//! # Why it matters
//!
//! More than one look-up in a hundred is answered with SERVFAIL: a resolver that was asked in turn
//! did not answer, or gave an error itself. Programs see names that do not resolve now and then.
//!
//! # What to do
//!
//! Read the logs of the pods of `dns-default`: they name the look-ups and the resolvers. Where the
//! resolvers outside are at fault, that is where to mend it.
//!
//! # Blind spots
//!
//! This is what Prometheus alerts about, for the cluster as a whole. Names that do not exist are
//! answered otherwise and do not count.
//!
//! # References
//!
//! - openshift/cluster-dns-operator `manifests/0000_90_dns-operator_03_prometheusrules.yaml`
//! - openshift/runbooks `alerts/cluster-dns-operator/CoreDNSErrorsHigh.md`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, excerpt};

pub(super) static META: Meta = Meta {
    id: "dns/errors-high",
    title: "look-ups that the cluster's DNS answers with an error",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &["CoreDNSErrorsHigh"], |firing| finding(firing).into_iter().collect())
}

fn finding(firing: &[Alert]) -> Option<Finding> {
    let message = firing.first().map(|alert| excerpt(&alert.message)).unwrap_or_default();
    let message = match message.as_str() {
        "" => "CoreDNS answers more than 1 % of requests with SERVFAIL",
        message => message.trim_end_matches('.'),
    };
    let subject = Subject::namespaced("DaemonSet", "openshift-dns", "dns-default");
    Some(
        Alert::finding(firing, subject, format!("look-ups fail: {message}"))?
            .why("Programs in the cluster see names that do not resolve now and then.")
            .remedy(
                Remedy::new("Read in the logs which look-ups fail, and at which resolver.")
                    .command(
                        "oc logs -n openshift-dns -l \
                         dns.operator.openshift.io/daemonset-dns=default -c dns --since=1h",
                    )
                    .command("oc get dnses.operator.openshift.io default -o yaml"),
            ),
    )
}
