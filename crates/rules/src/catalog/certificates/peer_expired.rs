//! Components that meet an expired certificate again and again.
//!
//! # Why it matters
//!
//! The connection is refused each time. Whose certificate it is stands in the line: a server's that
//! the component calls, or that of a client which calls it.
//!
//! # What to do
//!
//! Find the certificate of the peer and renew it. Where the line says that the present time is
//! before the certificate's, a clock is wrong.
//!
//! # Blind spots
//!
//! Five lines over five minutes, the last within an hour of the collection, are needed. The log
//! names a server by its URL and a client not at all: expired clients of the API are mostly
//! kubeconfigs somewhere outside, and only worth knowing.
//!
//! # References
//!
//! - golang/go `src/crypto/x509/verify.go` (the words)
//! - kubernetes/kubernetes `staging/src/k8s.io/apiserver/pkg/endpoints/filters/authentication.go`

use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Refusals, in_platform, is_plain, reads};

static LOGS: [LogPattern; 11] = in_platform("x509: certificate has expired or is not yet valid");
static USES: [Need; 11] = reads(&LOGS);

pub(super) static META: Meta = Meta {
    id: "certificates/peer-expired",
    title: "components that meet an expired certificate again and again",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Refusals::judge(case, &LOGS, |who, whose, refusals, evidence| {
        let wrong = if refusals.are_too_early() { "is not valid yet" } else { "has expired" };
        let summary =
            format!("{who} refuses {whose}, which {wrong}, {} times", refusals.hits.count);
        Finding::new(evidence.subject().clone(), summary, evidence)
            .why("Each such connection is refused, and what it was for does not happen.")
            .remedy(remedy(refusals.peer()))
    })
}

fn remedy(peer: Option<&str>) -> Remedy {
    let remedy = Remedy::new("Find the certificate of the peer, and who should renew it.");
    let Some(peer) = peer.filter(|peer| is_plain(peer)) else {
        return remedy.command("oc get events --all-namespaces");
    };
    let port = if peer.contains(':') { "" } else { ":443" };
    remedy.command(format!(
        "openssl s_client -connect {peer}{port} </dev/null | openssl x509 -noout -dates -issuer"
    ))
}
