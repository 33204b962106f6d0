//! Failed ClusterExtension installation or update.
//!
//! Only Operator Lifecycle Manager v1 has ClusterExtensions, and must-gather collects them in 4.18
//! and later.
//!
//! - operator-framework/operator-controller `api/v1/common_types.go`,
//!   `internal/operator-controller/controllers/common_controller.go` (`Retrying`, `Blocked`)

use crate::catalog::prelude::*;

/// How long an installation or update may take.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&CLUSTER_EXTENSION)])
    .check(check)
    .why("The extension is not running, or stays at its current version.")
    .fix(
        "Fix the problem in the message: a package, channel or version that no catalog \
         contains, permissions that the ServiceAccount is missing, or objects that have another \
         owner.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<ClusterExtension<'_>>().count();
    let findings = cx.all::<ClusterExtension<'_>>().filter_map(|it| finding(cx, it));
    Ok(Checked::over(examined, findings))
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
    .run(format!("oc describe clusterextension {name}"))
    .verify(format!("oc get clusterextension {name}"));
    Some(persistence.apply(finding, RULE.meta.severity))
}
