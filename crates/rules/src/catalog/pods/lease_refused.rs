//! Program that may not take its leader lease.
//!
//! Its last attempt in the log was refused, as were those before it: a refusal that ended is left out.
//! Other calls that are refused are left out too, because many programs do without the answer.
//!
//! - kubernetes/client-go `tools/leaderelection/leaderelection.go`, `tools/leaderelection/resourcelock`
//! - kubernetes/apiserver `pkg/endpoints/handlers/responsewriters/errors.go` (`forbiddenMessage`)

use mustknow_cluster::model::log_tail::{LogTail, TailLine};

use crate::catalog::prelude::*;

/// So many refusals near the end of a log are no coincidence.
const ENOUGH: u32 = 5;
/// How long ago the last refusal may be.
const RECENT: Span = Span::hours(1);
/// How the API server names the account whose call it refuses.
const USER: &str = "User \"system:serviceaccount:";

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .check(check)
    .at_once("every attempt is refused until the end of the log")
    .even_while_installing("no installer adds the permissions of a program that already runs")
    .why(
        "The ServiceAccount of the program may not read or write the lease that its instances \
         share. So it never becomes leader, and waits and does nothing, although its pod can be \
         Running and Ready.",
    )
    .fix(
        "Add the permission to a Role or ClusterRole that is bound to ServiceAccount {account} of \
         namespace {namespace}.",
    )
    .run(&[
        "oc auth can-i {verb} {resource} -n {namespace} --as=system:serviceaccount:{namespace}:{account}",
        "oc get rolebindings -n {namespace} -o wide",
    ])
    .verify(&["oc get pods -n {namespace}"]);

/// An attempt that is refused: who may not do what.
struct Refused<'s> {
    tail: &'s LogTail,
    line: &'s TailLine,
    account: &'s str,
    verb: &'s str,
    resource: &'s str,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.snapshot().ends_read();
    if examined == 0 {
        let what = "the logs of the containers: not collected";
        return Err(Gap::new(GapKind::NotCollected, what).command("oc adm must-gather").into());
    }
    let mut found: BTreeMap<_, Finding> = BTreeMap::new();
    for refused in cx.snapshot().tails().iter().filter_map(|tail| refused(cx, tail)) {
        let Some(pod) = cx.find::<Pod<'_>>(&refused.tail.namespace, &refused.tail.pod) else {
            continue;
        };
        let key = (workload(pod), refused.verb, refused.resource);
        found.entry(key).or_insert_with(|| finding(workload(pod), &refused));
    }
    Ok(Checked::over(examined, found.into_values()))
}

/// The attempt with its own account that the log of the current run ends with.
fn refused<'s>(cx: &RuleContext<'s>, tail: &'s LogTail) -> Option<Refused<'s>> {
    let line = tail.repeated(ENOUGH).filter(|_| !tail.earlier)?;
    let written = line.line.time.or_else(|| {
        let text = mustknow_redact::without_head(&line.line.text);
        time::klog_head(text, cx.now()?)
    });
    let (_, user) = line.line.text.split_once(USER).filter(|_| cx.is_recent(written, RECENT))?;
    let (user, call) = user.split_once("\" cannot ")?;
    let (namespace, account) = user.split_once(':')?;
    let (verb, rest) = call.split_once(" resource \"")?;
    let (resource, _) = rest.split_once('"')?;
    let refused = Refused { tail, line, account, verb, resource };
    // Before leases there were ConfigMaps and Endpoints.
    let is_lock = resource == "leases" || line.line.text.contains("resource lock");
    (is_lock && namespace == &*tail.namespace).then_some(refused)
}

fn finding(subject: Subject, refused: &Refused<'_>) -> Finding {
    let Refused { tail, line, account, verb, resource } = refused;
    let summary = format!(
        "{subject}: container {} never becomes leader, because it may not {verb} {resource}: {}",
        tail.container,
        excerpt(mustknow_redact::without_head(&line.line.text))
    );
    let count = usize::try_from(line.count).unwrap_or(usize::MAX);
    let note = format!("{} like it near the end of the log", pluralize(count, "line"));
    Finding::new(subject, summary, Evidence::last_words(tail, line, note))
        .with("account", *account)
        .with("verb", *verb)
        .with("resource", *resource)
        .keywords(&line.line.text)
        .likely("the program may do its work without being leader")
}
