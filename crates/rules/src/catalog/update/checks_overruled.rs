//! Update started despite failed checks.
//!
//! Only the most recent update is checked, for thirty days. Notes that the update service was not
//! queried are ignored, because they are recorded for every update by image. Releases before 4.10
//! do not record accepted risks.
//!
//! - openshift/api `config/v1/types_cluster_version.go`, `UpdateHistory.acceptedRisks`
//! - openshift/cluster-version-operator `pkg/cvo/sync_worker.go`

use crate::catalog::prelude::*;

/// How long the accepted risks of a completed update are reported.
const FRESH: Span = Span::hours(30 * 24);

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "The cluster-version operator records which failed checks were accepted when an update \
         was started: a signature that could not be verified, an operator that was not \
         upgradeable, a known risk, a rollback. Problems during or after such an update may be \
         what the check warned about.",
    )
    .fix(
        "Read which checks were overridden, and check these components first if something \
         fails.",
    )
    .run(&["oc adm upgrade"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((version, update)) =
        cx.cluster_version().and_then(|version| Some((version, UpdatePhase::of(version)?)))
    else {
        return Err(not_applicable("the ClusterVersion has no history"));
    };
    let newest = update.newest();
    let entry = version.resource().at(&["status", "history"]).and_then(|list| list.items().next());
    let accepted = entry.and_then(|entry| entry.text_at(&["acceptedRisks"])).unwrap_or_default();
    let is_old = newest.ended().is_some() && cx.is_older(newest.ended(), FRESH);
    let overruled: Vec<_> =
        accepted.lines().map(str::trim).filter(|line| is_override(line)).collect();
    // A new cluster can override only the signature check of its own release.
    if overruled.is_empty() || is_old || update.is_installing() {
        return Ok(Checked::over(1, None));
    }
    let span = entry
        .and_then(|entry: Value<'_>| entry.entry_span("acceptedRisks"))
        .unwrap_or_else(|| newest.span());
    let finding = Finding::new(
        Subject::view(version),
        format!(
            "the update to {} was started despite failed checks: {}",
            newest.version(),
            excerpt(&overruled.join("; "))
        ),
        Evidence::seen(version.resource(), span, "the accepted risks"),
    )
    .since(newest.started())
    .keywords(&*accepted);
    Ok(Checked::over(1, vec![finding]))
}

/// Whether a line of accepted risks is worth reporting. Every update by image records that the
/// update service was not queried or does not know the release.
fn is_override(line: &str) -> bool {
    let is_heading = line.is_empty() || line.ends_with(':');
    let is_unasked = line.contains("\"ClusterVersionRecommendedUpdate\"")
        && (line.contains("\"NoChannel\"") || line.contains("\"UnknownUpdate\""));
    !is_heading && !is_unasked
}
