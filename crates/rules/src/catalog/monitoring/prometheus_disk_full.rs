//! Prometheus without free disk space.
//!
//! # Why it matters
//!
//! Data that cannot be written is lost: there are no metrics and no alerts based on them, and
//! Prometheus may not start again until there is free space.
//!
//! # What to do
//!
//! Expand the PersistentVolumeClaim, or reduce the retention time of the metrics. Without a
//! PersistentVolumeClaim, Prometheus uses the disk of the node.
//!
//! # Blind spots
//!
//! Lines older than two hours are ignored.
//!
//! # References
//!
//! - prometheus/prometheus `tsdb/wlog/wlog.go` (write errors end with the message of the operating system)

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::platform_prometheus;
use crate::engine::name_list;
use crate::signals::LogOccurrences;

const NAMESPACE: &str = "openshift-monitoring";
/// Older lines are ignored.
const RECENT: Span = Span::hours(2);
/// Prometheus writes several times a minute.
const ENOUGH: u64 = 3;

static NO_SPACE: LogPattern = LogPattern::new("no space left on device", NAMESPACE, "prometheus");

pub(super) static META: Meta = Meta {
    id: "monitoring/prometheus-disk-full",
    title: "Prometheus without free disk space",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&NO_SPACE)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let logged = LogOccurrences::recent(cx, &NO_SPACE, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next().filter(|_| logged.count() >= ENOUGH) else {
        return Verdict::Healthy { examined: logged.examined(cx) };
    };
    let mut pods: Vec<_> = logged.hits.iter().map(|hits| hits.pod.to_string()).collect();
    pods.sort();
    pods.dedup();
    let nodes: Vec<_> = pods
        .iter()
        .filter_map(|pod| Some(cx.find::<Pod<'_>>(NAMESPACE, pod)?.node()?.into_owned()))
        .collect();
    let finding = Finding::new(
        platform_prometheus(),
        format!(
            "Prometheus has no disk space left for its metrics in {}, logged {}",
            name_list(&pods),
            logged.frequency()
        ),
        first,
    )
    .since(logged.since())
    .keywords(format!("{} {}", pods.join(" "), nodes.join(" ")))
    .keywords("no space left on device")
    .evidence(evidence)
    .why(
        "Data that cannot be written is lost, and Prometheus may not start again without free \
         space.",
    )
    .remedy(
        Remedy::new(
            "Expand the PersistentVolumeClaim of Prometheus, or reduce the retention time of the \
             metrics.",
        )
        .command(format!("oc get persistentvolumeclaims -n {NAMESPACE}"))
        .verify(format!("oc logs -n {NAMESPACE} prometheus-k8s-0 -c prometheus --tail=20")),
    );
    Verdict::Found(vec![finding])
}
