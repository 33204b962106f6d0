//! CustomResourceDefinition with a stored version that the release removes.
//!
//! Only the log of the cluster-version operator shows this.
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go`
//! - openshift/cluster-version-operator `lib/resourceapply/apiext.go`

use crate::catalog::prelude::*;

const REMOVED: LogPattern = LogPattern::new(
    "must appear in spec.versions",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching("status.storedVersions");

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Log(&REMOVED)])
    .check(|cx| Ok(check(cx)))
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "A CustomResourceDefinition records every version in which objects were ever stored, \
         and a recorded version cannot be removed from its spec. If a cluster that was updated \
         many times still lists an old version, the CustomResourceDefinition of the new release \
         is invalid, and the update is stuck at it.",
    )
    .fix(
        "Rewrite every object so that it is stored in the current version, then remove the old \
         version from status.storedVersions of the CustomResourceDefinition.",
    )
    .run(&[
        "oc get {name} --all-namespaces -o json | oc replace -f -",
        "oc patch customresourcedefinition {name} --subresource=status --type=merge \
         -p '{\"status\":{\"storedVersions\":[\"<present version>\"]}}'",
    ])
    .verify(&["oc adm upgrade"])
    .before(&[
        ("the objects were saved to a file", "oc get {name} --all-namespaces -o yaml"),
        ("every object was rewritten", "oc get customresourcedefinition {name} -o yaml"),
    ]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut rejected: BTreeMap<(String, String), (&LogHits, &LogLine)> = BTreeMap::new();
    for hits in cx.log_hits(&REMOVED) {
        for line in hits.lines().filter(|line| cx.is_recent(line.time, Span::hours(2))) {
            if let Some(key) = definition(&line.text) {
                rejected.entry(key).or_insert((hits, line));
            }
        }
    }
    let findings = rejected.iter().map(|((name, version), (hits, line))| {
        finding(name, version, hits, line).severity(severity_by_phase(cx, Critical))
    });
    Checked::over(cx.snapshot().logs_scanned(&REMOVED), findings)
}

/// Name and version in `CustomResourceDefinition.apiextensions.k8s.io "<name>" is invalid:
/// status.storedVersions[0]: Invalid value: "<version>": must appear in spec.versions`.
fn definition(line: &str) -> Option<(String, String)> {
    let line = line.replace("\\\"", "\"");
    let (before, rest) = line.split_once("\" is invalid: ")?;
    let name = before.rsplit_once('"')?.1;
    let (_, rest) = rest.split_once("status.storedVersions[")?;
    let version = rest.split_once("Invalid value: \"")?.1.split('"').next()?;
    (is_shell_safe(name) && is_shell_safe(version)).then(|| (name.to_owned(), version.to_owned()))
}

fn finding(name: &str, version: &str, hits: &LogHits, line: &LogLine) -> Finding {
    let effect = Subject { kind: "customresourcedefinition".into(), ..Subject::cluster("", name) };
    Finding::new(
        Subject::cluster("CustomResourceDefinition", name),
        format!(
            "CustomResourceDefinition/{name} has the stored version {version}, which the release \
             no longer has, so its update is rejected"
        ),
        Evidence::logged_line(REMOVED.namespace, hits, line),
    )
    .since(hits.first.time)
    .keywords(format!("{name} status.storedVersions {version}"))
    .explains(effect, "the object is invalid")
}
