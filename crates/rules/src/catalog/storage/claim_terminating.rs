//! Terminating `PersistentVolumeClaim` still used by a pod.
//!
//! The reclaim policy of the volume is known only if the volume was collected.
//!
//! - kubernetes/kubernetes `pkg/controller/volume/pvcprotection/pvc_protection_controller.go`

use crate::catalog::prelude::*;

const POLICY: [&str; 2] = ["spec", "persistentVolumeReclaimPolicy"];

pub(super) const RULE: Rule = rule(Warning, Context, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&PERSISTENT_VOLUME)])
    .each(&[&PERSISTENT_VOLUME_CLAIM], |cx, claim| Ok(finding(cx, claim)))
    // The last pod takes that long to terminate.
    .grace(Span::minutes(15))
    .why(
        "The claim was deleted. It is removed as soon as the last pod that mounts it \
         terminates, for example during a drain or an update. If the volume's reclaim policy is \
         Delete, the data is lost too, and the replacement pod does not start.",
    )
    .fix(
        "A deletion cannot be undone. Back up the data now, while the pod runs, or set the \
         volume's reclaim policy to Retain, so that the volume is not deleted with the claim.",
    )
    .verify(&["oc get persistentvolume {volume}"]);

fn finding(cx: &RuleContext<'_>, claim: &Resource) -> Option<Finding> {
    let deleted = deletion_requested_at(claim)?;
    let mut users: Vec<_> = cx.within::<Pod<'_>>(claim.namespace()).collect();
    users.retain(|pod| is_expected(*pod) && pod.claims().any(|it| it == claim.name()));
    let first = users.first()?;
    let names: Vec<_> = users.iter().map(|pod| pod.name()).collect();
    let volume = claim.text(&["spec", "volumeName"]).unwrap_or_default();
    let bound = cx.find::<PersistentVolume<'_>>("", &volume).map(View::resource);
    let policy = bound.and_then(|bound| bound.text(&POLICY));
    let is_retained = policy.as_deref() == Some("Retain");
    let what = match policy.as_deref() {
        Some("Retain") => "the claim is removed and its volume stays unbound",
        Some(_) => "the claim and its data are deleted",
        None => "the claim is removed, usually with its data",
    };
    let subject = Subject::of(claim);
    let age = cx.age(Some(deleted)).map(|age| format!(" {age} ago")).unwrap_or_default();
    let summary =
        format!("{subject} was deleted{age}; when {} terminates, {what}", name_list(&names));
    let path = ["metadata", "deletionTimestamp"];
    let deletion = Evidence::field(claim, &path, "deletion time of the claim");
    let finding = Finding::new(subject, summary, deletion)
        .severity(if is_retained { Info } else { Warning })
        .since(Some(deleted))
        .evidence([Evidence::field(first.resource(), &["spec", "volumes"], "it is still mounted")])
        .evidence(bound.map(|it| Evidence::field(it, &POLICY, "reclaim policy of the volume")))
        .keywords(claim.name())
        .keywords(names.join(" "))
        .with("volume", &*volume);
    let finding = if is_retained || !is_shell_safe(&volume) {
        finding
    } else {
        finding
            .run(
                "oc patch persistentvolume {volume} \
                 -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}'",
            )
            .before(
                "the data on the volume is still needed",
                Proof::by_hand("ask the person who deleted the claim"),
            )
    };
    Some(if policy.is_some() {
        finding
    } else {
        finding.likely("the volume was not collected, so its reclaim policy is unknown")
    })
}
