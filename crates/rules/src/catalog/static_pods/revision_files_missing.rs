//! Static pod with missing revision files on its node.
//!
//! Only pods with a crashing container are checked, and only log lines of the last 30 minutes.
//!
//! - openshift/library-go `pkg/operator/staticpod/installerpod/cmd.go`
//! - <https://github.com/okd-project/okd/issues/497>, <https://github.com/okd-project/okd/issues/764>

use crate::catalog::prelude::*;

/// A crashing container is restarted at least every five minutes.
const RECENT: Span = Span::minutes(30);

const fn lacking(namespace: &'static str) -> LogPattern {
    LogPattern::new("no such file or directory", namespace, "")
        .matching("/etc/kubernetes/static-pod-(resources|certs)/[^ ]*: no such file or directory")
}

const ETCD: LogPattern = lacking("openshift-etcd");
const API_SERVER: LogPattern = lacking("openshift-kube-apiserver");
const CONTROLLER_MANAGER: LogPattern = lacking("openshift-kube-controller-manager");
const SCHEDULER: LogPattern = lacking("openshift-kube-scheduler");
const ALL: [&LogPattern; 4] = [&ETCD, &API_SERVER, &CONTROLLER_MANAGER, &SCHEDULER];

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&POD)])
    .reads(&[
        Need::Log(&ETCD),
        Need::Log(&API_SERVER),
        Need::Log(&CONTROLLER_MANAGER),
        Need::Log(&SCHEDULER),
    ])
    .check(check)
    .why(
        "An installer pod writes the ConfigMaps and Secrets of a revision to the node, and the \
         static pod reads them from there. If files are missing, the server exits immediately \
         each time it is started.",
    )
    .fix(
        "Check whether the disk of the node is full, then trigger a new revision so that the \
         files are installed again.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined: usize = ALL.iter().map(|pattern| cx.snapshot().logs_scanned(pattern)).sum();
    if examined == 0 {
        let what = "logs of the control-plane static pods: not collected";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Err(NotJudged::from(gap.command("oc adm inspect ns/openshift-kube-apiserver")));
    }
    let mut findings: Vec<Finding> = Vec::new();
    for pattern in ALL {
        for hits in cx.log_hits(pattern) {
            let is_recent = cx.age(hits.last.time).is_some_and(|age| age <= RECENT);
            let pod = cx.find::<Pod<'_>>(pattern.namespace, &hits.pod);
            let Some(pod) = pod.filter(|pod| is_recent && has_fault(cx, *pod)) else { continue };
            if !findings.iter().any(|known| known.subject == Subject::view(pod)) {
                findings.push(finding(pattern, pod, hits));
            }
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(pattern: &LogPattern, pod: Pod<'_>, hits: &LogHits) -> Finding {
    let (namespace, name) = (pattern.namespace, pod.name());
    let file = hits
        .last
        .text
        .split_once("/etc/kubernetes/static-pod-")
        .and_then(|(_, rest)| rest.split_once(": no such file"))
        .map_or_else(String::new, |(file, _)| format!("/etc/kubernetes/static-pod-{file}"));
    let place = pod.node().map(|node| format!(" on node {node}")).unwrap_or_default();
    let summary = format!(
        "static pod {namespace}/{name}{place} cannot find {}",
        excerpt(if file.is_empty() { "the files of its revision" } else { &file })
    );
    let operator = namespace.strip_prefix("openshift-").unwrap_or(namespace);
    Finding::new(Subject::view(pod), summary, Evidence::logged(namespace, hits))
        .since(hits.first.time)
        .keywords(operator)
        .explains(Subject::view(pod), "")
        .keywords(format!("{name}{place}"))
        .run("oc debug node/<node> -- chroot /host df -h /etc/kubernetes /var")
        .run("oc debug node/<node> -- chroot /host ls -l /etc/kubernetes/static-pod-resources")
        .verify(format!("oc get pods -n {namespace} -o wide"))
}
