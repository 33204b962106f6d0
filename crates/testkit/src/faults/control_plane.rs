//! Faults of etcd, of static pods, of the update and of who may join.

use serde_json::{Value, json};

use super::patch::{BEGAN, Patch, merge};
use crate::fixtures::object::ObjectBuilder;

pub(super) fn full_etcd(patch: &mut Patch<'_>) {
    patch.put("etcd_info/alarm_list.json", r#"{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"raft_term":9},"alarms":[{"memberID":10276657743932975437,"alarm":1}]}"#);
    for name in ["kube-apiserver", "openshift-apiserver"] {
        patch.operator(
            name,
            "Degraded",
            "True",
            (
                "RevisionController_SyncError",
                "RevisionControllerDegraded: etcdserver: mvcc: database space exceeded",
            ),
        );
    }
}

pub(super) fn no_quorum(patch: &mut Patch<'_>) {
    patch.put("etcd_info/endpoint_health.json", r#"[{"endpoint":"https://192.0.2.10:2379","health":false,"took":"5.0002s","error":"context deadline exceeded"},{"endpoint":"https://192.0.2.12:2379","health":false,"took":"5.0001s","error":"context deadline exceeded"},{"endpoint":"https://192.0.2.11:2379","health":false,"took":"5.000180146s","error":"context deadline exceeded"}]"#);
    let message = "EtcdMembersAvailable: 1 of 3 members are available, master-0.okd.example.net is unhealthy, master-2.okd.example.net is unhealthy";
    patch.operator("etcd", "Available", "False", ("EtcdMembers_NoQuorum", message));
    patch.own("etcds", "EtcdMembersAvailable", "False", ("NoQuorum", "1 of 3 members are available, master-0.okd.example.net is unhealthy, master-2.okd.example.net is unhealthy"));
    patch.operator(
        "kube-apiserver",
        "Degraded",
        "True",
        (
            "RevisionController_SyncError",
            "RevisionControllerDegraded: etcdserver: request timed out",
        ),
    );
}

pub(super) fn failed_installer(patch: &mut Patch<'_>) {
    let words = "1 nodes are failing on revision 10:\nmaster-2.okd.example.net: installer: Error: configmaps \"etcd-serving-ca-10\" not found";
    patch.edit("kubeapiservers/cluster.yaml", |object| {
        merge(object, &json!({"status": {"latestAvailableRevision": 10}}));
        if let Some(node) = object.pointer_mut("/status/nodeStatuses/2") {
            merge(node, &json!({"lastFailedCount": 9, "lastFailedReason": "InstallerFailed", "lastFailedRevision": 10, "lastFailedRevisionErrors": ["installer: configmaps \"etcd-serving-ca-10\" not found"], "lastFailedTime": BEGAN, "targetRevision": 10}));
        }
    });
    patch.own("kubeapiservers", "NodeInstallerDegraded", "True", ("InstallerPodFailed", words));
    let message =
        format!("NodeInstallerDegraded: {}", words.replace('\n', "\nNodeInstallerDegraded: "));
    patch.operator(
        "kube-apiserver",
        "Degraded",
        "True",
        ("NodeInstaller_InstallerPodFailed", &message),
    );
}

pub(super) fn unverified(patch: &mut Patch<'_>) {
    let message = "Retrieving payload failed version=\"4.17.0-0.okd-scos-2024-10-20-000000\" image=\"quay.io/okd/scos-release@sha256:33\" failure=The update cannot be verified: unable to verify sha256:33 against keyrings: verifier-public-key-ci";
    let change = |version: &mut Value| {
        merge(
            version,
            &json!({"spec": {"desiredUpdate": {"image": "quay.io/okd/scos-release@sha256:33", "version": "4.17.0-0.okd-scos-2024-10-20-000000"}}}),
        );
        if let Some(conditions) =
            version.pointer_mut("/status/conditions").and_then(Value::as_array_mut)
        {
            conditions.retain(|known| known.get("type") != Some(&json!("ReleaseAccepted")));
            conditions.push(json!({"lastTransitionTime": BEGAN, "message": message, "reason": "RetrievePayload", "status": "False", "type": "ReleaseAccepted"}));
        }
    };
    patch.version(change);
}

pub(super) fn pending_requests(patch: &mut Patch<'_>) {
    for name in ["csr-2b7xd", "csr-7kq4m"] {
        let request = ObjectBuilder::new("certificates.k8s.io/v1", "CertificateSigningRequest", name)
            .meta("creationTimestamp", json!(BEGAN))
            .with("spec", json!({"groups": ["system:serviceaccounts", "system:authenticated"], "signerName": "kubernetes.io/kube-apiserver-client-kubelet", "usages": ["digital signature", "client auth"], "username": "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper"}))
            .with("status", json!({}));
        patch.object(&format!("cluster-scoped-resources/certificates.k8s.io/certificatesigningrequests/{name}.yaml"), &request.build());
    }
}
