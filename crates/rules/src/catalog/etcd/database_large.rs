//! etcd database close to its quota.
//!
//! The quota is read from the etcd pods or from the etcd operator's own object. If neither was
//! collected, the OpenShift default of 8 GiB is assumed.
//!
//! - openshift/cluster-etcd-operator `pkg/etcdenvvar/etcd_env.go` (`ETCD_QUOTA_BACKEND_BYTES`,
//!   `spec.backendQuotaGiB`)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md` (65, 75, 85 %)

use crate::catalog::prelude::*;

/// The OpenShift default when no other quota is configured.
const DEFAULT_QUOTA: u64 = 8 << 30;
/// Percentages of the quota.
const WARNING: u64 = 75;
const ERROR: u64 = 85;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::Kind(&POD), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
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
        "before defragmentation: every member is healthy, and the members are \
                 defragmented one at a time",
        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let sized = EtcdStatus::all(cx).map(|(document, states)| {
        let sized: Vec<_> =
            states.into_iter().filter_map(|state| Some((state.size?, state))).collect();
        (document, sized)
    });
    let Some((document, sized)) = sized.filter(|(_, sized)| !sized.is_empty()) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdStatus)));
    };
    let known = quota(cx).filter(|quota| *quota > 0);
    let quota = known.unwrap_or(DEFAULT_QUOTA);
    let large: Vec<_> = sized.iter().filter(|(size, _)| percent(*size, quota) >= WARNING).collect();
    let Some((most, _)) = large.iter().max_by_key(|(size, _)| *size) else {
        return Ok(Checked::over(sized.len(), None));
    };
    let hosts: Vec<_> = large.iter().filter_map(|(_, state)| state.host()).collect();
    let mut evidence = large.iter().map(|(size, state)| {
        let in_use = state.in_use.map_or_else(String::new, |n| format!(", {} in use", mib(n)));
        let note = format!("{} of {}{in_use}", mib(*size), mib(quota));
        let member = Subject::cluster("EtcdMember", state.host().unwrap_or_default());
        Evidence::in_document(member, &document, state.span.clone(), note)
    });
    let Some(first) = evidence.next() else {
        return Ok(Checked::over(sized.len(), None));
    };
    let share = percent(*most, quota);
    let summary = format!(
        "etcd database uses {share} % of its quota of {} on {}",
        mib(quota),
        name_list_up_to(&hosts, 5)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .severity(if share >= ERROR { Error } else { Warning })
        .certainty(if known.is_some() { Certainty::Certain } else { Certainty::Likely })
        .uncertainty("the quota was not collected, so the OpenShift default is assumed")
        .evidence(evidence)
        .keywords("etcd database near its quota");
    Ok(Checked::over(1, vec![finding]))
}

/// The smallest quota of the etcd pods, or else the quota in the spec of the operator's object.
fn quota(cx: &RuleContext<'_>) -> Option<u64> {
    let of_pods = cx
        .within::<Pod<'_>>("openshift-etcd")
        .filter_map(|pod| pod.env("etcd", "ETCD_QUOTA_BACKEND_BYTES")?.parse().ok())
        .min();
    of_pods.or_else(|| {
        let own = cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")?;
        let gib = own.resource().at(&["spec", "backendQuotaGiB"])?.as_u64()?;
        gib.checked_mul(1 << 30)
    })
}

fn percent(size: u64, quota: u64) -> u64 {
    size.saturating_mul(100) / quota.max(1)
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
