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

/// How long a provisioner may take to create a volume.
const GRACE: Span = Span::minutes(5);
/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// While it waits for a provisioner, the controller repeats the event every 15 seconds.
const ENOUGH: i64 = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&PERSISTENT_VOLUME_CLAIM)])
    .reads(&[Need::Kind(&STORAGE_CLASS), Need::Kind(&EVENT)])
    .check(check)
    .why("Pods that mount the claim are not scheduled until it is bound to a volume.")
    .fix(
        "The finding shows the reason: the claim has no StorageClass and there is no default, \
         the StorageClass does not exist, or its provisioner fails or does not respond.",
    );

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

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    let mut gap = None;
    for claim in cx.all::<PersistentVolumeClaim<'_>>() {
        examined += 1;
        let resource = claim.resource();
        let is_pending = resource.text(&["status", "phase"]).as_deref() == Some("Pending");
        let persistence = Persistence::of(cx, resource.created(), GRACE);
        if !is_pending
            || persistence == Persistence::WithinGrace
            || deletion_requested_at(resource).is_some()
        {
            continue;
        }
        match pending_reason(cx, claim) {
            Ok(Some(pending_reason)) => findings.push(persistence.apply(
                finding(cx, claim, &pending_reason),
                severity_in(cx, resource.namespace(), RULE.meta.severity),
            )),
            Ok(None) => {}
            Err(unknown) => gap = gap.or(Some(unknown)),
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Err(NotJudged::from(gap)),
        _ => Ok(Checked::over(examined, findings)),
    }
}

fn class_of(claim: PersistentVolumeClaim<'_>) -> Option<String> {
    let class = claim.resource().at(&["spec", "storageClassName"])?;
    class.text().map(Cow::into_owned)
}

/// Why the claim is pending. None if it waits for its first pod by design.
fn pending_reason<'s>(
    cx: &RuleContext<'s>,
    claim: PersistentVolumeClaim<'s>,
) -> Result<Option<PendingReason<'s>>, Gap> {
    let resource = claim.resource();
    let newest = |reasons: &[&str]| events_about(cx, resource, reasons, RECENT).into_iter().next();
    if let Some(event) =
        newest(&["ProvisioningFailed", "FailedBinding", "ProvisioningCleanupFailed"])
    {
        return Ok(Some(PendingReason::Quoted(event)));
    }
    if let Some(event) = newest(&["ExternalProvisioning"]).filter(|it| it.count() >= ENOUGH) {
        return Ok(Some(PendingReason::Silent(event)));
    }
    if newest(&["WaitForFirstConsumer", "WaitForPodScheduled"]).is_some() {
        return Ok(None);
    }
    match class_of(claim).as_deref() {
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
            Lookup::Unknown(missing) => Err(Gap::missing(&missing)),
        },
        None => match cx.prove_whole(&STORAGE_CLASS, "") {
            Ok(searched) if !cx.all::<StorageClass<'_>>().any(is_default) => {
                let what = Subject::cluster("StorageClass", "(default)");
                Ok(Some(PendingReason::NoDefault(Evidence::missing(what, &searched))))
            }
            Ok(_) => Ok(None),
            Err(missing) => Err(Gap::missing(&missing)),
        },
    }
}

fn finding(
    cx: &RuleContext<'_>,
    claim: PersistentVolumeClaim<'_>,
    pending_reason: &PendingReason<'_>,
) -> Finding {
    let resource = claim.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let class = class_of(claim).unwrap_or_default();
    let message = match pending_reason {
        PendingReason::Quoted(event) | PendingReason::Silent(event) => event.message().into_owned(),
        _ => String::new(),
    };
    let cause = match pending_reason {
        PendingReason::Quoted(_) => excerpt(&message),
        PendingReason::Silent(_) => {
            format!("the provisioner of StorageClass {class} does not respond")
        }
        PendingReason::NoClass(_) => format!("StorageClass {class} does not exist"),
        PendingReason::NoDefault(_) => {
            "it has no StorageClass, and there is no default one".to_owned()
        }
        PendingReason::Unsaid if class.is_empty() => {
            "no matching PersistentVolume exists".to_owned()
        }
        PendingReason::Unsaid => "the collected data do not show why".to_owned(),
    };
    let head = ["status", "phase"];
    let client = client(cx);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} is Pending: {cause}"),
        Evidence::field(resource, &head, "the claim's phase is Pending"),
    )
    .since(resource.created())
    .keywords(format!("PersistentVolumeClaim/{namespace}/{name}"))
    .keywords(&message)
    .fix(remedy(pending_reason, &message))
    .run(format!("{client} describe persistentvolumeclaim -n {namespace} {name}"))
    .run(format!("{client} get storageclasses"))
    .verify(format!("{client} get persistentvolumeclaims -n {namespace}"));
    match pending_reason {
        PendingReason::Quoted(event) => {
            let finding = finding.evidence([event_evidence(*event)]);
            // Without a StorageClass the fault may be in the claim itself.
            if class.is_empty() { finding } else { finding.group_by(GroupKey::Storage, class) }
        }
        PendingReason::Silent(event) => finding
            .evidence([event_evidence(*event)])
            .group_by(GroupKey::Storage, class)
            .likely("inferred: the claim waits, and no event from the provisioner was found"),
        PendingReason::NoClass(absent) => {
            finding.evidence([absent.clone()]).group_by(GroupKey::Storage, class)
        }
        PendingReason::NoDefault(absent) => finding.evidence([absent.clone()]),
        PendingReason::Unsaid => {
            let events = cx.coverage().of(&EVENT, namespace);
            let reason = if matches!(events, CoverageState::Collected(_) | CoverageState::Empty) {
                "its events do not show the reason, or have expired"
            } else {
                "its events were not collected"
            };
            finding.possible(reason)
        }
    }
}

fn remedy(pending_reason: &PendingReason<'_>, message: &str) -> &'static str {
    match pending_reason {
        PendingReason::Quoted(_) if message.contains("no storage class is set") => {
            "Set a default StorageClass, or set storageClassName in the claim."
        }
        PendingReason::Quoted(_) if message.contains("quota") => {
            "Increase the quota, or request less space."
        }
        PendingReason::Quoted(_) if message.contains("not found") => {
            "Create the missing object, or recreate the claim with an existing StorageClass."
        }
        PendingReason::Quoted(_) => "Fix the problem that the provisioner reports.",
        PendingReason::Silent(_) => "Check the controller pods of the StorageClass's CSI driver.",
        PendingReason::NoClass(_) => {
            "Recreate the claim with an existing StorageClass: storageClassName is immutable."
        }
        PendingReason::NoDefault(_) => {
            "Set a default StorageClass, or set storageClassName in the claim."
        }
        PendingReason::Unsaid => "Check the events of the claim.",
    }
}
