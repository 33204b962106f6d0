//! The ingress wildcard DNS record is not ready.
//!
//! # Why it matters
//!
//! The routes of the cluster have host names in the ingress domain. Without the record none of them
//! resolves outside the cluster, and the operators' route checks fail.
//!
//! # What to do
//!
//! Check the `DNSRecord` in `openshift-ingress-operator`: the status of its zones shows the error
//! of the cloud provider. In most cases the credentials are not valid, or the ID of a zone has
//! changed.
//!
//! # Blind spots
//!
//! Only records that the cluster manages are checked. If an administrator manages the DNS records,
//! see `dns/host-resolver-broken`. While the load balancer is not ready, the record has no target,
//! and this rule reports nothing.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`,
//!   `pkg/operator/controller/dns/controller.go`

use mustknow_cluster::model::kinds::INGRESS_CONTROLLER;

use crate::catalog::prelude::*;
use crate::domain::{Ingress, IngressSays};
use crate::engine::{Persistence, excerpt};

/// How long a cloud provider may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "ingress/dns-not-ready",
    title: "ingress wildcard DNS record not ready",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let ready = match Ingress::of(cx, "DNSReady") {
        Ok(ready) => ready,
        Err(gap) => return Verdict::Unknown(gap),
    };
    // The operator also requires the record only when these conditions hold.
    let before: Vec<_> = ["DNSManaged", "LoadBalancerManaged", "LoadBalancerReady"]
        .into_iter()
        .filter_map(|name| Ingress::of(cx, name).ok())
        .flat_map(|ingress| ingress.bad)
        .map(|says| says.controller)
        .collect();
    let findings = ready
        .bad
        .iter()
        .filter(|says| says.is_false && !before.contains(&says.controller))
        .map(|says| finding(cx, says))
        .collect();
    Verdict::over(ready.examined, findings, "the cluster has no IngressController")
}

fn finding(cx: &RuleContext<'_>, says: &IngressSays<'_>) -> Finding {
    let name = format!("{}-wildcard", says.controller);
    let summary = format!(
        "DNSRecord openshift-ingress-operator/{name} is not ready: {} {}",
        says.reason,
        excerpt(&says.message)
    );
    Finding::new(
        Subject::namespaced("DNSRecord", "openshift-ingress-operator", name.clone()),
        summary.trim_end().to_owned(),
        says.evidence("the ingress operator waits for this condition"),
    )
    .severity(Persistence::of(cx, says.since(), GRACE).severity(Severity::Error))
    .since(says.since())
    .why("Without the record no route host resolves outside the cluster.")
    .keywords(says.words())
    .explains(Subject::cluster("ClusterOperator", "ingress"), "DNSReady")
    .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
    .remedy(
        Remedy::new(
            "Check the status of the zones in the record for the error of the cloud provider.",
        )
        .command(format!("oc get dnsrecord {name} -n openshift-ingress-operator -o yaml"))
        .verify("oc get clusteroperator ingress"),
    )
}
