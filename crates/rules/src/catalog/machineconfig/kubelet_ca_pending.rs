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
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .reads(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "The API server presents a certificate of a new CA to the kubelets. The nodes of the \
         paused pool do not trust this CA yet: logs, exec and port-forward fail there, and once \
         the old CA expires, the kubelets reject the API server completely.",
    )
    .fix(
        "Unpause the pool before the old certificate expires. Its nodes get the CA bundle \
         without a reboot.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let pool = |alert: &Alert| alert.label("pool").unwrap_or_default().to_owned();
    judge_alerts(cx, &["MachineConfigControllerPausedPoolKubeletCA"], pool, |alerted| {
        finding(cx, alerted)
    })
}

fn finding(cx: &RuleContext<'_>, alerted: &AlertGroup) -> Option<Finding> {
    let name = &alerted.about;
    let paused = cx.find::<MachineConfigPool<'_>>("", name).filter(|pool| pool.is_paused());
    let summary =
        format!("MachineConfigPool {name} is paused and blocks the rotation of the kubelet CA");
    let subject = Subject::cluster("MachineConfigPool", name.clone());
    let finding =
        alerted.finding(subject, summary)?.evidence(paused.map(|pool| {
            Evidence::field(pool.resource(), &["spec", "paused"], "the pool is paused")
        }));
    Some(
        finding
            .run(format!(
                "oc patch machineconfigpool {name} --type=merge -p \
                     '{{\"spec\":{{\"paused\":false}}}}'"
            ))
            .verify(format!("oc get machineconfigpool {name}"))
            .side_effect("other pending changes of the pool may reboot its nodes")
            .before("its nodes may be rebooted now", Proof::ByHand(String::new())),
    )
}
