//! Finds the certificates in objects, by kind.
//!
//! In Secrets `oc adm inspect` keeps `tls.crt`, `ca.crt` and `service-ca.crt` and replaces every
//! other value by its length (openshift/oc `pkg/cli/admin/inspect/secret.go`). Other collectors may
//! keep more, of which only certificates are read.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::{self, Finder};
use mustknow_yaml::{LineCount, Tree, Value};

use super::cache::CertificateCache;
use super::pem;
use crate::model::certificate::{Bundle, CertificateField, CertificateRef};
use crate::model::kind::Kind;
use crate::model::kinds::{
    API_SERVICE, CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, CUSTOM_RESOURCE_DEFINITION,
    MUTATING_WEBHOOK, SECRET, VALIDATING_WEBHOOK,
};
use crate::model::resource::ObjectKey;

/// The kinds whose certificates can be read.
const KINDS: [&Kind; 7] = [
    &SECRET,
    &CONFIG_MAP,
    &VALIDATING_WEBHOOK,
    &MUTATING_WEBHOOK,
    &API_SERVICE,
    &CUSTOM_RESOURCE_DEFINITION,
    &CERTIFICATE_SIGNING_REQUEST,
];

/// The keys of a Secret whose values are expected to be certificates.
const CERTIFICATE_KEYS: [&str; 3] = ["tls.crt", "ca.crt", "service-ca.crt"];
/// The fields of a kubeconfig that contain certificates.
const KUBECONFIG_FIELDS: [(&str, CertificateField); 2] = [
    ("certificate-authority-data", CertificateField::KubeconfigCa),
    ("client-certificate-data", CertificateField::KubeconfigClient),
];
/// The last word of the line that begins a certificate; YAML emitters break lines only at spaces.
const PEM_WORD: &[u8] = b"CERTIFICATE-----";
/// How many fields of one object are stored.
const FIELDS_LIMIT: usize = 1000;
/// How many certificates of one kubeconfig are read.
const KUBECONFIG_LIMIT: usize = 50;

/// Whether certificates are read from objects of that kind.
pub(crate) fn reads_certificates(kind: &Kind, interest: &BTreeSet<&'static Kind>) -> bool {
    interest.contains(kind) && KINDS.contains(&kind)
}

/// The certificates in the fields of an object.
pub(crate) fn certificates_in(
    key: &ObjectKey,
    object: Value<'_>,
    tree: &Tree,
    lines: &mut LineCount,
    cache: &CertificateCache,
) -> Box<[CertificateRef]> {
    let mut reader = CertificateReader { tree, lines, cache, found: Vec::new() };
    match key.kind {
        kind if *kind == SECRET => reader.secret(object),
        kind if *kind == CONFIG_MAP => reader.config_map(object),
        kind if *kind == API_SERVICE => reader.field(object, &["spec"], "caBundle", ""),
        kind if *kind == CERTIFICATE_SIGNING_REQUEST => {
            reader.field(object, &["status"], "certificate", "");
        }
        kind if *kind == CUSTOM_RESOURCE_DEFINITION => {
            let in_v1 = ["spec", "conversion", "webhook", "clientConfig"];
            reader.field(object, &in_v1, "caBundle", "");
            let in_v1beta1 = ["spec", "conversion", "webhookClientConfig"];
            reader.field(object, &in_v1beta1, "caBundle", "");
        }
        kind if *kind == VALIDATING_WEBHOOK || *kind == MUTATING_WEBHOOK => {
            for webhook in object.get("webhooks").into_iter().flat_map(Value::items) {
                let name = webhook.text_at(&["name"]).unwrap_or_default();
                reader.field(webhook, &["clientConfig"], "caBundle", &name);
            }
        }
        _ => {}
    }
    reader.found.into()
}

struct CertificateReader<'r> {
    tree: &'r Tree,
    lines: &'r mut LineCount,
    cache: &'r CertificateCache,
    found: Vec<CertificateRef>,
}

impl CertificateReader<'_> {
    fn secret(&mut self, object: Value<'_>) {
        let Some(data) = object.get("data") else { return };
        for (key, value) in data.members() {
            let (Some(name), Some(text)) = (key.text(), value.text()) else { continue };
            let written = text.as_bytes();
            let is_expected = CERTIFICATE_KEYS.contains(&&*name);
            if is_expected || ENCODED.iter().any(|word| word.find(written).is_some()) {
                let bundle = self.cache.bundle(written, || pem::decode(written));
                if is_expected || !bundle.certificates.is_empty() || bundle.unreadable > 0 {
                    self.add(CertificateField::Data, &name, key, bundle);
                }
            }
            if name.contains("kubeconfig")
                && let Some(text) = pem::decode(written)
            {
                self.kubeconfig(&name, key, &text);
            }
        }
    }

    fn config_map(&mut self, object: Value<'_>) {
        let Some(data) = object.get("data") else { return };
        for (key, value) in data.members() {
            let Some(name) = key.text() else { continue };
            let written = if self.tree.used_fallback() {
                value.text().unwrap_or_default()
            } else {
                self.tree.text().get(value.span()).unwrap_or_default().into()
            };
            let written = written.as_bytes();
            if memmem::find(written, PEM_WORD).is_some() {
                let bundle = self.cache.bundle(written, || Some(value.text()?.into_owned()));
                if !bundle.certificates.is_empty() || bundle.unreadable > 0 {
                    self.add(CertificateField::Data, &name, key, bundle);
                }
            }
            let is_kubeconfig = KUBECONFIG_FIELDS
                .iter()
                .any(|(field, _)| memmem::find(written, field.as_bytes()).is_some());
            if is_kubeconfig && let Some(text) = value.text() {
                self.kubeconfig(&name, key, text.as_bytes());
            }
        }
    }

    /// The certificates in a kubeconfig; nothing else of it is read.
    fn kubeconfig(&mut self, name: &str, key: Value<'_>, text: &[u8]) {
        for (name_in_file, field) in KUBECONFIG_FIELDS {
            for at in memmem::find_iter(text, name_in_file).take(KUBECONFIG_LIMIT) {
                let rest = text.get(at + name_in_file.len()..).unwrap_or_default();
                let is_separator = |byte: &u8| matches!(byte, b'"' | b'\'' | b':' | b' ');
                let start = rest.iter().take_while(|byte| is_separator(byte)).count();
                let rest = rest.get(start..).unwrap_or_default();
                let is_base64 =
                    |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
                let length = rest.iter().take_while(|byte| is_base64(byte)).count();
                let written = rest.get(..length).unwrap_or_default();
                let bundle = self.cache.bundle(written, || pem::decode(written));
                if !bundle.certificates.is_empty() {
                    self.add(field, name, key, bundle);
                }
            }
        }
    }

    /// The certificates in one base64 field at a path.
    fn field(&mut self, object: Value<'_>, path: &[&str], field: &str, name: &str) {
        let Some(above) = object.at(path) else { return };
        let member = above.members().find(|(key, _)| key.text().as_deref() == Some(field));
        let Some((key, value)) = member else { return };
        let Some(text) = value.text().filter(|text| !text.is_empty()) else { return };
        let written = text.as_bytes();
        let bundle = self.cache.bundle(written, || pem::decode(written));
        let field =
            if field == "caBundle" { CertificateField::CaBundle } else { CertificateField::Issued };
        self.add(field, name, key, bundle);
    }

    fn add(&mut self, field: CertificateField, name: &str, key: Value<'_>, bundle: Arc<Bundle>) {
        if self.found.len() < FIELDS_LIMIT {
            let line = 1 + self.lines.before(self.tree.text(), key.span().start) as u64;
            self.found.push(CertificateRef { field, key: name.into(), line, bundle });
        }
    }
}

/// [`PEM_WORD`] in base64, for each offset of its first byte in a group of three.
static ENCODED: LazyLock<[Finder<'static>; 3]> = LazyLock::new(|| {
    // Base64 characters that also encode bytes before or after the word are removed.
    [(0, 0), (1, 2), (2, 3)].map(|(before, start)| {
        let encoded = STANDARD.encode([&vec![0; before], PEM_WORD].concat());
        let whole = encoded.get(start..encoded.len() - 4).unwrap_or_default();
        Finder::new(whole.as_bytes()).into_owned()
    })
});
