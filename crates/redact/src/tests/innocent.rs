//! Lines that look like secrets to a careless eye. All of them pass as they are.

use crate::search::redact;

const TABLE: &[&str] = &[
    // Names and references.
    "secretName: router-certs-default",
    "  secret: webhook-server-cert-1a2b3",
    "secretRef:\n  name: foo\n  key: password",
    "passwordSecretRef: ldap-bind",
    "bindPassword:\n  name: ldap-bind-password",
    "clientSecret:\n  name: openid-client",
    r#"{"clientSecret":{"name":"openid-client"}}"#,
    "secret \"etcd-client\" not found",
    "secrets \"pull-secret\" is forbidden: User \"system:serviceaccount:x:y\" cannot get",
    "MountVolume.SetUp failed for volume \"metrics-tls\" : secret \"node-tuning-operator-tls\" not found",
    "references non-existent secret key: tls.crt",
    "secret=\"openshift-config/pull-secret\" namespace=\"openshift-config\"",
    "oc get secret/pull-secret -n openshift-config",
    "Secret/openshift-etcd/etcd-serving-ip-10-0-1-2.ec2.internal",
    "namespaces/openshift-ingress/core/secrets.yaml",
    "oc create secret generic ldap --from-literal=bindPassword=<password> -n openshift-config",
    "kind: Secret",
    "  kind: TokenReview",
    "tokenReview: {}",
    "  verbs: [create]\n  resources: [tokenreviews]",
    "serviceAccountToken:\n  audience: api\n  expirationSeconds: 3600\n  path: token",
    "automountServiceAccountToken: false",
    "tokenExpirationSeconds: 3607",
    "tokenConfig:\n  accessTokenMaxAgeSeconds: 86400",
    "missing required resources: [configmaps: client-ca, secrets: csr-signer,localhost-recovery-client-token-12,serving-cert-7]",
    "    secrets: etcd-all-certs-1]\\nRevisionControllerDegraded: configmaps \\\"etcd-pod\\\"",
    "    secrets: etcd-client-0,kubelet-client-0,localhost-recovery-serving-certkey-0'",
    "operator.openshift.io/dep-openshift-oauth-apiserver.etcd-client.secret: 8cEV_A==",
    "  \"localhost-recovery-client-token\": 607,",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: GnuPG v1.4.5\n\nmQINBErgSTsBEACh2A4b0O9t+vzC9VrVtL1AKvUWi9OPCjkvR7Xd8DtJ\n-----END PGP PUBLIC KEY BLOCK-----",
    // Keys of other kinds.
    "  - key: node-role.kubernetes.io/master\n    operator: Exists",
    "key: tls.crt",
    "topologyKey: kubernetes.io/hostname",
    "key=\"openshift-etcd/etcd-master-0\" err=\"sync failed\"",
    "keys: 3",
    "--tls-private-key-file=/etc/tls/private/tls.key",
    "--client-key /etc/kubernetes/static-pod-certs/secrets/peer.key",
    "--token-ttl 5m",
    "private key: /etc/kubernetes/secrets/localhost-serving.key",
    "cannot use token \"default-token-x2x4z\" of serviceaccount builder",
    "token authentication was enabled in version 4.16.3",
    "routing_key: orders.created",
    // Digests, ids, revisions.
    "image: quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:9c1a32b8b3ab5b0a1d9d5f9a53f8d8d4d33a8c51f6a4bbd4ce8b2c6cf4b4a9a1",
    "docker://sha256:9c1a32b8b3ab5b0a1d9d5f9a53f8d8d4d33a8c51f6a4bbd4ce8b2c6cf4b4a9a1",
    "image: registry.example.com/team/token:v1.2.3",
    "image: quay.io/team/external-secret:0.9.1",
    "uid: 3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b",
    "resourceVersion: \"123456789\"",
    "rendered-master-5c1d9f8a7b6e4d3c2b1a0f9e8d7c6b5a",
    "commit: 0123456789abcdef0123456789abcdef01234567",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "pod-template-hash: 7d9f8b6c5d",
    "webapp.17a8c5f3b2e1d4c6",
    "ip-10-0-128-55.us-east-2.compute.internal",
    "alert-manager-main-0 token-refresh-5d4f6b7c8-x2x4z",
    "systemd-coredump 0x7f8e9d6c5b4a3f2e1d0c9b8a7f6e5d4c3b2a1f0e9d8c7b6a5f4e3d2c1b0a9f8e",
    // Certificates.
    "caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURkVENDQWwyZ0F3SUJBZ0lVUUJQN1E5",
    "tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURkVENDQWwyZ0F3SUJBZ0lVUUJQN1E5",
    "caBundle: >-\n  LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSURkVENDQWwyZ0F3SUJBZ0lVUUJQN1E5\n  QWwyZ0F3SUJBZ0lVUUJQN1E5MIIDdTCCAl2gAwIBAgIJAKm8abcd",
    "-----BEGIN CERTIFICATE-----\nMIIDdTCCAl2gAwIBAgIUQBP7Q9MIIDdTCCAl2gAwIBAgIUQBP7Q9\n-----END CERTIFICATE-----",
    r#"{"ca":"-----BEGIN CERTIFICATE-----\nMIIDdTCCAl2gAwIBAgIUQBP7Q9\n-----END CERTIFICATE-----\n"}"#,
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAabcdefgh\n-----END PUBLIC KEY-----",
    "tls: failed to find any \"-----BEGIN PRIVATE KEY-----\" in the input; found CERTIFICATE",
    // Sentences.
    "failed to get token: connection refused",
    "could not refresh token: Post \"https://oauth-openshift.apps.example.com/oauth/token\": dial tcp 10.0.0.1:443: i/o timeout",
    "invalid password: x509: certificate signed by unknown authority",
    "password: Required",
    "the password is wrong",
    "Unauthorized: bearer token expired",
    "basic authentication is disabled",
    "Basic configuration was applied",
    "authorization: forbidden",
    "delegating authorization: user cannot create subjectaccessreviews",
    "oauth2: cannot fetch token: 401 Unauthorized",
    "error creating token: tokens \"x\" is forbidden",
    "the --token flag is deprecated",
    "credentials: cloud credentials secret aws-creds not found",
    "credentialsMode: Manual",
    "credentialsSecret:\n  name: aws-cloud-credentials",
    "dial tcp 10.0.0.1:6443: connect: connection refused",
    "https://10.0.0.1:2379,https://10.0.0.2:2379",
    "https://etcd@example.com",
    "mail joe@example.com",
    "ssh core@10.0.0.5",
    "2024-10-28T10:00:00.000000000Z E1028 10:00:00.000000 1 token.go:123] sync failed",
    "authentication: token=<nil>",
    "password: ***HIDDEN***",
    "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      key: password\n      name: db",
    "- name: DB_PASSWORD\n  value: $(OTHER)",
    "- name: KUBERNETES_SERVICE_PORT\n  value: \"6443\"",
    "data:\n  ca-bundle.crt: x\nkind: ConfigMap",
    "expected one of [SecretRef ConfigMapRef], found token",
    "reason: SecretSyncFailed",
    "type: kubernetes.io/service-account-token",
    "auth: true",
    "cluster-scoped-resources/operator.openshift.io/authentications/cluster.yaml",
    "namespaces/openshift-kube-apiserver/pods/kube-apiserver-master0/kube-apiserver/logs/current.log",
    "Error: CreateContainerConfigError: secret \"db\" not found",
];

#[test]
fn innocent_lines_pass_unchanged() {
    assert!(TABLE.len() >= 40);
    let eaten: Vec<_> = TABLE
        .iter()
        .map(|text| (text, redact(text)))
        .filter(|(text, clean)| clean != *text)
        .map(|(text, clean)| format!("{text}\n  -> {clean}"))
        .collect();
    assert!(eaten.is_empty(), "\n{}", eaten.join("\n"));
}

/// The reports of all rules' cases, as they are committed, with all the messages they quote.
#[test]
fn no_line_of_the_rules_reports_is_touched() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/rules");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    let mut read = 0;
    let mut eaten = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let reports = text.split("```report\n").skip(1);
            let lines =
                reports.filter_map(|report| report.split("\n```").next()).flat_map(str::lines);
            for line in lines {
                read += 1;
                let clean = redact(line);
                if clean != line {
                    eaten.push(format!("{}: {line}\n  -> {clean}", path.display()));
                }
            }
        }
    }
    assert!(read > 1000, "the cases are where they are looked for");
    assert!(eaten.is_empty(), "\n{}", eaten.join("\n"));
}
