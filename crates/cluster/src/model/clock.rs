//! The time of the archive: what "now" was when the cluster was looked at.
//!
//! Every "since", "stuck" and "expired" is measured against this, never against today. A clock
//! of the cluster goes before the client's, and any clock before the newest record.

use std::fmt;

use crate::model::time::{Span, Time};

/// Where the gather time was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockSource {
    /// The `timestamp` file inside the image folder: the clock of a node of the cluster.
    GatherPod,
    /// The newest renewal of a lease: a node's clock, some seconds early.
    Leases,
    /// The `timestamp` file of the client: the clock of a workstation.
    Client,
    /// The newest time in any object or log: the cluster was looked at no earlier.
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

/// The gather time and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// When the collection ended, by the best source there is.
    pub now: Time,
    /// That source.
    pub source: ClockSource,
    /// How far the client's clock is ahead of the cluster's, when both are known.
    pub client_ahead: Option<Span>,
}

/// The times an archive offers, by source; each the newest of its kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) pod: Option<Time>,
    pub(crate) lease: Option<Time>,
    pub(crate) client: Option<Time>,
}

impl Times {
    /// Keeps the later of what is known and `time`.
    pub(crate) fn note(slot: &mut Option<Time>, time: Option<Time>) {
        *slot = (*slot).max(time);
    }

    /// The clock they make, or where there is none the newest record; None when the archive holds
    /// no time at all.
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
    fn the_clock_of_the_cluster_goes_before_the_clock_of_the_client() {
        let pod = rfc3339("2024-10-28T10:20:30Z");
        let client = rfc3339("2024-10-28T10:30:30Z");
        let clock = Times { pod, client, ..Times::default() }.clock(|| None).unwrap();
        assert_eq!((Some(clock.now), clock.source), (pod, ClockSource::GatherPod));
        assert_eq!(clock.client_ahead, Some(Span::minutes(10)));
    }

    #[test]
    fn no_time_at_all_is_no_clock() {
        assert_eq!(Times::default().clock(|| None), None);
    }
}
