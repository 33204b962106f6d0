//! `CoreDNS` forwarding loop.
//!
//! # Why it matters
//!
//! `CoreDNS` forwards queries for names that it does not know to the resolvers of its node. If
//! these resolvers forward the queries back to `CoreDNS`, a query loops indefinitely. `CoreDNS`
//! detects the loop when it starts, and exits. Without `CoreDNS`, no name resolves in the cluster.
//!
//! # What to do
//!
//! Configure the kubelets with a resolver file that contains no resolver on the node itself; with
//! systemd-resolved this is `resolvConf: /run/systemd/resolve/resolv.conf`. Alternatively, specify
//! the resolvers in the configuration of `CoreDNS` instead of `/etc/resolv.conf`.
//!
//! # Blind spots
//!
//! The lines are ignored if the last one is older than two hours.
//!
//! # References
//!
//! - coredns/coredns `plugin/loop/loop.go`, `plugin/loop/README.md`

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::workload;
use crate::engine::name_list_up_to;
use crate::signals::LogOccurrences;

/// Older lines are ignored.
const RECENT: Span = Span::hours(2);

static LOOP: LogPattern =
    LogPattern::new("plugin/loop: Loop", "kube-system", "coredns").matching("FATAL");

pub(super) static META: Meta = Meta {
    id: "dns/coredns-loop",
    title: "CoreDNS forwarding loop",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Plain,
    needs: &[Need::Log(&LOOP)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let logged = LogOccurrences::recent(cx, &LOOP, RECENT);
    // A pod that is ready has recovered.
    let is_down =
        |name: &str| cx.find::<Pod<'_>>(LOOP.namespace, name).is_none_or(|pod| !pod.is_ready());
    let mut evidence = logged.evidence();
    let (Some(first), true) = (evidence.next(), logged.hits.iter().any(|it| is_down(&it.pod)))
    else {
        return Verdict::Healthy { examined: logged.examined(cx) };
    };
    let pods = logged.hits.iter().filter_map(|it| cx.find::<Pod<'_>>(LOOP.namespace, &it.pod));
    let finding = Finding::new(
        Subject::namespaced("Deployment", "kube-system", "coredns"),
        format!(
            "CoreDNS exits because its resolvers forward queries back to CoreDNS: {}, {}",
            name_list_up_to(&logged.writers(cx), 3),
            logged.frequency()
        ),
        first,
    )
    .since(logged.since())
    .evidence(evidence)
    .keywords("plugin/loop coredns kube-system")
    .why(
        "CoreDNS forwards queries for names that it does not know to the resolvers of its node, \
         and these forward the queries back to CoreDNS. Without CoreDNS, no name resolves in the \
         cluster.",
    )
    .remedy(
        Remedy::new(
            "Set resolvConf of the kubelets to a file without a resolver on the node itself, or \
             specify the resolvers in the configuration of CoreDNS.",
        )
        .command("kubectl get configmap -n kube-system coredns -o yaml")
        .command("kubectl debug node/<node> -it --image=busybox -- cat /host/etc/resolv.conf")
        .verify("kubectl get pods -n kube-system -l k8s-app=kube-dns"),
    );
    // Each of its pods is crash-looping for this reason.
    let finding = pods.fold(finding, |finding, pod| finding.explains(workload(pod), ""));
    Verdict::Found(vec![finding])
}
