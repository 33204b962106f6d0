//! Single resource that takes up a large part of etcd.
//!
//! Only the sizes of the latest revisions are counted. Older revisions also take up space until
//! they are compacted. A resource with less than 1 GiB and less than 100,000 objects is reported as
//! information only. A resource with less than a third of the total is not reported.
//!
//! - openshift/must-gather `collection-scripts/gather_etcd`

use crate::catalog::prelude::*;

/// Smaller resources are not reported.
const LARGE: u64 = 512 << 20;
const MANY: u64 = 50_000;
/// Larger resources are reported as a warning.
const VERY_LARGE: u64 = 1 << 30;
const VERY_MANY: u64 = 100_000;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdObjects)])
    .check(check)
    .why(
        "Every object is stored in etcd, and a list request reads all objects of a resource. If \
         objects of a resource are created and never removed, they fill the database, slow \
         down every list request and make the API servers use gigabytes of memory.",
    )
    .fix(
        "Find out which component creates the objects and what should remove them: a history \
         limit, a time to live, or an owner that was deleted.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((document, rows)) = EtcdObjects::all(cx) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdObjects)));
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
                "etcd stores {} objects of {resource}, {} MiB of {} MiB",
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
                .severity(if is_bad { Warning } else { Info })
                .keywords(format!("etcd holds many {resource}"))
                .remedy(remedy(resource))
        });
    Ok(Checked::over(rows.len(), findings))
}

fn remedy(resource: &str) -> Remedy {
    let name = match resource.split_once('/') {
        Some((group, name)) => format!("{name}.{group}"),
        None => resource.to_owned(),
    };
    let remedy =
        Remedy::new("Find out which component creates the objects and what should remove them.");
    if !is_shell_safe(&name) {
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
