//! `PersistentVolumeClaim` in phase Lost.
//!
//! The archive does not show whether the storage behind the volume still exists. Only the storage
//! provider knows.
//!
//! - kubernetes/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go` (`ClaimLost`,
//!   `ClaimMisbound`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&PERSISTENT_VOLUME_CLAIM)])
    .check(check)
    .why(
        "The claim was bound to a PersistentVolume that no longer exists or is bound to another \
         claim. Pods that mount the claim do not start, and its data cannot be reached through \
         it.",
    )
    .fix(
        "If the storage behind the volume still exists, create the PersistentVolume again with \
         the name in the claim's spec.volumeName and with the claim in its claimRef. Otherwise \
         restore the data from a backup.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings = cx
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| claim.resource().text(&["status", "phase"]).as_deref() == Some("Lost"))
        .map(|claim| finding(cx, claim));
    let examined = cx.all::<PersistentVolumeClaim<'_>>().count();
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, claim: PersistentVolumeClaim<'_>) -> Finding {
    let resource = claim.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let volume = resource.text(&["spec", "volumeName"]).unwrap_or_default();
    let client = client(cx);
    Finding::new(
        subject.clone(),
        format!("{subject} is Lost: its volume {volume} is gone or bound to another claim"),
        Evidence::field(resource, &["status", "phase"], "the claim's phase is Lost"),
    )
    .severity(severity_in(cx, namespace, RULE.meta.severity))
    .evidence([Evidence::field(resource, &["spec", "volumeName"], "the volume it was bound to")])
    .keywords(format!("PersistentVolumeClaim/{namespace}/{name}"))
    .keywords(&volume)
    .run(format!("{client} get persistentvolume {volume} -o yaml"))
    .run(format!("{client} describe persistentvolumeclaim -n {namespace} {name}"))
    .verify(format!("{client} get persistentvolumeclaims -n {namespace}"))
}
