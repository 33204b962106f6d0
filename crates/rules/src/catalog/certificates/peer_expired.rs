//! Repeated x509 errors about expired certificates.
//!
//! At least five log lines over five minutes are required. The log shows the URL of a server, but not
//! the name of a client. Expired clients of the API are usually kubeconfigs outside the cluster and
//! are notes.
//!
//! - golang/go `src/crypto/x509/verify.go` (the error messages)
//! - kubernetes/kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go`

use crate::catalog::prelude::*;

const LOGS: [LogPattern; 11] =
    platform_log_patterns("x509: certificate has expired or is not yet valid");

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .refusal(&LOGS, |component, certificate, refusals, evidence| {
        let wrong = if refusals.are_not_yet_valid() { "is not yet valid" } else { "has expired" };
        let count = refusals.hits.count;
        let summary = format!("{component} rejects {certificate}, which {wrong} ({count} times)");
        let finding = Finding::new(evidence.subject().clone(), summary, evidence);
        match refusals.peer() {
            Some(peer) if peer.contains(':') => finding.with("peer", peer),
            Some(host) => finding.with("peer", format!("{host}:443")),
            None => finding,
        }
    })
    .at_once("the lines have been repeated for minutes until the collection")
    .even_while_installing("an expired certificate does not become valid again")
    .why(
        "Each of these connections is rejected. The log line shows the owner of the \
         certificate: a server that the component calls, or a client that calls the component.",
    )
    .fix(
        "Find the certificate of the peer and the component that renews it. If the log line \
         reports that the current time is before the start time of the certificate, a clock is \
         wrong.",
    )
    .run(&["openssl s_client -connect {peer} </dev/null | openssl x509 -noout -dates -issuer"]);
