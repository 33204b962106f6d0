//! Repeated x509 errors about expired certificates.
//!
//! At least five log lines over five minutes are required, the last within an hour before the
//! collection. The log shows the URL of a server, but not the name of a client. Expired clients of
//! the API are usually kubeconfigs outside the cluster and are reported as info only.
//!
//! - golang/go `src/crypto/x509/verify.go` (the error messages)
//! - kubernetes/kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go`

use crate::catalog::prelude::*;

const LOGS: [LogPattern; 11] =
    platform_log_patterns("x509: certificate has expired or is not yet valid");

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .refusal(&LOGS, |component, certificate, refusals, evidence| {
        let wrong = if refusals.are_not_yet_valid() { "is not yet valid" } else { "has expired" };
        let summary = format!(
            "{component} rejects {certificate}, which {wrong} ({} times)",
            refusals.hits.count
        );
        Finding::new(evidence.subject().clone(), summary, evidence).remedy(remedy(refusals.peer()))
    })
    .at_once("the lines have been repeated for minutes until the collection")
    .why(
        "Each of these connections is rejected. The log line shows the owner of the \
         certificate: a server that the component calls, or a client that calls the component.",
    )
    .fix(
        "Find the certificate of the peer and renew it. If the log line reports that the \
         current time is before the start time of the certificate, a clock is wrong.",
    );

fn remedy(peer: Option<&str>) -> Remedy {
    let remedy = Remedy::new("Find the certificate of the peer and the component that renews it.");
    let Some(peer) = peer.filter(|peer| is_shell_safe(peer)) else {
        return remedy.command("oc get events --all-namespaces");
    };
    let port = if peer.contains(':') { "" } else { ":443" };
    remedy.command(format!(
        "openssl s_client -connect {peer}{port} </dev/null | openssl x509 -noout -dates -issuer"
    ))
}
