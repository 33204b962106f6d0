//! `Prometheus` without free disk space.
//!
//! Lines older than two hours are ignored.
//!
//! - prometheus/prometheus `tsdb/wlog/wlog.go` (write errors end with the message of the operating system)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-monitoring";
/// Older lines are ignored.
const RECENT: Span = Span::hours(2);
/// Prometheus writes several times a minute.
const ENOUGH: u64 = 3;

const NO_SPACE: LogPattern = LogPattern::new("no space left on device", NAMESPACE, "prometheus");

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Log(&NO_SPACE)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "Data that cannot be written is lost: there are no metrics and no alerts based on them, \
         and Prometheus may not start again until there is free space.",
    )
    .fix(
        "Expand the PersistentVolumeClaim, or reduce the retention time of the metrics. Without \
         a PersistentVolumeClaim, Prometheus uses the disk of the node.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &NO_SPACE, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next().filter(|_| logged.count() >= ENOUGH) else {
        return Ok(Checked::over(logged.examined(cx), None));
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
    .run(format!("oc get persistentvolumeclaims -n {NAMESPACE}"))
    .verify(format!("oc logs -n {NAMESPACE} prometheus-k8s-0 -c prometheus --tail=20"));
    Ok(Checked::over(1, vec![finding]))
}
