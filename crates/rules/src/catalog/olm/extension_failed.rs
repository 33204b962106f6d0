//! A ClusterExtension that is not installed.
//!
//! # Why it matters
//!
//! What it was to install does not run, or stays at its version.
//!
//! # What to do
//!
//! Mend what the message names: a package, channel or version that no catalog has, permissions that
//! the ServiceAccount lacks, or objects that belong to something else.
//!
//! # Blind spots
//!
//! Only the second generation of the Operator Lifecycle Manager has them, and must-gather collects
//! them from 4.18 on.
//!
//! # References
//!
//! - operator-framework/operator-controller `api/v1/common_types.go`,
//!   `internal/operator-controller/controllers/common_controller.go` (`Retrying`, `Blocked`)

use mustknow_gather::kinds::{CLUSTER_EXTENSION, ClusterExtension};

use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, excerpt};

/// How long an installation may take.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/extension-failed",
    title: "a ClusterExtension that is not installed",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CLUSTER_EXTENSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<ClusterExtension<'_>>().count();
    let findings = case.all::<ClusterExtension<'_>>().filter_map(|it| finding(case, it)).collect();
    Verdict::over(examined, findings, "no ClusterExtension in the archive")
}

fn finding(case: &Case<'_>, extension: ClusterExtension<'_>) -> Option<Finding> {
    let resource = extension.resource();
    let progress = extension.condition("Progressing");
    let installed = extension.condition("Installed").filter(|it| it.is_false());
    let stuck = progress.filter(|it| matches!(&*it.reason(), "Retrying" | "Blocked"));
    let condition = stuck.or(installed)?;
    let patience = Patience::of(case, condition.since(), GRACE);
    if patience == Patience::Young || asked_to_go(resource).is_some() {
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
    .saying(format!("{}: {message}", condition.reason()))
    .evidence(installed.map(|it| Evidence::condition(resource, it, "it is not installed")))
    .why("What it was to install does not run, or stays at its version.")
    .remedy(
        Remedy::new("Mend what the message names.")
            .command(format!("oc describe clusterextension {name}"))
            .verify(format!("oc get clusterextension {name}")),
    );
    Some(patience.weigh(finding, META.severity))
}
