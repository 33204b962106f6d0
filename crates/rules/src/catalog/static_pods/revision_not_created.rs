//! Static pod revision that cannot be created.
//!
//! If the etcd operator refuses a revision because too few members are healthy, see
//! `etcd/scaling-unsafe`.
//!
//! - openshift/library-go `pkg/operator/revisioncontroller/revision_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(STATIC_PODS, &["RevisionControllerDegraded"], |bad| {
        let (operator, detail) = (bad.operator, bad.detail());
        let summary = format!("new revision of {operator} cannot be created: {detail}");
        (!is_quorum_refusal(&bad.state.message)).then(|| bad.finding(summary))
    })
    // The controller retries immediately, and a brief API outage ends within that time.
    .grace(Span::minutes(15))
    .why(
        "The operator first copies each change of the control plane into the ConfigMaps and \
         Secrets of a new revision. If that fails, no change reaches any node: no \
         configuration, no certificate, no release.",
    )
    .fix("Check the error: a source object of the copy is missing, or the API rejects the copy.")
    .run(&[
        "oc get configmaps,secrets -n {namespace}",
        "oc logs -n {namespace}-operator deployment/{operator}-operator",
    ])
    .verify(&["oc get {resource} cluster -o yaml"]);
