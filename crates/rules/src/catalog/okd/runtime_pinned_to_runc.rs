//! CRI-O pinned to runc, which the operating system no longer includes.
//!
//! The content of the MachineConfigs is not read: later releases of 4.20 change them to crun
//! themselves, and keep the name.
//!
//! - <https://github.com/okd-project/okd/issues/2255>,
//!   <https://github.com/okd-project/okd/issues/2317>
//! - <https://github.com/openshift/machine-config-operator/pull/5389>

use crate::catalog::prelude::*;

/// The first release with an operating system that does not include runc.
const WITHOUT: Version = Version::new(4, 20);
/// How long a node may take to restart.
const RESTART: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, okd(18, 21))
    .needs(&[Need::Kind(&MACHINE_CONFIG), Need::Kind(&NODE)])
    .check(check)
    .why(
        "An update to 4.18 kept runc as the default runtime of older clusters with \
         MachineConfigs named 00-override-<pool>-generated-crio-default-container-runtime. \
         CentOS Stream 10, which OKD 4.20 uses, does not include runc: CRI-O does not start on \
         such a node, and the node stays NotReady.",
    )
    .fix(
        "Delete the MachineConfigs before the update to 4.20. On a node that already runs 4.20, \
         set the runtime to crun, start CRI-O and the kubelet, and undo the change when the \
         node is Ready again.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let all: Vec<_> = cx.all::<MachineConfig<'_>>().collect();
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
        return Ok(Checked::over(all.len(), Vec::new()));
    };
    let desired = cx.cluster_version().and_then(ClusterVersion::desired_version);
    let has_no_runc =
        desired.and_then(|version| Version::parse(&version)).is_some_and(|it| it >= WITHOUT);
    let lost: Vec<_> = cx
        .all::<Node<'_>>()
        .filter(|node| {
            let since = node.condition("Ready").filter(|c| !c.is_true()).and_then(Condition::since);
            is_being_updated(*node) && cx.is_older(since, RESTART)
        })
        .collect();
    if has_no_runc && lost.is_empty() {
        return Ok(Checked::over(all.len(), None));
    }
    let evidence = Evidence::field(first.resource(), &["metadata", "name"], "pins the runtime");
    let remedy = Remedy::new(
        "Delete the MachineConfigs before the update to 4.20, and wait until the \
         MachineConfigPools are updated. On a node that already runs 4.20, set default_runtime to \
         crun in /etc/crio/crio.conf.d/01-ctrcfg-defaultRuntime, restart crio and kubelet, and \
         restore the file when the node is Ready.",
    )
    .command(format!("oc get machineconfig {} -o yaml", names.join(" ")))
    .command(format!("oc delete machineconfig {}", names.join(" ")))
    .precondition(
        "the MachineConfigs set default_runtime to runc",
        Proof::ByHand(format!("oc get machineconfig {} -o yaml", names.join(" "))),
    )
    .side_effect("the nodes of the pools restart one after the other")
    .verify("oc get machineconfigpools");
    let finding = if has_no_runc {
        let nodes: Vec<_> = lost.iter().map(|node| node.name()).collect();
        let finding = Finding::new(
            Subject::cluster("MachineConfig", names.first().copied().unwrap_or_default()),
            format!(
                "CRI-O may not start on {}: MachineConfigs pin it to runc, which the operating \
                 system of 4.20 does not include: {}",
                name_list(&nodes),
                name_list_up_to(&names, 2)
            ),
            evidence,
        )
        .possible("the nodes may be down for another reason, and the MachineConfigs may set crun")
        .since(lost.iter().filter_map(|node| node.condition("Ready")?.since()).min())
        .keywords(nodes.join(" "))
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
                 include: {}",
                name_list_up_to(&names, 2)
            ),
            evidence,
        )
        .severity(Warning)
        .likely("the content of the MachineConfigs was not read")
    };
    let finding = finding.keywords(names.join("\n")).remedy(remedy);
    Ok(Checked::over(1, vec![finding]))
}
