//! Control-plane component without an active static pod on any node.
//!
//! An installation starts without any static pod. During its first hour this is normal.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ZeroNodesActive`)
//! - <https://github.com/okd-project/okd/issues/2288>

use crate::catalog::prelude::*;

/// How long the first node may take.
const GRACE: Span = Span::minutes(20);

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .grace(GRACE)
    .why(
        "No control-plane node runs a revision of the component. During an installation the \
         first revision was never installed. On an installed cluster the static pod was removed \
         from every node.",
    )
    .fix(
        "Check the logs of the installer pods and of the static pods on each control-plane \
         node.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["StaticPodsAvailable"];
    OperatorCondition::judge(cx, STATIC_PODS, conditions, |condition| {
        let summary = format!(
            "{} is not active on any control-plane node: {}",
            condition.operator,
            excerpt(&condition.state.message)
        );
        let namespace = condition.namespace();
        Some(
            condition
                .finding(summary)
                .run(format!("oc get pods -n {namespace} -o wide"))
                .run(format!("oc logs -n {namespace} -l app=installer --tail=50"))
                .verify(format!("oc get {} cluster -o yaml", condition.resource())),
        )
    })
}
