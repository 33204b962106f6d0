//! Certificates: when they began and ended, and when what holds them was written.
//!
//! Of who wrote which field (`metadata.managedFields`) nothing is read but when, and which keys.

use mustknow_cluster::model::certificate::{Certificate, CertificateField, CertificateRef};
use mustknow_cluster::model::kinds::{CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, SECRET};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{self, Time};
use mustknow_rules::domain::certificate_evidence;
use mustknow_rules::engine::evidence::seconds;
use mustknow_rules::{Evidence, Place, Severity, Subject};
use mustknow_yaml::Value;

use super::collect::{CollectContext, EventCollector, ReadScope};
use super::moment::{field, set, within};
use super::{Source, TimelineEvent};

/// When a certificate began and when it ends, as openshift/library-go `pkg/operator/certrotation` notes.
const ROTATION: [&str; 2] =
    ["auth.openshift.io/certificate-not-before", "auth.openshift.io/certificate-not-after"];

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    let now = case.snapshot.now();
    for kind in [&SECRET, &CONFIG_MAP, &CERTIFICATE_SIGNING_REQUEST] {
        for resource in case.snapshot.of_kind(kind) {
            // A bundle of authorities is as old as its members, which says nothing of this cluster.
            let certificate_ref = resource.certificates().iter().filter(|certificate_ref| is_own(certificate_ref, resource));
            let mut seen = false;
            for (certificate_ref, certificate) in certificate_ref.filter_map(|certificate_ref| Some((certificate_ref, certificate_ref.bundle.first()?))) {
                seen = true;
                let Evidence::Seen { place, .. } = certificate_evidence(resource, certificate_ref, "") else {
                    continue;
                };
                span(resource, &certificate_ref.field(), validity(certificate), now, &place, moments);
            }
            if !seen {
                rotation(resource, now, moments);
            }
            if case.depth == ReadScope::Whole {
                writers(resource, moments);
            }
        }
    }
}

fn is_own(certificate_ref: &CertificateRef, resource: &Resource) -> bool {
    match certificate_ref.part {
        CertificateField::Data => *resource.key().kind == SECRET,
        CertificateField::Issued => true,
        _ => false,
    }
}

fn validity(certificate: &Certificate) -> [Time; 2] {
    [certificate.not_before, certificate.not_after]
}

/// When a certificate began, and that it ended, if it had by `now`.
fn span(
    resource: &Resource,
    what: &str,
    [begins, ends]: [Time; 2],
    now: Option<Time>,
    place: &Place,
    moments: &mut EventCollector<'_>,
) {
    let mut add = |time, severity, words: String| {
        let (subject, place) = (Subject::of(resource), place.clone());
        moments.add(TimelineEvent::new(
            time,
            Source::Certificate,
            severity,
            subject,
            &words,
            place,
        ));
    };
    let until = seconds(ends);
    add(begins, Severity::Info, format!("certificate {what} became valid, until {until}"));
    if now.is_some_and(|now| ends <= now) {
        add(ends, Severity::Warning, format!("certificate {what} expired"));
    }
}

/// The same from what its annotations say, where the certificate itself cannot be read.
fn rotation(resource: &Resource, now: Option<Time>, moments: &mut EventCollector<'_>) {
    let [begins, ends] = ROTATION.map(|name| time::rfc3339(&resource.annotation(name)?));
    let (Some(begins), Some(ends)) = (set(begins), set(ends)) else { return };
    let [first, _] = ROTATION;
    let place = field(resource, &["metadata", "annotations", first]);
    span(resource, "as annotated", [begins, ends], now, &place, moments);
}

/// When keys that hold certificates were written last by each of their writers.
fn writers(resource: &Resource, moments: &mut EventCollector<'_>) {
    let certificate_ref = resource.certificates();
    let entries = resource.at(&["metadata", "managedFields"]).into_iter().flat_map(Value::items);
    for entry in entries.take_while(|_| !certificate_ref.is_empty()) {
        let text = |field: &str| entry.text_at(&[field]).unwrap_or_default();
        let Some(time) = set(time::rfc3339(&text("time"))) else { continue };
        let Some(data) = entry.at(&["fieldsV1", "f:data"]) else { continue };
        let is_written = |certificate_ref: &&CertificateRef| data.get(&format!("f:{}", certificate_ref.key)).is_some();
        let mut keys: Vec<_> = certificate_ref.iter().filter(is_written).map(|certificate_ref| &*certificate_ref.key).collect();
        keys.dedup();
        if keys.is_empty() {
            continue;
        }
        let keys: Vec<_> = keys.iter().map(|key| format!("data.{key}")).collect();
        let words =
            format!("{} of {} wrote {}", text("operation"), text("manager"), keys.join(", "));
        let (subject, place) = (Subject::of(resource), within(resource, entry.span()));
        let source = Source::Certificate;
        moments.add(TimelineEvent::new(time, source, Severity::Info, subject, &words, place));
    }
}
