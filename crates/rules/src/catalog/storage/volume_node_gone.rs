//! `PersistentVolume` with a node affinity that no node matches.
//!
//! Reported only if every node is in the archive. Volumes without a claim are ignored.
//!
//! - kubernetes/kubernetes `pkg/scheduler/framework/plugins/volumebinding/volume_binding.go`
//!   ("volume node affinity conflict")

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[
        Need::Kind(&PERSISTENT_VOLUME),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&CSI_NODE),
        Need::Kind(&LEASE),
    ])
    .check(check)
    .why(
        "The volume is on the disk of a node or in a zone, and no matching node exists. Pods \
         that use the volume cannot be scheduled, and its data is available only on the missing \
         node or in that zone.",
    )
    .fix(
        "Add a node with that name or in that zone. If that is not possible, delete the claim, \
         so that a new volume is provisioned, and restore the data.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    storage_objects(cx, &PERSISTENT_VOLUME)?;
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let unreached: Vec<_> = cx
        .all::<PersistentVolume<'_>>()
        .filter(|volume| volume.resource().text(&["status", "phase"]).as_deref() == Some("Bound"))
        .filter_map(|volume| Some((volume, unreached(volume, &nodes)?)))
        .collect();
    let examined = cx.all::<PersistentVolume<'_>>().count();
    if unreached.is_empty() {
        return Ok(Checked::over(examined, Vec::new()));
    }
    match prove_all_nodes(cx) {
        Ok(searched) => {
            let finding = |(volume, required_labels): &(PersistentVolume<'_>, Vec<String>)| {
                let absent =
                    Subject::cluster("Node", format!("with {}", name_list(required_labels)));
                finding(cx, *volume, required_labels, Evidence::missing(absent, &searched))
            };
            Ok(Checked::over(1, unreached.iter().map(finding)))
        }
        Err(missing) => Err(NotJudged::from(Gap::missing(&missing))),
    }
}

/// The labels the volume requires, if no node matches any of its terms.
fn unreached(volume: PersistentVolume<'_>, nodes: &[Node<'_>]) -> Option<Vec<String>> {
    let terms = volume.resource().at(&["spec", "nodeAffinity", "required", "nodeSelectorTerms"])?;
    let mut required_labels = Vec::new();
    for term in terms.items() {
        let expressions = term.get("matchExpressions");
        // Empty terms and terms of other forms are not evaluated.
        if expressions.is_none_or(Value::is_empty) || term.get("matchFields").is_some() {
            return None;
        }
        let expressions: Vec<_> = expressions.into_iter().flat_map(Value::items).collect();
        for expression in &expressions {
            if expression.text_at(&["operator"]).as_deref() != Some("In") {
                return None;
            }
            let values: Vec<_> = values(*expression).collect();
            required_labels.push(format!(
                "{}={}",
                expression.text_at(&["key"]).unwrap_or_default(),
                values.join("|")
            ));
        }
        if nodes.iter().any(|node| expressions.iter().all(|it| has(*node, *it))) {
            return None;
        }
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

fn finding(
    cx: &RuleContext<'_>,
    volume: PersistentVolume<'_>,
    required_labels: &[String],
    absent: Evidence,
) -> Finding {
    let resource = volume.resource();
    let [namespace, claim] = ["namespace", "name"]
        .map(|field| resource.text(&["spec", "claimRef", field]).unwrap_or_default());
    let subject = Subject::of(resource);
    let client = client(cx);
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{subject} of claim {namespace}/{claim} requires a node with {}, and no node matches",
            name_list(required_labels)
        ),
        Evidence::field(resource, &["spec", "nodeAffinity"], "node affinity of the volume"),
    )
    .severity(severity_in(cx, &namespace, RULE.meta.severity))
    .evidence([absent])
    .keywords(format!("PersistentVolumeClaim/{namespace}/{claim}"))
    .keywords(resource.name())
    .run(format!("{client} describe persistentvolume {}", resource.name()))
    .run(format!("{client} get nodes --show-labels"))
    .verify(format!("{client} get pods -n {namespace}"));
    let only = required_labels.first().filter(|_| required_labels.len() == 1);
    match only.and_then(|label| label.strip_prefix("kubernetes.io/hostname=")) {
        Some(node) => finding.group_by(GroupKey::Node, node),
        None => match only {
            Some(zone) => finding.group_by(GroupKey::Zone, zone),
            None => finding,
        },
    }
}
