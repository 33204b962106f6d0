//! Incomplete archive.
//!
//! A kind that the server does not serve, and a namespace that does not exist, are normal and not
//! reported. Data that was not requested leaves no trace.
//!
//! - openshift/oc `pkg/cli/admin/mustgather/mustgather.go` (`BackupGathering`)
//! - openshift/oc `pkg/cli/admin/inspect` (lists of category `all` are lost together)

use mustknow_archive::Limit;

use crate::catalog::prelude::*;

/// How many lines of a kind are shown.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .check(check)
    .at_once("it is about the archive, not about the cluster")
    .even_while_installing("what was not collected stays away")
    .why(
        "What was not collected cannot be checked, and is never assumed to be healthy. A \
         collection that failed completely leaves only a small fallback behind.",
    )
    .fix(
        "Collect again with cluster-admin rights, and wait until the collection ends. For \
         single inconclusive checks, run the commands that this tool lists with them.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings =
        [fallback(cx), cut_off(cx), forbidden(cx), lost_lists(cx), damaged(cx)].into_iter();
    Ok(Checked::over(cx.snapshot().roots().count().max(1), findings.flatten()))
}

fn archive() -> Subject {
    Subject::cluster("Archive", "")
}

/// A part of the archive that is missing.
fn missing(what: (&'static str, &str), looked_in: &str, note: impl Into<String>) -> Evidence {
    let what = Subject::cluster(what.0, what.1);
    Evidence::Missing { what, looked_in: looked_in.to_owned(), note: note.into() }
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
    let summary = if roots.iter().all(|root| is_fallback(root)) {
        "the collection failed: the archive contains only its fallback"
    } else {
        "part of the collection failed: the archive also contains its fallback"
    };
    let note = "the client creates this folder only when the gather pod failed";
    Some(
        Finding::new(archive(), summary, missing(("Folder", "of the gather image"), root, note))
            .severity(Warning)
            .why(
                "The cluster could not schedule, pull or run the gather pod. Only the \
                 objects of the operators of the platform were collected.",
            )
            .fix("Collect again, if necessary on another node.")
            .run("oc adm must-gather --node-name=<control-plane node>"),
    )
}

/// A path without its last part, and that part.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The end of the archive is missing, or was not read because of the limits for reading.
fn cut_off(cx: &RuleContext<'_>) -> Option<Finding> {
    let coverage = cx.coverage();
    let flags: Vec<_> = coverage.limits_reached().map(Limit::flag).collect();
    let flags = flags.join(", ");
    if !coverage.is_truncated() {
        return None;
    }
    let (part, summary, fix) = if flags.is_empty() {
        ("truncated", "is truncated".to_owned(), "Transfer the complete archive again.".to_owned())
    } else {
        let fix = "If the source of the archive can be trusted, scan it again with a higher";
        ("unread", format!("was only read up to a limit ({flags})"), format!("{fix} {flags}."))
    };
    let note = format!("the {part} part of it is missing");
    let why =
        format!("Missing objects may be in the {part} part, so none can be reported as absent.");
    let evidence = missing(("Archive", "the rest of it"), "the archive", note);
    let finding = Finding::new(archive(), format!("the archive {summary}"), evidence);
    Some(finding.severity(Warning).why(why).fix(fix))
}

fn forbidden(cx: &RuleContext<'_>) -> Option<Finding> {
    let refusals = cx.coverage().refusals().iter();
    let refused: Vec<_> = refusals.filter(|refusal| refusal.text.contains("forbidden")).collect();
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
    let has = |kind| coverage.namespaces().any(|name| coverage.listing(kind, name).is_some());
    let has_others = || [&CONFIG_MAP, &ENDPOINTS, &EVENT].into_iter().any(has);
    if !cx.snapshot().is_openshift() || has(&POD) || !has_others() {
        return None;
    }
    let has_pods = |name: &&str| matches!(coverage.of(&POD, name), CoverageState::Collected(_));
    let with_pods: Vec<_> = coverage.namespaces().filter(has_pods).collect();
    let path = format!("namespaces/{}/core/pods.yaml", with_pods.first()?);
    let note = format!("namespaces with single pods but no list: {}", with_pods.len());
    let summary = "no namespace has a pod list, and the lists collected with it are missing too";
    Some(
        Finding::new(archive(), summary, missing(("List", "pods"), &path, note))
            .why(
                "oc adm inspect drops all lists of category all (pods, services, deployments, \
                 daemonsets and more) when one of them fails. Single pods were collected, but no \
                 pod can be reported as absent.",
            )
            .fix("Find the API that does not respond, and collect again.")
            .run("oc get apiservices"),
    )
}

fn damaged(cx: &RuleContext<'_>) -> Option<Finding> {
    let damage = cx.snapshot().damage();
    let mut evidence = damage
        .iter()
        .take(SHOWN)
        .map(|damage| missing(("Contents", ""), &damage.path, excerpt(&damage.why)));
    let files = pluralize(damage.len(), "file");
    let summary = format!("{files} of the archive cannot be read");
    let finding = Finding::new(archive(), summary, evidence.next()?);
    Some(finding.why("The content of a damaged file cannot be checked.").evidence(evidence))
}
