//! Reads the times that the cluster wrote into its objects, while they are parsed.
//!
//! Only metadata, the status, the fields of events and the renewals of leases are read: a time in a
//! specification, a certificate or an annotation of a user is not a time at which something was
//! written. Times are compared as text, because most are in UTC and older than the newest one of
//! their object, and pruned fields are searched where they are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use mustknow_yaml::{Tree, Value};

use crate::model::format::Format;
use crate::model::kind::Kind;
use crate::model::kinds::{CONFIG_MAP, ENDPOINTS, EVENT, LEASE};
use crate::model::record_times::RecordTimes;
use crate::model::resource::ObjectKey;
use crate::model::time::{self, Span, Time};

/// How a time in UTC begins, with a digit for each zero.
const UTC: &[u8; 19] = b"0000-00-00T00:00:00";
/// The length of a time in UTC up to its minutes.
const MINUTES: usize = 16;

/// A lease from before there were Leases, as JSON in an annotation (kubernetes/client-go
/// `tools/leaderelection/resourcelock`).
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";

/// A key that is searched in a text.
type KeyFinder = LazyLock<Finder<'static>>;

static TIME: KeyFinder = LazyLock::new(|| Finder::new("time"));
static RENEW_TIME: KeyFinder = LazyLock::new(|| Finder::new("renewTime"));
static COMPONENT: KeyFinder = LazyLock::new(|| Finder::new("component"));
static HOST: KeyFinder = LazyLock::new(|| Finder::new("host"));

/// Reads the times of the objects in a file of that format.
pub(super) fn of_objects(
    objects: &[(ObjectKey, Value<'_>)],
    tree: &Tree,
    format: Format,
) -> RecordTimes {
    let mut times = RecordTimes::default();
    // The newest event of each host.
    let mut events: BTreeMap<&str, NewestEvent<'_>> = BTreeMap::new();
    for (key, object) in objects {
        let found = ObjectTimes::of(key.kind, *object, tree.text());
        // crust-gather creates the pods that it runs on nodes, with the time of the client.
        if format == Format::CrustGather && !found.is_stored {
            continue;
        }
        if let Some((host, event)) = found.event_of_host() {
            let newest = events.entry(host).or_insert(event);
            *newest = event.max(*newest);
        }
        if let Some(time) = found.api_server.newest() {
            times.api_server.add(time);
        }
        if let Some(time) = found.components.newest() {
            times.components.add(time);
        }
    }
    for (host, NewestEvent { stored, first }) in events {
        if let (Some(stored), Some(first)) = (time::rfc3339(stored), time::rfc3339(first)) {
            times.add_host(host, stored, Span::between(stored, first));
        }
    }
    times
}

/// When an event was stored by the API server and when it occurred first by the clock of its host,
/// as text in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct NewestEvent<'t> {
    stored: &'t str,
    first: &'t str,
}

/// The newest of some times.
#[derive(Default)]
struct NewestText<'t> {
    /// Of the times in UTC.
    utc: Option<&'t str>,
    /// Of the others.
    other: Option<Time>,
}

impl<'t> NewestText<'t> {
    fn add(&mut self, text: &'t str) {
        if is_utc(text) {
            self.utc = self.utc.max(Some(text));
        } else {
            self.add_time(time::rfc3339(text));
        }
    }

    fn add_time(&mut self, time: Option<Time>) {
        self.other = self.other.max(time.filter(|time| time::is_plausible(*time)));
    }

    fn newest(&self) -> Option<Time> {
        self.utc.and_then(time::rfc3339).max(self.other)
    }
}

/// Whether a text is a plausible time in UTC, which can be compared as text.
fn is_utc(text: &str) -> bool {
    let is_like = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *form,
    };
    text.len() > UTC.len()
        && text.ends_with('Z')
        && text.bytes().zip(UTC).all(is_like)
        && ("2014".."2100").contains(&text.get(..4).unwrap_or_default())
}

/// The times of one object.
#[derive(Default)]
struct ObjectTimes<'t> {
    text: &'t str,
    api_server: NewestText<'t>,
    components: NewestText<'t>,
    created: Option<&'t str>,
    /// Whether it has a `resourceVersion`, as every object of the API server has.
    is_stored: bool,
    /// Of an event: when it occurred first, and the text of its source.
    first: Option<&'t str>,
    source: &'t str,
}

impl<'t> ObjectTimes<'t> {
    fn of(kind: &Kind, object: Value<'t>, text: &'t str) -> Self {
        let mut times = Self { text, ..Self::default() };
        for (key, value) in object.members() {
            match times.scalar(key) {
                "metadata" => times.read_metadata(kind, value),
                "status" => times.read_status(value),
                "spec" if *kind == LEASE => times.read_lease(value),
                key if *kind == EVENT => times.read_event(key, value),
                _ => {}
            }
        }
        times
    }

    /// The text of a scalar as written, without quotes; also of a pruned value.
    fn scalar(&self, value: Value<'t>) -> &'t str {
        let text = self.text.get(value.span()).unwrap_or_default();
        match text.as_bytes() {
            [b'"' | b'\'', .., b'"' | b'\''] => text.get(1..text.len() - 1).unwrap_or_default(),
            _ => text,
        }
    }

    fn read_metadata(&mut self, kind: &Kind, metadata: Value<'t>) {
        let (mut deleted, mut grace) = (None, 0);
        for (key, value) in metadata.members() {
            let text = self.scalar(value);
            match self.scalar(key) {
                "creationTimestamp" => {
                    self.api_server.add(text);
                    self.created = Some(text);
                }
                "resourceVersion" => self.is_stored = true,
                "deletionTimestamp" => deleted = time::rfc3339(text),
                "deletionGracePeriodSeconds" => grace = text.parse().unwrap_or(0),
                "managedFields" => {
                    scalars_after(&TIME, text).for_each(|time| self.api_server.add(time));
                }
                "annotations" if [CONFIG_MAP, ENDPOINTS].contains(kind) => {
                    self.read_leader(value);
                }
                _ => {}
            }
        }
        // An object is deleted when its grace period ends, which is in the future at first.
        let grace = jiff::SignedDuration::from_secs(grace);
        self.api_server.add_time(deleted.and_then(|deleted| deleted.checked_sub(grace).ok()));
    }

    fn read_leader(&mut self, annotations: Value<'t>) {
        let leader = annotations.members().find(|(key, _)| self.scalar(*key) == LEADER);
        let Some((_, value)) = leader else { return };
        let lease = self.text.get(value.span()).unwrap_or_default();
        scalars_after(&RENEW_TIME, lease).for_each(|time| self.components.add(time));
    }

    fn read_lease(&mut self, spec: Value<'t>) {
        for (key, value) in spec.members() {
            if matches!(self.scalar(key), "acquireTime" | "renewTime") {
                self.components.add(self.scalar(value));
            }
        }
    }

    fn read_event(&mut self, key: &str, value: Value<'t>) {
        match key {
            "firstTimestamp" | "deprecatedFirstTimestamp" | "eventTime" => {
                let text = self.scalar(value);
                self.components.add(text);
                self.first = self.first.max(Some(text).filter(|text| is_utc(text)));
            }
            "lastTimestamp" | "deprecatedLastTimestamp" => {
                self.components.add(self.scalar(value));
            }
            "series" => self.read_status(value),
            "source" | "deprecatedSource" => {
                self.source = self.text.get(value.span()).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// Reads the times in a status, at any depth, that say when something happened. Others, such as
    /// when a certificate expires, may be in the future.
    fn read_status(&mut self, status: Value<'t>) {
        for (key, value) in status.members() {
            match self.scalar(key) {
                "lastTransitionTime"
                | "lastUpdateTime"
                | "lastHeartbeatTime"
                | "lastProbeTime"
                | "lastObservedTime"
                | "lastPhaseTransitionTime"
                | "startTime"
                | "startedAt"
                | "startedTime"
                | "finishedAt"
                | "completionTime"
                | "lastScheduleTime"
                | "lastSuccessfulTime"
                | "lastFailedTime"
                | "lastScaleTime"
                | "lastUpdated" => {
                    self.components.add(self.scalar(value));
                }
                _ if value.is_empty() => {}
                _ => self.read_status(value),
            }
        }
        for item in status.items() {
            self.read_status(item);
        }
    }

    /// The host of an event of the kubelet, if the event shows the clock of the host: it was stored
    /// in the minute in which it occurred first, or even before it occurred. An event that occurred
    /// repeatedly before it was stored shows nothing.
    fn event_of_host(&self) -> Option<(&'t str, NewestEvent<'t>)> {
        let (stored, first) = (self.created.filter(|text| is_utc(text))?, self.first?);
        let shows_clock = first > stored || first.get(..MINUTES) == stored.get(..MINUTES);
        if !shows_clock || scalars_after(&COMPONENT, self.source).next() != Some("kubelet") {
            return None;
        }
        Some((scalars_after(&HOST, self.source).next()?, NewestEvent { stored, first }))
    }
}

/// The scalars of a key in the text of a mapping or a list of mappings, in YAML or in JSON, which
/// may be quoted itself.
fn scalars_after<'t>(
    key: &'static Finder<'static>,
    text: &'t str,
) -> impl Iterator<Item = &'t str> {
    const QUOTES: [char; 4] = [' ', '"', '\'', '\\'];
    key.find_iter(text.as_bytes()).filter_map(move |at| {
        let is_start = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '{' | ',');
        if !text.get(..at)?.chars().next_back().is_none_or(is_start) {
            return None;
        }
        let rest =
            text.get(at + key.needle().len()..)?.trim_start_matches(QUOTES).strip_prefix(':')?;
        let rest = rest.trim_start_matches(QUOTES);
        rest.split(['"', '\'', '\\', ',', '}', '\n', '\r']).next().map(str::trim_end)
    })
}
