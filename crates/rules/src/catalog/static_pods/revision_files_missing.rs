//! Static pod with missing revision files on its node.
//!
//! Only pods with a crashing container are checked.
//!
//! - openshift/library-go `pkg/operator/staticpod/installerpod/cmd.go`
//! - <https://github.com/okd-project/okd/issues/497>, <https://github.com/okd-project/okd/issues/764>

use crate::catalog::prelude::*;

const LACKING: LogPattern = LogPattern::new("no such file or directory", "openshift-etcd", "")
    .or_in(&[
        LogSource::container("openshift-kube-apiserver", ""),
        LogSource::container("openshift-kube-controller-manager", ""),
        LogSource::container("openshift-kube-scheduler", ""),
    ])
    .matching("/etc/kubernetes/static-pod-(resources|certs)/[^ ]*: no such file or directory");

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&POD), Need::Log(&LACKING)])
    .check(|cx| Ok(check(cx)))
    .at_once("the container crashes now")
    .even_while_installing("the container crashes until the files are installed again")
    .why(
        "An installer pod writes the ConfigMaps and Secrets of a revision to the node, and the \
         static pod reads them from there. If files are missing, the server exits immediately \
         each time it is started.",
    )
    .fix(
        "Check whether the disk of the node is full, then trigger a new revision so that the \
         files are installed again.",
    )
    .run(&[
        "oc debug node/{node} -- chroot /host df -h /etc/kubernetes /var",
        "oc debug node/{node} -- chroot /host ls -l /etc/kubernetes/static-pod-resources",
    ])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    // A crashing container is restarted at least every five minutes.
    let lacking = LogOccurrences::recent(cx, &LACKING, Span::minutes(30));
    let by_pod = lacking.group_by(|hits| format!("{}/{}", hits.namespace, hits.pod));
    let findings = by_pod.values().filter_map(|logged| {
        let hits = logged.hits.first()?;
        let pod = cx.find::<Pod<'_>>(&hits.namespace, &hits.pod)?;
        finding(pod, &hits.last.text, logged).filter(|_| has_fault(cx, pod))
    });
    Checked::over(lacking.examined(cx), findings)
}

fn finding(pod: Pod<'_>, line: &str, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let (namespace, name) = (pod.namespace(), pod.name());
    let file = line
        .split_once("/etc/kubernetes/static-pod-")
        .and_then(|(_, rest)| rest.split_once(": no such file"))
        .map(|(file, _)| format!("/etc/kubernetes/static-pod-{file}"));
    let node = pod.node().unwrap_or_default();
    let place = if node.is_empty() { String::new() } else { format!(" on node {node}") };
    let summary = format!(
        "static pod {namespace}/{name}{place} cannot find {}",
        excerpt(file.as_deref().unwrap_or("the files of its revision"))
    );
    let finding = logged
        .finding(Subject::view(pod), summary)?
        .with("node", node)
        .keywords(namespace.trim_start_matches("openshift-"))
        .keywords(format!("{name}{place}"))
        .explains(Subject::view(pod), "");
    Some(finding)
}
