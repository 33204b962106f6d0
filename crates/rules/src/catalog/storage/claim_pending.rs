//! Pending `PersistentVolumeClaim`.
//!
//! A claim of a `StorageClass` with `WaitForFirstConsumer` waits for its first pod by design. It is
//! reported only if the provisioner reports an error. The reason for a provisioner's failure is in
//! events, which are stored for three hours.
//!
//! - kubernetes/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go`,
//!   `pkg/controller/volume/events/event.go`
//! - kubernetes-sigs/sig-storage-lib-external-provisioner `controller/controller.go`
//!   (`ProvisioningFailed`)

use super::several_default_classes::is_default;
use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// While it waits for a provisioner, the controller repeats the event every 15 seconds.
const ENOUGH: i64 = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .reads(&[Need::Kind(&STORAGE_CLASS), Need::Kind(&EVENT)])
    .each(&[&PERSISTENT_VOLUME_CLAIM], |cx, claim| {
        let phase = claim.text(&["status", "phase"]);
        // Nothing needs to be known of a claim that was just created.
        let age = Persistence::of(cx, claim.created(), GRACE);
        let is_pending = phase.as_deref() == Some("Pending") && age.counts();
        if !is_pending || deletion_requested_at(claim).is_some() {
            return Ok(None);
        }
        Ok(pending_reason(cx, claim)?.map(|reason| finding(cx, claim, &reason)))
    })
    .grace(GRACE)
    .why("Pods that mount the claim are not scheduled until it is bound to a volume.")
    .fix(
        "The finding shows the reason: the claim has no StorageClass and there is no default, \
         the StorageClass does not exist, or its provisioner fails or does not respond.",
    )
    .run(&["oc describe persistentvolumeclaim -n {namespace} {name}", "oc get storageclasses"])
    .verify(&["oc get persistentvolumeclaims -n {namespace}"]);

/// How long a provisioner may take to create a volume.
const GRACE: Span = Span::minutes(5);

/// Why a claim has no volume.
enum PendingReason<'s> {
    /// An event reports the reason.
    Quoted(Event<'s>),
    /// The provisioner does not respond.
    Silent(Event<'s>),
    /// Its `StorageClass` does not exist.
    NoClass(Evidence),
    /// It has no `StorageClass`, and there is no default one.
    NoDefault(Evidence),
    /// Nothing reports the reason.
    Unsaid,
}

/// Why the claim is pending. None if it waits for its first pod by design.
fn pending_reason<'s>(
    cx: &RuleContext<'s>,
    claim: &'s Resource,
) -> Result<Option<PendingReason<'s>>, NotJudged> {
    let newest = |reasons: &[&str]| events_about(cx, claim, reasons, RECENT).into_iter().next();
    let failures = ["ProvisioningFailed", "FailedBinding", "ProvisioningCleanupFailed"];
    if let Some(event) = newest(&failures) {
        return Ok(Some(PendingReason::Quoted(event)));
    }
    if let Some(event) = newest(&["ExternalProvisioning"]).filter(|it| it.count() >= ENOUGH) {
        return Ok(Some(PendingReason::Silent(event)));
    }
    if newest(&["WaitForFirstConsumer", "WaitForPodScheduled"]).is_some() {
        return Ok(None);
    }
    match claim.visible(&["spec", "storageClassName"])?.as_deref() {
        // An empty name requests a volume that an administrator creates manually.
        Some("") => Ok(Some(PendingReason::Unsaid)),
        Some(name) => match cx.look_up::<StorageClass<'_>>("", name) {
            Lookup::Here(class) => {
                let mode = class.resource().text(&["volumeBindingMode"]);
                let waits = mode.as_deref() == Some("WaitForFirstConsumer");
                Ok((!waits).then_some(PendingReason::Unsaid))
            }
            Lookup::Absent(searched) => {
                let what = Subject::cluster("StorageClass", name);
                Ok(Some(PendingReason::NoClass(Evidence::missing(what, &searched))))
            }
            Lookup::Unknown(missing) => Err(missing.into()),
        },
        None => {
            let searched = cx.prove_whole(&STORAGE_CLASS, "")?;
            let has_default = cx.all::<StorageClass<'_>>().any(is_default);
            let what = Subject::cluster("StorageClass", "(default)");
            let absent = (!has_default).then(|| Evidence::missing(what, &searched));
            Ok(absent.map(PendingReason::NoDefault))
        }
    }
}

impl PendingReason<'_> {
    fn cause(&self, class: &str) -> String {
        match self {
            Self::Quoted(event) => excerpt(&event.message()),
            Self::Silent(_) => format!("the provisioner of StorageClass {class} does not respond"),
            Self::NoClass(_) => format!("StorageClass {class} does not exist"),
            Self::NoDefault(_) => "it has no StorageClass, and there is no default one".to_owned(),
            Self::Unsaid if class.is_empty() => "no matching PersistentVolume exists".to_owned(),
            Self::Unsaid => "the collected data do not show why".to_owned(),
        }
    }

    fn action(&self) -> &'static str {
        let message = match self {
            Self::Quoted(event) => event.message(),
            _ => Cow::default(),
        };
        match self {
            Self::Quoted(_) if message.contains("no storage class is set") => {
                "Set a default StorageClass, or set storageClassName in the claim."
            }
            Self::Quoted(_) if message.contains("quota") => {
                "Increase the quota, or request less space."
            }
            Self::Quoted(_) if message.contains("not found") => {
                "Create the missing object, or recreate the claim with an existing StorageClass."
            }
            Self::Quoted(_) => "Fix the problem that the provisioner reports.",
            Self::Silent(_) => "Check the controller pods of the StorageClass's CSI driver.",
            Self::NoClass(_) => {
                "Recreate the claim with an existing StorageClass: storageClassName is immutable."
            }
            Self::NoDefault(_) => {
                "Set a default StorageClass, or set storageClassName in the claim."
            }
            Self::Unsaid => "Check the events of the claim.",
        }
    }
}

fn finding(cx: &RuleContext<'_>, claim: &Resource, reason: &PendingReason<'_>) -> Finding {
    let subject = Subject::of(claim);
    let class = claim.text(&["spec", "storageClassName"]).unwrap_or_default();
    let summary = format!("{subject} is Pending: {}", reason.cause(&class));
    let phase = Evidence::field(claim, &["status", "phase"], "the claim's phase is Pending");
    let finding = Finding::new(subject.clone(), summary, phase)
        .since(claim.created())
        .keywords(subject.to_string())
        .action(reason.action());
    match reason {
        PendingReason::Quoted(event) => {
            let finding = finding.keywords(event.message()).evidence([event_evidence(*event)]);
            // Without a StorageClass the fault may be in the claim itself.
            if class.is_empty() { finding } else { finding.group_by(GroupKey::Storage, class) }
        }
        PendingReason::Silent(event) => finding
            .keywords(event.message())
            .evidence([event_evidence(*event)])
            .group_by(GroupKey::Storage, class)
            .likely("inferred: the claim waits, and no event from the provisioner was found"),
        PendingReason::NoClass(absent) => {
            finding.evidence([absent.clone()]).group_by(GroupKey::Storage, class)
        }
        PendingReason::NoDefault(absent) => finding.evidence([absent.clone()]),
        PendingReason::Unsaid => {
            finding.possible(match cx.coverage().of(&EVENT, claim.namespace()) {
                CoverageState::Collected(_) | CoverageState::Empty => {
                    "its events do not show the reason, or have expired"
                }
                _ => "its events were not collected",
            })
        }
    }
}
