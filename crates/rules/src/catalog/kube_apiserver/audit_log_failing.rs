//! Audit log write errors on an API server.
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/audit-errors.yaml`
//!   (`AuditLogError`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/AuditLogError.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alert(&["AuditLogError"], |firing| {
        let at = match firing.labels(&["instance", "apiserver"]) {
            servers if servers.is_empty() => String::new(),
            servers => format!(" at {}", name_list(&servers)),
        };
        let subject = Subject::cluster("KubeAPIServer", "cluster");
        firing.finding(subject, format!("API server cannot write its audit log{at}"))
    })
    .why(
        "Requests that are served while the audit log cannot be written are not recorded. In \
         most cases the disk of a control-plane node is full, which affects more than the audit \
         log.",
    )
    .fix("Check the free disk space in /var/log on the control-plane nodes.")
    .run(&["oc debug node/<node> -- chroot /host df -h /var/log"])
    .verify(&["oc adm node-logs --role=master --path=kube-apiserver/"]);
