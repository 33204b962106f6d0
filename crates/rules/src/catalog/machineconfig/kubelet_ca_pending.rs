//! A paused MachineConfigPool that holds back a new certificate authority of the kubelets.
//!
//! # Why it matters
//!
//! The API server shows the kubelets a certificate of a new signer. The nodes of the paused pool do
//! not know it yet: logs, exec and port-forward fail there, and once the old signer expires the
//! kubelets refuse the API server altogether.
//!
//! # What to do
//!
//! Unpause the pool before the old certificate expires; its nodes take the bundle without a reboot.
//!
//! # Blind spots
//!
//! The alert exists in 4.11 and 4.12. Later releases hand the bundle to paused pools as well.
//!
//! # References
//!
//! - openshift/machine-config-operator `release-4.12`
//!   `install/0000_90_machine-config-operator_01_prometheus-rules.yaml`
//! - openshift/runbooks
//!   `alerts/machine-config-operator/MachineConfigControllerPausedPoolKubeletCA.md`

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, MachineConfigPool};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, Alerted, judge_alerts};
use crate::meta::Releases;

pub(super) static META: Meta = Meta {
    id: "machineconfig/kubelet-ca-pending",
    title: "a paused MachineConfigPool that holds back a new certificate authority of the kubelets",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(11, 12)),
    needs: &[Need::Special(Special::Alerts)],
    uses: &[Need::Kind(&MACHINE_CONFIG_POOL)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let pool = |alert: &Alert| alert.label("pool").unwrap_or_default().to_owned();
    judge_alerts(case, &["MachineConfigControllerPausedPoolKubeletCA"], pool, |alerted| {
        finding(case, alerted)
    })
}

fn finding(case: &Case<'_>, alerted: &Alerted) -> Option<Finding> {
    let name = &alerted.about;
    let paused = case.find::<MachineConfigPool<'_>>("", name).filter(|pool| pool.is_paused());
    let summary = format!(
        "MachineConfigPool {name} is paused and holds back a new certificate authority of the \
         kubelets"
    );
    let subject = Subject::cluster("MachineConfigPool", name.clone());
    let finding = alerted
        .finding(subject, summary)?
        .evidence(paused.map(|pool| {
            Evidence::field(pool.resource(), &["spec", "paused"], "somebody paused the pool")
        }))
        .why(
            "The API server already shows certificates of the new signer. Kubelets of this pool do \
             not trust it, so logs, exec and port-forward fail there; once the old signer expires \
             they refuse the API server altogether.",
        );
    Some(
        finding.remedy(
            Remedy::new("Unpause the pool before the old certificate expires.")
                .command(format!(
                    "oc patch machineconfigpool {name} --type=merge -p \
                     '{{\"spec\":{{\"paused\":false}}}}'"
                ))
                .verify(format!("oc get machineconfigpool {name}"))
                .side_effect("other changes that wait for the pool may reboot its nodes")
                .before("its nodes may be rebooted now", Proof::ByHand(String::new())),
        ),
    )
}
