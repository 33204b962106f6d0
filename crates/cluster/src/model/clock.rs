//! The gather time: what "now" was when the data was collected.
//!
//! Every "since", "stuck" and "expired" is measured against this time, never against today. A clock
//! of the cluster is preferred to the client's, and any clock is preferred to the newest record. It
//! is never earlier than what the API server has written.

use std::fmt;

use crate::model::time::{Span, Time, is_plausible};

/// How long a collection may take. A clock that stops this long before the newest record was read
/// before the collection, or is wrong.
const COLLECTION: Span = Span::hours(1);

/// Where the gather time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockSource {
    /// The `timestamp` file inside the image folder: the clock of a node of the cluster.
    GatherPod,
    /// The newest `renewTime` of a Lease: the clock of a node, some seconds early.
    Leases,
    /// The `timestamp` file of the client, or `collected.timestamp` of crust-gather: the clock of a
    /// workstation.
    Client,
    /// The newest time that the cluster wrote into any object: a lower bound.
    NewestRecord,
}

impl fmt::Display for ClockSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GatherPod => "timestamp file of the gather pod",
            Self::Leases => "newest lease renewal",
            Self::Client => "timestamp file of the client",
            Self::NewestRecord => "newest record in the archive",
        })
    }
}

/// The gather time and its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// When the collection ended, by the best available source; not before the newest time that the
    /// API server wrote.
    pub now: Time,
    /// The source.
    pub source: ClockSource,
    /// How far the client's clock is ahead of the cluster's, if both are known.
    pub client_ahead: Option<Span>,
}

impl Clock {
    /// The same clock, later by `span`, or earlier if it is negative; for tests that judge the same
    /// data at another time.
    #[must_use]
    pub fn shifted(self, span: Span) -> Self {
        let seconds = jiff::SignedDuration::from_secs(span.seconds());
        let now = self.now.checked_add(seconds);
        let latest = if span.seconds() < 0 { Time::MIN } else { Time::MAX };
        Self { now: now.unwrap_or(latest), ..self }
    }
}

/// The newest time of each source in an archive.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) pod: Option<Time>,
    pub(crate) lease: Option<Time>,
    pub(crate) client: Option<Time>,
    /// When the client began to collect.
    pub(crate) start: Option<Time>,
}

/// The newest times that the cluster wrote into objects.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NewestRecords {
    /// By the API server.
    pub(crate) api_server: Option<Time>,
    /// By the API server or any component.
    pub(crate) all: Option<Time>,
}

impl Times {
    /// Stores `time` in `slot` if it is later.
    pub(crate) fn note(slot: &mut Option<Time>, time: Option<Time>) {
        *slot = (*slot).max(time.filter(|time| is_plausible(*time)));
    }

    /// Whether there is no source.
    pub(crate) fn is_empty(self) -> bool {
        self.pod.or(self.lease).or(self.client).or(self.start).is_none()
    }

    /// The clock by the best source, with the newest record as a fallback; None if the archive
    /// contains no time at all.
    ///
    /// The gather pod and the client write their time at the end of the collection, so only the
    /// clock of the API server can show that it is behind. Leases, and the start of a
    /// collection, are always somewhat older than the newest records; if they are much older, such
    /// as the lease of a silent node, they are no clock.
    pub(crate) fn clock(self, newest: NewestRecords) -> Option<Clock> {
        let is_near = |time: &Time| newest.all.is_none_or(|all| is_within_collection(*time, all));
        let lease = self.lease.filter(is_near);
        let (time, source, record) = None
            .or(self.pod.map(|time| (time, ClockSource::GatherPod, newest.api_server)))
            .or(lease.map(|time| (time, ClockSource::Leases, newest.all)))
            .or(self.client.map(|time| (time, ClockSource::Client, newest.api_server)))
            .or(self.start.filter(is_near).map(|time| (time, ClockSource::Client, newest.all)))
            .or_else(|| Some((newest.all?, ClockSource::NewestRecord, None)))?;
        let now = record.map_or(time, |record| record.max(time));
        let source =
            if is_within_collection(time, now) { source } else { ClockSource::NewestRecord };
        let client_ahead = match (self.client, self.pod.or(lease)) {
            (Some(client), Some(_)) => Some(Span::between(now, client)),
            _ => None,
        };
        Some(Clock { now, source, client_ahead })
    }
}

fn is_within_collection(start: Time, end: Time) -> bool {
    Span::between(start, end) <= COLLECTION
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::rfc3339;

    const NONE: NewestRecords = NewestRecords { api_server: None, all: None };

    fn at(clock: &str) -> Option<Time> {
        rfc3339(&format!("2024-10-28T{clock}:00Z"))
    }

    fn shown(times: Times, newest: NewestRecords) -> Option<(Time, ClockSource)> {
        times.clock(newest).map(|clock| (clock.now, clock.source))
    }

    #[test]
    fn the_clock_of_the_cluster_is_preferred_to_the_clock_of_the_client() {
        let (pod, client) = (at("10:20"), at("10:30"));
        let clock = Times { pod, client, ..Times::default() }.clock(NONE).unwrap();
        assert_eq!((Some(clock.now), clock.source), (pod, ClockSource::GatherPod));
        assert_eq!(clock.client_ahead, Some(Span::minutes(10)));
    }

    #[test]
    fn without_any_time_there_is_no_clock() {
        assert_eq!(Times::default().clock(NONE), None);
    }

    #[test]
    fn the_clock_is_not_earlier_than_what_the_api_server_wrote() {
        let newest = NewestRecords { api_server: at("10:40"), all: at("10:50") };
        for times in [
            Times { pod: at("10:20"), ..Times::default() },
            Times { client: at("10:20"), ..Times::default() },
        ] {
            let (now, source) = shown(times, newest).unwrap();
            assert_eq!(Some(now), at("10:40"));
            assert_ne!(source, ClockSource::NewestRecord);
        }
    }

    #[test]
    fn a_clock_that_is_far_behind_is_no_source() {
        let newest = NewestRecords { api_server: at("12:40"), all: at("12:50") };
        let pod = Times { pod: at("10:20"), client: at("11:00"), ..Times::default() };
        let expected = Some((at("12:40").unwrap(), ClockSource::NewestRecord));
        assert_eq!(shown(pod, newest), expected);
    }

    #[test]
    fn an_old_lease_is_no_clock() {
        let newest = NewestRecords { api_server: at("09:00"), all: at("10:50") };
        let old = Times { lease: at("08:00"), ..Times::default() };
        let expected = Some((at("10:50").unwrap(), ClockSource::NewestRecord));
        assert_eq!(shown(old, newest), expected);
        let with_client = Times { client: at("11:00"), ..old };
        let expected = Some((at("11:00").unwrap(), ClockSource::Client));
        assert_eq!(shown(with_client, newest), expected);
        assert_eq!(with_client.clock(newest).unwrap().client_ahead, None);
        let new = Times { lease: at("10:40"), ..Times::default() };
        let expected = Some((at("10:50").unwrap(), ClockSource::Leases));
        assert_eq!(shown(new, newest), expected);
    }

    #[test]
    fn the_start_of_a_collection_is_the_clock_of_a_client() {
        let start = Times { start: at("10:20"), ..Times::default() };
        assert_eq!(shown(start, NONE), Some((at("10:20").unwrap(), ClockSource::Client)));
        let newest = NewestRecords { api_server: None, all: at("10:21") };
        let clock = start.clock(newest).unwrap();
        assert_eq!((Some(clock.now), clock.source), (at("10:21"), ClockSource::Client));
        assert_eq!(clock.client_ahead, None);
    }

    #[test]
    fn an_absurd_time_is_no_source() {
        let mut slot = None;
        for text in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-009999-01-01T00:00:00Z"] {
            Times::note(&mut slot, rfc3339(text));
        }
        assert_eq!(slot, None);
    }

    #[test]
    fn a_shifted_clock_stays_within_the_times_there_are() {
        let clock = Times { pod: at("10:20"), ..Times::default() }.clock(NONE).unwrap();
        assert_eq!(Some(clock.shifted(Span::hours(-1)).now), at("09:20"));
        assert_eq!(clock.shifted(Span::days(i64::MAX / 86_400)).now, Time::MAX);
        assert_eq!(clock.shifted(Span::days(i64::MIN / 86_400)).now, Time::MIN);
    }
}
