//! The timeline of a cluster: what to read for it, and the events of all sources in one order.

use mustknow_cluster::model::kinds::{self, CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::{Interest, Snapshot};
use mustknow_rules::engine::run;
use mustknow_rules::{Gap, Judgement, Rule};

use super::collector::{CollectContext, EventCollector, ReadScope};
use super::filter::{Filter, FilteredOut};
use super::timeline_event::TimelineEvent;
use super::{
    alerts, certificates, conditions, events, findings, gaps, logs, nodes, objects, outages, pods,
    revisions, updates,
};

/// How many events are kept; if there are more, the newest ones.
const LIMIT: usize = 300_000;

/// The events of one cluster.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The events, sorted by time.
    pub events: Vec<TimelineEvent>,
    /// What was not collected.
    pub gaps: Vec<Gap>,
    /// How many events the filter left out.
    pub filtered_out: FilteredOut,
}

/// Everything to read for a complete timeline, together with what `rules` read.
pub fn interest(rules: &[Rule]) -> Interest {
    let mut interest = run::interest(rules);
    interest.kinds.extend(kinds::ALL);
    interest.certificates.extend([&SECRET, &CONFIG_MAP, &CERTIFICATE_SIGNING_REQUEST]);
    interest.known_files.insert(KnownFile::Alerts);
    interest.history = true;
    interest
}

/// The timeline of one cluster, with the events that pass `filter`. `judgement` has the findings of
/// the rules.
pub fn of(
    snapshot: &Snapshot,
    judgement: &Judgement,
    scope: ReadScope,
    filter: &Filter,
) -> Timeline {
    let cx = CollectContext { snapshot, judgement, scope };
    let mut collector = EventCollector::new(LIMIT, filter);
    for collect in [
        updates::collect,
        conditions::collect,
        nodes::collect,
        pods::collect,
        events::collect,
        revisions::collect,
        certificates::collect,
        objects::collect,
        outages::collect,
        alerts::collect,
        logs::collect,
        findings::collect,
    ] {
        collect(cx, &mut collector);
    }
    let (events, filtered_out) = collector.finish();
    Timeline { events, gaps: gaps::of(cx), filtered_out }
}
