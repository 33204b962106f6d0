//! Incomplete must-gather archive.
//!
//! A kind that the server does not serve, and a namespace that does not exist, are normal and not
//! reported. Data that was not requested leaves no trace.
//!
//! - openshift/oc `pkg/cli/admin/mustgather/mustgather.go` (`BackupGathering`)
//! - openshift/oc `pkg/cli/admin/inspect` (lists of category `all` are lost together)

use crate::catalog::prelude::*;
use mustknow_archive::{Damage, Limit};

/// How many lines of a kind are shown.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .check(check)
    .why(
        "What was not collected cannot be checked, and is never assumed to be healthy. A \
         collection that failed completely leaves only a small fallback behind. This failure is \
         itself a symptom: the cluster could not schedule, pull or run one more pod.",
    )
    .fix(
        "Collect again with cluster-admin rights, and wait until the collection ends. For \
         single inconclusive checks, run the commands that this tool lists with them.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let snapshot = cx.snapshot();
    let coverage = cx.coverage();
    let refused: Vec<_> =
        coverage.refusals().iter().filter(|refusal| refusal.text.contains("forbidden")).collect();
    let findings: Vec<_> = [
        fallback(cx),
        coverage.is_truncated().then(|| cut_off(cx)),
        forbidden(&refused),
        lost_lists(cx),
        damaged(snapshot.damage()),
    ]
    .into_iter()
    .flatten()
    .collect();
    Ok(Checked::over(snapshot.roots().count().max(1), findings))
}

fn archive() -> Subject {
    Subject::cluster("Archive", "")
}

/// The folder that `oc adm must-gather` leaves behind when its own pod could not run.
fn fallback(cx: &RuleContext<'_>) -> Option<Finding> {
    let roots: Vec<_> = cx.snapshot().roots().collect();
    // `oc adm must-gather` writes a timestamp next to its image folders, `oc adm inspect` does not.
    let timed = cx.snapshot().client_clock().map(|(path, _)| split(path).0);
    let is_image = |folder: &str, name: &str| {
        !folder.is_empty()
            && !["inspect.local.", "must-gather"].iter().any(|it| name.starts_with(it))
    };
    let is_fallback = |root: &str| {
        let (folder, name) = split(root);
        let in_must_gather = folder.split('/').any(|name| name.starts_with("must-gather"));
        let has_image_sibling = || {
            let mut others = roots.iter().map(|other| split(other));
            others.any(|(other, name)| other == folder && is_image(other, name))
        };
        name.starts_with("inspect.local.")
            && (in_must_gather || timed == Some(folder) || has_image_sibling())
    };
    let root = roots.iter().find(|root| is_fallback(root))?;
    let is_alone = roots.iter().all(|root| is_fallback(root));
    let summary = if is_alone {
        "the collection failed: the archive contains only its fallback"
    } else {
        "part of the collection failed: the archive also contains its fallback"
    };
    let evidence = Evidence::Missing {
        what: Subject::cluster("Folder", "of the gather image"),
        looked_in: (*root).to_owned(),
        note: "oc creates this folder only when the gather pod failed".to_owned(),
    };
    Some(
        Finding::new(archive(), summary, evidence)
            .severity(Warning)
            .why(
                "The cluster could not schedule, pull or run the gather pod. Only the \
                 ClusterVersion, the ClusterOperators and the objects of their operators were \
                 collected.",
            )
            .fix("Collect again, if necessary on another node.")
            .run("oc adm must-gather --node-name=<control-plane node>"),
    )
}

/// A path without its last part, and that part.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn cut_off(cx: &RuleContext<'_>) -> Finding {
    let flags: Vec<_> = cx.coverage().limits_reached().map(Limit::flag).collect();
    if !flags.is_empty() {
        return not_read(&flags.join(", "));
    }
    let evidence = Evidence::Missing {
        what: Subject::cluster("Archive", "the rest of it"),
        looked_in: "the archive".to_owned(),
        note: "the end of the archive is missing".to_owned(),
    };
    Finding::new(archive(), "the archive is truncated", evidence)
        .severity(Warning)
        .why("Missing objects may be in the truncated part, so none can be reported as absent.")
        .fix("Transfer the complete archive again.")
}

/// The archive reached the limits that were set for reading.
fn not_read(flags: &str) -> Finding {
    let evidence = Evidence::Missing {
        what: Subject::cluster("Archive", "the rest of it"),
        looked_in: "the archive".to_owned(),
        note: format!("the archive exceeds the limit for reading ({flags})"),
    };
    let summary = format!("the archive was only read up to a limit ({flags})");
    Finding::new(archive(), summary, evidence)
        .severity(Warning)
        .why("Missing objects may be in the unread part, so none can be reported as absent.")
        .fix(format!(
            "If the source of the archive can be trusted, scan it again with a higher {flags}."
        ))
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
        note: "reported in the log of the collection".to_owned(),
    });
    let what =
        if kinds.is_empty() { "some resources".to_owned() } else { name_list_up_to(&kinds, 6) };
    let summary =
        format!("the collection was not allowed to read {what} (log lines: {})", refused.len());
    Some(
        Finding::new(archive(), summary, evidence.next()?)
            .why("Resources that were forbidden left no file and cannot be checked.")
            .evidence(evidence)
            .fix("Collect again with cluster-admin rights.")
            .run("oc adm must-gather"),
    )
}

/// The resource of `cannot list resource "configmaps" in API group ""`.
fn resource(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("resource \"")?;
    rest.split('"').next().filter(|name| !name.is_empty())
}

/// No pod list in any namespace, although single pods and other lists exist.
fn lost_lists(cx: &RuleContext<'_>) -> Option<Finding> {
    let coverage = cx.coverage();
    if !cx.snapshot().is_openshift() {
        return None;
    }
    let has = |kind| coverage.namespaces().any(|name| coverage.listing(kind, name).is_some());
    if has(&POD) || ![&CONFIG_MAP, &ENDPOINTS, &EVENT].into_iter().any(has) {
        return None;
    }
    let with_pods: Vec<_> = coverage
        .namespaces()
        .filter(|name| matches!(coverage.of(&POD, name), CoverageState::Collected(_)))
        .collect();
    let first = with_pods.first()?;
    let evidence = Evidence::Missing {
        what: Subject::cluster("List", "pods"),
        looked_in: format!("namespaces/{first}/core/pods.yaml"),
        note: format!("namespaces with single pods but no list: {}", with_pods.len()),
    };
    let summary = "no namespace has a pod list, and the lists collected with it are missing too";
    Some(
        Finding::new(archive(), summary, evidence)
            .why(
                "oc adm inspect drops all lists of category all (pods, services, deployments, \
                 daemonsets and more) when one of them fails. Single pods were collected, but no \
                 pod can be reported as absent.",
            )
            .fix("Find the API that does not respond, and collect again.")
            .run("oc get apiservices"),
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
            .why("The content of a damaged file cannot be checked.")
            .evidence(evidence),
    )
}
