//! Aggregated APIs and webhooks, the pods that serve them, and what depends on them.

use super::edge::Edge;
use super::signature::{mentions_any, mentions_subject, mentions_webhook};

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    // Aggregated APIs, and the pods behind them.
    Edge {
        cause: &["apiservices/"],
        effect: &["operators/"],
        holds: mentions_subject,
        mechanism: "its message names the API",
    },
    Edge {
        cause: &["pods/", "workloads/pods-not-created", "workloads/scaled-to-zero"],
        effect: &["apiservices/unavailable", "apiservices/endpoints-not-ready", "webhooks/"],
        holds: |cause, effect| mentions_any(effect, &[&cause.subject.namespace]),
        mechanism: "the pods behind it are not running",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["pods/not-ready"],
        holds: |cause, effect| mentions_any(cause, &[&effect.subject.namespace]),
        mechanism: "these are the pods behind the endpoints",
    },
    Edge {
        cause: &["apiservices/endpoints-not-ready"],
        effect: &["apiservices/unavailable"],
        holds: |cause, effect| {
            cause.keywords.lines().any(|namespace| mentions_any(effect, &[namespace]))
        },
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
        holds: |cause, effect| {
            mentions_any(effect, &["failed calling webhook", "no endpoints available"])
                && mentions_webhook(cause, effect)
        },
        mechanism: "its message shows a failed call to the webhook",
    },
];
