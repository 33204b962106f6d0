//! Missing ConfigMaps or Secrets required to install a static pod revision.
//!
//! Right after a revision is started its copies are created one after another. A condition that has
//! lasted for less than ten minutes is not reported.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ensureRequiredResourcesExist`)
//! - <https://github.com/okd-project/okd/issues/76>

use crate::catalog::prelude::*;

/// How long the copies of a revision may take.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .grace(GRACE)
    .why(
        "A revision of a static pod is a set of copied ConfigMaps and Secrets that have the \
         revision number in their names. Until all of them exist, the operator starts no \
         installer on any node, so no configuration change, certificate or release reaches the \
         control plane.",
    )
    .fix(
        "Check the component that creates the missing objects: for etcd-all-certs-* the etcd \
         operator's certificate signer, for *-client-ca and similar names the operator that \
         copies them, otherwise the revision controller.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["InstallerControllerDegraded"];
    OperatorCondition::judge(cx, STATIC_PODS, conditions, |condition| {
        let (_, missing) = condition.state.message.split_once("missing required resources: ")?;
        let summary = format!(
            "no revision of {} can be installed because namespace {} is missing {}",
            condition.operator,
            condition.namespace(),
            excerpt(missing.trim_matches(['[', ']']))
        );
        let namespace = condition.namespace();
        Some(
            condition
                .finding(summary)
                .explains(condition.subject(), "at revision")
                .run(format!("oc get configmaps,secrets -n {namespace}"))
                .run(format!("oc get {} cluster -o yaml", condition.resource()))
                .verify(format!("oc get pods -n {namespace} -l app=installer")),
        )
    })
}
