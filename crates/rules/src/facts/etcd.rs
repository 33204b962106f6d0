//! What `etcdctl` printed into `etcd_info/`.
//!
//! Source: etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`, openshift/must-gather
//! `collection-scripts/gather_etcd`. Ids are 64 bits wide and exceed what a float can hold.

use std::ops::Range;
use std::sync::Arc;

use mustknow_gather::layout::Special;
use mustknow_gather::resource::Document;
use mustknow_gather::snapshot::SpecialFile;
use mustknow_gather::yaml::Value;

use crate::case::Case;

/// One entry of `member_list.json`.
#[derive(Clone, Debug)]
pub struct EtcdMember {
    /// The id.
    pub id: u64,
    /// The name; empty while the member has never started.
    pub name: String,
    /// Whether it is still a learner.
    pub is_learner: bool,
    /// The bytes of the file that hold the entry.
    pub span: Range<usize>,
}

/// One entry of `endpoint_health.json` that is reached over the network.
#[derive(Clone, Debug)]
pub struct EtcdEndpoint {
    /// The URL.
    pub url: String,
    /// Whether it answered.
    pub is_healthy: bool,
    /// What it answered instead; empty when healthy.
    pub error: String,
    /// The bytes of the file that hold the entry.
    pub span: Range<usize>,
}

impl EtcdMember {
    /// The members and the file that lists them; None when it was not collected.
    pub fn all(case: &Case<'_>) -> Option<(Arc<Document>, Vec<Self>)> {
        let document = document(case, Special::EtcdMembers)?;
        let root = document.tree.documents().next()?;
        let members = root
            .get("members")?
            .items()
            .map(|member| Self {
                id: member.get("ID").and_then(Value::as_u64).unwrap_or(0),
                name: text(member, "name"),
                is_learner: member.get("isLearner").and_then(Value::as_bool) == Some(true),
                span: member.span(),
            })
            .collect();
        Some((Arc::clone(&document), members))
    }
}

impl EtcdEndpoint {
    /// The endpoints and the file that lists them; None when it was not collected or is empty.
    ///
    /// A member also listens on a socket of its own pod (`unixs://`), which no other pod can
    /// reach: such an endpoint always fails and says nothing.
    pub fn all(case: &Case<'_>) -> Option<(Arc<Document>, Vec<Self>)> {
        let document = document(case, Special::EtcdHealth)?;
        let endpoints: Vec<_> = document
            .tree
            .documents()
            .next()?
            .items()
            .map(|entry| Self {
                url: text(entry, "endpoint"),
                is_healthy: entry.get("health").and_then(Value::as_bool) == Some(true),
                error: text(entry, "error"),
                span: entry.span(),
            })
            .filter(|endpoint| endpoint.url.starts_with("http"))
            .collect();
        (!endpoints.is_empty()).then(|| (Arc::clone(&document), endpoints))
    }
}

fn document(case: &Case<'_>, special: Special) -> Option<Arc<Document>> {
    match case.special(special)? {
        SpecialFile::Read(document) => Some(Arc::clone(document)),
        SpecialFile::Damaged(..) => None,
    }
}

fn text(value: Value<'_>, key: &str) -> String {
    value.get(key).and_then(Value::text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}
