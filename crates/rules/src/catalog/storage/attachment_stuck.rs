//! A volume that cannot be attached to its node, or detached from it.
//!
//! # Why it matters
//!
//! A pod waits for the volume on its new node, while it hangs on the old one or the driver fails. Many
//! drivers attach a volume to one node at a time.
//!
//! # What to do
//!
//! Read what the driver says. A volume that hangs on a node that is gone comes free when its
//! `VolumeAttachment` goes; make sure first that the machine is really off.
//!
//! # Blind spots
//!
//! An error stays in the `VolumeAttachment` until the next try succeeds; one of a volume that is
//! attached is left out.
//!
//! # References
//!
//! - kubernetes/api `storage/v1/types.go` (`VolumeAttachmentStatus`)
//! - kubernetes-csi/external-attacher `pkg/controller/csi_handler.go`

use mustknow_gather::kinds::{
    CSI_NODE, LEASE, NODE, STORAGE_CLASS, VOLUME_ATTACHMENT, VolumeAttachment,
};
use mustknow_gather::snapshot::Searched;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, client, excerpt, none_of_storage, prove_gone};

/// How long a driver may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "storage/attachment-stuck",
    title: "a volume that cannot be attached to its node, or detached from it",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[],
    uses: &[
        Need::Kind(&VOLUME_ATTACHMENT),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&NODE),
        Need::Kind(&LEASE),
    ],
};

/// What keeps the attachment.
enum Trouble {
    Attach(String),
    Detach(String),
    NodeGone(Searched),
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if let Some(none) = none_of_storage(case, &VOLUME_ATTACHMENT) {
        return none;
    }
    let findings = case
        .all::<VolumeAttachment<'_>>()
        .filter_map(|attachment| {
            let finding = finding(case, attachment, trouble(case, attachment)?);
            let since = finding.since;
            let patience = Patience::of(case, since, GRACE);
            (patience != Patience::Young).then(|| patience.weigh(finding, META.severity))
        })
        .collect();
    let examined = case.all::<VolumeAttachment<'_>>().count();
    Verdict::over(examined, findings, "no VolumeAttachment in the archive")
}

fn trouble(case: &Case<'_>, attachment: VolumeAttachment<'_>) -> Option<Trouble> {
    let resource = attachment.resource();
    let is_attached = resource.at(&["status", "attached"]).and_then(Value::as_bool) == Some(true);
    let says = |field: &str| resource.text(&["status", field, "message"]).map(Into::into);
    if let Some(gone) = prove_gone(case, &resource.text(&["spec", "nodeName"])?) {
        return Some(Trouble::NodeGone(gone));
    }
    if asked_to_go(resource).is_some() {
        return Some(Trouble::Detach(says("detachError").unwrap_or_default()));
    }
    says("attachError").filter(|_| !is_attached).map(Trouble::Attach)
}

fn finding(case: &Case<'_>, attachment: VolumeAttachment<'_>, trouble: Trouble) -> Finding {
    let resource = attachment.resource();
    let text = |path: &[&str]| resource.text(path).unwrap_or_default().into_owned();
    let volume = text(&["spec", "source", "persistentVolumeName"]);
    let (node, driver) = (text(&["spec", "nodeName"]), text(&["spec", "attacher"]));
    let words = |message: &str| match &*excerpt(message) {
        "" => String::new(),
        words => format!(": {words}"),
    };
    let client = client(case);
    let look = Remedy::new("Mend what the driver complains of; it tries again by itself.")
        .command(format!("{client} describe volumeattachment {}", resource.name()));
    let (summary, field, since, remedy) = match &trouble {
        Trouble::Attach(message) => (
            format!("volume {volume} cannot be attached to node {node}{}", words(message)),
            ["status", "attachError"],
            resource.created(),
            look,
        ),
        Trouble::Detach(message) => (
            format!("volume {volume} cannot be detached from node {node}{}", words(message)),
            if message.is_empty() {
                ["metadata", "deletionTimestamp"]
            } else {
                ["status", "detachError"]
            },
            asked_to_go(resource),
            look,
        ),
        Trouble::NodeGone(_) => (
            format!("volume {volume} hangs on node {node}, which does not exist any more"),
            ["spec", "nodeName"],
            resource.created(),
            Remedy::new("Delete the attachment, so that the volume comes free.")
                .command(format!("{client} delete volumeattachment {}", resource.name()))
                .before(
                    "the machine behind the node is off, so that nothing writes to the volume",
                    Proof::ByHand(format!("{client} get node {node}")),
                ),
        ),
    };
    let finding =
        Finding::new(Subject::of(resource), summary, Evidence::field(resource, &field, &driver))
            .since(since)
            .saying(&volume)
            .saying(&node)
            .why("A pod that needs the volume elsewhere waits until it comes free.")
            .remedy(remedy.verify(format!("{client} get volumeattachments")));
    match trouble {
        Trouble::Attach(message) => finding.saying(message).shares(Common::Storage, driver),
        Trouble::Detach(message) => {
            let finding = finding.saying(&message).shares(Common::Node, node);
            if message.is_empty() { finding.likely("the driver does not say why") } else { finding }
        }
        Trouble::NodeGone(searched) => finding
            .shares(Common::Node, node.clone())
            .evidence([Evidence::missing(Subject::cluster("Node", node), &searched)]),
    }
}
