//! Static pod revision that cannot be created.
//!
//! # Why it matters
//!
//! The operator first copies each change of the control plane into the ConfigMaps and Secrets of a
//! new revision. If that fails, no change reaches any node: no configuration, no certificate, no
//! release.
//!
//! # What to do
//!
//! Check the error: a source object of the copy is missing, or the API rejects the copy.
//!
//! # Blind spots
//!
//! If the etcd operator refuses a revision because too few members are healthy, see
//! `etcd/scaling-unsafe`. A brief API outage also makes this condition True for a short time.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/revisioncontroller/revision_controller.go`

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{OperatorCondition, STATIC_POD_USES, STATIC_PODS};

/// The controller retries immediately.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "static-pods/revision-not-created",
    title: "static pod revision that cannot be created",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["RevisionControllerDegraded"];
    OperatorCondition::verdict(cx, STATIC_PODS, conditions, (GRACE, META.severity), |condition| {
        let message = &condition.state.message;
        if message.contains("not fault tolerant") || message.contains("CheckSafeToScaleCluster") {
            return None;
        }
        let summary = format!(
            "new revision of {} cannot be created: {}",
            condition.operator,
            excerpt(message)
        );
        let namespace = condition.namespace();
        Some(
            condition.finding(summary).why("Changes without a revision reach no node.").remedy(
                Remedy::new("Fix the cause that the error shows.")
                    .command(format!("oc get configmaps,secrets -n {namespace}"))
                    .command(format!(
                        "oc logs -n {namespace}-operator deployment/{}-operator",
                        condition.operator
                    ))
                    .verify(format!("oc get {} cluster -o yaml", condition.resource())),
            ),
        )
    })
}
