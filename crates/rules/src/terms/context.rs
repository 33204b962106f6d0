//! The view of one cluster that one rule gets.
//!
//! A rule can read only what it declares, because nothing else was parsed. In debug builds, and so
//! in every test, reading anything else is a panic that names what to declare.

use mustknow_archive::Deadline;
use mustknow_cluster::model::clock::ClockSource;
use mustknow_cluster::model::coverage::Coverage;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    CLUSTER_OPERATOR, CLUSTER_VERSION, INFRASTRUCTURE, LEASE, NODE,
};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::{LogHits, LogPattern};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::snapshot::{KnownFileContent, Missing, Searched};
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::ClusterVersion;
use mustknow_cluster::{Lookup, Snapshot};

use crate::terms::memo::Memo;
use crate::terms::meta::{Meta, Need};
use crate::terms::verdict::{NotJudged, not_applicable};

/// Kinds that every scan reads, because the report and the clock need them.
pub const ALWAYS: [&Kind; 5] =
    [&CLUSTER_VERSION, &CLUSTER_OPERATOR, &INFRASTRUCTURE, &LEASE, &NODE];

/// One cluster, for one rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleContext<'s> {
    snapshot: &'s Snapshot,
    memo: &'s Memo,
    meta: &'static Meta,
    deadline: Deadline,
}

impl<'s> RuleContext<'s> {
    /// The cluster of `snapshot`, for the rule of `meta`; all rules of a scan share `memo`.
    pub fn new(snapshot: &'s Snapshot, memo: &'s Memo, meta: &'static Meta) -> Self {
        Self { snapshot, memo, meta, deadline: Deadline::default() }
    }

    /// The same, where judging must end. After that, objects come to an end for the rule, and the
    /// engine discards what it says.
    #[must_use]
    pub fn until(self, deadline: Deadline) -> Self {
        Self { deadline, ..self }
    }

    /// Whether judging must end.
    pub(crate) fn is_overdue(&self) -> bool {
        self.deadline.has_passed()
    }

    /// The values that other rules have already derived from the snapshot.
    pub(crate) fn memo(&self) -> &'s Memo {
        self.memo
    }

    /// Every object of the kinds of `V`.
    pub fn all<V: View<'s>>(&self) -> impl Iterator<Item = V> + use<'s, V> {
        self.assert_declared::<V>();
        let deadline = self.deadline;
        self.snapshot.all().take_while(move |_| !deadline.has_passed())
    }

    /// Every object of a kind.
    pub fn of_kind(&self, kind: &'static Kind) -> &'s [Resource] {
        self.assert_kind_declared(kind);
        self.snapshot.of_kind(kind)
    }

    /// The objects of one namespace.
    pub fn within<V: View<'s>>(&self, namespace: &str) -> impl Iterator<Item = V> + use<'s, V> {
        self.assert_declared::<V>();
        self.snapshot.within(namespace).collect::<Vec<V>>().into_iter()
    }

    /// The object of that name, if it was collected.
    pub fn find<V: View<'s>>(&self, namespace: &str, name: &str) -> Option<V> {
        self.assert_declared::<V>();
        self.snapshot.find(namespace, name)
    }

    /// The object of one kind and that name, if it was collected; for views of several kinds.
    pub fn find_as<V: View<'s>>(&self, kind: &Kind, namespace: &str, name: &str) -> Option<V> {
        self.assert_kind_declared(kind);
        self.snapshot.find_of(kind, namespace, name).map(V::of)
    }

    /// The object of that name, the proof of its absence, or why neither is known.
    pub fn look_up<V: View<'s>>(&self, namespace: &str, name: &str) -> Lookup<V> {
        self.assert_declared::<V>();
        self.snapshot.look_up(namespace, name)
    }

    /// The object of that name. Without it the rule does not apply, or is inconclusive if it is not
    /// proven that the cluster has none.
    pub fn required<V: View<'s>>(&self, namespace: &str, name: &str) -> Result<V, NotJudged> {
        match self.look_up(namespace, name) {
            Lookup::Here(object) => Ok(object),
            Lookup::Absent(_) => {
                let kind = V::KINDS.first().map_or("object", |kind| kind.name);
                Err(not_applicable(format!("the cluster has no {kind} {name}")))
            }
            Lookup::Unknown(missing) => Err(missing.into()),
        }
    }

    /// The proof that the object of that name does not exist; None if it does.
    pub fn absence<V: View<'s>>(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Searched>, Missing> {
        match self.look_up::<V>(namespace, name) {
            Lookup::Here(_) => Ok(None),
            Lookup::Absent(searched) => Ok(Some(searched)),
            Lookup::Unknown(missing) => Err(missing),
        }
    }

    /// Proves that all objects of a kind in a namespace were collected.
    pub fn prove_whole(&self, kind: &'static Kind, namespace: &str) -> Result<Searched, Missing> {
        self.assert_kind_declared(kind);
        self.snapshot.prove_whole(kind, namespace)
    }

    /// The hits of a log pattern.
    pub fn log_hits(&self, pattern: &'static LogPattern) -> impl Iterator<Item = &'s LogHits> {
        debug_assert!(
            self.needs().any(|need| matches!(need, Need::Log(known) if known == pattern)),
            "{} reads a log pattern it does not declare: {pattern:?}",
            self.meta.id
        );
        self.snapshot.log_hits(pattern)
    }

    /// A file with its own format.
    pub fn known_file(&self, known_file: KnownFile) -> Option<&'s KnownFileContent> {
        debug_assert!(
            self.needs().any(|need| matches!(need, Need::KnownFile(known) if known == known_file)),
            "{} reads {known_file:?} but does not declare it",
            self.meta.id
        );
        self.snapshot.known_file(known_file)
    }

    /// The ClusterVersion.
    pub fn cluster_version(&self) -> Option<ClusterVersion<'s>> {
        ClusterVersion::find(self.snapshot)
    }

    /// What was collected.
    pub fn coverage(&self) -> &'s Coverage {
        self.snapshot.coverage()
    }

    /// Everything that was read.
    pub fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }

    /// The gather time.
    pub fn now(&self) -> Option<Time> {
        self.snapshot.now()
    }

    /// The time from `since` to the gather time; never negative, because the parts of an archive
    /// are collected at different seconds.
    pub fn age(&self, since: Option<Time>) -> Option<Span> {
        Some(Span::between(since?, self.now()?).max(Span::minutes(0)))
    }

    /// Whether ages are only lower bounds: the clock is the newest record in the archive, and the
    /// cluster was collected some time after it.
    pub fn ages_are_lower_bounds(&self) -> bool {
        self.snapshot.clock().is_some_and(|clock| clock.source == ClockSource::NewestRecord)
    }

    /// Whether the cluster may have been collected long after the newest record, because the
    /// archive has no node and so no heartbeat. A state that seems recent can then be old.
    pub fn is_clock_uncertain(&self) -> bool {
        self.ages_are_lower_bounds() && self.snapshot.of_kind(&NODE).is_empty()
    }

    /// Whether the archive is older than `since`: the clock of the archive or the one that wrote the
    /// time is wrong.
    pub fn is_in_future(&self, since: Option<Time>) -> bool {
        const SKEW: Span = Span::minutes(2);
        since.zip(self.now()).is_some_and(|(since, now)| Span::between(now, since) > SKEW)
    }

    /// Whether a record counts as recent: written within `window` before the collection, or at an
    /// unknown time. A cluster writes every few seconds, so where the newest record is half a year older
    /// than the clock, the clock is wrong, and the newest record counts.
    pub fn is_recent(&self, written: Option<Time>, window: Span) -> bool {
        const SILENCE: Span = Span::days(180);
        let newest = self.snapshot.newest_record();
        let is_late = |now| newest.is_some_and(|newest| Span::between(newest, now) > SILENCE);
        let now = if self.now().is_some_and(is_late) { newest } else { self.now() };
        written.zip(now).is_none_or(|(written, now)| Span::between(written, now) <= window)
    }

    /// Whether `since` is longer ago than `limit`. False when either time is unknown.
    pub fn is_older(&self, since: Option<Time>, limit: Span) -> bool {
        self.age(since).is_some_and(|age| age > limit)
    }

    fn needs(&self) -> impl Iterator<Item = Need> {
        self.meta.sources()
    }

    /// What the rule declares.
    pub fn meta(&self) -> &'static Meta {
        self.meta
    }

    fn assert_declared<V: View<'s>>(&self) {
        for kind in V::KINDS {
            self.assert_kind_declared(kind);
        }
    }

    fn assert_kind_declared(&self, kind: &Kind) {
        debug_assert!(
            ALWAYS.contains(&kind) || self.needs().any(|need| need.kind() == Some(kind)),
            "{} reads {} but does not declare it",
            self.meta.id,
            kind.name
        );
    }
}
