//! Failing etcd defragmentation.
//!
//! The affected member is shown only in the operator's log and events.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/defragcontroller/defragcontroller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .condition(ETCD, &["DefragControllerDegraded"], |bad| {
        Some(bad.finding(format!("etcd operator cannot defragment all members: {}", bad.detail())))
    })
    // The operator has already waited for three attempts, half an hour.
    .grace(Span::minutes(5))
    .why(
        "Only a defragmentation releases the space of deleted objects. Until it succeeds, the full \
         size of the database file counts against the quota, even if little of it is in use.",
    )
    .fix(
        "Read the log of the operator. A member that does not answer in time has a slow disk or a \
         large database file. If a member is unhealthy, the operator does not defragment at all.",
    )
    .run(&["oc logs -n openshift-etcd-operator deployment/etcd-operator | grep -i defrag"])
    .verify(&["oc get etcds.operator.openshift.io cluster -o yaml"]);
