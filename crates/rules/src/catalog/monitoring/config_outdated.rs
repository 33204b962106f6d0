//! Monitoring configuration that blocks the next minor version.
//!
//! Only the message shows which of the two ConfigMaps contains the field.
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go` (`setUpgradeable`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .status("monitoring", &["Upgradeable"], |reported| {
        let summary = format!(
            "the monitoring configuration is not compatible with the next release: {}",
            excerpt(&reported.message)
        );
        (reported.reason == "InvalidConfiguration")
            .then(|| reported.finding(monitoring_config(), summary))
    })
    .at_once("a setting that stays until it is removed")
    .why(
        "The configuration contains a field that the next release no longer supports, or a \
         misspelled field that is currently ignored. Updates to the next minor version are \
         blocked until the field is removed; patch updates are not.",
    )
    .fix("Remove or rename the field that the message names.")
    .run(&[
        "oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml",
        "oc get configmap -n openshift-user-workload-monitoring \
         user-workload-monitoring-config -o yaml",
    ])
    .verify(&["oc get clusteroperator monitoring -o yaml"]);
