//! High-cardinality metric in Prometheus.
//!
//! How much memory is too much depends on the nodes. A metric is reported if it has at least a
//! quarter of all series and at least half a million series.
//!
//! - prometheus/prometheus `web/api/v1/api.go` (`TSDBStatus`)
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`status/tsdb`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs_any(&[Need::KnownFile(KnownFile::Series(0)), Need::KnownFile(KnownFile::Series(1))])
    .check(check)
    .at_once("what counts is the size, not the age")
    .why(
        "Prometheus keeps every recent series in memory. One metric with a label that has very \
         many values can make Prometheus use gigabytes of memory, and be OOMKilled.",
    )
    .fix(
        "Find the label with many values, and drop or limit the metric in its ServiceMonitor or \
         at its source.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let of_replica = |replica| {
        let document = read_known_file(cx, KnownFile::Series(replica))?;
        Some((document, document.tree.documents().next()?.get("data")?))
    };
    let read: Vec<_> = [0, 1].into_iter().filter_map(of_replica).collect();
    if read.is_empty() {
        return Err(known_file_gap(cx, KnownFile::Series(0), "no series").into());
    }
    // Both replicas have the same series.
    let finding = read.iter().find_map(|(document, data)| finding(document, *data));
    Ok(Checked::over(read.len(), finding))
}

fn finding(document: &Arc<Document>, data: Value<'_>) -> Option<Finding> {
    let all = data.at(&["headStats", "numSeries"])?.as_u64()?;
    let metrics = data.get("seriesCountByMetricName")?.items();
    let (count, metric) = metrics
        .filter_map(|metric| Some((metric.get("value")?.as_u64()?, metric)))
        .max_by_key(|(count, _)| *count)?;
    let percent = count.saturating_mul(100) / all.max(1);
    if percent < 25 || count < 500_000 {
        return None;
    }
    let name = metric.text_at(&["name"])?;
    let note = format!("{count} of {all} series");
    let evidence = Evidence::in_document(platform_prometheus(), document, metric.span(), note);
    let summary = format!("metric {name} has {percent} % of the series of Prometheus ({count})");
    Some(Finding::new(platform_prometheus(), summary, evidence))
}
