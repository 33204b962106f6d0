//! Default node selector that matches no node.
//!
//! Namespaces with the annotation `openshift.io/node-selector` are not affected.
//!
//! - openshift/api `config/v1/types_scheduling.go`, `defaultNodeSelector`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&SCHEDULER_CONFIG), Need::Kind(&NODE)])
    .check(check)
    .why(
        "The scheduler configuration can add a node selector to every pod, unless its namespace \
         has its own node selector. If no node has these labels, no user pod can be scheduled. \
         Platform namespaces have their own node selector and are not affected.",
    )
    .fix("Label the intended nodes, or correct the selector.")
    .run(&["oc get nodes --show-labels"])
    .verify(&["oc get pods --all-namespaces --field-selector=status.phase=Pending"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let config = cx.find::<SchedulerConfig<'_>>("", "cluster");
    let selector = config.and_then(|config| {
        Some((config, config.resource().text(&["spec", "defaultNodeSelector"])?))
    });
    let Some((config, selector)) = selector else {
        return Err(not_applicable("no default node selector is set"));
    };
    let Some(desired) = labels(&selector) else {
        return Err(not_applicable("the default node selector is not a list of labels"));
    };
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let matches = |node: &Node<'_>| {
        desired.iter().all(|(key, value)| {
            // An empty value is read as missing text, so the key is looked up instead.
            let labels = node.resource().at(&["metadata", "labels"]);
            let label = labels.and_then(|labels| labels.get(key)).and_then(Value::text);
            label.as_deref() == Some(*value)
        })
    };
    if nodes.iter().any(matches) {
        return Ok(Checked::over(nodes.len(), None));
    }
    // A node that was not collected may match.
    let all_nodes = cx.prove_whole(&NODE, "");
    if let Err(missing) = &all_nodes
        && !has_control_plane_and_workers(&nodes)
    {
        return Err(NotJudged::from(Gap::missing(missing)));
    }
    let finding = Finding::new(
        Subject::view(config),
        format!("default node selector {selector} matches no node"),
        Evidence::field(config.resource(), &["spec", "defaultNodeSelector"], "the selector"),
    )
    .keywords(&*selector)
    .evidence(nodes.iter().take(2).map(|node| {
        Evidence::field(node.resource(), &["metadata", "labels"], "the labels of this node")
    }));
    Ok(Checked::over(
        1,
        vec![if all_nodes.is_ok() {
            finding
        } else {
            finding.likely("nodes were collected individually, and one may be missing")
        }],
    ))
}

/// The labels of `key=value,key=value`. None for any other syntax.
fn labels(selector: &str) -> Option<Vec<(&str, &str)>> {
    let parts: Vec<_> = selector.split(',').map(|part| part.trim().split_once('=')).collect();
    let plain = |(key, value): &(&str, &str)| !key.ends_with('!') && !value.starts_with('=');
    let labels: Option<Vec<_>> = parts.into_iter().collect();
    labels.filter(|labels| labels.iter().all(plain))
}

/// Nodes are collected individually. A complete collection contains nodes of both types.
fn has_control_plane_and_workers(nodes: &[Node<'_>]) -> bool {
    nodes.iter().any(|node| node.is_control_plane())
        && nodes.iter().any(|node| !node.is_control_plane())
}
