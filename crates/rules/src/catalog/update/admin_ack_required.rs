//! Pending administrator acknowledgement for the next minor version.
//!
//! The gate keys are stored in a ConfigMap in openshift-config-managed. If it was not collected,
//! only the message of the `Upgradeable` condition is available.
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go`, `pkg/risk/adminack`
//! - OKD documentation, *Preparing to update a cluster*

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[
        Need::ConfigMap("openshift-config-managed", "admin-gates"),
        Need::ConfigMap("openshift-config", "admin-acks"),
    ])
    .check(check)
    .why(
        "Some releases remove APIs or introduce other changes that an administrator must \
         prepare for. Until the administrator acknowledges such a change, the cluster-version \
         operator refuses updates to another minor version.",
    )
    .fix(
        "Check what the gate is about, usually whether workloads still use APIs that the next \
         minor version removes, and then give the acknowledgement.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let open = open_gates(cx, version);
    let blocked = version.condition("Upgradeable").filter(|condition| {
        condition.is_false() && (requires_ack(*condition) || quotes_gate(*condition, &open))
    });
    let findings = blocked.map(|condition| finding(cx, version, condition, &open));
    Ok(Checked::over(1, findings.into_iter()))
}

/// A gate without an acknowledgement.
struct Gate {
    key: String,
    /// The text of the gate: what the administrator must acknowledge.
    text: String,
}

fn requires_ack(condition: Condition<'_>) -> bool {
    let first = condition.message();
    let first = first.lines().next().unwrap_or_default();
    match &*condition.reason() {
        "AdminAckRequired" => true,
        // `... for multiple reasons: AdminAckRequired,ClusterOperatorsNotUpgradeable`
        "MultipleReasons" => first.contains("AdminAckRequired"),
        _ => false,
    }
}

/// Whether the message contains the text of an open gate: recent releases set no separate reason.
fn quotes_gate(condition: Condition<'_>, open: &[Gate]) -> bool {
    let message = condition.message();
    open.iter().any(|gate| !gate.text.is_empty() && message.contains(&gate.text))
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    condition: Condition<'_>,
    open: &[Gate],
) -> Finding {
    let gates = cx.find::<ConfigMap<'_>>("openshift-config-managed", "admin-gates");
    let open: Vec<_> = open.iter().map(|gate| gate.key.as_str()).collect();
    let keys = if open.is_empty() { String::new() } else { format!(" ({})", open.join(", ")) };
    let command = |key: &str| {
        format!(
            "oc -n openshift-config patch configmap admin-acks --type=merge \
             -p '{{\"data\":{{\"{key}\":\"true\"}}}}'"
        )
    };
    let remedy = Remedy::new("Check what the gate is about, then acknowledge it.")
        .precondition(
            "no workload uses an API that the next minor version removes",
            Proof::ByHand("oc get apirequestcounts".to_owned()),
        )
        .precondition(
            "the message was read and the changes are prepared",
            Proof::ByHand(String::new()),
        )
        .verify("oc adm upgrade");
    let remedy = if open.is_empty() {
        remedy.command("oc -n openshift-config-managed get configmap admin-gates -o yaml")
    } else {
        open.iter().fold(remedy, |remedy, key| remedy.command(command(key)))
    };
    Finding::new(
        Subject::view(version),
        format!("minor version updates require an administrator acknowledgement{keys}"),
        Evidence::condition(version.resource(), condition, excerpt(&condition.message())),
    )
    .severity(match UpdatePhase::of(version) {
        Some(UpdatePhase::Installing(_)) => Info,
        _ => Warning,
    })
    .since(condition.since())
    .keywords("AdminAckRequired")
    .keywords(condition.message())
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
fn open_gates(cx: &RuleContext<'_>, version: ClusterVersion<'_>) -> Vec<Gate> {
    let completed = UpdatePhase::of(version).and_then(UpdatePhase::completed);
    let Some(minor) = completed.and_then(|entry| Version::parse(&entry.version())) else {
        return Vec::new();
    };
    let map = |namespace: &str, name: &str| cx.find::<ConfigMap<'_>>(namespace, name);
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
        .filter(|gate| gate.key.starts_with(&prefix) && is_shell_safe(&gate.key))
        .filter(|gate| acks.data(&gate.key).as_deref() != Some("true"))
        .collect()
}
