//! An etcd database of which less than half is in use.
//!
//! # Why it matters
//!
//! What is deleted leaves room in the database file that only a defragmentation gives back. Until
//! then the file counts in full against the quota, and is read in full when a member starts.
//!
//! # What to do
//!
//! The etcd operator defragments members by itself when 45 % of a file are unused. Find out why it
//! does not: it was switched off, the cluster has a single node, or a member is unhealthy.
//!
//! # Blind spots
//!
//! The operator tries every eleven minutes or so, so a file that many objects were deleted from a
//! moment ago is no fault. Less than 100 MiB in use is not worth a word, as for the alert.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/defragcontroller/defragcontroller.go`,
//!   `manifests/0000_90_etcd-operator_03_prometheusrule.yaml` (`etcdDatabaseHighFragmentationRatio`)

use mustknow_gather::kinds::{Condition, OPERATOR_ETCD, Operator};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, EtcdStatus, etcd_gap, few};

/// Less in use than this is not worth a defragmentation.
const WORTH: u64 = 100 << 20;
/// More unused than this takes a good part of the quota.
const MUCH: u64 = 1 << 30;

pub(super) static META: Meta = Meta {
    id: "etcd/fragmented",
    title: "an etcd database of which less than half is in use",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdStatus)],
    uses: &[Need::Special(Special::EtcdMembers), Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((document, states)) = EtcdStatus::all(case) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdStatus));
    };
    let members = EtcdMember::all(case).map(|(_, members)| members).unwrap_or_default();
    let sized: Vec<_> =
        states.iter().filter_map(|state| Some((state, state.size?, state.in_use?))).collect();
    if sized.is_empty() {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdStatus));
    }
    let holed: Vec<_> = sized
        .iter()
        .filter(|(_, size, used)| *used > WORTH && used.saturating_mul(2) < *size)
        .collect();
    let mut evidence = holed.iter().map(|(state, size, used)| {
        let note = format!("{} MiB of {} MiB are in use", used >> 20, size >> 20);
        let member = Subject::cluster("EtcdMember", state.call(&members));
        Evidence::in_document(member, &document, state.span.clone(), note)
    });
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: sized.len() };
    };
    let names: Vec<_> = holed.iter().map(|(state, ..)| state.call(&members)).collect();
    let unused =
        holed.iter().map(|(_, size, used)| size.saturating_sub(*used)).max().unwrap_or_default();
    let summary = format!(
        "less than half of the etcd database is in use on {}; up to {} MiB could be given back",
        few(&names),
        unused >> 20
    );
    let disabled = case
        .find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .and_then(|own| Some((own, own.condition("DefragControllerDisabled")?)))
        .filter(|(_, condition)| condition.is_true());
    let why = match disabled {
        Some(_) => {
            "The operator does not defragment in this cluster: it has a single control-plane node, \
             or ConfigMap openshift-etcd-operator/etcd-disable-defrag forbids it."
        }
        None => {
            "The operator defragments by itself when every member is healthy. Where the state \
             lasts, it fails to."
        }
    };
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .severity(if unused >= MUCH { Severity::Warning } else { Severity::Info })
        .why(format!("The file counts in full against the quota, however little is in use. {why}"))
        .saying(format!("etcd database fragmented {}", names.join(" ")))
        .evidence(evidence)
        .evidence(disabled.map(|(own, condition): (_, Condition<'_>)| {
            Evidence::condition(own.resource(), condition, "the operator does not defragment")
        }))
        .remedy(remedy());
    Verdict::Found(vec![finding])
}

fn remedy() -> Remedy {
    Remedy::new(
        "Read what the etcd operator logs about defragmenting. By hand, defragment one member \
         after the other, the leader last.",
    )
    .command("oc logs -n openshift-etcd-operator deployment/etcd-operator | grep -i defrag")
    .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table")
    .side_effect("a member answers nothing while it is defragmented")
    .before(
        "every member is healthy",
        Proof::ByHand(
            "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health".to_owned(),
        ),
    )
}
