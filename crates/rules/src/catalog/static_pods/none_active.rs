//! Control-plane component without an active static pod on any node.
//!
//! # Why it matters
//!
//! No control-plane node runs a revision of the component. During an installation the first
//! revision was never installed. On an installed cluster the static pod was removed from every
//! node.
//!
//! # What to do
//!
//! Check the logs of the installer pods and of the static pods on each control-plane node.
//!
//! # Blind spots
//!
//! An installation starts without any static pod. During its first hour this is normal.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ZeroNodesActive`)
//! - <https://github.com/okd-project/okd/issues/2288>

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{OperatorCondition, STATIC_POD_USES, STATIC_PODS};

/// How long the first node may take.
const GRACE: Span = Span::minutes(20);

pub(super) static META: Meta = Meta {
    id: "static-pods/none-active",
    title: "control-plane component without an active static pod on any node",
    severity: Severity::Critical,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["StaticPodsAvailable"];
    OperatorCondition::verdict(cx, STATIC_PODS, conditions, (GRACE, META.severity), |condition| {
        let summary = format!(
            "{} is not active on any control-plane node: {}",
            condition.operator,
            excerpt(&condition.state.message)
        );
        let namespace = condition.namespace();
        Some(
            condition.finding(summary).why("No control-plane node runs a revision.").remedy(
                Remedy::new("Check the logs of the installer pods and of the static pods.")
                    .command(format!("oc get pods -n {namespace} -o wide"))
                    .command(format!("oc logs -n {namespace} -l app=installer --tail=50"))
                    .verify(format!("oc get {} cluster -o yaml", condition.resource())),
            ),
        )
    })
}
