//! Members of etcd that run different releases of it, outside an update.
//!
//! # Why it matters
//!
//! Members of one cluster run the same release, except while an update replaces one after the other.
//! Outside of that it says that a node was not updated, or kept an old pod.
//!
//! # What to do
//!
//! Look at the revisions of etcd: the node that was left behind names the reason.
//!
//! # Blind spots
//!
//! While an update runs, or etcd rolls out a revision, nothing is said. Without the ClusterVersion
//! nobody knows whether one does.
//!
//! # References
//!
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go` (`version` of an endpoint's status)

use std::collections::BTreeMap;

use mustknow_gather::kinds::{Condition, OPERATOR_ETCD, Operator};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, EtcdStatus, Update, etcd_gap, few};

pub(super) static META: Meta = Meta {
    id: "etcd/version-mixed",
    title: "members of etcd that run different releases of it, outside an update",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdStatus)],
    uses: &[Need::Special(Special::EtcdMembers), Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((document, states)) = EtcdStatus::all(case) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdStatus));
    };
    let members = EtcdMember::all(case).map(|(_, members)| members).unwrap_or_default();
    let mut by_version: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for state in states.iter().filter(|state| !state.version.is_empty()) {
        by_version.entry(&state.version).or_default().push(state.call(&members));
    }
    if by_version.is_empty() {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdStatus));
    }
    if by_version.len() < 2 {
        return Verdict::Healthy { examined: by_version.values().map(Vec::len).sum() };
    }
    let Some(update) = case.cluster_version().and_then(Update::of) else {
        let what = "members run different releases of etcd, and without the ClusterVersion nobody \
                    can say whether an update runs";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Verdict::Unknown(gap.ask("oc get clusterversion version -o yaml"));
    };
    if !matches!(update, Update::Settled(_)) || is_rolling_out(case) {
        return Verdict::NotApplicable("an update or a rollout of etcd runs".to_owned());
    }
    let words: Vec<_> =
        by_version.iter().map(|(version, names)| format!("{version} on {}", few(names))).collect();
    let mut evidence = states.iter().map(|state| {
        let member = Subject::cluster("EtcdMember", state.call(&members));
        let note = format!("it runs {}", state.version);
        Evidence::in_document(member, &document, state.span.clone(), note)
    });
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: states.len() } };
    let summary = format!("etcd runs in different releases: {}", words.join(", "));
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .why("Outside an update this says that a node was left behind.")
        .saying(format!("etcd runs in different releases {}", words.join(" ")))
        .evidence(evidence)
        .remedy(
            Remedy::new("Find out why a node keeps its old pod.")
                .command("oc get pods -n openshift-etcd -o wide")
                .verify(
                    "oc get etcds.operator.openshift.io cluster -o \
                     jsonpath='{.status.nodeStatuses}'",
                ),
        );
    Verdict::Found(vec![finding])
}

fn is_rolling_out(case: &Case<'_>) -> bool {
    case.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .and_then(|own| own.condition("NodeInstallerProgressing"))
        .is_some_and(Condition::is_true)
}
