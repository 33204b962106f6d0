//! A Prometheus most of whose series belong to one metric.
//!
//! # Why it matters
//!
//! Prometheus keeps every recent series in memory. One metric with a label of very many values is what
//! makes it need gigabytes, and be killed for them.
//!
//! # What to do
//!
//! Find the label with many values, and drop or limit the metric in its ServiceMonitor, or at its
//! source.
//!
//! # Blind spots
//!
//! How much memory is too much depends on the nodes. Told of is a metric that has a quarter of all
//! series and half a million at least.
//!
//! # References
//!
//! - prometheus/prometheus `web/api/v1/api.go` (`TSDBStatus`)
//! - openshift/must-gather `collection-scripts/gather_monitoring` (`status/tsdb`)

use std::sync::Arc;

use mustknow_gather::layout::Special;
use mustknow_gather::resource::Document;
use mustknow_gather::snapshot::SpecialFile;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::platform_prometheus;

/// Where each replica tells of its series.
const FILES: [Special; 2] = [Special::Series(0), Special::Series(1)];
const PERCENT: u64 = 25;
const LEAST: u64 = 500_000;

pub(super) static META: Meta = Meta {
    id: "monitoring/series-dominated",
    title: "a Prometheus most of whose series belong to one metric",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Special(FILES[0]), Need::Special(FILES[1])],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let read: Vec<_> = FILES
        .into_iter()
        .filter_map(|file| match case.special(file) {
            Some(SpecialFile::Read(document)) => Some(document),
            _ => None,
        })
        .filter_map(|document| Some((document, document.tree.documents().next()?.get("data")?)))
        .collect();
    if read.is_empty() {
        let what = format!("{}: not collected", Special::Series(0).usual_path());
        let gap = Gap::new(GapKind::NotCollected, what);
        return Verdict::Unknown(gap.ask("oc adm must-gather"));
    }
    // Both replicas keep the same.
    let finding = read.iter().find_map(|(document, data)| finding(document, *data));
    Verdict::over(read.len(), finding.into_iter().collect(), "")
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
    Some(
        Finding::new(
            platform_prometheus(),
            format!("{share} % of the series of Prometheus, {count}, are of metric {name}"),
            evidence,
        )
        .why("Prometheus keeps every recent series in memory.")
        .remedy(Remedy::new(
            "Find the label of the metric with many values, and drop or limit it in its \
             ServiceMonitor.",
        )),
    )
}
