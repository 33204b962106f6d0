//! `CertificateSigningRequest`s of some signers, and those of them that wait for approval.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::CertificateSigningRequest;

use super::certificate_requester::Requester;
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::name_list_up_to;
use crate::terms::persistence::Persistence;

/// The signer of client certificates of kubelets.
pub const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
/// The signer of serving certificates of kubelets.
pub const KUBELET_SERVING: &str = "kubernetes.io/kubelet-serving";
/// How many requests one command approves.
const APPROVED_AT_ONCE: usize = 10;
/// How many requests one finding shows.
const SHOWN: usize = 5;

/// The requests of some signers.
pub struct CertificateRequests<'s> {
    /// All of them, pending or not.
    pub all: Vec<CertificateSigningRequest<'s>>,
    /// Those that are neither approved nor denied.
    pub pending: Vec<CertificateSigningRequest<'s>>,
}

impl<'s> CertificateRequests<'s> {
    /// The requests of `signers`.
    pub fn of(cx: &RuleContext<'s>, signers: &[&str]) -> Self {
        let mut all: Vec<CertificateSigningRequest<'s>> = cx.all().collect();
        all.retain(|request| signers.contains(&&*request.signer()));
        let pending = all.iter().copied().filter(|request| request.is_pending()).collect();
        Self { all, pending }
    }

    /// The requests of `signers`; as pending only those that have waited for longer than `limit`, or
    /// for an unknown time.
    pub fn waiting(cx: &RuleContext<'s>, signers: &[&str], limit: Span) -> Self {
        let mut requests = Self::of(cx, signers);
        requests.pending.retain(|request| {
            let created = request.resource().created();
            Persistence::of(cx, created, limit).counts()
        });
        requests
    }

    /// The names of the pending requests.
    pub fn names(&self) -> Vec<&'s str> {
        self.pending.iter().map(|request| request.resource().name()).collect()
    }

    /// The machines that sent the pending requests, as far as they are known.
    pub fn nodes(&self) -> Vec<String> {
        let nodes: BTreeSet<_> = self.pending.iter().filter_map(|it| it.node()).collect();
        nodes.into_iter().collect()
    }

    /// Without the pending requests of machines that have no host name: another rule reports those,
    /// and they must not be approved.
    #[must_use]
    pub fn without_localhost(mut self, cx: &RuleContext<'s>) -> Self {
        self.pending.retain(|request| Requester::of(cx, *request) != Requester::Localhost);
        self
    }

    /// The pending requests by the machine that sent them, the newest of each machine first.
    pub fn by_requester(
        &self,
        cx: &RuleContext<'s>,
    ) -> BTreeMap<Requester, Vec<CertificateSigningRequest<'s>>> {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for request in &self.pending {
            groups.entry(Requester::of(cx, *request)).or_default().push(*request);
        }
        for requests in groups.values_mut() {
            requests.sort_by_key(|it| (it.node(), Reverse(it.resource().created())));
        }
        groups
    }

    /// From which machines the pending requests are, in words that follow a number of requests.
    pub fn origin(&self, cx: &RuleContext<'s>) -> String {
        let groups = self.by_requester(cx);
        let parts = groups.iter().filter_map(|(requester, requests)| {
            let mut names: Vec<_> = requests.iter().filter_map(|it| it.node()).collect();
            names.dedup();
            let names_of = |what: &str| match &*names {
                [name] => format!("{what} {name}"),
                names => format!("{what}s {}", name_list_up_to(names, 4)),
            };
            match requester {
                _ if names.is_empty() => None,
                Requester::ExistingNode => Some(names_of("existing node")),
                Requester::NewMachine => Some(names_of("new node")),
                Requester::Localhost | Requester::Unproven => Some(name_list_up_to(&names, 4)),
            }
        });
        let parts: Vec<_> = parts.collect();
        if parts.is_empty() { String::new() } else { format!(", from {}", parts.join(", and ")) }
    }

    /// The pending requests as evidence.
    pub fn evidence(&self) -> impl Iterator<Item = Evidence> {
        self.pending.iter().take(SHOWN).map(|request| {
            let user = request.user();
            let sender = match request.node().filter(|node| !user.ends_with(&**node)) {
                Some(node) => format!("{node}, created by {user},"),
                None => user.into_owned(),
            };
            let note = format!("the CSR of {sender} has been pending since then");
            Evidence::field(request.resource(), &["metadata", "creationTimestamp"], note)
        })
    }

    /// A finding about `subject` based on the pending requests; None without any.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Option<Finding> {
        let mut evidence = self.evidence();
        let keywords = [self.names().join(" "), self.nodes().join(" ")].join(" ");
        let oldest = self.pending.iter().filter_map(|request| request.resource().created()).min();
        Some(
            Finding::new(subject, summary, evidence.next()?)
                .since(oldest)
                .covers(self.pending.iter().map(|it| Subject::view(*it)))
                .keywords(format!("certificate {keywords}"))
                .evidence(evidence),
        )
    }
}

/// The newest of the requests of each machine, which are sorted by it.
pub fn newest_of_each<'s>(
    sorted: &[CertificateSigningRequest<'s>],
) -> impl Iterator<Item = CertificateSigningRequest<'s>> {
    sorted
        .chunk_by(|one, other| one.node().is_some() && one.node() == other.node())
        .filter_map(|of_one| of_one.first().copied())
}

/// The command that approves the requests of these names; None without any.
pub fn approval_of<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Command> {
    let mut names = names.into_iter().take(APPROVED_AT_ONCE).peekable();
    names.peek()?;
    Some(Command::of_list("oc adm certificate approve {requests}", "requests", names))
}
