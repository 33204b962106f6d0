//! Default node selector that matches no node.
//!
//! Namespaces with the annotation `openshift.io/node-selector` are not affected.
//!
//! - openshift/api `config/v1/types_scheduling.go`, `defaultNodeSelector`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&SCHEDULER_CONFIG], judge)
    .needs(&[Need::Kind(&NODE)])
    .at_once("a setting stays until an administrator changes it")
    .why(
        "The scheduler configuration can add a node selector to every pod, unless its namespace \
         has its own node selector. If no node has these labels, no user pod can be scheduled. \
         Platform namespaces have their own node selector and are not affected.",
    )
    .fix("Label the intended nodes, or correct the selector.")
    .run(&["oc get nodes --show-labels", "oc edit scheduler cluster"])
    .verify(&["oc get pods --all-namespaces --field-selector=status.phase=Pending"]);

fn judge<'s>(cx: &RuleContext<'s>, config: &'s Resource) -> Result<Option<Finding>, NotJudged> {
    let selector = config
        .text(&["spec", "defaultNodeSelector"])
        .ok_or_else(|| not_applicable("no default node selector is set"))?;
    let required = labels(&selector)
        .ok_or_else(|| not_applicable("the default node selector is not a list of labels"))?;
    let nodes: Vec<_> = cx.all::<Node<'s>>().map(View::resource).collect();
    let matches = |node: &&Resource| {
        // An empty value is read as missing text, so the key is looked up instead.
        let labels = node.at(&["metadata", "labels"]);
        required.iter().all(|(key, value)| {
            labels.and_then(|it| it.get(key)?.text()).as_deref() == Some(*value)
        })
    };
    if nodes.iter().any(matches) {
        return Ok(None);
    }
    let finding = Finding::new(
        Subject::of(config),
        format!("default node selector {selector} matches no node"),
        Evidence::field(config, &["spec", "defaultNodeSelector"], "the selector"),
    )
    .keywords(&*selector)
    .evidence(
        nodes
            .iter()
            .take(2)
            .map(|node| Evidence::field(node, &["metadata", "labels"], "the labels of this node")),
    );
    match cx.prove_whole(&NODE, "") {
        Ok(_) => Ok(Some(finding)),
        Err(_) if has_control_plane_and_workers(cx) => {
            Ok(Some(finding.likely("nodes were collected individually, and one may be missing")))
        }
        // A node that was not collected may match.
        Err(missing) => Err(missing.into()),
    }
}

/// The labels of `key=value,key=value`. None for any other syntax.
fn labels(selector: &str) -> Option<Vec<(&str, &str)>> {
    let is_plain = |(key, value): &(&str, &str)| !key.ends_with('!') && !value.starts_with('=');
    selector.split(',').map(|part| part.trim().split_once('=').filter(is_plain)).collect()
}

/// Nodes are collected individually. A complete collection contains nodes of both types.
fn has_control_plane_and_workers(cx: &RuleContext<'_>) -> bool {
    let has = |is_control_plane: bool| {
        cx.all::<Node<'_>>().any(|node| node.is_control_plane() == is_control_plane)
    };
    has(true) && has(false)
}
