//! Aggregated APIs and webhooks, the pods that serve them, and what depends on them.

use super::edge::Edge;
use super::link::Link;
use super::signature::Name;
use super::signature::{always, mentions_any, mentions_name, subject, subject_namespace, webhooks};
use crate::terms::finding::Finding;

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Aggregated APIs, and the pods behind them.
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["objects/unhealthy"],
        link: &[Link::NamedBy(subject_namespace)],
        holds: |_, effect| effect.subject.kind == "Deployment",
        mechanism: "its pods are the endpoints that are not ready",
    },
    Edge {
        cause: &["apiservices/"],
        effect: &["operators/"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "its message names the API",
    },
    Edge {
        cause: &["pods/", "workloads/pods-not-created", "workloads/scaled-to-zero"],
        effect: &["apiservices/unavailable", "apiservices/endpoints-not-ready", "webhooks/"],
        link: &[Link::Names(subject_namespace)],
        holds: always,
        mechanism: "the pods behind it are not running",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["pods/not-ready"],
        link: &[Link::NamedBy(subject_namespace)],
        holds: |cause, effect| mentions_name(cause, &effect.subject.namespace),
        mechanism: "these are the pods behind the endpoints",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["apiservices/unavailable"],
        link: &[Link::Names(lines)],
        holds: always,
        mechanism: "the API is served from these endpoints",
    },
    // Webhooks.
    Edge {
        cause: &["webhooks/"],
        effect: &[
            "operators/",
            "update/",
            "pods/",
            "workloads/",
            "console/notification-not-synced",
            "network/apply-failed",
        ],
        link: &[Link::Names(webhooks)],
        holds: |_, effect| {
            mentions_any(effect, &["failed calling webhook", "no endpoints available"])
        },
        mechanism: "its message shows a failed call to the webhook",
    },
];

/// The lines of the keywords, each of which is a namespace.
fn lines(finding: &Finding) -> Vec<Name<'_>> {
    finding.keywords.lines().map(|line| [line, ""]).collect()
}
