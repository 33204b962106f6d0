//! A wildcard DNS record that the cloud does not provide.
//!
//! # Why it matters
//!
//! The routes of the cluster are reached by names below the ingress domain. Without the record
//! none of them resolves outside, and the operators' own checks of them fail.
//!
//! # What to do
//!
//! Read the `DNSRecord` in `openshift-ingress-operator`: its zones say what the cloud answered.
//! Most often it is credentials, or the id of a zone that was replaced.
//!
//! # Blind spots
//!
//! Only records that the cluster manages are judged; where an administrator keeps the DNS, see
//! `dns/host-resolver-broken`. While the load balancer is not ready there is nothing to point at,
//! and this rule says nothing.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`,
//!   `pkg/operator/controller/dns/controller.go`

use mustknow_gather::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::facts::{Ingress, IngressSays, Patience, excerpt};

/// How long a cloud may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "ingress/dns-not-ready",
    title: "a wildcard DNS record that the cloud does not provide",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let ready = match Ingress::of(case, "DNSReady") {
        Ok(ready) => ready,
        Err(gap) => return Verdict::Unknown(gap),
    };
    // The operator, too, asks for the record only where these hold.
    let before: Vec<_> = ["DNSManaged", "LoadBalancerManaged", "LoadBalancerReady"]
        .into_iter()
        .filter_map(|name| Ingress::of(case, name).ok())
        .flat_map(|ingress| ingress.bad)
        .map(|says| says.controller)
        .collect();
    let findings = ready
        .bad
        .iter()
        .filter(|says| says.is_false && !before.contains(&says.controller))
        .map(|says| finding(case, says))
        .collect();
    Verdict::over(ready.examined, findings, "the cluster has no IngressController")
}

fn finding(case: &Case<'_>, says: &IngressSays<'_>) -> Finding {
    let name = format!("{}-wildcard", says.controller);
    let summary = format!(
        "DNSRecord openshift-ingress-operator/{name} is not ready: {} {}",
        says.reason,
        excerpt(&says.message)
    );
    Finding::new(
        Subject::namespaced("DNSRecord", "openshift-ingress-operator", name.clone()),
        summary.trim_end().to_owned(),
        says.evidence("the ingress operator waits for it"),
    )
    .severity(Patience::of(case, says.since(), GRACE).severity(Severity::Error))
    .since(says.since())
    .why("Without the record no route resolves outside the cluster.")
    .saying(says.words())
    .explains(Subject::cluster("ClusterOperator", "ingress"), "DNSReady")
    .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
    .remedy(
        Remedy::new("Find out from the zones of the record what the cloud answered.")
            .command(format!("oc get dnsrecord {name} -n openshift-ingress-operator -o yaml"))
            .verify("oc get clusteroperator ingress"),
    )
}
