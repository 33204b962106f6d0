//! Terminating `PersistentVolumeClaim` still used by a pod.
//!
//! The reclaim policy of the volume is known only if the volume was collected.
//!
//! - kubernetes/kubernetes `pkg/controller/volume/pvcprotection/pvc_protection_controller.go`

use crate::catalog::prelude::*;

/// How long the last pod may take to terminate.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Context, Any)
    .needs(&[Need::Kind(&PERSISTENT_VOLUME_CLAIM), Need::Kind(&POD)])
    .reads(&[Need::Kind(&PERSISTENT_VOLUME)])
    .check(check)
    .why(
        "The claim was deleted. It is removed as soon as the last pod that mounts it \
         terminates, for example during a drain or an update. If the volume's reclaim policy is \
         Delete, the data is lost too, and the replacement pod does not start.",
    )
    .fix(
        "A deletion cannot be undone. Back up the data now, while the pod runs, or set the \
         volume's reclaim policy to Retain, so that the volume is not deleted with the claim.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings = cx
        .all::<PersistentVolumeClaim<'_>>()
        .filter(|claim| cx.is_older(deletion_requested_at(claim.resource()), GRACE))
        .filter_map(|claim| finding(cx, claim));
    let examined = cx.all::<PersistentVolumeClaim<'_>>().count();
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, claim: PersistentVolumeClaim<'_>) -> Option<Finding> {
    let resource = claim.resource();
    let (subject, namespace) = (Subject::of(resource), resource.namespace());
    let users: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(namespace)
        .filter(|pod| is_expected(*pod) && pod.claims().any(|it| it == resource.name()))
        .collect();
    let first = users.first()?;
    let names: Vec<_> = users.iter().map(|pod| pod.name()).collect();
    let volume = resource.text(&["spec", "volumeName"]).unwrap_or_default();
    let persistent_volume = cx.find::<PersistentVolume<'_>>("", &volume);
    let policy = persistent_volume
        .and_then(|it| it.resource().text(&["spec", "persistentVolumeReclaimPolicy"]));
    let retains_volume = policy.as_deref() == Some("Retain");
    let what = match policy.as_deref() {
        Some("Retain") => "the claim is removed and its volume stays unbound",
        Some(_) => "the claim and its data are deleted",
        None => "the claim is removed, usually with its data",
    };
    let deletion = ["metadata", "deletionTimestamp"];
    let (client, age) = (client(cx), cx.age(deletion_requested_at(resource)));
    let age = age.map(|age| format!(" {age} ago")).unwrap_or_default();
    let remedy = Remedy::new("Back up the data while the pod runs, or retain the volume.");
    let remedy = if retains_volume || volume.is_empty() {
        remedy
    } else {
        remedy
            .command(format!(
                "{client} patch persistentvolume {volume} -p \
                 '{{\"spec\":{{\"persistentVolumeReclaimPolicy\":\"Retain\"}}}}'"
            ))
            .precondition(
                "the data on the volume is still needed",
                Proof::ByHand("ask the person who deleted the claim".to_owned()),
            )
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} was deleted{age}; when {} terminates, {what}", name_list(&names)),
        Evidence::field(resource, &deletion, "deletion time of the claim"),
    )
    .severity(if retains_volume { Info } else { RULE.meta.severity })
    .since(deletion_requested_at(resource))
    .evidence([Evidence::field(first.resource(), &["spec", "volumes"], "it is still mounted")])
    .evidence(persistent_volume.map(|persistent_volume| {
        let path = ["spec", "persistentVolumeReclaimPolicy"];
        Evidence::field(persistent_volume.resource(), &path, "reclaim policy of the volume")
    }))
    .keywords(resource.name())
    .keywords(names.join(" "))
    .remedy(remedy.verify(format!("{client} get persistentvolume {volume}")));
    Some(if policy.is_some() {
        finding
    } else {
        finding.likely("the volume was not collected, so its reclaim policy is unknown")
    })
}
