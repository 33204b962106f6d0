//! CRI-O pinned to runc, which the operating system no longer includes.
//!
//! The content of the MachineConfigs is not read: later releases of 4.20 change them to crun
//! themselves, and keep the name.
//!
//! - <https://github.com/okd-project/okd/issues/2255>,
//!   <https://github.com/okd-project/okd/issues/2317>
//! - <https://github.com/openshift/machine-config-operator/pull/5389>

use crate::catalog::prelude::*;

/// How long a node may take to restart.
const RESTART: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, okd(18, 21))
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&MACHINE_CONFIG), Need::Kind(&NODE)])
    .grace(RESTART)
    .why(
        "An update to 4.18 kept runc as the default runtime of older clusters with \
         MachineConfigs named 00-override-<pool>-generated-crio-default-container-runtime. \
         CentOS Stream 10, which OKD 4.20 uses, does not include runc: CRI-O does not start on \
         such a node, and the node stays NotReady.",
    )
    .fix(
        "Delete the MachineConfigs before the update to 4.20, and wait until the \
         MachineConfigPools are updated. On a node that already runs 4.20, set default_runtime \
         to crun in /etc/crio/crio.conf.d/01-ctrcfg-defaultRuntime, restart crio and kubelet, \
         and restore the file when the node is Ready.",
    )
    .verify(&["oc get machineconfigpools"])
    .side_effects(&["the nodes of the pools restart one after the other"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let all = cx.of_kind(&MACHINE_CONFIG);
    let is_pin = |config: &&Resource| {
        let name = config.name().strip_prefix("00-override-");
        name.is_some_and(|name| name.ends_with("-generated-crio-default-container-runtime"))
    };
    let pins: Vec<_> = all.iter().filter(is_pin).collect();
    Checked::over(all.len(), finding(cx, &pins))
}

fn finding(cx: &RuleContext<'_>, pins: &[&Resource]) -> Option<Finding> {
    let first = *pins.first()?;
    let names: Vec<_> = pins.iter().map(|config| config.name()).collect();
    let listed = name_list_up_to(&names, 2);
    let on_all = |template| Command::of_list(template, "machineconfigs", &names);
    let finding = |summary: String| {
        let evidence = Evidence::field(first, &["metadata", "name"], "pins the runtime");
        let finding =
            Finding::new(Subject::of(first), summary, evidence).keywords(names.join("\n"));
        let finding = finding.before(
            "the MachineConfigs set default_runtime to runc",
            Proof::by_hand(on_all("oc get machineconfig {machineconfigs} -o yaml")),
        );
        finding.run(on_all("oc delete machineconfig {machineconfigs}"))
    };
    let pinned = "to runc, which the operating system of 4.20 does not include";
    let desired = cx.cluster_version().and_then(ClusterVersion::desired_version);
    let release = desired.and_then(|version| Version::parse(&version));
    if release.is_none_or(|release| release < Version::new(4, 20)) {
        let finding = finding(format!("MachineConfigs pin CRI-O {pinned}: {listed}"));
        // A setting, of whatever age.
        let finding = finding.severity(Warning).lasting(true);
        return Some(finding.likely("the content of the MachineConfigs was not read"));
    }
    let lost = lost_nodes(cx, RESTART, is_being_updated);
    if lost.is_empty() {
        return None;
    }
    let nodes: Vec<_> = lost.iter().map(|(node, _)| node.name()).collect();
    let on = name_list(&nodes);
    let summary = format!("CRI-O may not start on {on}: MachineConfigs pin it {pinned}: {listed}");
    let finding = finding(summary)
        .possible("the nodes may be down for another reason, and the MachineConfigs may set crun")
        .since(lost.iter().filter_map(|(_, ready)| ready.since()).min())
        .keywords(nodes.join(" "))
        .evidence(lost.iter().take(3).map(|(node, ready)| {
            Evidence::condition(node.resource(), *ready, "this node is not ready")
        }));
    Some(lost.iter().fold(finding, |it, (node, _)| it.explains(Subject::view(*node), "")))
}
