//! Certificates in objects, valid and damaged.

use std::fmt::Write as _;
use std::sync::Arc;

use mustknow_yaml::{LineCount, Tree};

use super::*;
use crate::model::certificate::{
    Certificate, CertificateField, CertificateRef, DistinguishedName, Fingerprint,
};
use crate::model::kind::Kind;
use crate::model::kinds::{CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET, VALIDATING_WEBHOOK};
use crate::model::resource::ObjectKey;

/// Generated for these tests: a certificate for hook.openshift-hook.svc, and the CA that issued it.
const SERVING: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJ5RENDQVcyZ0F3SUJBZ0lGQUk2QnEwRXdDZ1lJS29aSXpqMEVBd0l3TmpFME1ESUdBMVVFQXd3cmIzQmwKYm5Ob2FXWjBMWE5sY25acFkyVXRjMlZ5ZG1sdVp5MXphV2R1WlhKQU1UY3lNalV3TURBd01EQWVGdzB5TkRBNApNREV3TURBd01EQmFGdzB5TmpBNE1ERXdNREF3TURCYU1DSXhJREFlQmdOVkJBTU1GMmh2YjJzdWIzQmxibk5vCmFXWjBMV2h2YjJzdWMzWmpNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVXOGtxM3l0Qi9tSmoKZDZhMDFZbDJMZTlVTVpDSkVaUnVTMHh4TU0zNWVWc0JCMzdURzQ0WVBuM2N1QSt2WWx4RFRva09vZi9pOHhrWApZbFlla2FTWWs2TjhNSG93REFZRFZSMFRBUUgvQkFJd0FEQWZCZ05WSFNNRUdEQVdnQlNDNE1QUnNUKzY3eGJFCit2WVZCT1FDN2IyK256QkpCZ05WSFJFRVFqQkFnaGRvYjI5ckxtOXdaVzV6YUdsbWRDMW9iMjlyTG5OMlk0SWwKYUc5dmF5NXZjR1Z1YzJocFpuUXRhRzl2YXk1emRtTXVZMngxYzNSbGNpNXNiMk5oYkRBS0JnZ3Foa2pPUFFRRApBZ05KQURCR0FpRUE5UCt1b3FjRFlvems2SXNUUWtaNTVUM0lMaGQ3TU8ycGRxdVdDVXpNVlNBQ0lRQ2RheC9SCmlaRTBjTkxOMXh4NEZWRE1FZ21XZVFRM2cwY2daSWFPRjFKYUdnPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";
const CA: &str = "\
-----BEGIN CERTIFICATE-----
MIIBsjCCAVigAwIBAgIFANeaJC0wCgYIKoZIzj0EAwIwNjE0MDIGA1UEAwwrb3Bl
bnNoaWZ0LXNlcnZpY2Utc2VydmluZy1zaWduZXJAMTcyMjUwMDAwMDAeFw0yNDA4
MDEwMDAwMDBaFw0yNjEwMDEwMDAwMDBaMDYxNDAyBgNVBAMMK29wZW5zaGlmdC1z
ZXJ2aWNlLXNlcnZpbmctc2lnbmVyQDE3MjI1MDAwMDAwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAAQnm79vr/qmGaKVS386+ZWo7CJy5iVaaqy3H6GpOg8PWalfL8yo
g8FqaWmeMZMiivXMwAuT+tseDYMRn7T3yKauo1MwUTAPBgNVHRMBAf8EBTADAQH/
MB0GA1UdDgQWBBSC4MPRsT+67xbE+vYVBOQC7b2+nzAfBgNVHSMEGDAWgBSC4MPR
sT+67xbE+vYVBOQC7b2+nzAKBggqhkjOPQQDAgNIADBFAiAoyssuBEZlr30mb3H8
pxOJOOGPKs3QnNotLqMNbXb0oAIhAKcWbDogd6n8qCeiWYY9Pgniwqxl8QzZED0e
pbSCBcat
-----END CERTIFICATE-----
";

fn certificates(kind: &'static Kind, text: &str) -> Box<[CertificateRef]> {
    let key = ObjectKey { kind, namespace: "a".into(), name: "b".into() };
    let tree = Tree::parse(text.to_owned()).unwrap();
    let object = tree.documents().next().unwrap();
    certificates_in(
        &key,
        object,
        &tree,
        &mut LineCount::default(),
        &CertificateCache::within(1 << 20),
    )
}

fn lines(text: &str, indent: usize) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        writeln!(all, "{:indent$}{line}", "").unwrap();
        all
    })
}

#[test]
fn the_certificate_of_a_secret_is_read() {
    let text =
        format!("kind: Secret\ndata:\n  other: MTIzIGJ5dGVzIGxvbmc=\n  tls.crt: {SERVING}\n");
    let found = certificates(&SECRET, &text);
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0].field_path(), found[0].line), ("data.tls.crt", 4));
    let leaf = found[0].bundle.first().unwrap();
    assert_eq!(&*leaf.subject.label, "hook.openshift-hook.svc");
    assert_eq!(&*leaf.issuer.label, "openshift-service-serving-signer@1722500000");
    assert_eq!(leaf.not_after.to_string(), "2026-08-01T00:00:00Z");
    assert!(!leaf.is_ca && !leaf.is_self_issued());
    assert!(leaf.covers("hook.openshift-hook.svc") && !leaf.covers("other.svc"));
}

#[test]
fn a_bundle_in_a_config_map_is_found_in_block_and_quoted_style() {
    let block = format!("data:\n  other: x\n  ca.crt: |\n{}  z: y\n", lines(CA, 4));
    let folded = format!("data: {{\"ca.crt\": {:?}}}\n", CA.replace('\n', "\r\n"));
    for text in [block, folded] {
        let found = certificates(&CONFIG_MAP, &text);
        assert_eq!(found.len(), 1, "{text}");
        let ca = found[0].bundle.first().unwrap();
        assert!(ca.is_ca && ca.is_self_issued() && found[0].bundle.is_whole());
    }
}

#[test]
fn an_issuer_is_recognized_by_name_and_key() {
    let text = format!("data:\n  tls.crt: {SERVING}\n");
    let leaf = certificates(&SECRET, &text)[0].bundle.first().unwrap().clone();
    let text = format!("data:\n  ca.crt: |\n{}", lines(CA, 4));
    let mut ca = certificates(&CONFIG_MAP, &text)[0].bundle.first().unwrap().clone();
    assert!(leaf.may_be_signed_by(&ca));
    ca.subject_key = Some(leaf.id);
    assert!(!leaf.may_be_signed_by(&ca));
    assert!(!ca.may_be_signed_by(&leaf));
}

#[test]
fn only_certificates_are_read_from_a_kubeconfig() {
    let text = format!(
        "data:\n  kubeconfig: |\n    clusters:\n    - cluster:\n        certificate-authority-data: {SERVING}\n    users:\n    - user:\n        client-key-data: {SERVING}\n        client-certificate-data: \"{SERVING}\"\n"
    );
    let found = certificates(&CONFIG_MAP, &text);
    let fields: Vec<_> = found.iter().map(|it| it.field).collect();
    assert_eq!(fields, [CertificateField::KubeconfigCa, CertificateField::KubeconfigClient]);
    assert_eq!(found[0].line, 2);
}

#[test]
fn webhooks_and_signing_requests_are_read() {
    let text = format!(
        "webhooks:\n- name: a\n  clientConfig:\n    caBundle: {SERVING}\n- name: b\n  clientConfig:\n    caBundle: Cg==\n"
    );
    let found = certificates(&VALIDATING_WEBHOOK, &text);
    assert_eq!(found.len(), 2);
    assert_eq!((&*found[0].key, found[0].line, found[1].line), ("a", 4, 7));
    assert!(found[1].bundle.certificates.is_empty());
    let text = format!("status:\n  certificate: {SERVING}\n");
    assert_eq!(
        certificates(&CERTIFICATE_SIGNING_REQUEST, &text)[0].field,
        CertificateField::Issued
    );
}

#[test]
fn values_that_are_not_certificates_are_counted_as_unreadable() {
    let elided = "data:\n  tls.crt: MTIzIGJ5dGVzIGxvbmc=\n  ca.crt: '%%%'\n  tls.key: QUFB\n";
    let found = certificates(&SECRET, elided);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|it| it.bundle.certificates.is_empty()));
    let broken = "-----BEGIN CERTIFICATE-----\nQUFB\n-----END CERTIFICATE-----\n";
    let text = format!("data:\n  x: |\n{}", lines(&(broken.to_owned() + CA), 4));
    let bundle = &certificates(&CONFIG_MAP, &text)[0].bundle;
    assert_eq!((bundle.certificates.len(), bundle.unreadable), (1, 1));
    assert!(certificates(&CONFIG_MAP, "data: [1, 2]\n").is_empty());
    assert!(certificates(&SECRET, "data:\n  tls.crt:\n    a: b\n").is_empty());
}

#[test]
fn a_huge_bundle_is_limited_and_a_certificate_is_stored_once() {
    let cache = CertificateCache::within(1 << 20);
    let text = CA.repeat(501);
    let bundle = cache.bundle(text.as_bytes(), || Some(&text));
    assert_eq!((bundle.certificates.len(), bundle.is_cut), (500, true));
    assert!(Arc::ptr_eq(&bundle.certificates[0], &bundle.certificates[499]));
    let again = cache.bundle(text.as_bytes(), || -> Option<&str> { unreachable!() });
    assert!(Arc::ptr_eq(&bundle, &again));
}

#[test]
fn certificates_beyond_the_memory_limit_are_not_stored() {
    let bundle = CertificateCache::within(0).bundle(b"x", || Some(CA.repeat(2)));
    assert!(bundle.certificates.len() < 2 && bundle.is_cut);
}

fn parse_alone(der: &[u8]) -> Option<Certificate> {
    let name = |encoded: &[u8]| {
        let id = Fingerprint::of(encoded);
        Some(Arc::new(DistinguishedName { label: name::label(encoded)?, id }))
    };
    parse::parse(Fingerprint::of(der), der, name)
}

#[test]
fn damaged_certificates_do_not_panic() {
    let der = pem::blocks(CA.as_bytes()).next().unwrap().unwrap();
    assert!(parse_alone(&der).is_some());
    for at in 0..der.len() {
        for change in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = der.clone();
            changed[at] ^= change;
            let _ = parse_alone(&changed);
        }
        let _ = parse_alone(&der[..at]);
    }
}
