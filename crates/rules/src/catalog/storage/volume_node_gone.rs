//! `PersistentVolume` with a node affinity that no node matches.
//!
//! Reported only if every node is in the archive. Volumes without a claim are ignored.
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/volumebinding/volume_binding.go`
//!   ("volume node affinity conflict")

use mustknow_cluster::model::hidden::is_masked;

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[
        Need::Kind(&PERSISTENT_VOLUME),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&LEASE),
    ])
    .check(|cx| each_storage_object(cx, &PERSISTENT_VOLUME, |volume| judge(cx, volume)))
    .at_once("the volume does not show since when the node is missing")
    .why(
        "The volume is on the disk of a node or in a zone, and no matching node exists. Pods \
         that use the volume cannot be scheduled, and its data is available only on the missing \
         node or in that zone.",
    )
    .fix(
        "Add a node with that name or in that zone. If that is not possible, delete the claim, \
         so that a new volume is provisioned, and restore the data.",
    )
    .run(&["oc describe persistentvolume {name}", "oc get nodes --show-labels"])
    .verify(&["oc get pods -n {claim_namespace}"]);

fn judge(cx: &RuleContext<'_>, volume: &Resource) -> Result<Option<Finding>, NotJudged> {
    if volume.text(&["status", "phase"]).as_deref() != Some("Bound") {
        return Ok(None);
    }
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let Some(labels) = unreached(volume, &nodes) else { return Ok(None) };
    for label in &labels {
        volume.unless_masked(&["spec", "nodeAffinity"], label.into(), is_masked)?;
    }
    for node in &nodes {
        node.resource().visible_name()?;
    }
    let searched = prove_all_nodes(cx)?;
    let absent = Subject::cluster("Node", format!("with {}", name_list(&labels)));
    Ok(Some(finding(volume, &labels, Evidence::missing(absent, &searched))))
}

/// The labels the volume requires, if no node matches any of its terms.
fn unreached(volume: &Resource, nodes: &[Node<'_>]) -> Option<Vec<String>> {
    let terms = volume.at(&["spec", "nodeAffinity", "required", "nodeSelectorTerms"])?;
    let mut required_labels = Vec::new();
    for term in terms.items() {
        let expressions: Vec<_> =
            term.get("matchExpressions").into_iter().flat_map(Value::items).collect();
        // Empty terms and terms of other forms are not evaluated.
        let is_in = |it: &Value<'_>| it.text_at(&["operator"]).as_deref() == Some("In");
        if expressions.is_empty()
            || !expressions.iter().all(is_in)
            || term.get("matchFields").is_some()
            || nodes.iter().any(|node| expressions.iter().all(|it| has(*node, *it)))
        {
            return None;
        }
        required_labels.extend(expressions.iter().map(|expression| {
            let values: Vec<_> = values(*expression).collect();
            let key = expression.text_at(&["key"]).unwrap_or_default();
            format!("{key}={}", values.join("|"))
        }));
    }
    (!required_labels.is_empty()).then_some(required_labels)
}

fn values(expression: Value<'_>) -> impl Iterator<Item = Cow<'_, str>> {
    expression.get("values").into_iter().flat_map(Value::items).filter_map(Value::text)
}

fn has(node: Node<'_>, expression: Value<'_>) -> bool {
    let Some(key) = expression.text_at(&["key"]) else { return false };
    let label = node.resource().label(&key);
    // A node without the hostname label still matches by its name.
    let name = (key == "kubernetes.io/hostname").then(|| node.name());
    values(expression).any(|value| label.as_deref() == Some(&*value) || name == Some(&*value))
}

fn finding(volume: &Resource, required_labels: &[String], absent: Evidence) -> Finding {
    let [namespace, claim] = ["namespace", "name"]
        .map(|field| volume.text(&["spec", "claimRef", field]).unwrap_or_default());
    let subject = Subject::of(volume);
    let summary = format!(
        "{subject} of claim {namespace}/{claim} requires a node with {}, and no node matches",
        name_list(required_labels)
    );
    let affinity =
        Evidence::field(volume, &["spec", "nodeAffinity"], "node affinity of the volume");
    let finding = Finding::new(subject, summary, affinity)
        .affects([&*namespace])
        .evidence([absent])
        .keywords(format!("PersistentVolumeClaim/{namespace}/{claim}"))
        .keywords(volume.name())
        .with("claim_namespace", namespace);
    let [label] = required_labels else { return finding };
    match label.strip_prefix("kubernetes.io/hostname=") {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => finding.group_by(GroupKey::Zone, label),
    }
}
