//! `CoreDNS` forwarding loop.
//!
//! The lines are ignored if the last one is older than two hours.
//!
//! - coredns/coredns `plugin/loop/loop.go`, `plugin/loop/README.md`

use crate::catalog::prelude::*;

/// Older lines are ignored.
const RECENT: Span = Span::hours(2);

const LOOP: LogPattern =
    LogPattern::new("plugin/loop: Loop", "kube-system", "coredns").matching("FATAL");

pub(super) const RULE: Rule = rule(Critical, Cause, Plain)
    .needs(&[Need::Log(&LOOP)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "CoreDNS forwards queries for names that it does not know to the resolvers of its node. \
         If these resolvers forward the queries back to CoreDNS, a query loops indefinitely. \
         CoreDNS detects the loop when it starts, and exits. Without CoreDNS, no name resolves \
         in the cluster.",
    )
    .fix(
        "Configure the kubelets with a resolver file that contains no resolver on the node \
         itself; with systemd-resolved this is resolvConf: /run/systemd/resolve/resolv.conf. \
         Alternatively, specify the resolvers in the configuration of CoreDNS instead of \
         /etc/resolv.conf.",
    )
    .run(&[
        "kubectl get configmap -n kube-system coredns -o yaml",
        "kubectl debug node/<node> -it --image=busybox -- cat /host/etc/resolv.conf",
    ])
    .verify(&["kubectl get pods -n kube-system -l k8s-app=kube-dns"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &LOOP, RECENT);
    // A pod that is ready has recovered.
    let is_down =
        |name: &str| cx.find::<Pod<'_>>(LOOP.namespace, name).is_none_or(|pod| !pod.is_ready());
    let mut evidence = logged.evidence();
    let (Some(first), true) = (evidence.next(), logged.hits.iter().any(|it| is_down(&it.pod)))
    else {
        return Ok(Checked::over(logged.examined(cx), None));
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
    .keywords("plugin/loop coredns kube-system");
    // Each of its pods is crash-looping for this reason.
    let finding = pods.fold(finding, |finding, pod| finding.explains(workload(pod), ""));
    Ok(Checked::over(1, vec![finding]))
}
