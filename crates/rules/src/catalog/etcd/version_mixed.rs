//! Mixed etcd versions outside an update.
//!
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go` (`version` of an endpoint's status)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .at_once("neither an update nor a rollout of etcd is in progress")
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
    let states = EtcdStatus::all(cx)?;
    let members = EtcdMember::known(cx);
    let mut by_version: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for state in states.iter().filter(|state| !state.version.is_empty()) {
        by_version.entry(&state.version).or_default().push(state.display_name(&members));
    }
    if by_version.len() < 2 {
        let examined = by_version.values().map(Vec::len).sum();
        let gap = by_version.is_empty().then(|| EtcdStatus::gap(cx));
        return Ok(Checked::over(examined, None).or_unknown(gap));
    }
    let update = UpdatePhase::of(cx.required("", "version")?);
    if !matches!(update, Some(UpdatePhase::Completed(_))) || is_etcd_rolling_out(cx) {
        return Err(not_applicable("an update or an etcd rollout is in progress"));
    }
    let runs =
        |(version, names): (&&str, &Vec<String>)| format!("{version} on {}", name_list(names));
    let detail = by_version.iter().map(runs).collect::<Vec<_>>().join(", ");
    let evidence = states.iter().map(|state| {
        let note = format!("runs version {}", state.version);
        states.evidence(state.display_name(&members), &state.span, note)
    });
    let summary = format!("etcd members run different versions: {detail}");
    let finding = Finding::based_on(Subject::cluster("Etcd", "cluster"), summary, evidence);
    let keywords = format!("etcd runs in different releases {detail}");
    Ok(Checked::over(states.len(), finding.map(|finding| finding.keywords(keywords))))
}
