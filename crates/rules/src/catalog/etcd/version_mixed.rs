//! Mixed etcd versions outside an update.
//!
//! While an update runs, or while etcd rolls out a revision, nothing is reported. Without the
//! ClusterVersion it is not known whether an update runs.
//!
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go` (`version` of an endpoint's status)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .why(
        "All members of an etcd cluster run the same version, except while an update replaces \
         them one after the other. Outside an update, mixed versions mean that a node was not \
         updated or kept an old pod.",
    )
    .fix(
        "Check the etcd revisions of the nodes. The status of the node with the old revision \
         shows the reason.",
    )
    .run(&["oc get pods -n openshift-etcd -o wide"])
    .verify(&["oc get etcds.operator.openshift.io cluster -o jsonpath='{.status.nodeStatuses}'"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((document, states)) = EtcdStatus::all(cx) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdStatus)));
    };
    let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
    let mut by_version: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for state in states.iter().filter(|state| !state.version.is_empty()) {
        by_version.entry(&state.version).or_default().push(state.display_name(&members));
    }
    if by_version.is_empty() {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdStatus)));
    }
    if by_version.len() < 2 {
        return Ok(Checked::over(by_version.values().map(Vec::len).sum(), None));
    }
    let Some(update) = cx.cluster_version().and_then(UpdatePhase::of) else {
        let what = "members run different etcd versions, and without the ClusterVersion it is not \
                    known whether an update runs";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Err(NotJudged::from(gap.command("oc get clusterversion version -o yaml")));
    };
    if !matches!(update, UpdatePhase::Completed(_)) || is_rolling_out(cx) {
        return Err(not_applicable("an update or an etcd rollout is in progress"));
    }
    let detail: Vec<_> = by_version
        .iter()
        .map(|(version, names)| format!("{version} on {}", name_list(names)))
        .collect();
    let mut evidence = states.iter().map(|state| {
        let member = Subject::cluster("EtcdMember", state.display_name(&members));
        let note = format!("runs version {}", state.version);
        Evidence::in_document(member, &document, state.span.clone(), note)
    });
    let Some(first) = evidence.next() else { return Ok(Checked::over(states.len(), None)) };
    let summary = format!("etcd members run different versions: {}", detail.join(", "));
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .keywords(format!("etcd runs in different releases {}", detail.join(" ")))
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}

fn is_rolling_out(cx: &RuleContext<'_>) -> bool {
    cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .and_then(|own| own.condition("NodeInstallerProgressing"))
        .is_some_and(Condition::is_true)
}
