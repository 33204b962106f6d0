//! An archive that does not hold all that was asked for.
//!
//! # Why it matters
//!
//! What was not collected cannot be judged, and is never taken for healthy. A collection that
//! failed altogether leaves only a small fallback behind, and that it failed is a sign of its own:
//! the cluster could not schedule, pull or run one more pod.
//!
//! # What to do
//!
//! Collect again, with the rights of cluster-admin and until it ends. Single questions can be
//! answered by the commands that are named where this tool says that it cannot tell.
//!
//! # Blind spots
//!
//! A kind that the server does not serve, and a namespace that does not exist, are normal and not
//! told. What nobody asked for leaves no trace.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/mustgather/mustgather.go` (`BackupGathering`)
//! - openshift/oc `pkg/cli/admin/inspect` (lists of category `all` are lost together)

use std::collections::BTreeSet;

use mustknow_gather::Bound;
use mustknow_gather::coverage::{Refusal, State};
use mustknow_gather::kinds::{CONFIG_MAP, ENDPOINTS, EVENT, POD};
use mustknow_gather::source::Damage;

use crate::catalog::prelude::*;
use crate::evidence::Place;
use crate::facts::{enumerate, excerpt};

/// How many lines of a kind are shown.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "gather/incomplete",
    title: "an archive that does not hold all that was asked for",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let snapshot = case.snapshot();
    let coverage = case.coverage();
    let refused: Vec<_> =
        coverage.refusals().iter().filter(|refusal| refusal.text.contains("forbidden")).collect();
    let findings: Vec<_> = [
        fallback(case),
        coverage.is_truncated().then(|| cut_off(case)),
        forbidden(&refused),
        lost_lists(case),
        damaged(snapshot.damage()),
    ]
    .into_iter()
    .flatten()
    .collect();
    Verdict::over(snapshot.roots().count().max(1), findings, "the archive is empty")
}

fn archive() -> Subject {
    Subject::cluster("Archive", "")
}

/// The folder that `oc adm must-gather` leaves behind when its own pod could not run.
fn fallback(case: &Case<'_>) -> Option<Finding> {
    let roots: Vec<_> = case.snapshot().roots().collect();
    // `oc adm must-gather` writes a time beside the folders of its images, `oc adm inspect` does not.
    let timed = case.snapshot().client_clock().map(|(path, _)| split(path).0);
    let is_image = |folder: &str, name: &str| {
        !folder.is_empty()
            && !["inspect.local.", "must-gather"].iter().any(|it| name.starts_with(it))
    };
    let is_fallback = |root: &str| {
        let (folder, name) = split(root);
        let in_must_gather = folder.split('/').any(|name| name.starts_with("must-gather"));
        let beside_image = || {
            let mut others = roots.iter().map(|other| split(other));
            others.any(|(other, name)| other == folder && is_image(other, name))
        };
        name.starts_with("inspect.local.")
            && (in_must_gather || timed == Some(folder) || beside_image())
    };
    let root = roots.iter().find(|root| is_fallback(root))?;
    let is_alone = roots.iter().all(|root| is_fallback(root));
    let summary = if is_alone {
        "the collection failed: only its fallback is there"
    } else {
        "a part of the collection failed: its fallback stands beside what was collected"
    };
    let evidence = Evidence::Missing {
        what: Subject::cluster("Folder", "of the gather image"),
        looked_in: (*root).to_owned(),
        note: "oc writes this folder only when the gather pod failed".to_owned(),
    };
    Some(
        Finding::new(archive(), summary, evidence)
            .severity(Severity::Warning)
            .why(
                "The cluster could not schedule, pull or run the pod that collects. Only the \
                 ClusterVersion, the ClusterOperators and their operators' objects were fetched.",
            )
            .remedy(
                Remedy::new("Collect again, if need be on a node that works.")
                    .command("oc adm must-gather --node-name=<control-plane node>"),
            ),
    )
}

/// A path without its last part, and that part.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn cut_off(case: &Case<'_>) -> Finding {
    let flags: Vec<_> = case.coverage().bounds().map(Bound::flag).collect();
    if !flags.is_empty() {
        return not_read(&flags.join(", "));
    }
    let evidence = Evidence::Missing {
        what: Subject::cluster("Archive", "the rest of it"),
        looked_in: "the archive".to_owned(),
        note: "it breaks off before its end".to_owned(),
    };
    Finding::new(archive(), "the archive breaks off before its end", evidence)
        .severity(Severity::Warning)
        .why("What is not there may only be cut off, so nothing can be said to be absent.")
        .remedy(Remedy::new("Hand the archive on again, whole."))
}

/// Whoever reads has set limits, and the archive met them.
fn not_read(flags: &str) -> Finding {
    let evidence = Evidence::Missing {
        what: Subject::cluster("Archive", "the rest of it"),
        looked_in: "the archive".to_owned(),
        note: format!("it is more than may be read of one archive ({flags})"),
    };
    let summary = format!("the archive was not read to its end, for a limit was met ({flags})");
    Finding::new(archive(), summary, evidence)
        .severity(Severity::Warning)
        .why("What is not there may only be unread, so nothing can be said to be absent.")
        .remedy(Remedy::new(format!(
            "If whoever sent the archive can be trusted, scan it again with a higher {flags}."
        )))
}

fn forbidden(refused: &[&Refusal]) -> Option<Finding> {
    let kinds: BTreeSet<_> = refused.iter().filter_map(|refusal| resource(&refusal.text)).collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    let mut evidence = refused.iter().take(SHOWN).map(|refusal| Evidence::Seen {
        subject: archive(),
        place: Place::Line {
            path: refusal.path.to_string(),
            number: refusal.line,
            text: refusal.text.clone(),
            mark: 0..refusal.text.len(),
        },
        note: "the collection's own log says so".to_owned(),
    });
    let what = if kinds.is_empty() { "something".to_owned() } else { enumerate(&kinds, 6) };
    let summary = format!(
        "the collection was not allowed to read {what} (lines that say so: {})",
        refused.len()
    );
    Some(
        Finding::new(archive(), summary, evidence.next()?)
            .why("What was refused left no file, and cannot be judged.")
            .evidence(evidence)
            .remedy(
                Remedy::new("Collect again with the rights of cluster-admin.")
                    .command("oc adm must-gather"),
            ),
    )
}

/// The resource of `cannot list resource "configmaps" in API group ""`.
fn resource(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("resource \"")?;
    rest.split('"').next().filter(|name| !name.is_empty())
}

/// No list of pods anywhere, though single pods and other lists are there.
fn lost_lists(case: &Case<'_>) -> Option<Finding> {
    let coverage = case.coverage();
    if !case.snapshot().is_openshift() {
        return None;
    }
    let has = |kind| coverage.namespaces().any(|name| coverage.listing(kind, name).is_some());
    if has(&POD) || ![&CONFIG_MAP, &ENDPOINTS, &EVENT].into_iter().any(has) {
        return None;
    }
    let with_pods: Vec<_> = coverage
        .namespaces()
        .filter(|name| matches!(coverage.of(&POD, name), State::Collected(_)))
        .collect();
    let first = with_pods.first()?;
    let evidence = Evidence::Missing {
        what: Subject::cluster("List", "pods"),
        looked_in: format!("namespaces/{first}/core/pods.yaml"),
        note: format!("namespaces that hold single pods and no list: {}", with_pods.len()),
    };
    let summary =
        "no namespace holds its list of pods, and the lists collected with it are lost too";
    Some(
        Finding::new(archive(), summary, evidence)
            .why(
                "oc adm inspect drops all lists of category all (pods, services, deployments, \
                 daemonsets and more) when one of them fails. Single pods are there, but that a \
                 pod is absent cannot be said.",
            )
            .remedy(
                Remedy::new("Find the API that does not answer, and collect again.")
                    .command("oc get apiservices"),
            ),
    )
}

fn damaged(damage: &[Damage]) -> Option<Finding> {
    let mut evidence = damage.iter().take(SHOWN).map(|damage| Evidence::Missing {
        what: Subject::cluster("Contents", ""),
        looked_in: damage.path.clone(),
        note: excerpt(&damage.why),
    });
    let first = evidence.next()?;
    let summary = match damage.len() {
        1 => "1 file of the archive cannot be read".to_owned(),
        n => format!("{n} files of the archive cannot be read"),
    };
    Some(
        Finding::new(archive(), summary, first)
            .why("What a damaged file held cannot be judged.")
            .evidence(evidence),
    )
}
