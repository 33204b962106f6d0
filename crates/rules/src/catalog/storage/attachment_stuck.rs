//! Volume stuck attaching to or detaching from a node.
//!
//! An error stays in the `VolumeAttachment` until the next attempt succeeds. Attach errors of
//! volumes that are attached now are ignored.
//!
//! - kubernetes/api `storage/v1/types.go` (`VolumeAttachmentStatus`)
//! - kubernetes-csi/external-attacher `pkg/controller/csi_handler.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .reads(&[
        Need::Kind(&VOLUME_ATTACHMENT),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&NODE),
        Need::Kind(&LEASE),
    ])
    .check(|cx| each_storage_object(cx, &VOLUME_ATTACHMENT, |attachment| finding(cx, attachment)))
    // A driver takes that long to attach or detach a volume.
    .grace(Span::minutes(10))
    .why(
        "A pod on another node waits for the volume, which is still attached to the old node, \
         or the CSI driver fails to attach it. Many drivers can attach a volume to only one \
         node at a time.",
    )
    .fix(
        "Read the driver's error message. A volume attached to a node that no longer exists is \
         released when its VolumeAttachment is deleted. Verify first that the machine is \
         powered off.",
    )
    .run(&["oc describe volumeattachment {name}"])
    .verify(&["oc get volumeattachments"]);

fn finding(cx: &RuleContext<'_>, attachment: &Resource) -> Result<Option<Finding>, NotJudged> {
    let text = |path: &[&str]| attachment.text(path).unwrap_or_default();
    let node = attachment.visible(&["spec", "nodeName"])?.unwrap_or_default();
    let (volume, driver) =
        (text(&["spec", "source", "persistentVolumeName"]), text(&["spec", "attacher"]));
    let found = |field: &[&str], summary: String| {
        let evidence = Evidence::field(attachment, field, &*driver);
        Finding::new(Subject::of(attachment), summary, evidence).keywords(&volume).keywords(&node)
    };
    let driver_retries = "Fix the problem that the driver reports. It retries automatically.";
    if let Some(searched) = prove_node_absent(cx, &node) {
        let gone = format!("volume {volume} is attached to node {node}, which no longer exists");
        return Ok(Some(
            found(&["spec", "nodeName"], gone)
                .since(attachment.created())
                .group_by(GroupKey::Node, &*node)
                .evidence([Evidence::missing(Subject::cluster("Node", &*node), &searched)])
                .action("Delete the VolumeAttachment to release the volume.")
                .with("node", &*node)
                .run("oc delete volumeattachment {name}")
                .before(
                    "the node's machine is powered off, so that nothing writes to the volume",
                    Proof::by_hand("oc get node {node}"),
                ),
        ));
    }
    if let Some(requested) = deletion_requested_at(attachment) {
        let message = text(&["status", "detachError", "message"]);
        let field = if message.is_empty() {
            ["metadata", "deletionTimestamp"]
        } else {
            ["status", "detachError"]
        };
        let what = format!("volume {volume} cannot be detached from node {node}");
        let finding = found(&field, format!("{what}{}", colon_excerpt(&message)))
            .since(Some(requested))
            .group_by(GroupKey::Node, &*node)
            .keywords(&message)
            .action(driver_retries);
        let is_silent = message.is_empty();
        return Ok(Some(if is_silent {
            finding.likely("the driver reports no error")
        } else {
            finding
        }));
    }
    let is_attached = attachment.at(&["status", "attached"]).and_then(Value::as_bool) == Some(true);
    let error = attachment.text(&["status", "attachError", "message"]).filter(|_| !is_attached);
    Ok(error.map(|message| {
        let what = format!("volume {volume} cannot be attached to node {node}");
        found(&["status", "attachError"], format!("{what}{}", colon_excerpt(&message)))
            .since(attachment.created())
            .group_by(GroupKey::Storage, &*driver)
            .keywords(&message)
            .action(driver_retries)
    }))
}
