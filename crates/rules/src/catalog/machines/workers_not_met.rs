//! Fewer worker Machines than the machine-api operator requires.
//!
//! The operator does not count workers that were not created by MachineSets.
//!
//! - openshift/machine-api-operator `pkg/operator/sync.go` (`checkMinimumWorkerMachines`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .status("machine-api", &["Degraded", "Available"], |state| {
        let (_, detail) = state.message.split_once("minimum worker replica count")?;
        let what = "too few workers run: minimum worker replica count";
        let namespace = Subject::cluster("Namespace", "openshift-machine-api");
        Some(state.finding(namespace, format!("{what} {}", excerpt(detail.trim()))))
    })
    // An installation or a replacement takes that long.
    .note_until(Span::minutes(30))
    .why(
        "If the MachineSets request more than one worker, the operator is degraded until two \
         workers run. Without workers there are no routers and no monitoring.",
    )
    .fix(
        "Check the Machines in the message. If the archive shows the cause, another finding \
         reports it.",
    )
    .run(&[
        "oc get machines.machine.openshift.io -n {name} -o wide",
        "oc get certificatesigningrequests",
    ])
    .verify(&["oc get clusteroperator machine-api"]);
