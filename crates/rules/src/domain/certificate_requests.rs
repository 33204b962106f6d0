//! `CertificateSigningRequest`s of some signers, and those of them that wait for approval.

use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::CertificateSigningRequest;

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::persistence::Persistence;

/// The signer of client certificates of kubelets.
pub const KUBELET_CLIENT: &str = "kubernetes.io/kube-apiserver-client-kubelet";
/// The signer of serving certificates of kubelets.
pub const KUBELET_SERVING: &str = "kubernetes.io/kubelet-serving";
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

    /// The nodes that created the pending requests; the first request of a new node is not created
    /// in its name.
    pub fn nodes(&self) -> Vec<String> {
        let users = self.pending.iter().map(|request| request.user());
        let nodes = users.filter_map(|user| user.strip_prefix("system:node:").map(str::to_owned));
        let mut nodes: Vec<_> = nodes.collect();
        nodes.sort();
        nodes.dedup();
        nodes
    }

    /// The pending requests as evidence.
    pub fn evidence(&self) -> impl Iterator<Item = Evidence> {
        self.pending.iter().take(SHOWN).map(|request| {
            let note = format!("the CSR of {} has been pending since then", request.user());
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
                .keywords(format!("certificate {keywords}"))
                .evidence(evidence),
        )
    }
}
