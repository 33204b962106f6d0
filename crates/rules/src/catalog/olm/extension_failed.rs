//! Failed ClusterExtension installation or update.
//!
//! Only Operator Lifecycle Manager v1 has ClusterExtensions. On OpenShift a must-gather collects them
//! in 4.18 and later.
//!
//! - operator-framework/operator-controller `api/v1/common_types.go`,
//!   `internal/operator-controller/controllers/common_controller.go` (`Retrying`, `Blocked`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&CLUSTER_EXTENSION], |_, resource| Ok(finding(ClusterExtension::of(resource))))
    // An installation or update may take that long.
    .grace(Span::minutes(15))
    .why("The extension is not running, or stays at its current version.")
    .fix(
        "Fix the problem in the message: a package, channel or version that no catalog \
         contains, permissions that the ServiceAccount is missing, or objects that have another \
         owner.",
    )
    .run(&["oc describe clusterextension {name}"])
    .verify(&["oc get clusterextension {name}"]);

fn finding(extension: ClusterExtension<'_>) -> Option<Finding> {
    let resource = extension.resource();
    let installed = extension.condition("Installed").filter(|it| it.is_false());
    let stuck = extension
        .condition("Progressing")
        .filter(|it| matches!(&*it.reason(), "Retrying" | "Blocked"));
    let condition = stuck.or(installed).filter(|_| deletion_requested_at(resource).is_none())?;
    let (subject, message) = (Subject::of(resource), condition.message());
    let what = if installed.is_some() { "is not installed" } else { "is not updated" };
    let summary = format!("{subject} {what}, {}: {}", condition.reason(), excerpt(&message));
    Some(
        Finding::new(subject, summary, Evidence::condition(resource, condition, excerpt(&message)))
            .since(condition.since())
            .keywords(format!("{}: {message}", condition.reason()))
            .evidence(installed.map(|it| Evidence::condition(resource, it, "it is not installed"))),
    )
}
