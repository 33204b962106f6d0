//! A Prometheus that has no space left for its metrics.
//!
//! # Why it matters
//!
//! What cannot be written is lost: there are no metrics and no alerts over them, and Prometheus may not
//! start again before it has space.
//!
//! # What to do
//!
//! Grow the claim, or keep metrics for a shorter time. Without a claim the space is that of the node.
//!
//! # Blind spots
//!
//! Lines older than two hours are history.
//!
//! # References
//!
//! - prometheus/prometheus `tsdb/wlog/wlog.go` (errors of writing end with the system's own words)

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, few, platform_prometheus};

const NAMESPACE: &str = "openshift-monitoring";
/// What ended longer ago is history.
const RECENT: Span = Span::hours(2);
/// Prometheus writes several times a minute.
const ENOUGH: u64 = 3;

static NO_SPACE: LogPattern = LogPattern::new("no space left on device", NAMESPACE, "prometheus");

pub(super) static META: Meta = Meta {
    id: "monitoring/prometheus-disk-full",
    title: "a Prometheus that has no space left for its metrics",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&NO_SPACE)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &NO_SPACE, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next().filter(|_| logged.count() >= ENOUGH) else {
        return Verdict::Healthy { examined: logged.examined(case) };
    };
    let mut pods: Vec<_> = logged.hits.iter().map(|hits| hits.pod.to_string()).collect();
    pods.sort();
    pods.dedup();
    let nodes: Vec<_> = pods
        .iter()
        .filter_map(|pod| Some(case.find::<Pod<'_>>(NAMESPACE, pod)?.node()?.into_owned()))
        .collect();
    let finding = Finding::new(
        platform_prometheus(),
        format!(
            "Prometheus has no space left for its metrics in {}, logged {}",
            few(&pods),
            logged.span()
        ),
        first,
    )
    .since(logged.since())
    .saying(format!("{} {}", pods.join(" "), nodes.join(" ")))
    .saying("no space left on device")
    .evidence(evidence)
    .why("What cannot be written is lost, and Prometheus may not start again without space.")
    .remedy(
        Remedy::new("Grow the claim of Prometheus, or keep metrics for a shorter time.")
            .command(format!("oc get persistentvolumeclaims -n {NAMESPACE}"))
            .verify(format!("oc logs -n {NAMESPACE} prometheus-k8s-0 -c prometheus --tail=20")),
    );
    Verdict::Found(vec![finding])
}
