//! Pending administrator acknowledgement for the next minor version.
//!
//! The gate keys are stored in a ConfigMap in openshift-config-managed. If it was not collected,
//! only the message of the `Upgradeable` condition is available.
//!
//! - openshift/cluster-version-operator `pkg/cvo/upgradeable.go`, `pkg/risk/adminack`
//! - OKD documentation, *Preparing to update a cluster*

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&CLUSTER_VERSION], |cx, object| Ok(judge(cx, object)))
    .reads(&[
        Need::ConfigMap("openshift-config-managed", "admin-gates"),
        Need::ConfigMap("openshift-config", "admin-acks"),
    ])
    .at_once("only an administrator gives an acknowledgement")
    .why(
        "Some releases remove APIs or introduce other changes that an administrator must \
         prepare for. Until the administrator acknowledges such a change, the cluster-version \
         operator refuses updates to another minor version.",
    )
    .fix(
        "Check what the gate is about, usually whether workloads still use APIs that the next \
         minor version removes, and then give the acknowledgement.",
    )
    .verify(&["oc adm upgrade"])
    .before(&[
        ("no workload uses an API that the next minor version removes", "oc get apirequestcounts"),
        ("the message was read and the changes are prepared", ""),
    ]);

/// A gate without an acknowledgement: its key, and what the administrator must acknowledge.
type Gate = (String, String);

fn judge<'s>(cx: &RuleContext<'s>, object: &'s Resource) -> Option<Finding> {
    let version = ClusterVersion::of(object);
    let open = open_gates(cx, version);
    let blocked = version.condition("Upgradeable").filter(|condition| {
        condition.is_false() && (requires_ack(*condition) || quotes_gate(*condition, &open))
    });
    blocked.map(|condition| finding(cx, object, condition, &open))
}

fn requires_ack(condition: Condition<'_>) -> bool {
    match &*condition.reason() {
        "AdminAckRequired" => true,
        // `... for multiple reasons: AdminAckRequired,ClusterOperatorsNotUpgradeable`
        "MultipleReasons" => {
            condition.message().lines().next().is_some_and(|it| it.contains("AdminAckRequired"))
        }
        _ => false,
    }
}

/// Whether the message contains the text of an open gate: recent releases set no separate reason.
fn quotes_gate(condition: Condition<'_>, open: &[Gate]) -> bool {
    let message = condition.message();
    open.iter().any(|(_, text)| !text.is_empty() && message.contains(text))
}

fn finding(
    cx: &RuleContext<'_>,
    version: &Resource,
    condition: Condition<'_>,
    open: &[Gate],
) -> Finding {
    let gates = cx.find::<ConfigMap<'_>>("openshift-config-managed", "admin-gates");
    let keys = open.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(", ");
    let listed = if keys.is_empty() { String::new() } else { format!(" ({keys})") };
    let finding = Finding::new(
        Subject::of(version),
        format!("minor version updates require an administrator acknowledgement{listed}"),
        Evidence::condition(version, condition, excerpt(&condition.message())),
    )
    .severity(if is_installing(cx) { Info } else { Warning })
    .since(condition.since())
    .keywords("AdminAckRequired")
    .keywords(condition.message());
    if open.is_empty() {
        return finding.run("oc -n openshift-config-managed get configmap admin-gates -o yaml");
    }
    let note = format!("not acknowledged: {keys}");
    let finding = finding.evidence(gates.map(|it| Evidence::field(it.resource(), &["data"], note)));
    open.iter().fold(finding, |finding, (key, _)| {
        finding.run(Command::new(
            "oc -n openshift-config patch configmap admin-acks --type=merge \
             -p '{\"data\":{\"{key}\":\"true\"}}'",
            &[("key", key)],
        ))
    })
}

/// The gates of the completed version without an acknowledgement. Empty when a ConfigMap was not
/// collected.
fn open_gates(cx: &RuleContext<'_>, version: ClusterVersion<'_>) -> Vec<Gate> {
    let completed = UpdatePhase::of(version).and_then(UpdatePhase::completed);
    let map = |namespace: &str, name: &str| cx.find::<ConfigMap<'_>>(namespace, name);
    let (Some(minor), Some(gates), Some(acks)) = (
        completed.and_then(|entry| Version::parse(&entry.version())),
        map("openshift-config-managed", "admin-gates"),
        map("openshift-config", "admin-acks"),
    ) else {
        return Vec::new();
    };
    let prefix = format!("ack-{minor}-");
    let data = gates.resource().at(&["data"]).into_iter().flat_map(Value::entries);
    data.filter(|(key, _)| key.starts_with(&prefix) && is_shell_safe(key))
        .filter(|(key, _)| acks.data(key).as_deref() != Some("true"))
        .map(|(key, text)| (key.into_owned(), text.text().unwrap_or_default().into_owned()))
        .collect()
}
