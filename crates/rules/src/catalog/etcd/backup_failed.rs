//! Failed etcd backup.
//!
//! Backups that are taken by other tools are not visible to this rule.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/periodicbackupcontroller/periodicbackupcontroller.go`,
//!   `pkg/operator/upgradebackupcontroller/upgradebackupcontroller.go` (until commit a5d2cee09)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    // A failed backup is retried soon.
    .grace(Span::minutes(10))
    .why(
        "A backup is the only way to recover from quorum loss if no healthy member remains. Up \
         to 4.14 the operator takes a backup before an update to another minor version, and the \
         update is refused until it exists. Later releases take backups on a schedule, if one is \
         configured.",
    )
    .fix(
        "Read the reason: the control-plane node has no free space, or the volume for scheduled \
         backups is missing. Take a manual backup in the meantime.",
    )
    .run(&["oc debug node/<control-plane node> -- chroot /host \
             /usr/local/bin/cluster-backup.sh /home/core/assets/backup"])
    .verify(&["oc get clusteroperator etcd -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let scheduled =
        OperatorCondition::judge(cx, ETCD, &["PeriodicBackupControllerDegraded"], |bad| {
            Some(bad.finding(format!("scheduled etcd backups cannot be set up: {}", bad.detail())))
        })?;
    let operator = cx.find::<ClusterOperator<'_>>("", "etcd");
    Ok(scheduled.and(Checked::over(0, operator.and_then(before_update))))
}

fn before_update(operator: ClusterOperator<'_>) -> Option<Finding> {
    let recent = operator.condition("RecentBackup")?;
    if !recent.is_false() || recent.reason() != "UpgradeBackupFailed" {
        return None;
    }
    let summary = format!("etcd backup before the update failed: {}", excerpt(&recent.message()));
    let evidence = Evidence::condition(operator.resource(), recent, "RecentBackup is False");
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, evidence)
        .since(recent.since())
        .keywords(format!("etcd RecentBackup {}: {}", recent.reason(), recent.message()));
    Some(finding)
}
