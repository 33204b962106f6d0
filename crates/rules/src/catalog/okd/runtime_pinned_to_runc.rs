//! CRI-O that is pinned to runc, which the operating system no longer has.
//!
//! # Why it matters
//!
//! An update to 4.18 kept runc as the default runtime of older clusters by MachineConfigs named
//! `00-override-<pool>-generated-crio-default-container-runtime`. CentOS Stream 10, which OKD 4.20
//! brings, has no runc: CRI-O does not start on a node with it, and the node stays NotReady.
//!
//! # What to do
//!
//! Delete the MachineConfigs before the update to 4.20. On a node that has it already, set the
//! runtime to crun, start CRI-O and the kubelet, and undo the change once the node is back.
//!
//! # Blind spots
//!
//! What the MachineConfigs say is not read: later releases of 4.20 rewrite them to crun themselves,
//! and keep the name.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/2255>,
//!   <https://github.com/okd-project/okd/issues/2317>
//! - <https://github.com/openshift/machine-config-operator/pull/5389>

use mustknow_gather::kinds::{
    ClusterVersion, Condition, MACHINE_CONFIG, MachineConfig, NODE, Node,
};

use crate::catalog::prelude::*;
use crate::facts::{enumerate, few, is_rolled};
use crate::meta::Releases;
use crate::version::Version;

/// The release whose operating system has no runc.
const WITHOUT: Version = Version::new(4, 20);
/// How long a node may take to restart.
const RESTART: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "okd/runtime-pinned-to-runc",
    title: "a container runtime that the operating system no longer has",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(18, 21)),
    needs: &[Need::Kind(&MACHINE_CONFIG), Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let all: Vec<_> = case.all::<MachineConfig<'_>>().collect();
    let pins: Vec<_> = all
        .iter()
        .filter(|config| {
            let name = config.resource().name();
            name.starts_with("00-override-")
                && name.ends_with("-generated-crio-default-container-runtime")
        })
        .collect();
    let names: Vec<_> = pins.iter().map(|config| config.resource().name()).collect();
    let Some(first) = pins.first() else {
        return Verdict::over(all.len(), Vec::new(), "no MachineConfig in the archive");
    };
    let desired = case.cluster_version().and_then(ClusterVersion::desired_version);
    let has_no_runc =
        desired.and_then(|version| Version::parse(&version)).is_some_and(|it| it >= WITHOUT);
    let lost: Vec<_> = case
        .all::<Node<'_>>()
        .filter(|node| {
            let since = node.condition("Ready").filter(|c| !c.is_true()).and_then(Condition::since);
            is_rolled(*node) && case.is_older(since, RESTART)
        })
        .collect();
    if has_no_runc && lost.is_empty() {
        return Verdict::Healthy { examined: all.len() };
    }
    let evidence = Evidence::field(first.resource(), &["metadata", "name"], "it pins the runtime");
    let remedy = Remedy::new(
        "Delete the MachineConfigs before the update to 4.20, and let the pools finish. On a node \
         that has 4.20 already, set default_runtime to crun in \
         /etc/crio/crio.conf.d/01-ctrcfg-defaultRuntime, restart crio and kubelet, and put the \
         file back once the node is Ready.",
    )
    .command(format!("oc get machineconfig {} -o yaml", names.join(" ")))
    .command(format!("oc delete machineconfig {}", names.join(" ")))
    .before(
        "they set default_runtime to runc",
        Proof::ByHand(format!("oc get machineconfig {} -o yaml", names.join(" "))),
    )
    .side_effect("the nodes of the pools restart one after the other")
    .verify("oc get machineconfigpools");
    let finding = if has_no_runc {
        let nodes: Vec<_> = lost.iter().map(|node| node.name()).collect();
        let finding = Finding::new(
            Subject::cluster("MachineConfig", names.first().copied().unwrap_or_default()),
            format!(
                "{} may not start CRI-O: MachineConfigs pin it to runc, which the operating system \
                 of 4.20 does not have: {}",
                few(&nodes),
                enumerate(&names, 2)
            ),
            evidence,
        )
        .possible("the nodes may be away for another reason, and the MachineConfigs may say crun")
        .since(lost.iter().filter_map(|node| node.condition("Ready")?.since()).min())
        .saying(nodes.join(" "))
        .evidence(lost.iter().take(3).filter_map(|node| {
            let ready = node.condition("Ready")?;
            Some(Evidence::condition(node.resource(), ready, "this node is not ready"))
        }));
        lost.iter().fold(finding, |finding, node| finding.explains(Subject::view(*node), ""))
    } else {
        Finding::new(
            Subject::cluster("MachineConfig", names.first().copied().unwrap_or_default()),
            format!(
                "MachineConfigs pin CRI-O to runc, which the operating system of 4.20 does not \
                 have: {}",
                enumerate(&names, 2)
            ),
            evidence,
        )
        .severity(Severity::Warning)
        .likely("what the MachineConfigs say was not read")
    };
    let finding = finding
        .why(
            "CRI-O does not start with a default runtime it cannot find, and without CRI-O a node \
             is not ready.",
        )
        .saying(names.join("\n"))
        .remedy(remedy);
    Verdict::Found(vec![finding])
}
