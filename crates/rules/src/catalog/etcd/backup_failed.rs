//! Failed etcd backup.
//!
//! # Why it matters
//!
//! A backup is the only way to recover from quorum loss if no healthy member remains. Up to 4.14
//! the operator takes a backup before an update to another minor version, and the update is refused
//! until the backup exists. Later releases take backups on a schedule, if one is configured.
//!
//! # What to do
//!
//! Read the reason: the control-plane node has no free space, or the volume for scheduled backups
//! is missing. Take a manual backup in the meantime.
//!
//! # Blind spots
//!
//! Backups that are taken by other tools are not visible to this rule.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/periodicbackupcontroller/periodicbackupcontroller.go`,
//!   `pkg/operator/upgradebackupcontroller/upgradebackupcontroller.go` (until commit a5d2cee09)

use mustknow_cluster::model::kinds::{CLUSTER_OPERATOR, OPERATOR_ETCD};
use mustknow_cluster::views::ClusterOperator;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{ETCD, OperatorCondition};

/// A failed backup is retried soon.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "etcd/backup-failed",
    title: "failed etcd backup",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["PeriodicBackupControllerDegraded"];
    let verdict =
        OperatorCondition::verdict(cx, ETCD, conditions, (GRACE, META.severity), |condition| {
            let detail = excerpt(&condition.state.message);
            let summary = format!("scheduled etcd backups cannot be set up: {detail}");
            Some(complete(condition.finding(summary)))
        });
    if matches!(verdict, Verdict::Found(_)) {
        return verdict;
    }
    let before_update = cx
        .find::<ClusterOperator<'_>>("", "etcd")
        .and_then(|operator| Some((operator, operator.condition("RecentBackup")?)))
        .filter(|(_, recent)| recent.is_false() && recent.reason() == "UpgradeBackupFailed");
    let Some((operator, recent)) = before_update else { return verdict };
    let detail = excerpt(&recent.message());
    let evidence = Evidence::condition(operator.resource(), recent, "RecentBackup is False");
    let summary = format!("etcd backup before the update failed: {detail}");
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, evidence)
        .since(recent.since())
        .keywords(format!("etcd RecentBackup {}: {}", recent.reason(), recent.message()));
    Verdict::Found(vec![complete(finding)])
}

fn complete(finding: Finding) -> Finding {
    finding.why("Without a recent backup, etcd may not be recoverable after quorum loss.").remedy(
        Remedy::new("Fix the error in the message. Take a manual backup in the meantime.")
            .command(
                "oc debug node/<control-plane node> -- chroot /host \
                     /usr/local/bin/cluster-backup.sh /home/core/assets/backup",
            )
            .verify("oc get clusteroperator etcd -o yaml"),
    )
}
