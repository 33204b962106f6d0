//! Missing ConfigMap kube-system/bootstrap (PreconditionNotReady).
//!
//! The complete list of ConfigMaps in kube-system must be in the archive. An `oc adm inspect` of
//! the two operators does not contain it, and an Insights archive never does. During an
//! installation the ConfigMap is missing by design, and this rule reports nothing.
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`,
//!   `pkg/operator/apiserver/controller/apiservice/apigroup.go`
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`
//! - <https://github.com/okd-project/okd/issues/2036>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(BOOTSTRAP_USES)
    .check(check)
    .at_once("no controller restores it")
    .why(
        "Since release 4.16 the operators openshift-apiserver and authentication manage their \
         APIServices only while ConfigMap kube-system/bootstrap has status complete. It is created \
         once, at the end of the installation, and no controller restores it: without it both \
         operators become unavailable with PreconditionNotReady, and the update is stuck. The APIs \
         continue to work, so the APIServices themselves look healthy.",
    )
    .fix(
        "Create the ConfigMap after you have verified that the bootstrap host is gone: the \
         ConfigMap authorizes the etcd operator to remove the member etcd-bootstrap.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let precondition = ApiPrecondition::of(cx);
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let blocked: Vec<_> = precondition.blocked_by_config_map().collect();
    match &precondition.config_map {
        ConfigMapState::Complete(_) | ConfigMapState::Incomplete(_) => Ok(Checked::over(1, None)),
        _ if precondition.waiting.is_empty() => {
            Err(not_applicable("no operator is waiting for its precondition"))
        }
        ConfigMapState::Absent(_)
            if precondition.waiting.iter().all(|w| w.checks_config_map() == Some(false)) =>
        {
            Err(not_applicable("operators before 4.16 do not check the ConfigMap"))
        }
        ConfigMapState::Absent(searched) if blocked.is_empty() => {
            Ok(Checked::over(1, [next_blocker(cx, &precondition, searched)]))
        }
        ConfigMapState::Absent(searched) => {
            Ok(Checked::over(1, [finding(cx, &precondition, &blocked, searched)]))
        }
        ConfigMapState::Unknown(missing) => Err(gap(&blocked, missing).into()),
    }
}

fn finding(
    cx: &RuleContext<'_>,
    precondition: &ApiPrecondition<'_>,
    blocked: &[&WaitingOperator<'_>],
    searched: &Searched,
) -> Finding {
    let logged: Vec<_> = cx
        .log_hits(&NETWORK_OPERATOR_WAITS)
        .map(|hits| Evidence::logged(&hits.namespace, hits))
        .collect();
    let has_more_signs = blocked.len() > 1 || !logged.is_empty();
    let names: Vec<_> = blocked.iter().map(|waiting| waiting.operator).collect();
    let summary = format!(
        "ConfigMap kube-system/bootstrap does not exist, so {} cannot become available",
        names.join(" and ")
    );
    let subject = ConfigMapState::subject();
    let evidence = Evidence::missing(subject.clone(), searched);
    let finding = explain_waiting(Finding::new(subject, summary, evidence), blocked)
        .evidence(blocked.iter().filter_map(|waiting| ready_endpoints(waiting)))
        .evidence(logged)
        .remedy(completion_remedy(cx, false));
    if blocked.iter().any(|waiting| waiting.checks_config_map().is_none()) {
        finding.likely("it is unknown whether the operator's release checks the ConfigMap")
    } else if blocked.iter().any(|waiting| waiting.is_unmanaged) {
        finding.likely("the operator is Unmanaged, so its conditions may be outdated")
    } else if precondition.endpoints_are_ready() {
        finding
    } else if has_more_signs {
        finding.likely("the archive does not show that the endpoints are ready")
    } else {
        finding.possible("the endpoints may be the part that is not ready")
    }
}

/// The endpoints block the operators first. Once they are ready, the missing ConfigMap will.
fn next_blocker(
    cx: &RuleContext<'_>,
    precondition: &ApiPrecondition<'_>,
    searched: &Searched,
) -> Finding {
    let names: Vec<_> = precondition.waiting.iter().map(|waiting| waiting.operator).collect();
    let summary = format!(
        "ConfigMap kube-system/bootstrap does not exist, which will block {} once the endpoints \
         are ready",
        names.join(" and ")
    );
    let subject = ConfigMapState::subject();
    Finding::new(subject.clone(), summary, Evidence::missing(subject, searched))
        .severity(Error)
        .why(
            "The operator checks the endpoints of its API first and ConfigMap \
             kube-system/bootstrap second. Fixing only the endpoints does not make the operator \
             available.",
        )
        .remedy(completion_remedy(cx, false))
}

/// Evidence that the endpoints half of the precondition holds.
fn ready_endpoints(waiting: &WaitingOperator<'_>) -> Option<Evidence> {
    let EndpointsState::Ready(resource, ready) = waiting.endpoints else { return None };
    let is_whole = resource.key().kind.name == "Endpoints";
    let path = if is_whole { ["subsets"] } else { ["endpoints"] };
    let note = format!("the other half of the precondition holds: {ready} ready addresses");
    Some(Evidence::field(resource, &path, note))
}

fn gap(blocked: &[&WaitingOperator<'_>], missing: &Missing) -> Gap {
    let gap = Gap::missing(missing)
        .commands(["oc get configmap bootstrap -n kube-system -o yaml".into()])
        .would_explain(blocked.iter().map(|it| it.subject()));
    blocked.iter().filter(|waiting| matches!(waiting.endpoints, EndpointsState::Unknown(_))).fold(
        gap,
        |gap, waiting| {
            let namespace = [("namespace", waiting.namespace)];
            gap.command(Command::new("oc get endpoints api -n {namespace}", &namespace))
        },
    )
}
