//! An init container that does not come to its end.
//!
//! # Why it matters
//!
//! The containers of a pod start one after the other behind its init containers. One that runs on
//! without an end keeps all the others from starting, and the pod stays Pending.
//!
//! # What to do
//!
//! Read its log: most init containers wait for something, as a name that must resolve or a database
//! that must answer, and say what.
//!
//! # Blind spots
//!
//! An init container may have much to do, as to copy or to migrate data; a quarter of an hour is
//! allowed. One that ends with an error is `pods/crash-looping`.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`
//!   (`findNextInitContainerToRun`)

use mustknow_gather::kinds::{Container, POD, Pod};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{client, count, grouped, has_fault, is_expected, named, severity_in, workload};

/// How long an init container may take.
const LIMIT: Span = Span::minutes(15);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "pods/init-container-stuck",
    title: "an init container that does not come to its end",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[],
};

type Stuck<'s> = (Pod<'s>, Container<'s>, Time);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let stuck = case.all::<Pod<'_>>().filter_map(|pod| stuck(case, pod));
    let groups =
        grouped(stuck, |(pod, container, _)| (workload(pod), container.name().into_owned()));
    let findings = groups
        .iter()
        .filter_map(|((subject, container), members)| finding(case, subject, container, members))
        .collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

fn stuck<'s>(case: &Case<'s>, pod: Pod<'s>) -> Option<Stuck<'s>> {
    if pod.phase() != "Pending" || !is_expected(pod) || has_fault(case, pod) {
        return None;
    }
    let runs = pod
        .containers()
        .filter(|container| container.is_init() && !pod.is_sidecar(&container.name()))
        .find_map(|container| Some((container, container.running_since()?)));
    let (container, since) = runs?;
    case.is_older(Some(since), LIMIT).then_some((pod, container, since))
}

fn finding(
    case: &Case<'_>,
    subject: &Subject,
    container: &str,
    members: &[Stuck<'_>],
) -> Option<Finding> {
    let ((pod, state, _), rest) = members.split_first()?;
    let since = members.iter().map(|(.., since)| *since).min();
    let age = case.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let extent = match rest.len() {
        0 if subject.kind == "Pod" => String::new(),
        0 => format!(" of pod {}", pod.name()),
        more => format!(" of {}", count(more + 1, "pod")),
    };
    let summary = format!(
        "{subject}: init container {container}{extent} has run{age} and keeps the others from \
         starting"
    );
    let evidence = |(pod, state, _): &Stuck<'_>| {
        let note = format!("pod {}: init container {container} still runs", pod.name());
        Evidence::seen(pod.resource(), state.span(), note)
    };
    let (client, namespace, name) = (client(case), pod.namespace(), pod.name());
    let finding = Finding::new(
        subject.clone(),
        summary,
        Evidence::seen(pod.resource(), state.span(), "it still runs"),
    )
    .severity(severity_in(case, namespace, META.severity))
    .since(since)
    .possible("it may have much to do, as to copy data, or wait for what is not there")
    .evidence(rest.iter().take(SHOWN - 1).map(evidence))
    .saying(named(members.iter().map(|(pod, ..)| *pod)))
    .why(
        "No other container of the pod starts before it has ended. Mostly it waits for something \
         else, which its log names.",
    )
    .remedy(
        Remedy::new("Read the log of the init container.")
            .command(format!("{client} logs -n {namespace} {name} -c {container} --tail=50"))
            .verify(format!("{client} get pods -n {namespace}")),
    );
    Some(finding)
}
