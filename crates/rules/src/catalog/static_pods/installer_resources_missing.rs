//! Missing ConfigMaps or Secrets required to install a static pod revision.
//!
//! # Why it matters
//!
//! A revision of a static pod is a set of copied ConfigMaps and Secrets that have the revision
//! number in their names. Until all of them exist, the operator starts no installer on any node, so
//! no configuration change, certificate or release reaches the control plane.
//!
//! # What to do
//!
//! Check the component that creates the missing objects: for `etcd-all-certs-*` the etcd operator's
//! certificate signer, for `*-client-ca` and similar names the operator that copies them, otherwise
//! the revision controller.
//!
//! # Blind spots
//!
//! Right after a revision is started its copies are created one after another. A condition that has
//! lasted for less than ten minutes is not reported.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ensureRequiredResourcesExist`)
//! - <https://github.com/okd-project/okd/issues/76>

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{OperatorCondition, STATIC_POD_USES, STATIC_PODS};

/// How long the copies of a revision may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "static-pods/installer-resources-missing",
    title: "missing ConfigMaps or Secrets required to install a static pod revision",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["InstallerControllerDegraded"];
    OperatorCondition::verdict(cx, STATIC_PODS, conditions, (GRACE, META.severity), |condition| {
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
                .why(
                    "The operator starts no installer on any node until every ConfigMap and Secret \
                     of a revision exists.",
                )
                .remedy(
                    Remedy::new(
                        "Find out why the responsible controller does not create these objects.",
                    )
                    .command(format!("oc get configmaps,secrets -n {namespace}"))
                    .command(format!("oc get {} cluster -o yaml", condition.resource()))
                    .verify(format!("oc get pods -n {namespace} -l app=installer")),
                ),
        )
    })
}
