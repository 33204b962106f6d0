//! Service account token signing key that is not rotated.
//!
//! While the bootstrap host still answers, the operator waits for its removal and reports nothing.
//!
//! - openshift/cluster-kube-controller-manager-operator
//!   `pkg/operator/certrotationcontroller/satokensigner_controller.go`

use crate::catalog::prelude::*;

/// A new key waits five minutes by design, and the kube-apiservers roll out a new revision.
const GRACE: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER)])
    .check(check)
    .grace(GRACE)
    .why(
        "The operator creates a new key, distributes it to every kube-apiserver, and then lets \
         kube-controller-manager sign with it. If that fails, tokens are signed with the old \
         key, or with the key that the installer created.",
    )
    .fix(
        "Check the error. In most cases the operator waits for the kube-apiservers to run the \
         newest revision.",
    )
    .run(&["oc get pods -n openshift-kube-apiserver -o wide"])
    .verify(&["oc get kubecontrollermanagers.operator.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["SATokenSignerDegraded"];
    OperatorCondition::judge(cx, KUBE_CONTROLLER_MANAGER, conditions, |condition| {
        let detail = excerpt(&condition.state.message);
        Some(
            condition
                .finding(format!("service account token signing key is not rotated: {detail}")),
        )
    })
}
