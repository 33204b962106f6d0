//! One resource that takes up a large part of etcd.
//!
//! # Why it matters
//!
//! Every object is kept in etcd, and lists of many objects are read as a whole. A resource that
//! somebody creates and nobody removes fills the database, slows every list and makes API servers
//! use gigabytes of memory.
//!
//! # What to do
//!
//! Find out who creates the objects and what should remove them: a limit on history, a time to
//! live, an owner that was deleted.
//!
//! # Blind spots
//!
//! The bytes are those of the latest values: older revisions take room too, until they are
//! compacted. Less than 1 GiB or 100,000 objects is only noted, and less than a third of all is not.
//!
//! # References
//!
//! - openshift/must-gather `collection-scripts/gather_etcd`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdObjects, etcd_gap, is_plain};

/// What is less is not worth a word.
const LARGE: u64 = 512 << 20;
const MANY: u64 = 50_000;
/// What is more will hurt.
const VERY_LARGE: u64 = 1 << 30;
const VERY_MANY: u64 = 100_000;

pub(super) static META: Meta = Meta {
    id: "etcd/object-bloat",
    title: "one resource that takes up a large part of etcd",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdObjects)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((document, rows)) = EtcdObjects::all(case) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdObjects));
    };
    let bytes: u64 = rows.iter().map(|row| row.bytes).sum();
    let objects: u64 = rows.iter().map(|row| row.count).sum();
    let findings = rows
        .iter()
        .filter(|row| {
            let is_large = row.bytes >= LARGE && row.bytes.saturating_mul(3) >= bytes;
            let are_many = row.count >= MANY && row.count.saturating_mul(3) >= objects;
            is_large || are_many
        })
        .map(|row| {
            let resource = row.resource();
            let summary = format!(
                "etcd holds {} objects of {resource}, {} MiB of {} MiB",
                row.count,
                row.bytes >> 20,
                bytes >> 20
            );
            let subject = Subject::cluster("Resource", resource);
            let note = format!("{} of {objects} objects", row.count);
            let evidence =
                Evidence::in_document(subject.clone(), &document, row.span.clone(), note);
            let is_bad = row.bytes >= VERY_LARGE || row.count >= VERY_MANY;
            Finding::new(subject, summary, evidence)
                .severity(if is_bad { Severity::Warning } else { Severity::Info })
                .why(
                    "The objects fill the database, and every list of them is read as a whole: \
                     etcd and the API servers become slow.",
                )
                .saying(format!("etcd holds many {resource}"))
                .remedy(remedy(resource))
        })
        .collect();
    Verdict::over(rows.len(), findings, "the file lists no resource")
}

fn remedy(resource: &str) -> Remedy {
    let name = match resource.split_once('/') {
        Some((group, name)) => format!("{name}.{group}"),
        None => resource.to_owned(),
    };
    let remedy = Remedy::new("Find out who creates the objects and what should remove them.");
    if !is_plain(&name) {
        return remedy;
    }
    remedy
        .command(format!(
            "oc get {name} --all-namespaces --no-headers -o name --chunk-size=500 | wc -l"
        ))
        .command(format!(
            "oc get {name} --all-namespaces --no-headers --chunk-size=500 | awk '{{print $1}}' | \
             sort | uniq -c | sort -rn | head"
        ))
        .verify("oc adm must-gather -- /usr/bin/gather_etcd")
}
