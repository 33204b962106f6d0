//! An etcd database near its quota.
//!
//! # Why it matters
//!
//! When the database file reaches the quota, etcd raises the alarm NOSPACE and refuses every
//! write. A large database is also slow to read, to compact and to hand to a new member.
//!
//! # What to do
//!
//! Find the resource that fills it, by `etcd_info/object_count.json`, and stop it from growing.
//! Where little of the file is in use, defragment it.
//!
//! # Blind spots
//!
//! The quota is read from the etcd pods or from the etcd operator's own object. Where neither
//! was collected, the 8 GiB that OpenShift sets by default are assumed.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/etcdenvvar/etcd_env.go` (`ETCD_QUOTA_BACKEND_BYTES`,
//!   `spec.backendQuotaGiB`)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md` (65, 75, 85 %)

use mustknow_gather::kinds::{OPERATOR_ETCD, Operator, POD, Pod};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdStatus, enumerate, etcd_gap};

/// What OpenShift sets when nobody asks for another quota.
const DEFAULT_QUOTA: u64 = 8 << 30;
/// Percentages of the quota.
const WARNING: u64 = 75;
const ERROR: u64 = 85;

pub(super) static META: Meta = Meta {
    id: "etcd/database-large",
    title: "an etcd database near its quota",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdStatus)],
    uses: &[Need::Kind(&POD), Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let sized = EtcdStatus::all(case).map(|(document, states)| {
        let sized: Vec<_> =
            states.into_iter().filter_map(|state| Some((state.size?, state))).collect();
        (document, sized)
    });
    let Some((document, sized)) = sized.filter(|(_, sized)| !sized.is_empty()) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdStatus));
    };
    let known = quota(case).filter(|quota| *quota > 0);
    let quota = known.unwrap_or(DEFAULT_QUOTA);
    let large: Vec<_> = sized.iter().filter(|(size, _)| percent(*size, quota) >= WARNING).collect();
    let Some((most, _)) = large.iter().max_by_key(|(size, _)| *size) else {
        return Verdict::Healthy { examined: sized.len() };
    };
    let hosts: Vec<_> = large.iter().filter_map(|(_, state)| state.host()).collect();
    let mut evidence = large.iter().map(|(size, state)| {
        let in_use = state.in_use.map_or_else(String::new, |n| format!(", {} in use", mib(n)));
        let note = format!("{} of {}{in_use}", mib(*size), mib(quota));
        let member = Subject::cluster("EtcdMember", state.host().unwrap_or_default());
        Evidence::in_document(member, &document, state.span.clone(), note)
    });
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: sized.len() };
    };
    let share = percent(*most, quota);
    let summary = format!(
        "the etcd database has {share} % of its quota of {} on {}",
        mib(quota),
        enumerate(&hosts, 5)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .severity(if share >= ERROR { Severity::Error } else { Severity::Warning })
        .certainty(if known.is_some() { Certainty::Certain } else { Certainty::Likely })
        .doubt("the quota was not collected; the one OpenShift sets by default is assumed")
        .why(
            "At the quota etcd raises the alarm NOSPACE and refuses every write: from then on \
             nothing in the cluster can be changed.",
        )
        .evidence(evidence)
        .saying("etcd database near its quota")
        .remedy(
            Remedy::new(
                "Find the resource that fills the database and stop it from growing; defragment \
                 where little of the file is in use.",
            )
            .verify(
                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table",
            )
            .before(
                "before a defragmentation: every member is healthy, and only one is worked on at \
                 a time",
                Proof::ByHand(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health"
                        .to_owned(),
                ),
            ),
        );
    Verdict::Found(vec![finding])
}

/// The smallest quota any etcd pod runs with, or else the one the operator was told.
fn quota(case: &Case<'_>) -> Option<u64> {
    let of_pods = case
        .within::<Pod<'_>>("openshift-etcd")
        .filter_map(|pod| pod.env("etcd", "ETCD_QUOTA_BACKEND_BYTES")?.parse().ok())
        .min();
    of_pods.or_else(|| {
        let own = case.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")?;
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
