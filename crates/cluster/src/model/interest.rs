//! What the rules want to know of an archive.

use std::collections::BTreeSet;

use crate::model::kind::Kind;
use crate::model::kinds;
use crate::model::known_file::KnownFile;
use crate::model::log::LogPattern;

/// How the ConfigMaps are called that say how the revisions of a static pod came about
/// (openshift/library-go `pkg/operator/revisioncontroller`).
pub const REVISION_STATUS: &str = "revision-status-";

/// What the rules want to know; everything else is counted and passed by.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    /// Kinds to parse.
    pub kinds: BTreeSet<&'static Kind>,
    /// ConfigMaps, by namespace and name, whose contents are read; of all others only that they are
    /// there.
    pub config_maps: Names,
    /// Kinds whose certificates are read; what holds them is not kept for that.
    pub certificates: BTreeSet<&'static Kind>,
    /// Words to look for in logs.
    pub logs: BTreeSet<&'static LogPattern>,
    /// Files with a shape of their own.
    pub known_files: BTreeSet<KnownFile>,
    /// Whether what only a history tells is read too: events that say that things go their way, when a
    /// series of events began, outages, and when what holds certificates was written. A scan is quicker
    /// without.
    pub history: bool,
}

/// Some names, or all there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// Every name.
    All,
    /// Namespaces and names.
    These(BTreeSet<(&'static str, &'static str)>),
}

impl Default for Names {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl Interest {
    /// Whether the contents of that ConfigMap are read.
    pub(crate) fn reads_data_of(&self, namespace: &str, name: &str) -> bool {
        let is_of_history = self.history && name.starts_with(REVISION_STATUS);
        match &self.config_maps {
            Names::All => true,
            Names::These(these) => is_of_history || these.contains(&(namespace, name)),
        }
    }

    /// Everything there is to parse; no logs.
    pub fn everything() -> Self {
        Self {
            kinds: kinds::ALL.iter().copied().collect(),
            config_maps: Names::All,
            certificates: kinds::ALL.iter().copied().collect(),
            logs: BTreeSet::new(),
            known_files: [
                KnownFile::EtcdMembers,
                KnownFile::EtcdHealth,
                KnownFile::EtcdStatus,
                KnownFile::EtcdAlarms,
                KnownFile::EtcdObjects,
                KnownFile::Alerts,
                KnownFile::AlertsComplaint,
                KnownFile::Targets(0),
                KnownFile::Targets(1),
                KnownFile::Series(0),
                KnownFile::Series(1),
            ]
            .into(),
            history: false,
        }
    }
}
