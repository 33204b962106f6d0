//! `CoreDNS` forwarding loop.
//!
//! - coredns/coredns `plugin/loop/loop.go`, `plugin/loop/README.md`

use crate::catalog::prelude::*;

const LOOP: LogPattern = LogPattern::in_any("plugin/loop: Loop", DNS_LOGS).matching("FATAL");

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Log(&LOOP)])
    .reads(&[Need::Kind(&POD)])
    .at_once("CoreDNS has exited with this error, and a pod that is ready again is left out")
    .even_while_installing("the resolvers are part of the configuration of the nodes")
    .why(
        "CoreDNS forwards queries for names that it does not know to the resolvers of its node. \
         If these forward the queries back to CoreDNS, a query loops forever: CoreDNS detects \
         the loop when it starts, and exits. Without CoreDNS, no name resolves in the cluster.",
    )
    .fix(
        "Configure the kubelets with a resolver file that contains no resolver on the node \
         itself; with systemd-resolved this is resolvConf: /run/systemd/resolve/resolv.conf. \
         Alternatively, specify the resolvers in the configuration of CoreDNS instead of \
         /etc/resolv.conf. On OpenShift this is spec.upstreamResolvers of DNS default.",
    )
    .run(&[
        "oc get configmap {name} -n {namespace} -o yaml",
        "oc debug node/{node} -- chroot /host cat /etc/resolv.conf",
    ])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let logged = LogOccurrences::recent_runs(cx, &LOOP, Span::hours(2));
    let is_down = |_: &LogHits, pod: Option<Pod<'_>>| !pod.is_some_and(Pod::is_ready);
    let down = logged.of_pods(cx, is_down);
    Checked::over(logged.examined(cx), finding(cx, &down))
}

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let summary = format!(
        "CoreDNS exits because its resolvers forward queries back to CoreDNS: {}, {}",
        name_list_up_to(&logged.writers(cx), 3),
        logged.frequency()
    );
    let finding = logged
        .finding(dns_workload(cx, logged), summary)?
        .with("node", logged.node_names(cx).first().cloned().unwrap_or_default())
        .keywords("plugin/loop coredns kube-system");
    // Each of its pods is crash-looping for this reason.
    let pods = logged.hits.iter().filter_map(|it| cx.find::<Pod<'_>>(&it.namespace, &it.pod));
    let finding = pods.fold(finding, |finding, pod| finding.explains(workload(pod), ""));
    Some(logged.by_time(cx, finding))
}
