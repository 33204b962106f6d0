//! Static pod with missing revision files on its node.
//!
//! # Why it matters
//!
//! An installer pod writes the ConfigMaps and Secrets of a revision to the node, and the static pod
//! reads them from there. If files are missing, the server exits immediately each time it is
//! started.
//!
//! # What to do
//!
//! Check whether the disk of the node is full, then trigger a new revision so that the files are
//! installed again.
//!
//! # Blind spots
//!
//! Only pods with a crashing container are checked, and only log lines of the last 30 minutes.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/installerpod/cmd.go`
//! - <https://github.com/okd-project/okd/issues/497>, <https://github.com/okd-project/okd/issues/764>

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::{LogHits, LogPattern};
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::has_fault;
use crate::engine::excerpt;

/// A crashing container is restarted at least every five minutes.
const RECENT: Span = Span::minutes(30);

const fn lacking(namespace: &'static str) -> LogPattern {
    LogPattern::new("no such file or directory", namespace, "")
        .matching("/etc/kubernetes/static-pod-(resources|certs)/[^ ]*: no such file or directory")
}

static ETCD: LogPattern = lacking("openshift-etcd");
static API_SERVER: LogPattern = lacking("openshift-kube-apiserver");
static CONTROLLER_MANAGER: LogPattern = lacking("openshift-kube-controller-manager");
static SCHEDULER: LogPattern = lacking("openshift-kube-scheduler");
static ALL: [&LogPattern; 4] = [&ETCD, &API_SERVER, &CONTROLLER_MANAGER, &SCHEDULER];

pub(super) static META: Meta = Meta {
    id: "static-pods/revision-files-missing",
    title: "static pod with missing revision files on its node",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&POD)],
    uses: &[
        Need::Log(&ETCD),
        Need::Log(&API_SERVER),
        Need::Log(&CONTROLLER_MANAGER),
        Need::Log(&SCHEDULER),
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let examined: usize = ALL.iter().map(|pattern| cx.snapshot().logs_scanned(pattern)).sum();
    if examined == 0 {
        let what = "logs of the control-plane static pods: not collected";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Verdict::Unknown(gap.command("oc adm inspect ns/openshift-kube-apiserver"));
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
    Verdict::over(examined, findings, "")
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
        .why(
            "The server exits immediately each time it is started and is not available on this \
             node.",
        )
        .keywords(operator)
        .explains(Subject::view(pod), "")
        .keywords(format!("{name}{place}"))
        .remedy(
            Remedy::new("Check whether the disk of the node is full, then trigger a new revision.")
                .command("oc debug node/<node> -- chroot /host df -h /etc/kubernetes /var")
                .command(
                    "oc debug node/<node> -- chroot /host ls -l /etc/kubernetes/static-pod-resources",
                )
                .verify(format!("oc get pods -n {namespace} -o wide")),
        )
}
