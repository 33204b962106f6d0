//! Paused MachineConfigPool that blocks the kubelet CA rotation.
//!
//! The alert exists in 4.11 and 4.12. Later releases distribute the CA bundle to paused pools as
//! well.
//!
//! - openshift/machine-config-operator `release-4.12`
//!   `install/0000_90_machine-config-operator_01_prometheus-rules.yaml`
//! - openshift/runbooks
//!   `alerts/machine-config-operator/MachineConfigControllerPausedPoolKubeletCA.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, releases(11, 12))
    .alerts_by(pool, &["MachineConfigControllerPausedPoolKubeletCA"], finding)
    .reads(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .why(
        "The API server presents a certificate of a new CA to the kubelets. The nodes of the \
         paused pool do not trust this CA yet: logs, exec and port-forward fail there, and once \
         the old CA expires, the kubelets reject the API server completely.",
    )
    .fix(
        "Unpause the pool before the old certificate expires. Its nodes get the CA bundle \
         without a reboot.",
    )
    .run(&["oc patch machineconfigpool {name} --type=merge -p '{\"spec\":{\"paused\":false}}'"])
    .verify(&["oc get machineconfigpool {name}"])
    .side_effects(&["other pending changes of the pool may reboot its nodes"])
    .before(&[("its nodes may be rebooted now", "")]);

fn pool(_: &RuleContext<'_>, alert: &Alert) -> String {
    alert.label("pool").unwrap_or_default().to_owned()
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let name = &alerted.about;
    let paused = cx.find::<MachineConfigPool<'_>>("", name).filter(|pool| pool.is_paused());
    let subject = Subject::cluster("MachineConfigPool", name.clone());
    let summary =
        format!("MachineConfigPool {name} is paused and blocks the rotation of the kubelet CA");
    Some(alerted.finding(subject, summary)?.evidence(
        paused.map(|it| Evidence::field(it.resource(), &["spec", "paused"], "the pool is paused")),
    ))
}
