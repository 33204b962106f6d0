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
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Kind(&CLUSTER_OPERATOR), Need::Log(&INVALID)])
    .check(check)
    .why(
        "The CustomResourceDefinition (CRD) of Infrastructure in 4.16 uses a validation that \
         the API server of 4.15 does not support, and the Cluster Version Operator applies the \
         CRD before it updates the API server. OKD has no 4.15 release with a fix, so every \
         update to 4.16 is stuck at this step.",
    )
    .fix(
        "Update the kube-apiserver operator manually while the Cluster Version Operator is \
         scaled down, as described in the release notes of OKD, and let the update continue.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let server = cx.find::<ClusterOperator<'_>>("", "kube-apiserver");
    let version = server.and_then(|operator| operator.version("operator"));
    let is_new = version
        .and_then(|version| Version::parse(&version))
        .is_some_and(|version| version >= Version::new(4, 16));
    judge_failing(cx, &["UpdatePayloadResourceInvalid"], |version, update_failures| {
        let rejected = update_failures.iter().find(|failure| {
            !is_new
                && failure.message.contains(&format!("customresourcedefinition \"{DEFINITION}\""))
        });
        let Some(failure) = rejected else { return Vec::new() };
        let image = version.resource().text(&["status", "desired", "image"]);
        let image = image.filter(|image| is_shell_safe(image));
        let image = image.as_deref().unwrap_or("<release image>");
        let since = failure.condition.since();
        let effect =
            Subject { kind: "customresourcedefinition".into(), ..Subject::cluster("", DEFINITION) };
        let finding = Finding::new(
            Subject::cluster("CustomResourceDefinition", DEFINITION),
            "the API server of 4.15 rejects the CRD of Infrastructure of 4.16, so the update \
             cannot continue",
            Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
        )
        .severity(severity_by_age(cx, since, Critical))
        .since(since)
        .keywords(&failure.reason)
        .keywords(&failure.message)
        .evidence(server.map(|operator| {
            let field = &["status", "versions"];
            Evidence::field(
                operator.resource(),
                field,
                "the API server is still at the old version",
            )
        }))
        .explains(effect, "the object is invalid")
        .remedy(remedy(image, server));
        let logged: Vec<_> =
            cx.log_hits(&INVALID).map(|hits| Evidence::logged(INVALID.namespace, hits)).collect();
        vec![if logged.is_empty() {
            finding.likely("the log that names the field was not collected")
        } else {
            finding.evidence(logged)
        }]
    })
}

fn remedy(image: &str, server: Option<ClusterOperator<'_>>) -> Remedy {
    let sound = match server {
        Some(operator)
            if operator.condition("Available").is_some_and(Condition::is_true)
                && operator.condition("Degraded").is_some_and(Condition::is_false) =>
        {
            Proof::Verified("ClusterOperator/kube-apiserver is available and not degraded".into())
        }
        _ => Proof::ByHand("oc get clusteroperator kube-apiserver".into()),
    };
    Remedy::new(
        "Stop the Cluster Version Operator, set the images of the new release in the Deployment of \
         the kube-apiserver operator (container image and OPERATOR_IMAGE: \
         cluster-kube-apiserver-operator, IMAGE: hyperkube, OPERAND_IMAGE_VERSION: its Kubernetes \
         version), wait until the API servers have rolled out, and start the Cluster Version \
         Operator again.",
    )
    .command(format!("oc adm release info --image-for=hyperkube {image}"))
    .command(format!("oc adm release info --image-for=cluster-kube-apiserver-operator {image}"))
    .command(
        "oc scale deployment cluster-version-operator -n openshift-cluster-version --replicas=0",
    )
    .command("oc edit deployment kube-apiserver-operator -n openshift-kube-apiserver-operator")
    .command(
        "oc scale deployment cluster-version-operator -n openshift-cluster-version --replicas=1",
    )
    .verify("oc get clusteroperator kube-apiserver")
    .verify("oc adm upgrade")
    .precondition("the API servers are healthy", sound)
    .precondition("etcd was backed up", Proof::ByHand(String::new()))
    .precondition(
        "Secure Boot is disabled on every node, and no file system needs the feature orphan_file: \
         the nodes change from Fedora CoreOS to CentOS Stream CoreOS later in this update",
        Proof::ByHand("oc debug node/<node> -- chroot /host mokutil --sb-state".into()),
    )
    .side_effect("every API server restarts with the new version")
}
