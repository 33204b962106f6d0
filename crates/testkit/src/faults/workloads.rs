//! Faults of pods and of what they serve.

use serde_json::json;

use super::patch::{BEGAN, Patch};
use crate::fixtures::object::ObjectBuilder;

pub(super) fn dead_registry(patch: &mut Patch<'_>) {
    let message = "Back-off pulling image: rpc error: code = DeadlineExceeded desc = pinging container registry registry.example.net:5000: Get \"https://registry.example.net:5000/v2/\": dial tcp 203.0.113.7:5000: i/o timeout";
    let state = json!({"state": {"waiting": {"reason": "ImagePullBackOff", "message": message}}});
    for (app, node) in [("shop", "worker-0"), ("cart", "worker-1"), ("mail", "worker-2")] {
        let (name, node) = (format!("{app}-6d5f7c9b8-xyzzy"), format!("{node}.okd.example.net"));
        patch.pod("default", &name, &node, &format!("registry.example.net:5000/{app}:1.0"), &state);
    }
}

pub(super) fn crashing_operator(patch: &mut Patch<'_>) {
    let state = json!({
        "restartCount": 31,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=main pod=service-ca-6d5f7c9b8-xyzzy_openshift-apiserver-operator"}},
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "message": "F1028 10:15:01.000000 1 cmd.go:182] open /var/run/secrets/serving-cert/tls.crt: permission denied", "startedAt": "2024-10-28T10:15:00Z", "finishedAt": "2024-10-28T10:15:01Z"}},
    });
    patch.pod(
        "openshift-apiserver-operator",
        "extra-6d5f7c9b8-xyzzy",
        "master-0.okd.example.net",
        "quay.io/okd/scos-content@sha256:22",
        &state,
    );
}

pub(super) fn orphan(patch: &mut Patch<'_>) {
    let service = ObjectBuilder::new("apiregistration.k8s.io/v1", "APIService", "v1beta1.gone.example.com")
        .with("spec", json!({"group": "gone.example.com", "groupPriorityMinimum": 100, "service": {"name": "gone", "namespace": "default", "port": 443}, "version": "v1beta1", "versionPriority": 100}))
        .with("status", json!({"conditions": [{"lastTransitionTime": BEGAN, "message": "service/gone in \"default\" is not present", "reason": "ServiceNotFound", "status": "False", "type": "Available"}]}));
    patch.object(
        "cluster-scoped-resources/apiregistration.k8s.io/apiservices/v1beta1.gone.example.com.yaml",
        &service.build(),
    );
}

pub(super) fn dead_webhook(patch: &mut Patch<'_>) {
    let webhook = ObjectBuilder::new("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "policy.example.com")
        .with("webhooks", json!([{
            "admissionReviewVersions": ["v1"], "clientConfig": {"service": {"name": "policy", "namespace": "default", "path": "/validate", "port": 443}},
            "failurePolicy": "Fail", "matchPolicy": "Equivalent", "name": "validate.policy.example.com",
            "rules": [{"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"], "resources": ["*"], "scope": "*"}],
            "sideEffects": "None", "timeoutSeconds": 10,
        }]));
    patch.object("cluster-scoped-resources/admissionregistration.k8s.io/validatingwebhookconfigurations/policy.example.com.yaml", &webhook.build());
    let service = ObjectBuilder::new("v1", "Service", "policy").in_namespace("default").with("spec", json!({"clusterIP": "172.30.9.9", "ports": [{"port": 443, "targetPort": 8443}], "selector": {"app": "policy"}}));
    patch.add("namespaces/default/core/services.yaml", service.build());
    let endpoints = ObjectBuilder::new("v1", "Endpoints", "policy").in_namespace("default");
    patch.add("namespaces/default/core/endpoints.yaml", endpoints.build());
    let message = "SyncDegraded: Internal error occurred: failed calling webhook \"validate.policy.example.com\": failed to call webhook: Post \"https://policy.default.svc:443/validate?timeout=10s\": no endpoints available for service \"policy\"";
    patch.operator("console", "Degraded", "True", ("Sync_FailedApply", message));
}

pub(super) fn no_such_host(patch: &mut Patch<'_>) {
    let get = "Get \"https://oauth-openshift.apps.okd.example.net/healthz\": dial tcp: lookup oauth-openshift.apps.okd.example.net on 172.30.0.10:53: no such host (this is likely result of malfunctioning DNS server)";
    patch.own(
        "authentications",
        "OAuthServerRouteEndpointAccessibleControllerAvailable",
        "False",
        ("EndpointUnavailable", get),
    );
    let message = format!("OAuthServerRouteEndpointAccessibleControllerAvailable: {get}");
    patch.operator(
        "authentication",
        "Available",
        "False",
        ("OAuthServerRouteEndpointAccessibleController_EndpointUnavailable", &message),
    );
}

pub(super) fn no_routers(patch: &mut Patch<'_>) {
    let scheduling = "Some pods are not scheduled: Pod \"router-default-5c9f8b6d7-abcde\" cannot be scheduled: 0/6 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 3 node(s) didn't have free ports for the requested pod ports. Make sure you have sufficient worker nodes.";
    let controller = ObjectBuilder::new("operator.openshift.io/v1", "IngressController", "default")
        .in_namespace("openshift-ingress-operator")
        .with("spec", json!({"replicas": 2}))
        .with("status", json!({"availableReplicas": 0, "conditions": [
            {"lastTransitionTime": BEGAN, "message": "The deployment has Available status condition set to False (reason: MinimumReplicasUnavailable) with message: Deployment does not have minimum availability.", "reason": "DeploymentUnavailable", "status": "False", "type": "DeploymentAvailable"},
            {"lastTransitionTime": BEGAN, "message": format!("0/2 of replicas are available, max unavailable is 1: {scheduling}"), "reason": "DeploymentMinimumReplicasNotMet", "status": "False", "type": "DeploymentReplicasMinAvailable"},
            {"lastTransitionTime": BEGAN, "message": "One or more status conditions indicate unavailable: DeploymentAvailable=False", "reason": "IngressControllerUnavailable", "status": "False", "type": "Available"},
        ]}));
    patch.object("namespaces/openshift-ingress-operator/operator.openshift.io/ingresscontrollers/default.yaml", &controller.build());
    patch.operator("ingress", "Available", "False", ("IngressUnavailable", &format!("The \"default\" ingress controller reports Available=False: IngressControllerUnavailable: One or more status conditions indicate unavailable: DeploymentAvailable=False (DeploymentUnavailable: {scheduling})")));
    let get = "Get \"https://oauth-openshift.apps.okd.example.net/healthz\": EOF";
    patch.own(
        "authentications",
        "OAuthServerRouteEndpointAccessibleControllerAvailable",
        "False",
        ("EndpointUnavailable", get),
    );
    patch.operator(
        "authentication",
        "Available",
        "False",
        (
            "OAuthServerRouteEndpointAccessibleController_EndpointUnavailable",
            &format!("OAuthServerRouteEndpointAccessibleControllerAvailable: {get}"),
        ),
    );
}
