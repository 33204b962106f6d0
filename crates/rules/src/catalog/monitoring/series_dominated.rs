//! High-cardinality metric in Prometheus.
//!
//! How much memory is too much depends on the nodes. A metric is reported if it has at least a
//! quarter of all series and at least half a million series.
//!
//! - prometheus/prometheus `web/api/v1/api.go` (`TSDBStatus`)
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`status/tsdb`)

use crate::catalog::prelude::*;

/// The file with the series of each replica.
const FILES: [KnownFile; 2] = [KnownFile::Series(0), KnownFile::Series(1)];
const PERCENT: u64 = 25;
const LEAST: u64 = 500_000;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .reads(&[Need::KnownFile(FILES[0]), Need::KnownFile(FILES[1])])
    .check(check)
    .why(
        "Prometheus keeps every recent series in memory. One metric with a label that has very \
         many values can make Prometheus use gigabytes of memory, and be OOMKilled.",
    )
    .fix(
        "Find the label with many values, and drop or limit the metric in its ServiceMonitor or \
         at its source.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let read: Vec<_> = FILES
        .into_iter()
        .filter_map(|file| match cx.known_file(file) {
            Some(KnownFileContent::Read(document)) => Some(document),
            _ => None,
        })
        .filter_map(|document| Some((document, document.tree.documents().next()?.get("data")?)))
        .collect();
    if read.is_empty() {
        let what = format!("{}: not collected", KnownFile::Series(0).usual_path());
        let gap = Gap::new(GapKind::NotCollected, what);
        return Err(NotJudged::from(gap.command("oc adm must-gather")));
    }
    // Both replicas have the same series.
    let finding = read.iter().find_map(|(document, data)| finding(document, *data));
    Ok(Checked::over(read.len(), finding.into_iter()))
}

fn finding(document: &Arc<Document>, data: Value<'_>) -> Option<Finding> {
    let all = data.at(&["headStats", "numSeries"])?.as_u64()?;
    let most = data
        .get("seriesCountByMetricName")?
        .items()
        .filter_map(|metric| Some((metric.get("value")?.as_u64()?, metric)))
        .max_by_key(|(count, _)| *count)?;
    let (count, metric) = most;
    let share = count.saturating_mul(100) / all.max(1);
    if share < PERCENT || count < LEAST {
        return None;
    }
    let name = metric.text_at(&["name"])?;
    let evidence = Evidence::in_document(
        platform_prometheus(),
        document,
        metric.span(),
        format!("{count} of {all} series"),
    );
    Some(Finding::new(
        platform_prometheus(),
        format!("metric {name} has {share} % of the series of Prometheus ({count})"),
        evidence,
    ))
}
