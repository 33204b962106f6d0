//! Which parts of a dump the rules read.

use std::collections::BTreeSet;

use crate::model::kind::Kind;
use crate::model::kinds;
use crate::model::known_file::KnownFile;
use crate::model::log::LogPattern;

/// The name prefix of the ConfigMaps that describe the revisions of a static pod
/// (openshift/library-go `pkg/operator/revisioncontroller`).
pub const REVISION_STATUS: &str = "revision-status-";

/// Which parts of a dump the rules read; everything else is counted and skipped.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    /// The kinds to parse.
    pub kinds: BTreeSet<&'static Kind>,
    /// The ConfigMaps whose data is read. Of all others only the existence is recorded.
    pub config_maps: ConfigMapInterest,
    /// The kinds whose certificates are read. This alone does not store the objects.
    pub certificates: BTreeSet<&'static Kind>,
    /// The patterns to search for in logs.
    pub logs: BTreeSet<&'static LogPattern>,
    /// The known files to read.
    pub known_files: BTreeSet<KnownFile>,
    /// Whether to keep the last words of the logs of containers that are not well.
    pub last_words: bool,
    /// Whether to read what only a timeline needs as well: routine events, the first time of a
    /// series of events, outages, and when objects with certificates were written. A scan without
    /// it is faster.
    pub history: bool,
}

/// The ConfigMaps whose data is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigMapInterest {
    /// All of them.
    All,
    /// Those with these namespaces and names.
    These(BTreeSet<(&'static str, &'static str)>),
}

impl Default for ConfigMapInterest {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl Interest {
    /// Whether the data of that ConfigMap is read.
    pub(crate) fn reads_data_of(&self, namespace: &str, name: &str) -> bool {
        let is_for_history = self.history && name.starts_with(REVISION_STATUS);
        match &self.config_maps {
            ConfigMapInterest::All => true,
            ConfigMapInterest::These(these) => is_for_history || these.contains(&(namespace, name)),
        }
    }

    /// Everything that can be parsed, without logs and history.
    pub fn everything() -> Self {
        Self {
            kinds: kinds::ALL.iter().copied().collect(),
            config_maps: ConfigMapInterest::All,
            certificates: kinds::ALL.iter().copied().collect(),
            logs: BTreeSet::new(),
            known_files: [
                KnownFile::EtcdMembers,
                KnownFile::EtcdHealth,
                KnownFile::EtcdStatus,
                KnownFile::EtcdAlarms,
                KnownFile::EtcdObjects,
                KnownFile::Alerts,
                KnownFile::AlertsStderr,
                KnownFile::Targets(0),
                KnownFile::Targets(1),
                KnownFile::Series(0),
                KnownFile::Series(1),
            ]
            .into(),
            last_words: false,
            history: false,
        }
    }
}
