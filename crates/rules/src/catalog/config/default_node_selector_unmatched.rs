//! Default node selector that matches no node.
//!
//! # Why it matters
//!
//! The scheduler configuration can add a node selector to every pod, unless its namespace has its
//! own node selector. If no node has these labels, no user pod can be scheduled. Platform
//! namespaces have their own node selector and are not affected.
//!
//! # What to do
//!
//! Label the intended nodes, or correct the selector.
//!
//! # Blind spots
//!
//! Namespaces with the annotation `openshift.io/node-selector` are not affected.
//!
//! # References
//!
//! - openshift/api `config/v1/types_scheduling.go`, `defaultNodeSelector`

use mustknow_cluster::model::kinds::{NODE, SCHEDULER_CONFIG};
use mustknow_cluster::views::{Node, SchedulerConfig};
use mustknow_yaml::Value;

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "config/default-node-selector-unmatched",
    title: "default node selector that matches no node",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&SCHEDULER_CONFIG), Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let config = cx.find::<SchedulerConfig<'_>>("", "cluster");
    let selector = config.and_then(|config| {
        Some((config, config.resource().text(&["spec", "defaultNodeSelector"])?))
    });
    let Some((config, selector)) = selector else {
        return Verdict::NotApplicable("no default node selector is set".to_owned());
    };
    let Some(desired) = labels(&selector) else {
        return Verdict::NotApplicable(
            "the default node selector is not a list of labels".to_owned(),
        );
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
        return Verdict::Healthy { examined: nodes.len() };
    }
    // A node that was not collected may match.
    let all_nodes = cx.prove_whole(&NODE, "");
    if let Err(missing) = &all_nodes
        && !has_control_plane_and_workers(&nodes)
    {
        return Verdict::Unknown(Gap::missing(missing));
    }
    let finding = Finding::new(
        Subject::view(config),
        format!("default node selector {selector} matches no node"),
        Evidence::field(config.resource(), &["spec", "defaultNodeSelector"], "the selector"),
    )
    .why(
        "Every pod in a namespace without its own node selector gets this one, and no node matches \
         it.",
    )
    .keywords(&*selector)
    .evidence(nodes.iter().take(2).map(|node| {
        Evidence::field(node.resource(), &["metadata", "labels"], "the labels of this node")
    }))
    .remedy(
        Remedy::new("Label the intended nodes, or correct the selector.")
            .command("oc get nodes --show-labels")
            .verify("oc get pods --all-namespaces --field-selector=status.phase=Pending"),
    );
    Verdict::Found(vec![if all_nodes.is_ok() {
        finding
    } else {
        finding.likely("nodes were collected individually, and one may be missing")
    }])
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
