//! What the vSphere problem detector and the operator of the CSI driver report.
//!
//! Sources: openshift/vsphere-problem-detector `pkg/operator/operator.go`,
//! openshift/vmware-vsphere-csi-driver-operator `pkg/operator/vspherecontroller`.

use mustknow_cluster::model::kinds::{OPERATOR_CLUSTER_CSI_DRIVER, OPERATOR_STORAGE};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterCsiDriver, Condition, Operator};

use crate::signals::alert::Alert;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::meta::{Need, Severity};
use crate::terms::quoting::excerpt;
use crate::terms::verdict::Checked;

/// The name of the driver and of its `ClusterCSIDriver`.
pub const VSPHERE_DRIVER: &str = "csi.vsphere.vmware.com";

/// What a rule needs one of to read [`VSphereReports`].
pub const VSPHERE_USES: &[Need] = &[
    Need::Kind(&OPERATOR_STORAGE),
    Need::Kind(&OPERATOR_CLUSTER_CSI_DRIVER),
    Need::KnownFile(KnownFile::Alerts),
];

/// A condition, and the object that has it.
type ReportedCondition<'s> = (&'s Resource, Condition<'s>);

/// The objects and the alerts that report problems with vSphere.
pub struct VSphereReports<'s> {
    storage: Option<Operator<'s>>,
    driver: Option<ClusterCsiDriver<'s>>,
    alerts: Vec<Alert>,
}

impl<'s> VSphereReports<'s> {
    /// What was collected, with the firing alerts of these names. Needs the alerts, the operator
    /// resource of storage, or the `ClusterCSIDriver`.
    pub fn of(cx: &RuleContext<'s>, alerts: &[&str]) -> Self {
        Self {
            storage: cx.find_as(&OPERATOR_STORAGE, "", "cluster"),
            driver: cx.find("", VSPHERE_DRIVER),
            alerts: Alert::firing_named(cx, alerts).unwrap_or_default(),
        }
    }

    /// The condition that the problem detector reports in the operator resource of storage.
    pub fn detector(&self, condition: &str) -> Option<ReportedCondition<'s>> {
        let storage = self.storage?;
        Some((storage.resource(), storage.condition(condition)?))
    }

    /// The condition that the operator of the driver reports.
    pub fn driver(&self, condition: &str) -> Option<ReportedCondition<'s>> {
        let driver = self.driver?;
        Some((driver.resource(), driver.condition(condition)?))
    }

    /// What is found: the first of the conditions, with the others and the alerts as evidence, or
    /// else an alert; `what` begins the summary. Nothing is examined where vSphere is not used.
    pub fn judge(
        &self,
        what: &str,
        conditions: impl IntoIterator<Item = ReportedCondition<'s>>,
    ) -> Checked {
        let mut conditions = conditions.into_iter();
        let found = conditions
            .next()
            .map(|reported| of_condition(what, reported))
            .or_else(|| self.alerts.first().map(|alert| of_alert(what, alert)));
        let also = conditions.map(|(object, condition)| {
            Evidence::condition(object, condition, "this operator reports it too")
        });
        let alerts =
            self.alerts.iter().map(|alert| alert.evidence(format!("{} is firing", alert.name)));
        let found = found.map(|finding| finding.evidence(also).evidence(alerts));
        let reports_vsphere = |storage: Operator<'_>| {
            storage.conditions().any(|condition| condition.name().starts_with("VSphere"))
        };
        let is_used = self.driver.is_some() || self.storage.is_some_and(reports_vsphere);
        Checked::over(usize::from(is_used), found)
    }
}

fn of_condition(what: &str, (object, condition): ReportedCondition<'_>) -> Finding {
    let message = condition.message();
    let note = format!("{}: {}", condition.name(), condition.reason());
    // Other conditions than this one are about volumes that are needed now.
    let is_for_updates = condition.name().ends_with("Upgradeable");
    Finding::new(
        Subject::of(object),
        format!("{what}: {}", excerpt(&message)),
        Evidence::condition(object, condition, note.clone()),
    )
    .severity(if is_for_updates { Severity::Warning } else { Severity::Error })
    .since(condition.since())
    .keywords(note)
    .keywords(&message)
}

fn of_alert(what: &str, alert: &Alert) -> Finding {
    Finding::new(
        alert.subject(),
        format!("{what}: {}", excerpt(&alert.message)),
        alert.evidence("the alert is firing"),
    )
    .severity(Severity::Warning)
    .since(alert.since)
    .keywords(&alert.message)
    .likely("only an alert reports it; the operator's status was not collected or shows no problem")
}
