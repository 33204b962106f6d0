//! The output of `etcdctl` in `etcd_info/`.
//!
//! Source: etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`, openshift/must-gather
//! `collection-scripts/gather_etcd`. Ids are 64 bits wide and exceed what a float can hold.

use std::ops::{Deref, Range};
use std::sync::Arc;

use mustknow_cluster::model::hidden::{Masked, Visible, is_masked_address};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::resource::Document;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_cluster::views::Node;
use mustknow_yaml::Value;

use super::known_file_content::known_file_gap;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::verdict::Gap;

/// What is said of a file without entries.
const EMPTY: &str = "the list is empty";

/// The entries of one of the files.
#[derive(Clone, Debug)]
pub struct EtcdFile<T> {
    document: Arc<Document>,
    entries: Vec<T>,
}

impl<T> Deref for EtcdFile<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.entries
    }
}

impl<T> EtcdFile<T> {
    /// The entries that `read` finds in a file, or the gap if it was not collected or `read` finds
    /// none.
    pub(super) fn read(
        cx: &RuleContext<'_>,
        known_file: KnownFile,
        read: impl Fn(Value<'_>) -> Option<Vec<T>>,
    ) -> Result<Self, Gap> {
        let Some(KnownFileContent::Read(document)) = cx.known_file(known_file) else {
            return Err(known_file_gap(cx, known_file, EMPTY));
        };
        let entries = document.tree.documents().next().and_then(read);
        let entries = entries.ok_or_else(|| known_file_gap(cx, known_file, EMPTY))?;
        Ok(Self { document: Arc::clone(document), entries })
    }

    /// Its path in the archive.
    pub fn path(&self) -> &str {
        &self.document.path
    }

    /// Bytes of the file, as evidence about a member.
    pub fn evidence(
        &self,
        member: impl Into<String>,
        span: &Range<usize>,
        note: impl Into<String>,
    ) -> Evidence {
        self.evidence_about(Subject::cluster("EtcdMember", member), span, note)
    }

    /// Bytes of the file, as evidence about `subject`.
    pub fn evidence_about(
        &self,
        subject: Subject,
        span: &Range<usize>,
        note: impl Into<String>,
    ) -> Evidence {
        Evidence::in_document(subject, &self.document, span.clone(), note)
    }
}

/// A list, unless it is empty: a file of a running cluster has entries.
pub(super) fn unless_empty<T>(entries: impl Iterator<Item = T>) -> Option<Vec<T>> {
    Some(entries.collect::<Vec<_>>()).filter(|entries| !entries.is_empty())
}

/// One entry of `member_list.json`.
#[derive(Clone, Debug)]
pub struct EtcdMember {
    /// The id.
    pub id: u64,
    /// The name; empty while the member has never started.
    pub name: String,
    /// Whether it is still a learner.
    pub is_learner: bool,
    /// The hosts of its peer and client URLs, without sockets.
    pub hosts: Vec<String>,
    /// The bytes of the entry in the file.
    pub span: Range<usize>,
}

/// One entry of `endpoint_health.json` with a network address.
#[derive(Clone, Debug)]
pub struct EtcdEndpoint {
    /// The URL.
    pub url: String,
    /// Whether it is healthy.
    pub is_healthy: bool,
    /// The error; empty if healthy.
    pub error: String,
    /// The bytes of the entry in the file.
    pub span: Range<usize>,
}

impl EtcdMember {
    /// The members, or the gap if they were not collected.
    pub fn all(cx: &RuleContext<'_>) -> Result<EtcdFile<Self>, Gap> {
        EtcdFile::read(cx, KnownFile::EtcdMembers, |root| {
            unless_empty(root.get("members")?.items().map(|member| Self {
                id: member.get("ID").and_then(Value::as_u64).unwrap_or(0),
                name: text(member, "name"),
                is_learner: member.get("isLearner").and_then(Value::as_bool) == Some(true),
                hosts: hosts(member),
                span: member.span(),
            }))
        })
    }

    /// The members, if they were collected.
    pub fn known(cx: &RuleContext<'_>) -> Vec<Self> {
        Self::all(cx).map(|file| file.entries).unwrap_or_default()
    }
}

impl<'s> EtcdMember {
    /// The node that it runs on, if known.
    pub fn node(&self, cx: &RuleContext<'s>) -> Option<Node<'s>> {
        self.visible_node(cx).ok().flatten()
    }

    /// The node that it runs on, by name or by address; an error if no name matches and addresses
    /// were masked.
    pub fn visible_node(&self, cx: &RuleContext<'s>) -> Visible<Node<'s>> {
        if let Some(node) = cx.find::<Node<'s>>("", &self.name) {
            return Ok(Some(node));
        }
        if self.hosts.iter().any(|host| is_masked_address(host)) {
            return Err(Masked::new(KnownFile::EtcdMembers.usual_path(), &["peerURLs"]));
        }
        let mut masked = None;
        for node in cx.all::<Node<'s>>() {
            match node.visible_addresses("InternalIP") {
                Ok(known) if known.iter().any(|it| self.hosts.iter().any(|h| h == it)) => {
                    return Ok(Some(node));
                }
                Ok(_) => {}
                Err(hidden) => masked = Some(hidden),
            }
        }
        masked.map_or(Ok(None), Err)
    }
}

impl EtcdMember {
    /// Its name, or its host while it has no name.
    pub fn display_name(&self) -> &str {
        match (self.name.as_str(), self.hosts.first()) {
            ("", Some(host)) => host,
            ("", None) => "without a name",
            (name, _) => name,
        }
    }
}

/// One entry of `endpoint_status.json` with a network address.
#[derive(Clone, Debug)]
pub struct EtcdStatus {
    /// The URL.
    pub url: String,
    /// The size of the database file in bytes.
    pub size: Option<u64>,
    /// How many bytes of it are in use.
    pub in_use: Option<u64>,
    /// The etcd version of the member; empty if unknown.
    pub version: String,
    /// The index of the last entry of its log.
    pub index: Option<u64>,
    /// The index of the last entry it has applied.
    pub applied: Option<u64>,
    /// The bytes of the entry in the file.
    pub span: Range<usize>,
}

impl EtcdStatus {
    /// The states, or the gap if they were not collected.
    pub fn all(cx: &RuleContext<'_>) -> Result<EtcdFile<Self>, Gap> {
        EtcdFile::read(cx, KnownFile::EtcdStatus, |root| {
            let states = root.items().map(|entry| Self {
                url: text(entry, "Endpoint"),
                size: entry.at(&["Status", "dbSize"]).and_then(Value::as_u64),
                in_use: entry.at(&["Status", "dbSizeInUse"]).and_then(Value::as_u64),
                version: entry.text_at(&["Status", "version"]).unwrap_or_default().into_owned(),
                index: entry.at(&["Status", "raftIndex"]).and_then(Value::as_u64),
                applied: entry.at(&["Status", "raftAppliedIndex"]).and_then(Value::as_u64),
                span: entry.span(),
            });
            unless_empty(states.filter(|state| state.url.starts_with("http")))
        })
    }

    /// The gap if the states lack a field that is needed.
    pub fn gap(cx: &RuleContext<'_>) -> Gap {
        known_file_gap(cx, KnownFile::EtcdStatus, EMPTY)
    }

    /// The host of the URL.
    pub fn host(&self) -> Option<String> {
        host(&self.url)
    }

    /// The name of the member if the member list has it, otherwise its host.
    pub fn display_name(&self, members: &[EtcdMember]) -> String {
        let host = self.host().unwrap_or_else(|| self.url.clone());
        members
            .iter()
            .find(|member| member.hosts.contains(&host) && !member.name.is_empty())
            .map_or(host, |member| member.name.clone())
    }
}

/// The gap of a rule that cannot read one of the files.
impl EtcdEndpoint {
    /// The host of the URL.
    pub fn host(&self) -> Option<String> {
        host(&self.url)
    }

    /// The endpoints, or the gap if they were not collected.
    ///
    /// A member also listens on a socket in its pod (`unixs://`), which no other pod can reach.
    /// Such an endpoint always fails and is ignored.
    pub fn all(cx: &RuleContext<'_>) -> Result<EtcdFile<Self>, Gap> {
        EtcdFile::read(cx, KnownFile::EtcdHealth, |root| {
            let endpoints = root.items().map(|entry| Self {
                url: text(entry, "endpoint"),
                is_healthy: entry.get("health").and_then(Value::as_bool) == Some(true),
                error: text(entry, "error"),
                span: entry.span(),
            });
            unless_empty(endpoints.filter(|endpoint| endpoint.url.starts_with("http")))
        })
    }

    /// The gap if the health of too few members is known.
    pub fn gap(cx: &RuleContext<'_>) -> Gap {
        known_file_gap(cx, KnownFile::EtcdHealth, EMPTY)
    }

    /// The member behind it.
    pub fn member<'m>(&self, members: &'m [EtcdMember]) -> Option<&'m EtcdMember> {
        let host = self.host()?;
        members.iter().find(|member| member.hosts.contains(&host))
    }
}

fn text(value: Value<'_>, key: &str) -> String {
    value.get(key).and_then(Value::text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

fn hosts(member: Value<'_>) -> Vec<String> {
    let mut hosts: Vec<String> = ["peerURLs", "clientURLs"]
        .into_iter()
        .filter_map(|field| member.get(field))
        .flat_map(Value::items)
        .filter_map(|url| host(&url.text()?))
        .collect();
    hosts.dedup();
    hosts
}

/// The host of an `http` URL, an IPv6 address without its brackets.
fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.starts_with("http") {
        return None;
    }
    let host = match rest.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next()?,
        None => rest.split([':', '/']).next()?,
    };
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url_has_neither_port_nor_brackets() {
        assert_eq!(host("https://10.0.0.1:2379").as_deref(), Some("10.0.0.1"));
        assert_eq!(host("https://[fd00::1]:2379").as_deref(), Some("fd00::1"));
        assert_eq!(host("unixs://10.0.0.1:0"), None);
    }
}
