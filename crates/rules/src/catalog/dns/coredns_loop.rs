//! A `CoreDNS` that ends itself because it asks itself.
//!
//! # Why it matters
//!
//! `CoreDNS` hands on what it does not know to the resolvers of its node. Where those lead back to
//! itself, a question goes round for ever; it notices that when it starts, and ends. Without it no
//! name resolves in the cluster.
//!
//! # What to do
//!
//! Give the kubelets a file of resolvers that holds none on the node itself: with systemd-resolved
//! `resolvConf: /run/systemd/resolve/resolv.conf`. Or name the resolvers in `CoreDNS`'s own
//! configuration instead of `/etc/resolv.conf`.
//!
//! # Blind spots
//!
//! The lines count when the last is younger than two hours.
//!
//! # References
//!
//! - coredns/coredns `plugin/loop/loop.go`, `plugin/loop/README.md`

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, enumerate, workload};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(2);

static LOOP: LogPattern =
    LogPattern::new("plugin/loop: Loop", "kube-system", "coredns").matching("FATAL");

pub(super) static META: Meta = Meta {
    id: "dns/coredns-loop",
    title: "a CoreDNS that ends itself because it asks itself",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Plain,
    needs: &[Need::Log(&LOOP)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &LOOP, RECENT);
    // A pod that runs and is ready has got over it.
    let is_down =
        |name: &str| case.find::<Pod<'_>>(LOOP.namespace, name).is_none_or(|pod| !pod.is_ready());
    let mut evidence = logged.evidence();
    let (Some(first), true) = (evidence.next(), logged.hits.iter().any(|it| is_down(&it.pod)))
    else {
        return Verdict::Healthy { examined: logged.examined(case) };
    };
    let pods = logged.hits.iter().filter_map(|it| case.find::<Pod<'_>>(LOOP.namespace, &it.pod));
    let finding = Finding::new(
        Subject::namespaced("Deployment", "kube-system", "coredns"),
        format!(
            "CoreDNS ends itself because its resolvers lead back to itself: {}, {}",
            enumerate(&logged.places(case), 3),
            logged.span()
        ),
        first,
    )
    .since(logged.since())
    .evidence(evidence)
    .saying("plugin/loop coredns kube-system")
    .why(
        "What it does not know it hands on to the resolvers of its node, and those lead back to it. \
         Without it no name resolves in the cluster.",
    )
    .remedy(
        Remedy::new(
            "Give the kubelets a resolvConf without a resolver on the node itself, or name the \
             resolvers in CoreDNS's configuration.",
        )
        .command("kubectl get configmap -n kube-system coredns -o yaml")
        .command("kubectl debug node/<node> -it --image=busybox -- cat /host/etc/resolv.conf")
        .verify("kubectl get pods -n kube-system -l k8s-app=kube-dns"),
    );
    // Each of its pods ends again and again for this reason.
    let finding = pods.fold(finding, |finding, pod| finding.explains(workload(pod), ""));
    Verdict::Found(vec![finding])
}
