//! etcd database close to its quota.
//!
//! The quota is read from the etcd pods or from the etcd operator's own object. If neither was
//! collected, the OpenShift default of 8 GiB is assumed.
//!
//! - openshift/cluster-etcd-operator `pkg/etcdenvvar/etcd_env.go` (`ETCD_QUOTA_BACKEND_BYTES`,
//!   `spec.backendQuotaGiB`)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md` (65, 75, 85 %)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::Kind(&POD), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .at_once("a database file does not become smaller by itself")
    .even_while_installing("a new cluster needs a small part of the quota")
    .why(
        "When the database file reaches the quota, etcd raises the NOSPACE alarm and rejects \
         all writes. A large database is also slow to read, to compact and to send to a new \
         member.",
    )
    .fix(
        "Use etcd_info/object_count.json to find the resource that fills the database, and stop \
         its growth. If only a small part of the file is in use, defragment it.",
    )
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"])
    .before(&[(
        "before defragmentation: every member is healthy, and the members are defragmented one at \
         a time",
        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let states = EtcdStatus::all(cx)?;
    let sized: Vec<_> =
        states.iter().filter_map(|state| Some((state.size?, state.host()?, state))).collect();
    let largest = sized.iter().map(|(size, ..)| *size).max();
    let largest = largest.ok_or_else(|| EtcdStatus::gap(cx))?;
    let known = quota(cx).filter(|quota| *quota > 0);
    let quota = known.unwrap_or(8 << 30);
    let large = || sized.iter().filter(|(size, ..)| percent(*size, quota) >= 75);
    let evidence = large().map(|(size, host, state)| {
        let in_use = state.in_use.map(|bytes| format!(", {} in use", mib(bytes)));
        let note = format!("{} of {}{}", mib(*size), mib(quota), in_use.unwrap_or_default());
        states.evidence(host, &state.span, note)
    });
    let share = percent(largest, quota);
    let summary = format!(
        "etcd database uses {share} % of its quota of {} on {}",
        mib(quota),
        name_list_up_to(&large().map(|(_, host, _)| host).collect::<Vec<_>>(), 5)
    );
    let finding = Finding::based_on(Subject::cluster("Etcd", "cluster"), summary, evidence);
    let finding = finding.map(|finding| {
        finding
            .severity(if share >= 85 { Error } else { Warning })
            .certainty(if known.is_some() { Certainty::Certain } else { Certainty::Likely })
            .uncertainty("the quota was not collected, so the OpenShift default is assumed")
            .keywords("etcd database near its quota")
    });
    Ok(Checked::over(sized.len(), finding))
}

/// The smallest quota of the etcd pods, or else the quota in the spec of the operator's object.
fn quota(cx: &RuleContext<'_>) -> Option<u64> {
    let of_pods = cx
        .within::<Pod<'_>>("openshift-etcd")
        .filter_map(|pod| pod.env("etcd", "ETCD_QUOTA_BACKEND_BYTES")?.parse().ok())
        .min();
    of_pods.or_else(|| {
        let own = cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")?;
        own.resource().at(&["spec", "backendQuotaGiB"])?.as_u64()?.checked_mul(1 << 30)
    })
}

fn percent(size: u64, quota: u64) -> u64 {
    size.saturating_mul(100) / quota.max(1)
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
