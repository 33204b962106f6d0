//! An API server of 4.15 that does not accept a definition of 4.16.
//!
//! # Why it matters
//!
//! The definition of Infrastructure in 4.16 is validated in a way that the API server of 4.15 does
//! not know, and the cluster-version operator applies it before it updates the API server. OKD has
//! no release of 4.15 that was mended, so every update to 4.16 stops here.
//!
//! # What to do
//!
//! Update the kube-apiserver operator by hand while the cluster-version operator is scaled down, as
//! the release notes of OKD say, and let the update go on.
//!
//! # Blind spots
//!
//! Where the API server has 4.16 already the definition is invalid for another reason; then this is
//! no finding.
//!
//! # References
//!
//! - okd-project/okd-web
//!   `docs/project/upgrade-notes/from-4-15/1-force-upgrade-to-stable-4-16.md`
//! - <https://github.com/openshift/api/pull/1811>

use mustknow_gather::kinds::{CLUSTER_OPERATOR, CLUSTER_VERSION, ClusterOperator, Condition};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{excerpt, failing_verdict, is_plain, urgency};
use crate::meta::Releases;
use crate::version::Version;

const DEFINITION: &str = "infrastructures.config.openshift.io";

static INVALID: LogPattern = LogPattern::new(
    "\"infrastructures.config.openshift.io\" is invalid",
    "openshift-cluster-version",
    "cluster-version-operator",
);

pub(super) static META: Meta = Meta {
    id: "okd/infrastructures-crd-invalid",
    title: "an API server of 4.15 that does not accept a definition of 4.16",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(16, 16)),
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[Need::Kind(&CLUSTER_OPERATOR), Need::Log(&INVALID)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let server = case.find::<ClusterOperator<'_>>("", "kube-apiserver");
    let version = server.and_then(|operator| operator.version("operator"));
    let is_new = version
        .and_then(|version| Version::parse(&version))
        .is_some_and(|version| version >= Version::new(4, 16));
    failing_verdict(case, &["UpdatePayloadResourceInvalid"], |version, failures| {
        let theirs = failures.iter().find(|failure| {
            !is_new
                && failure.message.contains(&format!("customresourcedefinition \"{DEFINITION}\""))
        });
        let Some(failure) = theirs else { return Vec::new() };
        let image = version.resource().text(&["status", "desired", "image"]);
        let image = image.filter(|image| is_plain(image));
        let image = image.as_deref().unwrap_or("<release image>");
        let since = failure.condition.since();
        let effect =
            Subject { kind: "customresourcedefinition".into(), ..Subject::cluster("", DEFINITION) };
        let finding = Finding::new(
            Subject::cluster("CustomResourceDefinition", DEFINITION),
            "the API server of 4.15 does not accept the definition of Infrastructure of 4.16, so \
             the update cannot go on by itself",
            Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
        )
        .severity(urgency(case, since, Severity::Critical))
        .why(
            "The definition is validated with functions that the API server of 4.15 does not know. \
             It is applied at run level 10 and the API server is updated at run level 20, so the \
             update waits for what comes after it.",
        )
        .since(since)
        .saying(&failure.reason)
        .saying(&failure.message)
        .evidence(server.map(|operator| {
            let field = &["status", "versions"];
            Evidence::field(operator.resource(), field, "the API server has its old version")
        }))
        .explains(effect, "the object is invalid")
        .remedy(remedy(image, server));
        let logged: Vec<_> =
            case.log_hits(&INVALID).map(|hits| Evidence::logged(INVALID.namespace, hits)).collect();
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
        "Stop the cluster-version operator, give the Deployment of the kube-apiserver operator the \
         images of the new release (container image and OPERATOR_IMAGE: \
         cluster-kube-apiserver-operator, IMAGE: hyperkube, OPERAND_IMAGE_VERSION: its version of \
         Kubernetes), wait until the API servers have rolled out, and start the cluster-version \
         operator again.",
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
    .before("the API servers are well", sound)
    .before("etcd was backed up", Proof::ByHand(String::new()))
    .before(
        "Secure Boot is off on every node, and no file system needs the feature orphan_file: the \
         nodes change from Fedora to CentOS Stream later in this update",
        Proof::ByHand("oc debug node/<node> -- chroot /host mokutil --sb-state".into()),
    )
    .side_effect("every API server restarts with the new version")
}
