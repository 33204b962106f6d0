//! Pods: the same object stands in the list of its namespace and in a file of its own.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    item::{image, labels},
    managed::managed,
    model::{GeneratedPod, GeneratedWorkload},
};
use crate::fixtures::{
    cluster::{NEW_RELEASE, ROLLED_OUT},
    object::{ObjectBuilder, condition},
};

/// How many environment variables the first container has.
const VARIABLES: u64 = 16;

/// A pod as an object.
pub(super) fn pod(seed: u64, workload: &GeneratedWorkload, pod: &GeneratedPod) -> Value {
    let dice = &mut Dice::of(seed, &format!("{}/{}", workload.namespace, pod.name));
    let object = ObjectBuilder::new("v1", "Pod", &pod.name)
        .in_namespace(&workload.namespace)
        .meta("creationTimestamp", json!(ROLLED_OUT))
        .meta("generateName", json!(format!("{}-", workload.replica_set())))
        .meta("annotations", annotations(pod, dice))
        .meta("labels", labels(&workload.name))
        .owned_by("apps/v1", "ReplicaSet", &workload.replica_set())
        .with("spec", spec(seed, workload, Some(pod)))
        .with("status", status(workload, pod, dice))
        .build();
    managed(
        object,
        &[
            ("kube-controller-manager", ROLLED_OUT, &["metadata", "spec"]),
            ("kubelet", ROLLED_OUT, &["status"]),
        ],
    )
}

fn annotations(pod: &GeneratedPod, dice: &mut Dice) -> Value {
    let (gateway, mac) = (format!("10.128.{}.1", 2 * pod.machine.number), dice.hex(8));
    let ovn = json!({"default": {
        "gateway_ip": gateway, "gateway_ips": [gateway], "ip_address": format!("{}/23", pod.ip),
        "ip_addresses": [format!("{}/23", pod.ip)], "mac_address": mac,
        "routes": [{"dest": "10.128.0.0/14", "nextHop": gateway}, {"dest": "172.30.0.0/16", "nextHop": gateway}],
    }});
    let network = format!(
        "[{{\n    \"name\": \"ovn-kubernetes\",\n    \"interface\": \"eth0\",\n    \"ips\": [\n        \"{}\"\n    ],\n    \"mac\": \"{mac}\",\n    \"default\": true,\n    \"dns\": {{}}\n}}]",
        pod.ip
    );
    json!({
        "k8s.ovn.org/pod-networks": ovn.to_string(),
        "k8s.v1.cni.cncf.io/network-status": network,
        "kubectl.kubernetes.io/default-container": "manager",
        "openshift.io/required-scc": "restricted-v2",
        "openshift.io/scc": "restricted-v2",
        "operator.openshift.io/dep-desired.generation": "4",
        "operator.openshift.io/rvs-hash": dice.base64(43),
        "seccomp.security.alpha.kubernetes.io/pod": "runtime/default",
        "target.workload.openshift.io/management": "{\"effect\": \"PreferredDuringScheduling\"}",
    })
}

/// The spec of a pod, or of its template when there is no pod.
pub(super) fn spec(seed: u64, workload: &GeneratedWorkload, pod: Option<&GeneratedPod>) -> Value {
    let dice = &mut Dice::of(seed, &format!("{}/{}", workload.namespace, workload.name));
    let containers: Vec<Value> =
        workload.containers.iter().map(|name| container(name, workload, dice)).collect();
    let mut volumes = vec![
        json!({"name": "serving-cert", "secret": {"defaultMode": 420, "secretName": format!("{}-serving-cert", workload.name)}}),
        json!({"configMap": {"defaultMode": 420, "name": format!("{}-config", workload.name)}, "name": "config"}),
        json!({"configMap": {"defaultMode": 420, "items": [{"key": "ca-bundle.crt", "path": "tls-ca-bundle.pem"}], "name": "trusted-ca-bundle", "optional": true}, "name": "trusted-ca-bundle"}),
        json!({"emptyDir": {}, "name": "tmp"}),
    ];
    if pod.is_some() {
        volumes.push(json!({"name": "kube-api-access", "projected": {"defaultMode": 420, "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
            {"downwardAPI": {"items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]}},
            {"configMap": {"items": [{"key": "service-ca.crt", "path": "service-ca.crt"}], "name": "openshift-service-ca.crt"}},
        ]}}));
    }
    let mut spec = json!({
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": {
            "labelSelector": {"matchLabels": {"app": workload.name}}, "topologyKey": "kubernetes.io/hostname"}, "weight": 100}]}},
        "containers": containers,
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": true,
        "preemptionPolicy": "PreemptLowerPriority",
        "priority": 2_000_000_000,
        "priorityClassName": "system-cluster-critical",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {"fsGroup": 1_000_120_000, "runAsNonRoot": true, "seLinuxOptions": {"level": "s0:c12,c4"}, "seccompProfile": {"type": "RuntimeDefault"}},
        "serviceAccount": workload.name,
        "serviceAccountName": workload.name,
        "terminationGracePeriodSeconds": 30,
        "tolerations": [
            {"effect": "NoSchedule", "key": "node-role.kubernetes.io/master", "operator": "Exists"},
            {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 120},
            {"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 120},
            {"effect": "NoSchedule", "key": "node.kubernetes.io/memory-pressure", "operator": "Exists"},
        ],
        "volumes": volumes,
    });
    if let (Some(pod), Some(fields)) = (pod, spec.as_object_mut()) {
        fields.insert("nodeName".into(), json!(pod.machine.name));
    }
    spec
}

fn container(name: &str, workload: &GeneratedWorkload, dice: &mut Dice) -> Value {
    let mut variables = vec![
        json!({"name": "RELEASE_VERSION", "value": NEW_RELEASE}),
        json!({"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}),
    ];
    for at in 0..VARIABLES {
        variables.push(match dice.roll(3) {
            0 => json!({"name": format!("IMAGE_{}", dice.hex(6).to_uppercase()), "value": image(dice)}),
            1 => json!({"name": format!("OPTION_{at}"), "value": dice.base64(180)}),
            _ => json!({"name": format!("ENDPOINT_{at}"), "value": endpoints(workload, dice)}),
        });
    }
    let probe = |path: &str| {
        json!({
            "failureThreshold": 3, "httpGet": {"path": path, "port": workload.port, "scheme": "HTTPS"},
            "initialDelaySeconds": 10, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1,
        })
    };
    let mount = |name: &str, path: &str| json!({"mountPath": path, "name": name, "readOnly": true});
    json!({
        "args": [
            "start", "--config=/var/run/configmaps/config/config.yaml", format!("--listen=0.0.0.0:{}", workload.port),
            "--tls-cert-file=/var/run/secrets/serving-cert/tls.crt", "--tls-private-key-file=/var/run/secrets/serving-cert/tls.key",
            "--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "-v=2",
        ],
        "command": [format!("/usr/bin/{name}")],
        "env": variables,
        "image": image(dice),
        "imagePullPolicy": "IfNotPresent",
        "livenessProbe": probe("/healthz"),
        "name": name,
        "ports": [{"containerPort": workload.port, "name": "https", "protocol": "TCP"}],
        "readinessProbe": probe("/readyz"),
        "resources": {"requests": {"cpu": "10m", "memory": "50Mi"}},
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": true, "runAsNonRoot": true, "runAsUser": 1_000_120_000},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [
            mount("config", "/var/run/configmaps/config"), mount("serving-cert", "/var/run/secrets/serving-cert"),
            mount("trusted-ca-bundle", "/etc/pki/ca-trust/extracted/pem"), mount("tmp", "/tmp"),
        ],
    })
}

/// Addresses of other services, as one long value.
fn endpoints(workload: &GeneratedWorkload, dice: &mut Dice) -> String {
    let one =
        |_| format!("https://{}.{}.svc:{}", dice.letters(8), workload.namespace, workload.port);
    (0..5).map(one).collect::<Vec<_>>().join(", ")
}

fn status(workload: &GeneratedWorkload, pod: &GeneratedPod, dice: &mut Dice) -> Value {
    let conditions: Vec<Value> =
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
            .into_iter()
            .map(|kind| {
                let mut condition = condition(kind, "True", "", "", ROLLED_OUT);
                if let Some(fields) = condition.as_object_mut() {
                    fields.insert("lastProbeTime".into(), Value::Null);
                }
                condition
            })
            .collect();
    let containers: Vec<Value> = workload
        .containers
        .iter()
        .map(|name| {
            json!({
                "containerID": format!("cri-o://{}", dice.hex(64)), "image": image(dice),
                "imageID": image(dice), "lastState": {}, "name": name, "ready": true,
                "restartCount": 0, "started": true, "state": {"running": {"startedAt": ROLLED_OUT}},
            })
        })
        .collect();
    json!({
        "conditions": conditions, "containerStatuses": containers, "hostIP": pod.machine.ip,
        "hostIPs": [{"ip": pod.machine.ip}], "phase": "Running", "podIP": pod.ip,
        "podIPs": [{"ip": pod.ip}], "qosClass": "Burstable", "startTime": ROLLED_OUT,
    })
}
