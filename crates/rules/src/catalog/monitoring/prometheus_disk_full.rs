//! `Prometheus` without free disk space.
//!
//! Lines older than two hours are ignored.
//!
//! - prometheus/prometheus `tsdb/wlog/wlog.go` (write errors end with the message of the operating system)

use crate::catalog::prelude::*;

const NO_SPACE: LogPattern =
    LogPattern::new("no space left on device", "openshift-monitoring", "prometheus");

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .log(&[NO_SPACE], Span::hours(2), |cx, logged| {
        let writers = logged.writers(cx);
        let finding = logged.finding(
            platform_prometheus(),
            format!(
                "Prometheus has no disk space left for its metrics in {}, logged {}",
                name_list(&writers),
                logged.frequency()
            ),
        )?;
        // Prometheus writes several times a minute.
        (logged.count() >= 3)
            .then(|| finding.keywords(writers.join(" ")).keywords("no space left on device"))
    })
    .reads(&[Need::Kind(&POD)])
    .at_once("the lines were written within the last two hours")
    .why(
        "Data that cannot be written is lost: there are no metrics and no alerts based on them, \
         and Prometheus may not start again until there is free space.",
    )
    .fix(
        "Expand the PersistentVolumeClaim, or reduce the retention time of the metrics. Without \
         a PersistentVolumeClaim, Prometheus uses the disk of the node.",
    )
    .run(&["oc get persistentvolumeclaims -n openshift-monitoring"])
    .verify(&["oc logs -n openshift-monitoring prometheus-k8s-0 -c prometheus --tail=20"]);
