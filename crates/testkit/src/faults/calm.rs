//! What looks like a fault and is none.

use serde_json::{Value, json};

use super::patch::{BEGAN, Patch, merge};
use crate::fixtures::cluster::NEW_RELEASE;
use crate::fixtures::object::ObjectBuilder;

pub(super) fn leftovers(patch: &mut Patch<'_>) {
    let installer = ObjectBuilder::new("v1", "Pod", "installer-7-master-1.okd.example.net")
        .in_namespace("openshift-etcd")
        .meta("creationTimestamp", json!("2024-10-23T09:50:00Z"))
        .with("spec", json!({"containers": [{"image": "x", "name": "installer"}], "nodeName": "master-1.okd.example.net", "restartPolicy": "Never"}))
        .with("status", json!({"containerStatuses": [{"name": "installer", "ready": false, "restartCount": 0, "state": {"terminated": {"exitCode": 1, "finishedAt": "2024-10-23T09:52:00Z", "reason": "Error"}}}], "phase": "Failed", "startTime": "2024-10-23T09:50:00Z"}));
    patch.add("namespaces/openshift-etcd/core/pods.yaml", installer.build());
    let job = ObjectBuilder::new("batch/v1", "Job", "collect-profiles-28834200")
        .in_namespace("default")
        .with("status", json!({"conditions": [{"status": "True", "type": "Complete", "lastTransitionTime": BEGAN}], "succeeded": 1}));
    patch.add("namespaces/default/batch/jobs.yaml", job.build());
}

pub(super) fn old_restarts(patch: &mut Patch<'_>) {
    patch.edit("openshift-network-operator/core/pods.yaml", |list| {
        if let Some(status) = list.pointer_mut("/items/0/status/containerStatuses/0") {
            merge(status, &json!({"restartCount": 12, "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": "2024-10-26T08:00:00Z", "finishedAt": "2024-10-26T08:01:00Z"}}}));
        }
    });
}

pub(super) fn young_update(patch: &mut Patch<'_>) {
    let change = |version: &mut Value| {
        let entry = json!({"image": "quay.io/okd/scos-release@sha256:1111", "startedTime": "2024-10-28T10:08:00Z", "completionTime": null, "state": "Partial", "verified": true, "version": "4.16.0-0.okd-scos-2024-10-20-000000"});
        if let Some(history) = version.pointer_mut("/status/history").and_then(Value::as_array_mut)
        {
            history.insert(0, entry);
        }
        if let Some(desired) = version.pointer_mut("/status/desired") {
            merge(desired, &json!({"version": "4.16.0-0.okd-scos-2024-10-20-000000"}));
        }
    };
    patch.version(change);
}

pub(super) fn young_installation(patch: &mut Patch<'_>) {
    let change = |version: &mut Value| {
        let entry = json!({"completionTime": null, "image": "quay.io/okd/scos-release@sha256:44", "startedTime": "2024-10-28T09:55:00Z", "state": "Partial", "verified": false, "version": NEW_RELEASE});
        let at = "2024-10-28T09:55:10Z";
        let conditions = json!([
            {"lastTransitionTime": at, "message": "", "status": "False", "type": "Available"},
            {"lastTransitionTime": at, "message": "", "status": "False", "type": "Failing"},
            {"lastTransitionTime": at, "message": format!("Working towards {NEW_RELEASE}: 640 of 903 done (70% complete), waiting on authentication, console"), "status": "True", "type": "Progressing"},
        ]);
        if let Some(status) = version.pointer_mut("/status") {
            merge(status, &json!({"history": [entry], "conditions": conditions}));
        }
    };
    patch.version(change);
    for (name, reason, message) in [
        (
            "authentication",
            "OAuthServerRouteEndpointAccessibleController_ResourceNotFound",
            "OAuthServerRouteEndpointAccessibleControllerAvailable: route.route.openshift.io \"oauth-openshift\" not found",
        ),
        (
            "console",
            "Deployment_InsufficientReplicas",
            "DeploymentAvailable: 0 replicas available for console deployment",
        ),
    ] {
        patch.operator_since("2024-10-28T10:05:00Z", name, "Available", "False", (reason, message));
        patch.operator_since("2024-10-28T10:05:00Z", name, "Degraded", "True", (reason, message));
    }
}
