//! Single resource that takes up a large part of etcd.
//!
//! Only the sizes of the latest revisions are counted. Older revisions also take up space until
//! they are compacted.
//!
//! - openshift/must-gather `collection-scripts/gather_etcd`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdObjects)])
    .check(check)
    .at_once("so many objects accumulate over a long time")
    .why(
        "Every object is stored in etcd, and a list request reads all objects of a resource. If \
         objects of a resource are created and never removed, they fill the database, slow \
         down every list request and make the API servers use gigabytes of memory.",
    )
    .fix(
        "Find out which component creates the objects and what should remove them: a history \
         limit, a time to live, or an owner that was deleted.",
    )
    .run(&[
        "oc get {resource} --all-namespaces --no-headers -o name --chunk-size=500 | wc -l",
        "oc get {resource} --all-namespaces --no-headers --chunk-size=500 | awk '{print $1}' | \
         sort | uniq -c | sort -rn | head",
    ])
    .verify(&["oc adm must-gather -- /usr/bin/gather_etcd"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let rows = EtcdObjects::all(cx)?;
    let bytes: u64 = rows.iter().map(|row| row.bytes).sum();
    let objects: u64 = rows.iter().map(|row| row.count).sum();
    let is_third = |part: u64, all: u64| part.saturating_mul(3) >= all;
    let findings = rows
        .iter()
        .filter(|row| {
            let is_large = row.bytes >= 512 << 20 && is_third(row.bytes, bytes);
            is_large || row.count >= 50_000 && is_third(row.count, objects)
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
            let evidence = rows.evidence_about(subject.clone(), &row.span, note);
            let is_bad = row.bytes >= 1 << 30 || row.count >= 100_000;
            let name = match resource.split_once('/') {
                Some((group, name)) => format!("{name}.{group}"),
                None => resource.to_owned(),
            };
            Finding::new(subject, summary, evidence)
                .severity(if is_bad { Warning } else { Info })
                .with("resource", name)
                .keywords(format!("etcd holds many {resource}"))
        });
    Ok(Checked::over(rows.len(), findings))
}
