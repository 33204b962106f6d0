//! Fragmented etcd database.
//!
//! The operator retries about every eleven minutes, so a file from which many objects have just
//! been deleted is not a fault. Databases with less than 100 MiB in use are ignored, as in the
//! alert.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/defragcontroller/defragcontroller.go`,
//!   `manifests/0000_90_etcd-operator_03_prometheusrule.yaml` (`etcdDatabaseHighFragmentationRatio`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .at_once("less than one GiB is a note, and more takes longer than one attempt")
    .why(
        "The space of deleted objects in the database file is only released by a defragmentation. \
         Until then the full size of the file counts against the quota, and the whole file is read \
         when a member starts. The operator defragments a member automatically when 45 % of its \
         file is unused and every member is healthy.",
    )
    .fix(
        "Find out why the operator does not defragment: defragmentation is disabled, the cluster \
         has a single node, or a member is unhealthy. To defragment manually, do one member at a \
         time and the leader last.",
    )
    .run(&["oc logs -n openshift-etcd-operator deployment/etcd-operator | grep -i defrag"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"])
    .side_effects(&["a member does not answer requests while it is being defragmented"])
    .before(&[(
        "every member is healthy",
        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let states = EtcdStatus::all(cx)?;
    let members = EtcdMember::known(cx);
    let sized: Vec<_> =
        states.iter().filter_map(|state| Some((state, state.size?, state.in_use?))).collect();
    if sized.is_empty() {
        return Err(EtcdStatus::gap(cx).into());
    }
    let is_fragmented = |size: u64, used: u64| used > 100 << 20 && used.saturating_mul(2) < size;
    let holed = || sized.iter().filter(|(_, size, used)| is_fragmented(*size, *used));
    let names: Vec<_> = holed().map(|(state, ..)| state.display_name(&members)).collect();
    let unused = holed().map(|(_, size, used)| size - used).max().unwrap_or_default();
    let evidence = holed().zip(&names).map(|((state, size, used), name)| {
        let note = format!("{} MiB of {} MiB are in use", used >> 20, size >> 20);
        states.evidence(name, &state.span, note)
    });
    let summary = format!(
        "etcd database is less than half in use on {}, up to {} MiB can be released",
        name_list(&names),
        unused >> 20
    );
    let finding = Finding::based_on(Subject::cluster("Etcd", "cluster"), summary, evidence);
    let finding = finding.map(|finding| {
        finding
            .severity(if unused >= 1 << 30 { Warning } else { Info })
            .keywords(format!("etcd database fragmented {}", names.join(" ")))
            .evidence(disabled(cx))
    });
    Ok(Checked::over(sized.len(), finding))
}

/// That the operator does not defragment in this cluster: it has a single control-plane node, or
/// ConfigMap `openshift-etcd-operator/etcd-disable-defrag` disables it.
fn disabled(cx: &RuleContext<'_>) -> Option<Evidence> {
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")?;
    let condition = own.condition("DefragControllerDisabled").filter(|it| it.is_true())?;
    Some(Evidence::condition(own.resource(), condition, "defragmentation is disabled"))
}
