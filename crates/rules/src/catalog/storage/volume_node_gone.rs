//! A `PersistentVolume` that only nodes could reach that do not exist.
//!
//! # Why it matters
//!
//! The volume lies on the disk of a node, or in a zone, and no such node is there any more. Pods that
//! use it fit on no node, and the data are where the node was.
//!
//! # What to do
//!
//! Bring back a node with that name or in that zone. Where that cannot be, delete the claim, so that a
//! new volume is made, and restore the data.
//!
//! # Blind spots
//!
//! Only said when every node is in the archive. Volumes nobody has claimed are left out.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/volumebinding/volume_binding.go`
//!   ("volume node affinity conflict")

use std::borrow::Cow;

use mustknow_gather::kinds::{
    CSI_NODE, LEASE, NODE, Node, PERSISTENT_VOLUME, PersistentVolume, STORAGE_CLASS,
};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{client, few, none_of_storage, prove_all_nodes, severity_in};

pub(super) static META: Meta = Meta {
    id: "storage/volume-node-gone",
    title: "a PersistentVolume that only nodes could reach that do not exist",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[
        Need::Kind(&PERSISTENT_VOLUME),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&LEASE),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if let Some(none) = none_of_storage(case, &PERSISTENT_VOLUME) {
        return none;
    }
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let unreached: Vec<_> = case
        .all::<PersistentVolume<'_>>()
        .filter(|volume| volume.resource().text(&["status", "phase"]).as_deref() == Some("Bound"))
        .filter_map(|volume| Some((volume, unreached(volume, &nodes)?)))
        .collect();
    let examined = case.all::<PersistentVolume<'_>>().count();
    if unreached.is_empty() {
        return Verdict::over(examined, Vec::new(), "no PersistentVolume in the archive");
    }
    match prove_all_nodes(case) {
        Ok(searched) => {
            let finding = |(volume, asked): &(PersistentVolume<'_>, Vec<String>)| {
                let absent = Subject::cluster("Node", format!("with {}", few(asked)));
                finding(case, *volume, asked, Evidence::missing(absent, &searched))
            };
            Verdict::Found(unreached.iter().map(finding).collect())
        }
        Err(missing) => Verdict::Unknown(Gap::missing(&missing)),
    }
}

/// The labels the volume asks for, when no node has those of any of its terms.
fn unreached(volume: PersistentVolume<'_>, nodes: &[Node<'_>]) -> Option<Vec<String>> {
    let terms = volume.resource().at(&["spec", "nodeAffinity", "required", "nodeSelectorTerms"])?;
    let mut asked = Vec::new();
    for term in terms.items() {
        let expressions = term.get("matchExpressions");
        // What asks for nothing, or in another way, is not judged.
        if expressions.is_none_or(Value::is_empty) || term.get("matchFields").is_some() {
            return None;
        }
        let expressions: Vec<_> = expressions.into_iter().flat_map(Value::items).collect();
        for expression in &expressions {
            if expression.text_at(&["operator"]).as_deref() != Some("In") {
                return None;
            }
            let values: Vec<_> = values(*expression).collect();
            asked.push(format!(
                "{}={}",
                expression.text_at(&["key"]).unwrap_or_default(),
                values.join("|")
            ));
        }
        if nodes.iter().any(|node| expressions.iter().all(|it| has(*node, *it))) {
            return None;
        }
    }
    (!asked.is_empty()).then_some(asked)
}

fn values(expression: Value<'_>) -> impl Iterator<Item = Cow<'_, str>> {
    expression.get("values").into_iter().flat_map(Value::items).filter_map(Value::text)
}

fn has(node: Node<'_>, expression: Value<'_>) -> bool {
    let Some(key) = expression.text_at(&["key"]) else { return false };
    let label = node.resource().label(&key);
    // A node without the label of its own name still has the name.
    let name = (key == "kubernetes.io/hostname").then(|| node.name());
    values(expression).any(|value| label.as_deref() == Some(&*value) || name == Some(&*value))
}

fn finding(
    case: &Case<'_>,
    volume: PersistentVolume<'_>,
    asked: &[String],
    absent: Evidence,
) -> Finding {
    let resource = volume.resource();
    let [namespace, claim] = ["namespace", "name"]
        .map(|field| resource.text(&["spec", "claimRef", field]).unwrap_or_default());
    let subject = Subject::of(resource);
    let client = client(case);
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{subject} of claim {namespace}/{claim} can only be reached from nodes with {}, and \
             there is none",
            few(asked)
        ),
        Evidence::field(resource, &["spec", "nodeAffinity"], "the nodes it can be reached from"),
    )
    .severity(severity_in(case, &namespace, META.severity))
    .evidence([absent])
    .saying(format!("PersistentVolumeClaim/{namespace}/{claim}"))
    .saying(resource.name())
    .why("The volume is bound to a node or a zone, and pods that use it fit on no other.")
    .remedy(
        Remedy::new("Bring back a node with these labels, or restore the data into a new claim.")
            .command(format!("{client} describe persistentvolume {}", resource.name()))
            .command(format!("{client} get nodes --show-labels"))
            .verify(format!("{client} get pods -n {namespace}")),
    );
    let only = asked.first().filter(|_| asked.len() == 1);
    match only.and_then(|label| label.strip_prefix("kubernetes.io/hostname=")) {
        Some(node) => finding.shares(Common::Node, node),
        None => match only {
            Some(zone) => finding.shares(Common::Zone, zone),
            None => finding,
        },
    }
}
