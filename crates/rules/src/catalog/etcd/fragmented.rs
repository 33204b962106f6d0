//! Fragmented etcd database.
//!
//! The operator retries about every eleven minutes, so a file from which many objects have just
//! been deleted is not a fault. Databases with less than 100 MiB in use are ignored, as in the
//! alert.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/defragcontroller/defragcontroller.go`,
//!   `manifests/0000_90_etcd-operator_03_prometheusrule.yaml` (`etcdDatabaseHighFragmentationRatio`)

use crate::catalog::prelude::*;

/// With less space in use than this, a defragmentation is not worthwhile.
const MIN_RECLAIMABLE: u64 = 100 << 20;
/// More unused space than this takes up a large part of the quota.
const LARGE: u64 = 1 << 30;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .why(
        "The space of deleted objects in the database file is only released by a \
         defragmentation. Until then the full size of the file counts against the quota, and \
         the whole file is read when a member starts.",
    )
    .fix(
        "The etcd operator defragments members automatically when 45 % of a file is unused. \
         Find out why it does not: defragmentation is disabled, the cluster has a single node, \
         or a member is unhealthy.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((document, states)) = EtcdStatus::all(cx) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdStatus)));
    };
    let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
    let sized: Vec<_> =
        states.iter().filter_map(|state| Some((state, state.size?, state.in_use?))).collect();
    if sized.is_empty() {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdStatus)));
    }
    let holed: Vec<_> = sized
        .iter()
        .filter(|(_, size, used)| *used > MIN_RECLAIMABLE && used.saturating_mul(2) < *size)
        .collect();
    let mut evidence = holed.iter().map(|(state, size, used)| {
        let note = format!("{} MiB of {} MiB are in use", used >> 20, size >> 20);
        let member = Subject::cluster("EtcdMember", state.display_name(&members));
        Evidence::in_document(member, &document, state.span.clone(), note)
    });
    let Some(first) = evidence.next() else {
        return Ok(Checked::over(sized.len(), None));
    };
    let names: Vec<_> = holed.iter().map(|(state, ..)| state.display_name(&members)).collect();
    let unused =
        holed.iter().map(|(_, size, used)| size.saturating_sub(*used)).max().unwrap_or_default();
    let summary = format!(
        "etcd database is less than half in use on {}, up to {} MiB can be released",
        name_list(&names),
        unused >> 20
    );
    let disabled = cx
        .find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .and_then(|own| Some((own, own.condition("DefragControllerDisabled")?)))
        .filter(|(_, condition)| condition.is_true());
    let why = match disabled {
        Some(_) => {
            "The operator does not defragment in this cluster: it has a single control-plane node, \
             or ConfigMap openshift-etcd-operator/etcd-disable-defrag disables it."
        }
        None => {
            "The operator defragments automatically when every member is healthy. If the \
             fragmentation persists, this automatic defragmentation fails."
        }
    };
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .severity(if unused >= LARGE { Warning } else { Info })
        .why(format!("The full size of the file counts against the quota. {why}"))
        .keywords(format!("etcd database fragmented {}", names.join(" ")))
        .evidence(evidence)
        .evidence(disabled.map(|(own, condition): (_, Condition<'_>)| {
            Evidence::condition(own.resource(), condition, "defragmentation is disabled")
        }))
        .remedy(remedy());
    Ok(Checked::over(1, vec![finding]))
}

fn remedy() -> Remedy {
    Remedy::new(
        "Read what the etcd operator logs about defragmentation. To defragment manually, do one \
         member at a time and the leader last.",
    )
    .command("oc logs -n openshift-etcd-operator deployment/etcd-operator | grep -i defrag")
    .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table")
    .side_effect("a member does not answer requests while it is being defragmented")
    .precondition(
        "every member is healthy",
        Proof::ByHand(
            "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health".to_owned(),
        ),
    )
}
