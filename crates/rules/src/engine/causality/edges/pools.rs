//! MachineConfigPools and drains, as causes of stuck updates.

use super::edge::{Edge, OPERATORS};
use super::link::Link;
use super::signature::{always, any, is_above_info, mentions_any, subject};

/// Rules that find a pool that is stuck; others in `machineconfig/` do not block a pool.
pub(super) const POOLS: &[&str] = &[
    "machineconfig/daemon-missing",
    "machineconfig/drain-blocked",
    "machineconfig/drain-pod-stuck",
    "machineconfig/extension-missing",
    "machineconfig/finalize-failed",
    "machineconfig/image-build-failed",
    "machineconfig/max-unavailable-consumed",
    "machineconfig/node-update-stuck",
    "machineconfig/on-disk-mismatch",
    "machineconfig/os-image-mismatch",
    "machineconfig/pool-degraded",
    "machineconfig/pool-paused",
    "machineconfig/reboot-failed",
    "machineconfig/render-failed",
    "machineconfig/rendered-config-missing",
    "machineconfig/rpm-ostree-failed",
    "machineconfig/unreconcilable",
    "machineconfig/update-stuck",
];

/// The edges of this file.
pub(super) static EDGES: &[Edge] = &[
    Edge {
        cause: POOLS,
        effect: OPERATORS,
        // A note about a pool, such as a harmless pause, blocks nothing.
        link: &[Link::Every(is_above_info)],
        holds: |_, effect| effect.subject.name == "machine-config",
        mechanism: "the machine-config operator waits for its pools",
    },
    Edge {
        cause: &["machineconfig/drain-blocked"],
        effect: &["machineconfig/pool-degraded", "machineconfig/update-stuck"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "the pool waits for a node that cannot be drained",
    },
    Edge {
        cause: &[
            "machineconfig/extension-missing",
            "machineconfig/node-update-stuck",
            "machineconfig/on-disk-mismatch",
            "machineconfig/os-image-mismatch",
            "machineconfig/reboot-failed",
            "machineconfig/rpm-ostree-failed",
            "machineconfig/rendered-config-missing",
            "machineconfig/unreconcilable",
        ],
        effect: &["machineconfig/update-stuck"],
        link: &[Link::Names(subject)],
        holds: always,
        mechanism: "the pool waits for a node that does not apply its configuration",
    },
    // Old kubelets block the next minor version.
    Edge {
        cause: POOLS,
        effect: &["update/minor-version-blocked"],
        link: &[Link::Every(any)],
        holds: |_, effect| {
            mentions_any(effect, &["KubeletMinorVersion", "DegradedPool", "PoolUpdating"])
        },
        mechanism: "kubelets stay at their old version while their pool does not update",
    },
];
