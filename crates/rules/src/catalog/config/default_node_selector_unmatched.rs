//! A default node selector that no node matches.
//!
//! # Why it matters
//!
//! The scheduler configuration can give every pod a node selector, unless its namespace has one of
//! its own. When no node has these labels, no pod of a user is scheduled any more; the namespaces of
//! the platform have a selector of their own and go on.
//!
//! # What to do
//!
//! Label the nodes that are meant, or correct the selector.
//!
//! # Blind spots
//!
//! Namespaces with an annotation `openshift.io/node-selector` are not concerned.
//!
//! # References
//!
//! - openshift/api `config/v1/types_scheduling.go`, `defaultNodeSelector`

use mustknow_gather::kinds::{NODE, Node, SCHEDULER_CONFIG, SchedulerConfig};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "config/default-node-selector-unmatched",
    title: "a default node selector that no node matches",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&SCHEDULER_CONFIG), Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let config = case.find::<SchedulerConfig<'_>>("", "cluster");
    let selector = config.and_then(|config| {
        Some((config, config.resource().text(&["spec", "defaultNodeSelector"])?))
    });
    let Some((config, selector)) = selector else {
        return Verdict::NotApplicable("there is no default node selector".to_owned());
    };
    let Some(wanted) = labels(&selector) else {
        return Verdict::NotApplicable("the default node selector is no list of labels".to_owned());
    };
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let matches = |node: &Node<'_>| {
        wanted.iter().all(|(key, value)| {
            // An empty value is text that is not there, so the key is looked for.
            let labels = node.resource().at(&["metadata", "labels"]);
            let label = labels.and_then(|labels| labels.get(key)).and_then(Value::text);
            label.as_deref() == Some(*value)
        })
    };
    if nodes.iter().any(matches) {
        return Verdict::Healthy { examined: nodes.len() };
    }
    // A node that was not collected may be the one that matches.
    let whole = case.prove_whole(&NODE, "");
    if let Err(missing) = &whole
        && !has_control_plane_and_workers(&nodes)
    {
        return Verdict::Unknown(Gap::missing(missing));
    }
    let finding = Finding::new(
        Subject::view(config),
        format!("no node has the labels of the default node selector {selector}"),
        Evidence::field(config.resource(), &["spec", "defaultNodeSelector"], "the selector"),
    )
    .why(
        "Every pod whose namespace has no selector of its own gets this one, and no node takes it.",
    )
    .saying(&*selector)
    .evidence(nodes.iter().take(2).map(|node| {
        Evidence::field(node.resource(), &["metadata", "labels"], "the labels of this node")
    }))
    .remedy(
        Remedy::new("Label the nodes that are meant, or correct the selector.")
            .command("oc get nodes --show-labels")
            .verify("oc get pods --all-namespaces --field-selector=status.phase=Pending"),
    );
    Verdict::Found(vec![if whole.is_ok() {
        finding
    } else {
        finding.likely("nodes were collected one by one, and one may be missing")
    }])
}

/// The labels of `key=value,key=value`; None when it says something else.
fn labels(selector: &str) -> Option<Vec<(&str, &str)>> {
    let parts: Vec<_> = selector.split(',').map(|part| part.trim().split_once('=')).collect();
    let plain = |(key, value): &(&str, &str)| !key.ends_with('!') && !value.starts_with('=');
    let labels: Option<Vec<_>> = parts.into_iter().collect();
    labels.filter(|labels| labels.iter().all(plain))
}

/// Nodes are collected one by one, all of them; some of each sort are there when they were.
fn has_control_plane_and_workers(nodes: &[Node<'_>]) -> bool {
    nodes.iter().any(|node| node.is_control_plane())
        && nodes.iter().any(|node| !node.is_control_plane())
}
