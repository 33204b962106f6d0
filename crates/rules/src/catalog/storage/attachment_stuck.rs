//! Volume stuck attaching to or detaching from a node.
//!
//! An error stays in the `VolumeAttachment` until the next attempt succeeds. Attach errors of
//! volumes that are attached now are ignored.
//!
//! - kubernetes/api `storage/v1/types.go` (`VolumeAttachmentStatus`)
//! - kubernetes-csi/external-attacher `pkg/controller/csi_handler.go`

use crate::catalog::prelude::*;

/// How long a driver may take to attach or detach a volume.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .reads(&[
        Need::Kind(&VOLUME_ATTACHMENT),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&NODE),
        Need::Kind(&LEASE),
    ])
    .check(check)
    .why(
        "A pod on another node waits for the volume, which is still attached to the old node, \
         or the CSI driver fails to attach it. Many drivers can attach a volume to only one \
         node at a time.",
    )
    .fix(
        "Read the driver's error message. A volume attached to a node that no longer exists is \
         released when its VolumeAttachment is deleted. Verify first that the machine is \
         powered off.",
    );

/// Why the attachment is stuck.
enum AttachmentProblem {
    Attach(String),
    Detach(String),
    NodeGone(Searched),
}

fn check(cx: &RuleContext<'_>) -> Judged {
    storage_objects(cx, &VOLUME_ATTACHMENT)?;
    let findings = cx.all::<VolumeAttachment<'_>>().filter_map(|attachment| {
        let finding = finding(cx, attachment, problem(cx, attachment)?);
        let since = finding.since;
        let persistence = Persistence::of(cx, since, GRACE);
        (persistence != Persistence::WithinGrace)
            .then(|| persistence.apply(finding, RULE.meta.severity))
    });
    let examined = cx.all::<VolumeAttachment<'_>>().count();
    Ok(Checked::over(examined, findings))
}

fn problem(cx: &RuleContext<'_>, attachment: VolumeAttachment<'_>) -> Option<AttachmentProblem> {
    let resource = attachment.resource();
    let is_attached = resource.at(&["status", "attached"]).and_then(Value::as_bool) == Some(true);
    let error = |field: &str| resource.text(&["status", field, "message"]).map(Into::into);
    if let Some(searched) = prove_node_absent(cx, &resource.text(&["spec", "nodeName"])?) {
        return Some(AttachmentProblem::NodeGone(searched));
    }
    if deletion_requested_at(resource).is_some() {
        return Some(AttachmentProblem::Detach(error("detachError").unwrap_or_default()));
    }
    error("attachError").filter(|_| !is_attached).map(AttachmentProblem::Attach)
}

fn finding(
    cx: &RuleContext<'_>,
    attachment: VolumeAttachment<'_>,
    problem: AttachmentProblem,
) -> Finding {
    let resource = attachment.resource();
    let text = |path: &[&str]| resource.text(path).unwrap_or_default().into_owned();
    let volume = text(&["spec", "source", "persistentVolumeName"]);
    let (node, driver) = (text(&["spec", "nodeName"]), text(&["spec", "attacher"]));
    let detail = |message: &str| match &*excerpt(message) {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    let client = client(cx);
    let check_driver =
        Remedy::new("Fix the problem that the driver reports. It retries automatically.")
            .command(format!("{client} describe volumeattachment {}", resource.name()));
    let (summary, field, since, remedy) = match &problem {
        AttachmentProblem::Attach(message) => (
            format!("volume {volume} cannot be attached to node {node}{}", detail(message)),
            ["status", "attachError"],
            resource.created(),
            check_driver,
        ),
        AttachmentProblem::Detach(message) => (
            format!("volume {volume} cannot be detached from node {node}{}", detail(message)),
            if message.is_empty() {
                ["metadata", "deletionTimestamp"]
            } else {
                ["status", "detachError"]
            },
            deletion_requested_at(resource),
            check_driver,
        ),
        AttachmentProblem::NodeGone(_) => (
            format!("volume {volume} is attached to node {node}, which no longer exists"),
            ["spec", "nodeName"],
            resource.created(),
            Remedy::new("Delete the VolumeAttachment to release the volume.")
                .command(format!("{client} delete volumeattachment {}", resource.name()))
                .precondition(
                    "the node's machine is powered off, so that nothing writes to the volume",
                    Proof::ByHand(format!("{client} get node {node}")),
                ),
        ),
    };
    let finding =
        Finding::new(Subject::of(resource), summary, Evidence::field(resource, &field, &driver))
            .since(since)
            .keywords(&volume)
            .keywords(&node)
            .remedy(remedy.verify(format!("{client} get volumeattachments")));
    match problem {
        AttachmentProblem::Attach(message) => {
            finding.keywords(message).group_by(GroupKey::Storage, driver)
        }
        AttachmentProblem::Detach(message) => {
            let finding = finding.keywords(&message).group_by(GroupKey::Node, node);
            if message.is_empty() { finding.likely("the driver reports no error") } else { finding }
        }
        AttachmentProblem::NodeGone(searched) => finding
            .group_by(GroupKey::Node, node.clone())
            .evidence([Evidence::missing(Subject::cluster("Node", node), &searched)]),
    }
}
