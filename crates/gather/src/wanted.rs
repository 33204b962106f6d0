//! What the rules want to know of an archive.

use std::collections::BTreeSet;

use crate::kinds;
use crate::layout::Special;
use crate::log::LogPattern;
use crate::resource::Kind;

/// What the rules want to know; everything else is counted and passed by.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Kinds to parse.
    pub kinds: BTreeSet<&'static Kind>,
    /// Words to look for in logs.
    pub logs: BTreeSet<&'static LogPattern>,
    /// Files with a shape of their own.
    pub specials: BTreeSet<Special>,
}

impl Wanted {
    /// Everything there is to parse; no logs.
    pub fn everything() -> Self {
        Self {
            kinds: kinds::ALL.iter().copied().collect(),
            logs: BTreeSet::new(),
            specials: [
                Special::EtcdMembers,
                Special::EtcdHealth,
                Special::EtcdStatus,
                Special::EtcdAlarms,
                Special::Alerts,
            ]
            .into(),
        }
    }
}
