//! Where certificates stand in objects, by kind.
//!
//! Secrets: `oc adm inspect` leaves `tls.crt`, `ca.crt` and `service-ca.crt` readable and replaces
//! everything else by its length (openshift/oc `pkg/cli/admin/inspect/secret.go`); other collectors
//! may leave more, of which nothing but certificates is looked at.

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
use crate::model::resource::Key;

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

/// The keys of a Secret that are certificates, whatever they hold.
const CERTIFICATE_KEYS: [&str; 3] = ["tls.crt", "ca.crt", "service-ca.crt"];
/// The fields of a kubeconfig that are certificates.
const KUBECONFIG_FIELDS: [(&str, CertificateField); 2] = [
    ("certificate-authority-data", CertificateField::KubeconfigAuthority),
    ("client-certificate-data", CertificateField::KubeconfigClient),
];
/// A word of the line that begins a certificate, which no writer of YAML breaks.
const WORD: &[u8] = b"CERTIFICATE-----";
/// How many places of one object are kept.
const PLACES_LIMIT: usize = 1000;
/// How many places of one kubeconfig are kept.
const KUBECONFIG_LIMIT: usize = 50;

/// Whether certificates are read of objects of that kind, when those of `interest` are.
pub(crate) fn reads_certificates(kind: &Kind, interest: &BTreeSet<&'static Kind>) -> bool {
    interest.contains(kind) && KINDS.contains(&kind)
}

/// The places of an object that hold certificates.
pub(crate) fn certificates_in(
    key: &Key,
    object: Value<'_>,
    tree: &Tree,
    lines: &mut LineCount,
    known: &CertificateCache,
) -> Box<[CertificateRef]> {
    let mut reader = Reader { tree, lines, known, held: Vec::new() };
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
    reader.held.into()
}

struct Reader<'r> {
    tree: &'r Tree,
    lines: &'r mut LineCount,
    known: &'r CertificateCache,
    held: Vec<CertificateRef>,
}

impl Reader<'_> {
    fn secret(&mut self, object: Value<'_>) {
        let Some(data) = object.get("data") else { return };
        for (key, value) in data.members() {
            let (Some(name), Some(text)) = (key.text(), value.text()) else { continue };
            let written = text.as_bytes();
            let is_expected = CERTIFICATE_KEYS.contains(&&*name);
            if is_expected || ENCODED.iter().any(|word| word.find(written).is_some()) {
                let bundle = self.known.bundle(written, || pem::decode(written));
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
            if memmem::find(written, WORD).is_some() {
                let bundle = self.known.bundle(written, || Some(value.text()?.into_owned()));
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

    /// The certificates that stand in a kubeconfig; nothing else of it is looked at.
    fn kubeconfig(&mut self, name: &str, key: Value<'_>, text: &[u8]) {
        for (field, part) in KUBECONFIG_FIELDS {
            for at in memmem::find_iter(text, field).take(KUBECONFIG_LIMIT) {
                let rest = text.get(at + field.len()..).unwrap_or_default();
                let is_mark = |byte: &u8| matches!(byte, b'"' | b'\'' | b':' | b' ');
                let start = rest.iter().take_while(|byte| is_mark(byte)).count();
                let rest = rest.get(start..).unwrap_or_default();
                let is_base64 =
                    |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
                let length = rest.iter().take_while(|byte| is_base64(byte)).count();
                let written = rest.get(..length).unwrap_or_default();
                let bundle = self.known.bundle(written, || pem::decode(written));
                if !bundle.certificates.is_empty() {
                    self.add(part, name, key, bundle);
                }
            }
        }
    }

    /// The base64 text of one field behind a path.
    fn field(&mut self, object: Value<'_>, path: &[&str], field: &str, name: &str) {
        let Some(above) = object.at(path) else { return };
        let member = above.members().find(|(key, _)| key.text().as_deref() == Some(field));
        let Some((key, value)) = member else { return };
        let Some(text) = value.text().filter(|text| !text.is_empty()) else { return };
        let written = text.as_bytes();
        let bundle = self.known.bundle(written, || pem::decode(written));
        let part =
            if field == "caBundle" { CertificateField::CaBundle } else { CertificateField::Issued };
        self.add(part, name, key, bundle);
    }

    fn add(&mut self, part: CertificateField, name: &str, key: Value<'_>, bundle: Arc<Bundle>) {
        if self.held.len() < PLACES_LIMIT {
            let line = 1 + self.lines.before(self.tree.text(), key.span().start) as u64;
            self.held.push(CertificateRef { part, key: name.into(), line, bundle });
        }
    }
}

/// How base64 spells [`WORD`], by the place of its first byte in a group of three.
static ENCODED: LazyLock<[Finder<'static>; 3]> = LazyLock::new(|| {
    // What the bytes before and behind the word have a part in is cut.
    [(0, 0), (1, 2), (2, 3)].map(|(before, start)| {
        let spelled = STANDARD.encode([&vec![0; before], WORD].concat());
        let whole = spelled.get(start..spelled.len() - 4).unwrap_or_default();
        Finder::new(whole.as_bytes()).into_owned()
    })
});
