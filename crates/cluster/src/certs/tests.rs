//! What is read of objects, and what a stranger can do to it.

use std::fmt::Write as _;

use mustknow_yaml::{LineCount, Tree};

use super::*;
use crate::model::certificate::{CertificateField, CertificateRef};
use crate::model::kind::Kind;
use crate::model::kinds::{CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET, VALIDATING_WEBHOOK};
use crate::model::resource::Key;

/// Made for these tests: a certificate for hook.openshift-hook.svc, and the authority that signed it.
const SERVING: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJ5RENDQVcyZ0F3SUJBZ0lGQUk2QnEwRXdDZ1lJS29aSXpqMEVBd0l3TmpFME1ESUdBMVVFQXd3cmIzQmwKYm5Ob2FXWjBMWE5sY25acFkyVXRjMlZ5ZG1sdVp5MXphV2R1WlhKQU1UY3lNalV3TURBd01EQWVGdzB5TkRBNApNREV3TURBd01EQmFGdzB5TmpBNE1ERXdNREF3TURCYU1DSXhJREFlQmdOVkJBTU1GMmh2YjJzdWIzQmxibk5vCmFXWjBMV2h2YjJzdWMzWmpNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVXOGtxM3l0Qi9tSmoKZDZhMDFZbDJMZTlVTVpDSkVaUnVTMHh4TU0zNWVWc0JCMzdURzQ0WVBuM2N1QSt2WWx4RFRva09vZi9pOHhrWApZbFlla2FTWWs2TjhNSG93REFZRFZSMFRBUUgvQkFJd0FEQWZCZ05WSFNNRUdEQVdnQlNDNE1QUnNUKzY3eGJFCit2WVZCT1FDN2IyK256QkpCZ05WSFJFRVFqQkFnaGRvYjI5ckxtOXdaVzV6YUdsbWRDMW9iMjlyTG5OMlk0SWwKYUc5dmF5NXZjR1Z1YzJocFpuUXRhRzl2YXk1emRtTXVZMngxYzNSbGNpNXNiMk5oYkRBS0JnZ3Foa2pPUFFRRApBZ05KQURCR0FpRUE5UCt1b3FjRFlvems2SXNUUWtaNTVUM0lMaGQ3TU8ycGRxdVdDVXpNVlNBQ0lRQ2RheC9SCmlaRTBjTkxOMXh4NEZWRE1FZ21XZVFRM2cwY2daSWFPRjFKYUdnPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";
const AUTHORITY: &str = "\
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

fn held(kind: &'static Kind, text: &str) -> Box<[CertificateRef]> {
    let key = Key { kind, namespace: "a".into(), name: "b".into() };
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
fn a_secret_says_whose_its_certificate_is() {
    let text =
        format!("kind: Secret\ndata:\n  other: MTIzIGJ5dGVzIGxvbmc=\n  tls.crt: {SERVING}\n");
    let held = held(&SECRET, &text);
    assert_eq!(held.len(), 1);
    assert_eq!((&*held[0].field(), held[0].line), ("data.tls.crt", 4));
    let leaf = held[0].bundle.first().unwrap();
    assert_eq!(&*leaf.subject.label, "hook.openshift-hook.svc");
    assert_eq!(&*leaf.issuer.label, "openshift-service-serving-signer@1722500000");
    assert_eq!(leaf.not_after.to_string(), "2026-08-01T00:00:00Z");
    assert!(!leaf.is_ca && !leaf.is_self_issued());
    assert!(leaf.covers("hook.openshift-hook.svc") && !leaf.covers("other.svc"));
}

#[test]
fn a_bundle_in_a_config_map_is_found_in_every_style() {
    let block = format!("data:\n  other: x\n  ca.crt: |\n{}  z: y\n", lines(AUTHORITY, 4));
    let folded = format!("data: {{\"ca.crt\": {:?}}}\n", AUTHORITY.replace('\n', "\r\n"));
    for text in [block, folded] {
        let held = held(&CONFIG_MAP, &text);
        assert_eq!(held.len(), 1, "{text}");
        let authority = held[0].bundle.first().unwrap();
        assert!(authority.is_ca && authority.is_self_issued() && held[0].bundle.is_whole());
    }
}

#[test]
fn who_can_have_signed_is_told_by_name_and_key() {
    let text = format!("data:\n  tls.crt: {SERVING}\n");
    let leaf = held(&SECRET, &text)[0].bundle.first().unwrap().clone();
    let text = format!("data:\n  ca.crt: |\n{}", lines(AUTHORITY, 4));
    let mut authority = held(&CONFIG_MAP, &text)[0].bundle.first().unwrap().clone();
    assert!(leaf.may_be_signed_by(&authority));
    authority.subject_key = Some(leaf.id);
    assert!(!leaf.may_be_signed_by(&authority));
    assert!(!authority.may_be_signed_by(&leaf));
}

#[test]
fn a_kubeconfig_gives_its_certificates_and_nothing_else() {
    let text = format!(
        "data:\n  kubeconfig: |\n    clusters:\n    - cluster:\n        certificate-authority-data: {SERVING}\n    users:\n    - user:\n        client-key-data: {SERVING}\n        client-certificate-data: \"{SERVING}\"\n"
    );
    let held = held(&CONFIG_MAP, &text);
    let parts: Vec<_> = held.iter().map(|held| held.part).collect();
    assert_eq!(parts, [CertificateField::KubeconfigAuthority, CertificateField::KubeconfigClient]);
    assert_eq!(held[0].line, 2);
}

#[test]
fn webhooks_and_requests_are_read() {
    let text = format!(
        "webhooks:\n- name: a\n  clientConfig:\n    caBundle: {SERVING}\n- name: b\n  clientConfig:\n    caBundle: Cg==\n"
    );
    let found = held(&VALIDATING_WEBHOOK, &text);
    assert_eq!(found.len(), 2);
    assert_eq!((&*found[0].key, found[0].line, found[1].line), ("a", 4, 7));
    assert!(found[1].bundle.certificates.is_empty());
    let text = format!("status:\n  certificate: {SERVING}\n");
    assert_eq!(held(&CERTIFICATE_SIGNING_REQUEST, &text)[0].part, CertificateField::Issued);
}

#[test]
fn what_is_no_certificate_is_said_to_be_unreadable() {
    let elided = "data:\n  tls.crt: MTIzIGJ5dGVzIGxvbmc=\n  ca.crt: '%%%'\n  tls.key: QUFB\n";
    let found = held(&SECRET, elided);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|held| held.bundle.certificates.is_empty()));
    let broken = "-----BEGIN CERTIFICATE-----\nQUFB\n-----END CERTIFICATE-----\n";
    let text = format!("data:\n  x: |\n{}", lines(&(broken.to_owned() + AUTHORITY), 4));
    let bundle = &held(&CONFIG_MAP, &text)[0].bundle;
    assert_eq!((bundle.certificates.len(), bundle.unreadable), (1, 1));
    assert!(held(&CONFIG_MAP, "data: [1, 2]\n").is_empty());
    assert!(held(&SECRET, "data:\n  tls.crt:\n    a: b\n").is_empty());
}

#[test]
fn a_huge_bundle_is_cut_and_a_certificate_is_kept_once() {
    let known = CertificateCache::within(1 << 20);
    let text = AUTHORITY.repeat(501);
    let bundle = known.bundle(text.as_bytes(), || Some(&text));
    assert_eq!((bundle.certificates.len(), bundle.is_cut), (500, true));
    assert!(std::sync::Arc::ptr_eq(&bundle.certificates[0], &bundle.certificates[499]));
    let again = known.bundle(text.as_bytes(), || -> Option<&str> { unreachable!() });
    assert!(std::sync::Arc::ptr_eq(&bundle, &again));
}

#[test]
fn what_there_is_no_memory_for_is_not_kept() {
    let bundle = CertificateCache::within(0).bundle(b"x", || Some(AUTHORITY.repeat(2)));
    assert!(bundle.certificates.len() < 2 && bundle.is_cut);
}

#[test]
fn damaged_certificates_are_survived() {
    let der = pem::blocks(AUTHORITY.as_bytes()).next().unwrap().unwrap();
    assert!(parse::parse(&der).is_some());
    for at in 0..der.len() {
        for change in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = der.clone();
            changed[at] ^= change;
            let _ = parse::parse(&changed);
        }
        let _ = parse::parse(&der[..at]);
    }
}
