//! Failed ClusterExtension installation or update.
//!
//! # Why it matters
//!
//! The extension is not running, or stays at its current version.
//!
//! # What to do
//!
//! Fix the problem in the message: a package, channel or version that no catalog contains,
//! permissions that the ServiceAccount is missing, or objects that have another owner.
//!
//! # Blind spots
//!
//! Only Operator Lifecycle Manager v1 has ClusterExtensions, and must-gather collects them in 4.18
//! and later.
//!
//! # References
//!
//! - operator-framework/operator-controller `api/v1/common_types.go`,
//!   `internal/operator-controller/controllers/common_controller.go` (`Retrying`, `Blocked`)

use mustknow_cluster::model::kinds::CLUSTER_EXTENSION;
use mustknow_cluster::views::ClusterExtension;

use crate::catalog::prelude::*;
use crate::domain::deletion_requested_at;
use crate::engine::{Persistence, excerpt};

/// How long an installation or update may take.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/extension-failed",
    title: "failed ClusterExtension installation or update",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CLUSTER_EXTENSION)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let examined = cx.all::<ClusterExtension<'_>>().count();
    let findings = cx.all::<ClusterExtension<'_>>().filter_map(|it| finding(cx, it)).collect();
    Verdict::over(examined, findings, "no ClusterExtension in the archive")
}

fn finding(cx: &RuleContext<'_>, extension: ClusterExtension<'_>) -> Option<Finding> {
    let resource = extension.resource();
    let progress = extension.condition("Progressing");
    let installed = extension.condition("Installed").filter(|it| it.is_false());
    let stuck = progress.filter(|it| matches!(&*it.reason(), "Retrying" | "Blocked"));
    let condition = stuck.or(installed)?;
    let persistence = Persistence::of(cx, condition.since(), GRACE);
    if persistence == Persistence::WithinGrace || deletion_requested_at(resource).is_some() {
        return None;
    }
    let (name, message) = (resource.name(), condition.message());
    let what = if installed.is_some() { "is not installed" } else { "is not updated" };
    let finding = Finding::new(
        Subject::of(resource),
        format!("ClusterExtension/{name} {what}, {}: {}", condition.reason(), excerpt(&message)),
        Evidence::condition(resource, condition, excerpt(&message)),
    )
    .since(condition.since())
    .keywords(format!("{}: {message}", condition.reason()))
    .evidence(installed.map(|it| Evidence::condition(resource, it, "it is not installed")))
    .why("The extension is not running, or stays at its current version.")
    .remedy(
        Remedy::new("Fix the problem in the message.")
            .command(format!("oc describe clusterextension {name}"))
            .verify(format!("oc get clusterextension {name}")),
    );
    Some(persistence.apply(finding, META.severity))
}
