//! The gather time: what "now" was when the data was collected.
//!
//! Every "since", "stuck" and "expired" is measured against this time, never against today. A clock
//! of the cluster is preferred to the client's, and any clock is preferred to the newest record.

use std::fmt;

use crate::model::time::{Span, Time};

/// Where the gather time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockSource {
    /// The `timestamp` file inside the image folder: the clock of a node of the cluster.
    GatherPod,
    /// The newest `renewTime` of a Lease: the clock of a node, some seconds early.
    Leases,
    /// The `timestamp` file of the client: the clock of a workstation.
    Client,
    /// The newest time in any object: a lower bound.
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
    /// When the collection ended, by the best available source.
    pub now: Time,
    /// The source.
    pub source: ClockSource,
    /// How far the client's clock is ahead of the cluster's, if both are known.
    pub client_ahead: Option<Span>,
}

/// The newest time of each source in an archive.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) pod: Option<Time>,
    pub(crate) lease: Option<Time>,
    pub(crate) client: Option<Time>,
}

impl Times {
    /// Stores `time` in `slot` if it is later.
    pub(crate) fn note(slot: &mut Option<Time>, time: Option<Time>) {
        *slot = (*slot).max(time);
    }

    /// The clock by the best source, with the newest record as a fallback; None if the archive
    /// contains no time at all.
    pub(crate) fn clock(self, newest_record: impl FnOnce() -> Option<Time>) -> Option<Clock> {
        let (now, source) = None
            .or(self.pod.map(|time| (time, ClockSource::GatherPod)))
            .or(self.lease.map(|time| (time, ClockSource::Leases)))
            .or(self.client.map(|time| (time, ClockSource::Client)))
            .or_else(|| Some((newest_record()?, ClockSource::NewestRecord)))?;
        let client_ahead = match (self.client, self.pod.or(self.lease)) {
            (Some(client), Some(cluster)) => Some(Span::between(cluster, client)),
            _ => None,
        };
        Some(Clock { now, source, client_ahead })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::rfc3339;

    #[test]
    fn the_clock_of_the_cluster_is_preferred_to_the_clock_of_the_client() {
        let pod = rfc3339("2024-10-28T10:20:30Z");
        let client = rfc3339("2024-10-28T10:30:30Z");
        let clock = Times { pod, client, ..Times::default() }.clock(|| None).unwrap();
        assert_eq!((Some(clock.now), clock.source), (pod, ClockSource::GatherPod));
        assert_eq!(clock.client_ahead, Some(Span::minutes(10)));
    }

    #[test]
    fn without_any_time_there_is_no_clock() {
        assert_eq!(Times::default().clock(|| None), None);
    }
}
