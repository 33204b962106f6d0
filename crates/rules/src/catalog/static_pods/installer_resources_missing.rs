//! Missing ConfigMaps or Secrets required to install a static pod revision.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ensureRequiredResourcesExist`)
//! - <https://github.com/okd-project/okd/issues/76>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(STATIC_PODS, &["InstallerControllerDegraded"], |bad| {
        let (_, missing) = bad.state.message.split_once("missing required resources: ")?;
        let summary = format!(
            "no revision of {} can be installed because namespace {} is missing {}",
            bad.operator,
            bad.namespace(),
            excerpt(missing.trim_matches(['[', ']']))
        );
        Some(bad.finding(summary).explains(bad.subject(), "at revision"))
    })
    // Right after a revision is started its copies are created one after another.
    .grace(Span::minutes(10))
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
    )
    .run(&["oc get configmaps,secrets -n {namespace}", "oc get {resource} cluster -o yaml"])
    .verify(&["oc get pods -n {namespace} -l app=installer"]);
