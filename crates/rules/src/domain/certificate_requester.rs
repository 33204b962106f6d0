//! Which machine sent a CertificateSigningRequest of a kubelet, as far as the archive shows it.
//!
//! A request names the machine that sent it, but does not prove it: an administrator must know the
//! machine before the request is approved. Controllers approve some requests themselves, in
//! openshift/cluster-machine-approver `pkg/controller/csr_check.go` and kubernetes/kubernetes
//! `pkg/controller/certificates/approver/sarapprove.go`.

use mustknow_cluster::model::hidden::{is_masked, is_pseudonym};
use mustknow_cluster::model::kinds::MACHINE;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::views::{CertificateSigningRequest, Node};
use mustknow_yaml::Value;

use super::all_nodes::prove_node_absent;
use crate::terms::context::RuleContext;

/// The machine that sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requester {
    /// A node of the cluster.
    ExistingNode,
    /// A machine that is not a node yet.
    NewMachine,
    /// A machine that has no host name: its kubelet runs as localhost.
    Localhost,
    /// It is not known whether the machine is a node.
    Unproven,
}

impl Requester {
    /// The machine that sent `request`. Rules that ask for it read nodes and Leases.
    pub fn of(cx: &RuleContext<'_>, request: CertificateSigningRequest<'_>) -> Self {
        let Some(node) = request.node().filter(|node| !is_masked(node)) else {
            return Self::Unproven;
        };
        if cx.find::<Node<'_>>("", &node).is_some() {
            return Self::ExistingNode;
        }
        // The request itself is encoded, so tools that replace names do not replace it there.
        let is_renamed = |one: Node<'_>| is_masked(one.name()) || is_pseudonym(one.name());
        if is_localhost(&node) {
            Self::Localhost
        } else if !cx.all::<Node<'_>>().any(is_renamed) && prove_node_absent(cx, &node).is_some() {
            Self::NewMachine
        } else {
            Self::Unproven
        }
    }
}

/// The Machine of a machine: it lists the name in its addresses, or refers to the node.
pub fn machine_of<'s>(cx: &RuleContext<'s>, node: &str) -> Option<&'s Resource> {
    cx.of_kind(&MACHINE).iter().find(|machine| {
        let addresses = machine.at(&["status", "addresses"]).into_iter().flat_map(Value::items);
        let mut names = addresses.filter_map(|it| it.text_at(&["address"]));
        machine.text(&["status", "nodeRef", "name"]).as_deref() == Some(node)
            || names.any(|name| name.trim_end_matches('.').eq_ignore_ascii_case(node))
    })
}

/// Whether a host name is the one of a machine that got none, on the systems in use.
fn is_localhost(name: &str) -> bool {
    const NAMES: [&str; 5] = [
        "localhost",
        "localhost.localdomain",
        "localhost4.localdomain4",
        "localhost6.localdomain6",
        "localhost-live",
    ];
    NAMES.contains(&name)
}
