//! Routers below the number that must run.
//!
//! # Why it matters
//!
//! Every route of the cluster leads through the router pods. With none of them nothing is
//! reached from outside: no application, no console, no login.
//!
//! # What to do
//!
//! Where the message says that pods cannot be scheduled, make room for them: routers on the host
//! network need a node each. Otherwise look at the pods' logs.
//!
//! # Blind spots
//!
//! This is what the ingress operator says of its Deployment. Less than five minutes of it are
//! told as information only, and the first hour of an installation too.
//!
//! # References
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`
//!   (`DeploymentUnavailable`, `DeploymentMinimumReplicasNotMet`)
//! - <https://github.com/okd-project/okd/issues/1654>

use mustknow_gather::kinds::{INGRESS_CONTROLLER, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Ingress, IngressSays, Patience, enumerate, excerpt};

/// How long routers may be away while they are replaced.
const GRACE: Span = Span::minutes(5);
const NAMESPACE: &str = "openshift-ingress";

pub(super) static META: Meta = Meta {
    id: "ingress/no-replicas",
    title: "routers below the number that must run",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&INGRESS_CONTROLLER), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let (none, few) = match (
        Ingress::of(case, "DeploymentAvailable"),
        Ingress::of(case, "DeploymentReplicasMinAvailable"),
    ) {
        (Ok(none), Ok(few)) => (none, few),
        (Err(gap), _) | (_, Err(gap)) => return Verdict::Unknown(gap),
    };
    let is_down = |says: &IngressSays<'_>| {
        none.bad.iter().any(|other| other.is_false && other.controller == says.controller)
    };
    let mut findings: Vec<_> = none
        .bad
        .iter()
        .filter(|says| says.is_false)
        .map(|says| {
            let more = few.bad.iter().find(|other| other.controller == says.controller);
            finding(case, says, more, Severity::Critical)
        })
        .collect();
    findings.extend(
        few.bad
            .iter()
            .filter(|says| says.is_false && !is_down(says))
            .map(|says| finding(case, says, None, Severity::Error)),
    );
    Verdict::over(none.examined, findings, "the cluster has no IngressController")
}

fn finding(
    case: &Case<'_>,
    says: &IngressSays<'_>,
    more: Option<&IngressSays<'_>>,
    full: Severity,
) -> Finding {
    let detail = more.unwrap_or(says);
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(&format!("router-{}-", says.controller)))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let unready = waiting.iter().take(3).filter_map(|pod| {
        let condition = pod.condition("PodScheduled").filter(|c| c.is_false());
        let condition = condition.or_else(|| pod.condition("Ready"))?;
        Some(Evidence::condition(pod.resource(), condition, "this router is not ready"))
    });
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", enumerate(&names, 3))
    };
    let state = if full == Severity::Critical { "is not available" } else { "lacks replicas" };
    let summary = format!(
        "router Deployment {NAMESPACE}/router-{} {state}: {}{pods}",
        says.controller,
        excerpt(&detail.message)
    );
    let subject =
        Subject::namespaced("Deployment", NAMESPACE, format!("router-{}", says.controller));
    Finding::new(subject, summary, says.evidence("the ingress operator says so"))
        .severity(Patience::of(case, says.since(), GRACE).severity(full))
        .since(says.since())
        .why("Every route of the cluster leads through these pods: the console and the login too.")
        .saying(says.words())
        .saying(detail.words())
        .saying(names.join(" "))
        .evidence(more.map(|more| more.evidence("and how many there are")))
        .evidence(unready)
        .explains(Subject::cluster("ClusterOperator", "ingress"), "Deployment")
        .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
        .remedy(
            Remedy::new(
                "Make room for the routers, or mend them: on the host network each needs a node \
                 of its own with ports 80, 443 and 1936 free.",
            )
            .command(format!("oc get pods -n {NAMESPACE} -o wide"))
            .command(format!("oc describe pods -n {NAMESPACE}"))
            .verify("oc get clusteroperator ingress"),
        )
}
