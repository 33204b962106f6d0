//! A `PersistentVolumeClaim` that gets no volume.
//!
//! # Why it matters
//!
//! Pods that mount the claim are not placed on any node before it has a volume.
//!
//! # What to do
//!
//! It depends on why, which the finding says: no class is named and none is the default, the class
//! does not exist, or its provisioner fails or does not answer.
//!
//! # Blind spots
//!
//! A claim of a class with `WaitForFirstConsumer` waits for its first pod by design; it is only
//! reported when the provisioner itself complains. Why a provisioner fails stands in events, which
//! are kept for three hours.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go`,
//!   `pkg/controller/volume/events/event.go`
//! - kubernetes-sigs/sig-storage-lib-external-provisioner `controller/controller.go`
//!   (`ProvisioningFailed`)

use mustknow_gather::Lookup;
use mustknow_gather::coverage::State;
use mustknow_gather::kinds::{
    EVENT, Event, PERSISTENT_VOLUME_CLAIM, PersistentVolumeClaim, STORAGE_CLASS, StorageClass,
};

use super::several_default_classes::is_default;
use crate::catalog::prelude::*;
use crate::facts::{
    Patience, asked_to_go, client, event_evidence, events_about, excerpt, severity_in,
};

/// How long a provisioner may take.
const GRACE: Span = Span::minutes(5);
/// Older events are history.
const RECENT: Span = Span::hours(1);
/// The controller repeats every 15 seconds that it waits for a provisioner.
const ENOUGH: i64 = 3;

pub(super) static META: Meta = Meta {
    id: "storage/claim-pending",
    title: "a PersistentVolumeClaim that gets no volume",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&PERSISTENT_VOLUME_CLAIM)],
    uses: &[Need::Kind(&STORAGE_CLASS), Need::Kind(&EVENT)],
};

/// Why a claim has no volume.
enum Lack<'s> {
    /// Somebody says so.
    Said(Event<'s>),
    /// The provisioner does not answer.
    Silent(Event<'s>),
    /// Its class does not exist.
    NoClass(Evidence),
    /// It names no class, and none is the default.
    NoDefault(Evidence),
    /// Nobody says why.
    Unsaid,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    let mut gap = None;
    for claim in case.all::<PersistentVolumeClaim<'_>>() {
        examined += 1;
        let resource = claim.resource();
        let is_pending = resource.text(&["status", "phase"]).as_deref() == Some("Pending");
        let patience = Patience::of(case, resource.created(), GRACE);
        if !is_pending || patience == Patience::Young || asked_to_go(resource).is_some() {
            continue;
        }
        match lack(case, claim) {
            Ok(Some(lack)) => findings.push(patience.weigh(
                finding(case, claim, &lack),
                severity_in(case, resource.namespace(), META.severity),
            )),
            Ok(None) => {}
            Err(unknown) => gap = gap.or(Some(unknown)),
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Verdict::Unknown(gap),
        _ => Verdict::over(examined, findings, "no PersistentVolumeClaim in the archive"),
    }
}

fn class_of(claim: PersistentVolumeClaim<'_>) -> Option<String> {
    let class = claim.resource().at(&["spec", "storageClassName"])?;
    class.text().map(std::borrow::Cow::into_owned)
}

/// What the claim lacks; None where it waits for its first pod, as it should.
fn lack<'s>(case: &Case<'s>, claim: PersistentVolumeClaim<'s>) -> Result<Option<Lack<'s>>, Gap> {
    let resource = claim.resource();
    let newest =
        |reasons: &[&str]| events_about(case, resource, reasons, RECENT).into_iter().next();
    if let Some(event) =
        newest(&["ProvisioningFailed", "FailedBinding", "ProvisioningCleanupFailed"])
    {
        return Ok(Some(Lack::Said(event)));
    }
    if let Some(event) = newest(&["ExternalProvisioning"]).filter(|it| it.count() >= ENOUGH) {
        return Ok(Some(Lack::Silent(event)));
    }
    if newest(&["WaitForFirstConsumer", "WaitForPodScheduled"]).is_some() {
        return Ok(None);
    }
    match class_of(claim).as_deref() {
        // An empty name asks for a volume that somebody makes by hand.
        Some("") => Ok(Some(Lack::Unsaid)),
        Some(name) => match case.look_up::<StorageClass<'_>>("", name) {
            Lookup::Here(class) => {
                let mode = class.resource().text(&["volumeBindingMode"]);
                let waits = mode.as_deref() == Some("WaitForFirstConsumer");
                Ok((!waits).then_some(Lack::Unsaid))
            }
            Lookup::Absent(searched) => {
                let what = Subject::cluster("StorageClass", name);
                Ok(Some(Lack::NoClass(Evidence::missing(what, &searched))))
            }
            Lookup::Unknown(missing) => Err(Gap::missing(&missing)),
        },
        None => match case.prove_whole(&STORAGE_CLASS, "") {
            Ok(searched) if !case.all::<StorageClass<'_>>().any(is_default) => {
                let what = Subject::cluster("StorageClass", "(default)");
                Ok(Some(Lack::NoDefault(Evidence::missing(what, &searched))))
            }
            Ok(_) => Ok(None),
            Err(missing) => Err(Gap::missing(&missing)),
        },
    }
}

fn finding(case: &Case<'_>, claim: PersistentVolumeClaim<'_>, lack: &Lack<'_>) -> Finding {
    let resource = claim.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let class = class_of(claim).unwrap_or_default();
    let message = match lack {
        Lack::Said(event) | Lack::Silent(event) => event.message().into_owned(),
        _ => String::new(),
    };
    let because = match lack {
        Lack::Said(_) => excerpt(&message),
        Lack::Silent(_) => format!("the provisioner of class {class} does not answer"),
        Lack::NoClass(_) => format!("its class {class} does not exist"),
        Lack::NoDefault(_) => "it names no class, and no class is the default".to_owned(),
        Lack::Unsaid if class.is_empty() => "no volume that fits it is there".to_owned(),
        Lack::Unsaid => "nothing collected says why".to_owned(),
    };
    let head = ["status", "phase"];
    let client = client(case);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} gets no volume: {because}"),
        Evidence::field(resource, &head, "it is Pending"),
    )
    .since(resource.created())
    .saying(format!("PersistentVolumeClaim/{namespace}/{name}"))
    .saying(&message)
    .why("A pod that mounts the claim is not placed on any node before it has a volume.")
    .remedy(
        Remedy::new(remedy(lack, &message))
            .command(format!("{client} describe persistentvolumeclaim -n {namespace} {name}"))
            .command(format!("{client} get storageclasses"))
            .verify(format!("{client} get persistentvolumeclaims -n {namespace}")),
    );
    match lack {
        Lack::Said(event) => {
            let finding = finding.evidence([event_evidence(*event)]);
            // What one claim asks for may be its own fault; what the provisioner says is not.
            if class.is_empty() { finding } else { finding.shares(Common::Storage, class) }
        }
        Lack::Silent(event) => finding
            .evidence([event_evidence(*event)])
            .shares(Common::Storage, class)
            .likely("that the provisioner is away is inferred from its silence"),
        Lack::NoClass(absent) => finding.evidence([absent.clone()]).shares(Common::Storage, class),
        Lack::NoDefault(absent) => finding.evidence([absent.clone()]),
        Lack::Unsaid => {
            let events = case.coverage().of(&EVENT, namespace);
            let reason = if matches!(events, State::Collected(_) | State::Empty) {
                "its events say nothing of it any more"
            } else {
                "its events were not collected"
            };
            finding.possible(reason)
        }
    }
}

fn remedy(lack: &Lack<'_>, message: &str) -> &'static str {
    match lack {
        Lack::Said(_) if message.contains("no storage class is set") => {
            "Make one class the default, or name one in the claim."
        }
        Lack::Said(_) if message.contains("quota") => "Raise the quota, or ask for less.",
        Lack::Said(_) if message.contains("not found") => {
            "Make what the message names, or name a class that exists."
        }
        Lack::Said(_) => "Mend what the provisioner complains of.",
        Lack::Silent(_) => "Look at the controller pods of the class's driver.",
        Lack::NoClass(_) => "Name a class that exists: the class of a claim cannot be changed.",
        Lack::NoDefault(_) => "Make one class the default, or name one in the claim.",
        Lack::Unsaid => "Read the events of the claim.",
    }
}
