//! Control-plane component without an active static pod on any node.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ZeroNodesActive`)
//! - <https://github.com/okd-project/okd/issues/2288>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .condition(STATIC_PODS, &["StaticPodsAvailable"], |bad| {
        let (operator, detail) = (bad.operator, bad.detail());
        let summary = format!("{operator} is not active on any control-plane node: {detail}");
        Some(bad.finding(summary))
    })
    // How long the first node may take.
    .grace(Span::minutes(20))
    .why(
        "No control-plane node runs a revision of the component. During an installation the \
         first revision was never installed. On an installed cluster the static pod was removed \
         from every node.",
    )
    .fix(
        "Check the logs of the installer pods and of the static pods on each control-plane \
         node.",
    )
    .run(&[
        "oc get pods -n {namespace} -o wide",
        "oc logs -n {namespace} -l app=installer --tail=50",
    ])
    .verify(&["oc get {resource} cluster -o yaml"]);
