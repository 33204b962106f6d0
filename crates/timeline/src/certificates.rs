//! Certificates: when they became valid and expired, and when their objects were written.
//!
//! Of `metadata.managedFields` only the managers, the times, and the keys of certificates are read.

use mustknow_cluster::model::certificate::{Certificate, CertificateField, CertificateRef};
use mustknow_cluster::model::kinds::{CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{self, Time};
use mustknow_rules::signals::certificate_evidence;
use mustknow_rules::terms::evidence::seconds;
use mustknow_rules::{Evidence, Place, Severity, Subject};
use mustknow_yaml::Value;

use super::collector::{CollectContext, EventCollector, ReadScope};
use super::timeline_event::{Source, TimelineEvent, field_place, non_zero, place_at};

/// The validity of a certificate, as annotated by openshift/library-go `pkg/operator/certrotation`.
const ROTATION: [&str; 2] =
    ["auth.openshift.io/certificate-not-before", "auth.openshift.io/certificate-not-after"];

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    let now = cx.snapshot.now();
    for kind in [&SECRET, &CONFIG_MAP, &CERTIFICATE_SIGNING_REQUEST] {
        for resource in cx.snapshot.of_kind(kind) {
            // The dates of the CAs in a bundle say nothing about this cluster.
            let certificate_ref = resource
                .certificates()
                .iter()
                .filter(|certificate_ref| is_own(certificate_ref, resource));
            let mut seen = false;
            for (certificate_ref, certificate) in certificate_ref.filter_map(|certificate_ref| {
                Some((certificate_ref, certificate_ref.bundle.first()?))
            }) {
                seen = true;
                let Evidence::Seen { place, .. } =
                    certificate_evidence(resource, certificate_ref, "")
                else {
                    continue;
                };
                add_validity(
                    resource,
                    &certificate_ref.field_path(),
                    validity(certificate),
                    now,
                    &place,
                    collector,
                );
            }
            if !seen {
                add_annotated_validity(resource, now, collector);
            }
            if cx.scope == ReadScope::Whole {
                add_writes(resource, collector);
            }
        }
    }
}

fn is_own(certificate_ref: &CertificateRef, resource: &Resource) -> bool {
    match certificate_ref.field {
        CertificateField::Data => *resource.key().kind == SECRET,
        CertificateField::Issued => true,
        _ => false,
    }
}

fn validity(certificate: &Certificate) -> [Time; 2] {
    [certificate.not_before, certificate.not_after]
}

/// Adds when a certificate became valid and, if it had expired by `now`, when it expired.
fn add_validity(
    resource: &Resource,
    what: &str,
    [begins, ends]: [Time; 2],
    now: Option<Time>,
    place: &Place,
    collector: &mut EventCollector<'_>,
) {
    let mut add = |time, severity, message: String| {
        let (subject, place) = (Subject::of(resource), place.clone());
        collector.add(TimelineEvent::new(
            time,
            Source::Certificate,
            severity,
            subject,
            &message,
            place,
        ));
    };
    let until = seconds(ends);
    add(begins, Severity::Info, format!("certificate {what} became valid, until {until}"));
    if now.is_some_and(|now| ends <= now) {
        add(ends, Severity::Warning, format!("certificate {what} expired"));
    }
}

/// Adds the same from annotations, if the certificate itself is not readable.
fn add_annotated_validity(
    resource: &Resource,
    now: Option<Time>,
    collector: &mut EventCollector<'_>,
) {
    let [begins, ends] = ROTATION.map(|name| time::rfc3339(&resource.annotation(name)?));
    let (Some(begins), Some(ends)) = (non_zero(begins), non_zero(ends)) else { return };
    let [first, _] = ROTATION;
    let place = field_place(resource, &["metadata", "annotations", first]);
    add_validity(resource, "as annotated", [begins, ends], now, &place, collector);
}

/// Adds when each manager last wrote the keys with certificates.
fn add_writes(resource: &Resource, collector: &mut EventCollector<'_>) {
    let certificate_ref = resource.certificates();
    let entries = resource.at(&["metadata", "managedFields"]).into_iter().flat_map(Value::items);
    for entry in entries.take_while(|_| !certificate_ref.is_empty()) {
        let text = |field: &str| entry.text_at(&[field]).unwrap_or_default();
        let Some(time) = non_zero(time::rfc3339(&text("time"))) else { continue };
        let Some(data) = entry.at(&["fieldsV1", "f:data"]) else { continue };
        let is_written = |certificate_ref: &&CertificateRef| {
            data.get(&format!("f:{}", certificate_ref.key)).is_some()
        };
        let mut keys: Vec<_> = certificate_ref
            .iter()
            .filter(is_written)
            .map(|certificate_ref| &*certificate_ref.key)
            .collect();
        keys.dedup();
        if keys.is_empty() {
            continue;
        }
        let keys: Vec<_> = keys.iter().map(|key| format!("data.{key}")).collect();
        let message =
            format!("{} of {} wrote {}", text("operation"), text("manager"), keys.join(", "));
        let (subject, place) = (Subject::of(resource), place_at(resource, entry.span()));
        let source = Source::Certificate;
        collector.add(TimelineEvent::new(time, source, Severity::Info, subject, &message, place));
    }
}
