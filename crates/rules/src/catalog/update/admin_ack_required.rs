//! An administrator's acknowledgement that the next minor version asks for.
//!
//! # Why it matters
//!
//! Some releases remove APIs or change something an administrator must prepare for. Until the
//! administrator has acknowledged it, the cluster-version operator refuses updates to another
//! minor version.
//!
//! # What to do
//!
//! Check what the gate is about, mostly whether workloads still use APIs that go away, and give
//! the acknowledgement after that.
//!
//! # Blind spots
//!
//! The keys stand in a ConfigMap of openshift-config-managed; where it was not collected only the
//! message of the condition is known.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go`, `pkg/risk/adminack`
//! - OKD documentation, *Preparing to update a cluster*

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, Condition, ConfigMap};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Update, excerpt, is_plain};
use crate::version::Version;

pub(super) static META: Meta = Meta {
    id: "update/admin-ack-required",
    title: "an administrator's acknowledgement that the next minor version asks for",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[
        Need::ConfigMap("openshift-config-managed", "admin-gates"),
        Need::ConfigMap("openshift-config", "admin-acks"),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let open = open_gates(case, version);
    let asked = version.condition("Upgradeable").filter(|condition| {
        condition.is_false() && (asks_for_ack(*condition) || quotes_gate(*condition, &open))
    });
    let findings = asked.map(|condition| finding(case, version, condition, &open));
    Verdict::over(1, findings.into_iter().collect(), "")
}

/// A gate without an acknowledgement.
struct Gate {
    key: String,
    /// What it asks for.
    text: String,
}

fn asks_for_ack(condition: Condition<'_>) -> bool {
    let first = condition.message();
    let first = first.lines().next().unwrap_or_default();
    match &*condition.reason() {
        "AdminAckRequired" => true,
        // `... for multiple reasons: AdminAckRequired,ClusterOperatorsNotUpgradeable`
        "MultipleReasons" => first.contains("AdminAckRequired"),
        _ => false,
    }
}

/// Whether the message holds the text of an open gate: recent releases give no reason of its own.
fn quotes_gate(condition: Condition<'_>, open: &[Gate]) -> bool {
    let message = condition.message();
    open.iter().any(|gate| !gate.text.is_empty() && message.contains(&gate.text))
}

fn finding(
    case: &Case<'_>,
    version: ClusterVersion<'_>,
    condition: Condition<'_>,
    open: &[Gate],
) -> Finding {
    let gates = case.find::<ConfigMap<'_>>("openshift-config-managed", "admin-gates");
    let open: Vec<_> = open.iter().map(|gate| gate.key.as_str()).collect();
    let keys = if open.is_empty() { String::new() } else { format!(" ({})", open.join(", ")) };
    let command = |key: &str| {
        format!(
            "oc -n openshift-config patch configmap admin-acks --type=merge \
             -p '{{\"data\":{{\"{key}\":\"true\"}}}}'"
        )
    };
    let remedy = Remedy::new("Check what the gate is about, then acknowledge it.")
        .before(
            "no workload uses an API that the next minor version removes",
            Proof::ByHand("oc get apirequestcounts".to_owned()),
        )
        .before("what the message asks for was read and prepared", Proof::ByHand(String::new()))
        .verify("oc adm upgrade");
    let remedy = if open.is_empty() {
        remedy.command("oc -n openshift-config-managed get configmap admin-gates -o yaml")
    } else {
        open.iter().fold(remedy, |remedy, key| remedy.command(command(key)))
    };
    Finding::new(
        Subject::view(version),
        format!("the next minor version waits for an acknowledgement by an administrator{keys}"),
        Evidence::condition(version.resource(), condition, excerpt(&condition.message())),
    )
    .severity(match Update::of(version) {
        Some(Update::Installing(_)) => Severity::Info,
        _ => Severity::Warning,
    })
    .why(
        "The present release has a gate that only an administrator opens, because the next minor \
         version takes something away. Patch releases stay possible.",
    )
    .since(condition.since())
    .saying("AdminAckRequired")
    .saying(condition.message())
    .evidence(gates.filter(|_| !open.is_empty()).map(|gates| {
        Evidence::field(
            gates.resource(),
            &["data"],
            format!("not acknowledged: {}", open.join(", ")),
        )
    }))
    .remedy(remedy)
}

/// The gates of the completed version without an acknowledgement. Empty when a ConfigMap was not
/// collected.
fn open_gates(case: &Case<'_>, version: ClusterVersion<'_>) -> Vec<Gate> {
    let completed = Update::of(version).and_then(Update::completed);
    let Some(minor) = completed.and_then(|entry| Version::parse(&entry.version())) else {
        return Vec::new();
    };
    let map = |namespace: &str, name: &str| case.find::<ConfigMap<'_>>(namespace, name);
    let (Some(gates), Some(acks)) =
        (map("openshift-config-managed", "admin-gates"), map("openshift-config", "admin-acks"))
    else {
        return Vec::new();
    };
    let prefix = format!("ack-{minor}-");
    gates
        .resource()
        .at(&["data"])
        .into_iter()
        .flat_map(Value::entries)
        .map(|(key, text)| Gate {
            key: key.to_string(),
            text: text.text().unwrap_or_default().into_owned(),
        })
        .filter(|gate| gate.key.starts_with(&prefix) && is_plain(&gate.key))
        .filter(|gate| acks.data(&gate.key).as_deref() != Some("true"))
        .collect()
}
