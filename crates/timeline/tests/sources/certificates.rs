//! Certificates: when they became valid and expired, and when their objects were written.

use crate::{collect, lines};

pub(crate) const SECRET: (&str, &str) = (
    "namespaces/openshift-kube-apiserver/core/secrets.yaml",
    "\
apiVersion: v1
items:
- apiVersion: v1
  data:
    tls.key: cGxhbnRlZA==
  kind: Secret
  metadata:
    annotations:
      auth.openshift.io/certificate-not-after: \"2024-10-28T09:00:00Z\"
      auth.openshift.io/certificate-not-before: \"2024-09-28T09:00:00Z\"
    managedFields:
    - apiVersion: v1
      fieldsType: FieldsV1
      fieldsV1:
        f:metadata:
          f:annotations: {}
      manager: somebody
      operation: Update
      time: \"2024-10-01T00:00:00Z\"
    name: aggregator-client
    namespace: openshift-kube-apiserver
kind: SecretList
metadata: {}
",
);

#[test]
fn a_certificate_has_events_for_start_and_end() {
    let timeline = collect(&[SECRET]);
    let subject = "Secret/openshift-kube-apiserver/aggregator-client";
    assert_eq!(
        lines(&timeline, "certificate"),
        [
            format!(
                "2024-09-28T09:00:00Z info {subject}: certificate as annotated became valid, until \
                 2024-10-28T09:00:00Z"
            ),
            format!("2024-10-28T09:00:00Z warning {subject}: certificate as annotated expired"),
        ]
    );
    assert!(!format!("{timeline:?}").contains("cGxhbnRl"));
}

/// A certificate of one day, made for this test, as a Secret holds it.
const CERTIFICATE: &str = concat!(
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJFVENCeEtBREFnRUNBZ0VCTUFVR0F5dGxjREFhTVJnd0ZnWU",
    "RWUVFEREE5dFlXUmxMV1p2Y2kxaExYUmwKYzNRd0hoY05NalF3T1RJNE1Ea3dNREF3V2hjTk1qUXdPVEk1TURrd01E",
    "QXdXakFhTVJnd0ZnWURWUVFEREE5dApZV1JsTFdadmNpMWhMWFJsYzNRd0tqQUZCZ01yWlhBRElRQmFlWDUxZVVJUS",
    "t5dTYyTVNqOENxOS9YOG5nMDhaCjBlN1dWUzBLakk1WWtxTXZNQzB3REFZRFZSMFRBUUgvQkFJd0FEQWRCZ05WSFE0",
    "RUZnUVVhVW04dFl1dFJ5b0wKQWljRzhNc2Fzd0Q3OWVJd0JRWURLMlZ3QTBFQXFqTytjb0VzRmZTWkVlMkk1WFE0ZU",
    "U3UE85WUV1VWVUR2ttbwozT3FQR1ZJVUczN29HaFBZd0VlcTR5ZWJQYnpEcW9SdCs0enFSbFZzN3poZ1NtOEVEUT09",
    "Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K",
);

#[test]
fn only_writes_of_certificates_are_events() {
    let written = |key: &str, manager: &str, day: u8| {
        format!(
            "    - fieldsV1:\n        f:data:\n          .: {{}}\n          f:{key}: {{}}\n      manager: {manager}\n      \
             operation: Update\n      time: \"2024-10-0{day}T00:00:00Z\"\n"
        )
    };
    let secret = format!(
        "apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    other: cGxhbnRlZA==\n    tls.crt: {CERTIFICATE}\n  kind: \
         Secret\n  metadata:\n    managedFields:\n{}{}    name: serving\n    namespace: shop\nkind: SecretList\n\
         metadata: {{}}\n",
        written("tls.crt", "service-ca", 1),
        written("other", "somebody", 2),
    );
    let timeline = collect(&[("namespaces/shop/core/secrets.yaml", &secret)]);
    assert_eq!(
        lines(&timeline, "certificate"),
        [
            "2024-09-28T09:00:00Z info Secret/shop/serving: certificate data.tls.crt became valid, until \
             2024-09-29T09:00:00Z",
            "2024-09-29T09:00:00Z warning Secret/shop/serving: certificate data.tls.crt expired",
            "2024-10-01T00:00:00Z info Secret/shop/serving: Update of service-ca wrote data.tls.crt",
        ]
    );
    assert!(!format!("{timeline:?}").contains("cGxhbnRl"));
}
