//! Stored objects in a version that a definition of the release no longer has.
//!
//! # Why it matters
//!
//! A CustomResourceDefinition remembers in which versions objects were ever stored, and no version
//! may leave it while it stands there. Where a cluster that was updated often still lists an old
//! version, the definition of the new release is invalid, and the update stands still at it.
//!
//! # What to do
//!
//! Have every object written anew in the present version, then take the old version off the list in
//! the status of the definition.
//!
//! # Blind spots
//!
//! Only the log of the cluster-version operator says so. Lines older than two hours are history.
//!
//! # References
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go`
//! - openshift/cluster-version-operator `lib/resourceapply/apiext.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::CLUSTER_VERSION;
use mustknow_gather::log::{LogHits, LogLine, LogPattern};

use crate::catalog::prelude::*;
use crate::facts::{is_plain, urgency};

/// What stopped longer ago is history.
const RECENT: Span = Span::hours(2);

static REMOVED: LogPattern = LogPattern::new(
    "must appear in spec.versions",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching("status.storedVersions");

pub(super) static META: Meta = Meta {
    id: "update/stored-version-removed",
    title: "stored objects in a version that the release no longer has",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Log(&REMOVED)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut rejected: BTreeMap<(String, String), (&LogHits, &LogLine)> = BTreeMap::new();
    for hits in case.log_hits(&REMOVED) {
        for line in hits.lines().filter(|line| case.age(line.time).is_some_and(|age| age <= RECENT))
        {
            if let Some(key) = definition(&line.text) {
                rejected.entry(key).or_insert((hits, line));
            }
        }
    }
    if rejected.is_empty() {
        return Verdict::Healthy { examined: case.snapshot().logs_scanned(&REMOVED) };
    }
    let findings = rejected
        .into_iter()
        .map(|((name, version), (hits, line))| finding(case, &name, &version, hits, line));
    Verdict::Found(findings.collect())
}

/// Name and version in `CustomResourceDefinition.apiextensions.k8s.io "<name>" is invalid:
/// status.storedVersions[0]: Invalid value: "<version>": must appear in spec.versions`.
fn definition(line: &str) -> Option<(String, String)> {
    let line = line.replace("\\\"", "\"");
    let (before, rest) = line.split_once("\" is invalid: ")?;
    let name = before.rsplit_once('"')?.1;
    let (_, rest) = rest.split_once("status.storedVersions[")?;
    let version = rest.split_once("Invalid value: \"")?.1.split('"').next()?;
    (is_plain(name) && is_plain(version)).then(|| (name.to_owned(), version.to_owned()))
}

fn finding(case: &Case<'_>, name: &str, version: &str, hits: &LogHits, line: &LogLine) -> Finding {
    let effect = Subject { kind: "customresourcedefinition".into(), ..Subject::cluster("", name) };
    Finding::new(
        Subject::cluster("CustomResourceDefinition", name),
        format!(
            "CustomResourceDefinition/{name} lists {version} among its stored versions, which the \
             release no longer has, so its new form is rejected"
        ),
        Evidence::logged_line(REMOVED.namespace, hits, line),
    )
    .severity(urgency(case, hits.first.time, META.severity))
    .why(
        "The API server refuses a definition that loses a version in which objects may be stored. \
         The cluster-version operator tries again and is refused again.",
    )
    .since(hits.first.time)
    .saying(format!("{name} status.storedVersions {version}"))
    .explains(effect, "the object is invalid")
    .remedy(
        Remedy::new(
            "Write every object anew, so that it is stored in the present version, then take the \
             old version off the list.",
        )
        .command(format!("oc get {name} --all-namespaces -o json | oc replace -f -"))
        .command(format!(
            "oc patch customresourcedefinition {name} --subresource=status --type=merge \
             -p '{{\"status\":{{\"storedVersions\":[\"<present version>\"]}}}}'"
        ))
        .before(
            "the objects were kept in a file",
            Proof::ByHand(format!("oc get {name} --all-namespaces -o yaml")),
        )
        .before(
            "every object was written anew",
            Proof::ByHand(format!("oc get customresourcedefinition {name} -o yaml")),
        )
        .verify("oc adm upgrade"),
    )
}
