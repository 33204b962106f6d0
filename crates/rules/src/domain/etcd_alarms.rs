//! The alarms of etcd.
//!
//! Source: etcd-io/etcd `api/etcdserverpb/rpc.proto` (`AlarmType`: 1 NOSPACE, 2 CORRUPT).

use std::ops::Range;

use mustknow_cluster::model::known_file::KnownFile;
use mustknow_yaml::Value;

use super::etcd::{EtcdFile, EtcdMember};
use crate::terms::context::RuleContext;
use crate::terms::verdict::Gap;

/// What etcd raises an alarm about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EtcdAlarmType {
    /// The database is full.
    NoSpace,
    /// The data of a member differs from the others.
    Corrupt,
    /// A type that is not known.
    Other,
}

/// One entry of `alarm_list.json`.
#[derive(Clone, Debug)]
pub struct EtcdAlarm {
    /// Its type.
    pub alarm_type: EtcdAlarmType,
    /// The id of the member.
    pub member: u64,
    /// The bytes of the entry in the file.
    pub span: Range<usize>,
}

impl EtcdAlarm {
    /// The active alarms, none or more, or the gap if they were not collected.
    pub fn all(cx: &RuleContext<'_>) -> Result<EtcdFile<Self>, Gap> {
        EtcdFile::read(cx, KnownFile::EtcdAlarms, |root| {
            let alarms = root.get("alarms").into_iter().flat_map(Value::items);
            root.is_mapping().then(|| alarms.filter_map(Self::read).collect())
        })
    }

    /// Type and member are written as numbers, the type also as a name.
    fn read(entry: Value<'_>) -> Option<Self> {
        let alarm_type = match &*entry.text_at(&["alarm"])? {
            "1" | "NOSPACE" => EtcdAlarmType::NoSpace,
            "2" | "CORRUPT" => EtcdAlarmType::Corrupt,
            "0" | "NONE" | "" => return None,
            _ => EtcdAlarmType::Other,
        };
        let member = entry.get("memberID").and_then(Value::as_u64).unwrap_or(0);
        Some(Self { alarm_type, member, span: entry.span() })
    }

    /// The name of the member if the member list has it, otherwise its id.
    pub fn member_name(&self, members: &[EtcdMember]) -> String {
        match members.iter().find(|member| member.id == self.member) {
            Some(member) => member.display_name().to_owned(),
            None => format!("{:x}", self.member),
        }
    }
}
