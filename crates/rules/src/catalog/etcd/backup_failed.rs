//! A backup of etcd that failed.
//!
//! # Why it matters
//!
//! A backup is the only way back from a lost quorum. Up to 4.14 the operator makes one before an
//! update to another minor version, which is refused until there is one; later releases make them
//! on a schedule, where that is set up.
//!
//! # What to do
//!
//! Read why: no room on the control-plane node, or no volume for the scheduled backups. Make one by
//! hand meanwhile.
//!
//! # Blind spots
//!
//! Backups that somebody else makes leave no trace here.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/periodicbackupcontroller/periodicbackupcontroller.go`,
//!   `pkg/operator/upgradebackupcontroller/upgradebackupcontroller.go` (until commit a5d2cee09)

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, OPERATOR_ETCD};

use crate::catalog::prelude::*;
use crate::facts::{ETCD, Spoken, excerpt};

/// A backup is tried again before long.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "etcd/backup-failed",
    title: "a backup of etcd that failed",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["PeriodicBackupControllerDegraded"];
    let verdict = Spoken::verdict(case, ETCD, conditions, (GRACE, META.severity), |spoken| {
        let words = excerpt(&spoken.reported.message);
        let summary = format!("scheduled backups of etcd cannot be set up: {words}");
        Some(told(spoken.finding(summary)))
    });
    if matches!(verdict, Verdict::Found(_)) {
        return verdict;
    }
    let before_update = case
        .find::<ClusterOperator<'_>>("", "etcd")
        .and_then(|operator| Some((operator, operator.condition("RecentBackup")?)))
        .filter(|(_, recent)| recent.is_false() && recent.reason() == "UpgradeBackupFailed");
    let Some((operator, recent)) = before_update else { return verdict };
    let words = excerpt(&recent.message());
    let evidence = Evidence::condition(operator.resource(), recent, "RecentBackup is False");
    let summary = format!("the backup of etcd before the update failed: {words}");
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, evidence)
        .since(recent.since())
        .saying(format!("etcd RecentBackup {}: {}", recent.reason(), recent.message()));
    Verdict::Found(vec![told(finding)])
}

fn told(finding: Finding) -> Finding {
    finding.why("A backup is the only way back from a lost quorum.").remedy(
        Remedy::new("Mend what the message names; make a backup by hand meanwhile.")
            .command(
                "oc debug node/<control-plane node> -- chroot /host \
                     /usr/local/bin/cluster-backup.sh /home/core/assets/backup",
            )
            .verify("oc get clusteroperator etcd -o yaml"),
    )
}
