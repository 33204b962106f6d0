//! A ConfigMap kube-system/bootstrap that is gone before an update that will need it.
//!
//! # Why it matters
//!
//! Up to release 4.15 nothing that is seen every day reads ConfigMap `kube-system/bootstrap`, so
//! a cluster lives well without it. From 4.16 on the operators `openshift-apiserver` and
//! `authentication` refuse to work without it, and an update to 4.16 or later hangs half-way.
//!
//! # What to do
//!
//! Create the ConfigMap, or complete it, before the update; the preconditions are the same as
//! after it.
//!
//! # Blind spots
//!
//! The list of ConfigMaps of kube-system must be in the archive, whole.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`, vendored by both operators since
//!   release-4.16
//! - <https://github.com/okd-project/okd/issues/2036>

use mustknow_gather::kinds::{
    AUTHENTICATION_CONFIG, ENDPOINT_SLICE, ENDPOINTS, OPERATOR_AUTHENTICATION, OPERATOR_ETCD,
    OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{
    ApiPrecondition, ConfigMapState, Update, completion_remedy, is_hosted, will_need_it,
};

pub(super) static META: Meta = Meta {
    id: "apiservices/bootstrap-configmap-needed-later",
    title: "no complete ConfigMap kube-system/bootstrap, which an update to 4.16 will need",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::ConfigMap("kube-system", "bootstrap")],
    uses: &[
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
        Need::Special(Special::EtcdMembers),
        Need::Special(Special::EtcdHealth),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(update) = case.cluster_version().and_then(Update::of) else {
        return Verdict::Unknown(
            Gap::new(GapKind::FieldAbsent, "the ClusterVersion, which tells the release")
                .ask("oc get clusterversion version -o yaml"),
        );
    };
    let Some(completed) = update.completed() else {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    };
    if !will_need_it(&completed.version()) {
        return Verdict::NotApplicable(format!(
            "the operators of {} check the ConfigMap already",
            completed.version()
        ));
    }
    if is_hosted(case) {
        return Verdict::NotApplicable("the control plane is hosted elsewhere".to_owned());
    }
    let precondition = ApiPrecondition::of(case);
    if !precondition.waiting.is_empty() {
        return Verdict::NotApplicable("operators wait for their precondition already".to_owned());
    }
    if update.is_updating()
        && let [operator, ..] = precondition.unseen.as_slice()
    {
        let what = format!("ClusterOperator {operator}, which may wait for the ConfigMap already");
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what)
                .ask(format!("oc get clusteroperator {operator} -o yaml")),
        );
    }
    let (state, evidence, exists) = match precondition.config_map {
        ConfigMapState::Complete(_) => return Verdict::Healthy { examined: 1 },
        ConfigMapState::Unknown(missing) => {
            return Verdict::Unknown(
                Gap::missing(&missing)
                    .asking(["oc get configmap bootstrap -n kube-system -o yaml".to_owned()]),
            );
        }
        ConfigMapState::Absent(searched) => {
            ("does not exist", Evidence::missing(subject(), &searched), false)
        }
        ConfigMapState::Incomplete(map) => {
            let path = ["data", "status"];
            let evidence = Evidence::field(map.resource(), &path, "only complete will do");
            ("is not complete", evidence, true)
        }
    };
    let target = if update.is_updating() {
        format!("the update to {}", update.newest().version())
    } else {
        "an update to 4.16 or later".to_owned()
    };
    // An update that runs but stays below 4.16 does not need it either.
    let summary = if update.is_updating() && will_need_it(&update.newest().version()) {
        format!("ConfigMap kube-system/bootstrap {state}: an update to 4.16 or later will hang")
    } else {
        format!("ConfigMap kube-system/bootstrap {state}: {target} will hang")
    };
    let finding = Finding::new(subject(), summary, evidence)
        .why(
            "From 4.16 on the operators openshift-apiserver and authentication manage their \
             APIServices only while kube-system/bootstrap says status complete. Nobody creates it \
             after the installation.",
        )
        .remedy(completion_remedy(case, exists));
    Verdict::Found(vec![finding])
}

fn subject() -> Subject {
    Subject::namespaced("ConfigMap", "kube-system", "bootstrap")
}
