//! `Infrastructure` CRD of 4.16 rejected by the API server of 4.15.
//!
//! If the API server already runs 4.16, the CRD is invalid for another reason, and nothing is
//! reported.
//!
//! - okd-project/okd-web
//!   `docs/project/upgrade-notes/from-4-15/1-force-upgrade-to-stable-4-16.md`
//! - <https://github.com/openshift/api/pull/1811>

use crate::catalog::prelude::*;

const DEFINITION: &str = "infrastructures.config.openshift.io";

const INVALID: LogPattern = LogPattern::new(
    "\"infrastructures.config.openshift.io\" is invalid",
    "openshift-cluster-version",
    "cluster-version-operator",
);

pub(super) const RULE: Rule = rule(Critical, Cause, okd(16, 16))
    .check(check)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Kind(&CLUSTER_OPERATOR), Need::Log(&INVALID)])
    // The next attempt may succeed.
    .note_until(Span::minutes(5))
    .why(
        "The CustomResourceDefinition (CRD) of Infrastructure in 4.16 uses a validation that \
         the API server of 4.15 does not support, and the Cluster Version Operator applies the \
         CRD before it updates the API server. OKD has no 4.15 release with a fix, so every \
         update to 4.16 is stuck at this step.",
    )
    .fix(
        "Stop the Cluster Version Operator, and set the images of the new release in the \
         Deployment of the kube-apiserver operator (container image and OPERATOR_IMAGE: \
         cluster-kube-apiserver-operator, IMAGE: hyperkube, OPERAND_IMAGE_VERSION: its Kubernetes \
         version). Wait until the API servers have rolled out, and start the Cluster Version \
         Operator again.",
    )
    .run(&[
        "oc adm release info --image-for=hyperkube {release_image}",
        "oc adm release info --image-for=cluster-kube-apiserver-operator {release_image}",
        "oc scale deployment cluster-version-operator -n openshift-cluster-version --replicas=0",
        "oc edit deployment kube-apiserver-operator -n openshift-kube-apiserver-operator",
        "oc scale deployment cluster-version-operator -n openshift-cluster-version --replicas=1",
    ])
    .verify(&["oc get clusteroperator kube-apiserver", "oc adm upgrade"])
    .side_effects(&["every API server restarts with the new version"])
    .before(&[
        ("etcd was backed up", ""),
        (
            "Secure Boot is disabled on every node, and no file system needs the feature \
             orphan_file: the nodes change from Fedora CoreOS to CentOS Stream CoreOS later in \
             this update",
            "oc debug node/<node> -- chroot /host mokutil --sb-state",
        ),
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let server = cx.find::<ClusterOperator<'_>>("", "kube-apiserver");
    let version = server.and_then(|operator| operator.version("operator"));
    let is_new = version
        .and_then(|version| Version::parse(&version))
        .is_some_and(|version| version >= Version::new(4, 16));
    let rejected = format!("customresourcedefinition \"{DEFINITION}\"");
    let is_concerned = |failure: &UpdateFailure<'_>| {
        !is_new
            && failure.reason == "UpdatePayloadResourceInvalid"
            && failure.message.contains(&rejected)
    };
    UpdateProblem::judge(cx, is_concerned, |problem| Some(finding(problem, server)))
}

fn finding(problem: &UpdateProblem<'_>, server: Option<ClusterOperator<'_>>) -> Finding {
    let definition = |kind: &'static str| Subject::cluster(kind, DEFINITION);
    let summary = "the API server of 4.15 rejects the CRD of Infrastructure of 4.16, so the update \
                   cannot continue";
    let image = problem.version.resource().text(&["status", "desired", "image"]);
    let finding = problem
        .finding_about(definition("CustomResourceDefinition"), summary)
        .with("release_image", image.unwrap_or_default())
        .evidence(server.map(|operator| {
            let note = "the API server is still at the old version";
            Evidence::field(operator.resource(), &["status", "versions"], note)
        }))
        .explains(definition("customresourcedefinition"), "the object is invalid")
        .before("the API servers are healthy", health(server));
    let logged = problem.cx.log_hits(&INVALID);
    let logged: Vec<_> = logged.map(|hits| Evidence::logged(&hits.namespace, hits)).collect();
    if logged.is_empty() {
        return finding.likely("the log that names the field was not collected");
    }
    finding.evidence(logged)
}

/// Whether the API servers are healthy.
fn health(server: Option<ClusterOperator<'_>>) -> Proof {
    let condition = |of_type| server.and_then(|operator| operator.condition(of_type));
    let is_available = condition("Available").is_some_and(Condition::is_true);
    if is_available && condition("Degraded").is_some_and(Condition::is_false) {
        Proof::Verified("ClusterOperator/kube-apiserver is available and not degraded".into())
    } else {
        Proof::ByHand("oc get clusteroperator kube-apiserver".into())
    }
}
