//! Certificates whose time begins after the cluster was looked at.
//!
//! # Why it matters
//!
//! Nobody accepts such a certificate before its time. Where an operator issued it, the clock of the
//! node it runs on is ahead of the others.
//!
//! # What to do
//!
//! Compare the clocks of the nodes and make chrony reach a time source from each.
//!
//! # Blind spots
//!
//! The gather time is read from the node on which the collection ran: if that clock is behind, this
//! looks the same. Ten minutes are left out for the time that collecting takes. Where the
//! archive tells no gather time but that of its newest record, nothing is said.
//!
//! # References
//!
//! - openshift/library-go `pkg/crypto/crypto.go` (a certificate begins a second before it is made)

use mustknow_gather::certificate::{Certificate, Held};
use mustknow_gather::kinds::{SECRET, Secret};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{held_evidence, leaves, no_clock, severity_in};

/// How far ahead is no matter of seconds.
const MARGIN: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "certificates/not-yet-valid",
    title: "certificates whose time begins after the cluster was looked at",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Certificates(&SECRET)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now().filter(|_| !case.ages_are_lower_bounds()) else {
        return Verdict::Unknown(no_clock());
    };
    let (mut examined, mut findings) = (0, Vec::new());
    for (secret, held, leaf) in leaves(case) {
        examined += 1;
        if Span::between(now, leaf.not_before) > MARGIN {
            findings.push(finding(case, secret, held, leaf, now));
        }
    }
    Verdict::over(examined, findings, "no Secret in the archive holds a certificate")
}

fn finding(
    case: &Case<'_>,
    secret: Secret<'_>,
    held: &Held,
    leaf: &Certificate,
    now: Time,
) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let ahead = Span::between(now, leaf.not_before);
    let summary = format!(
        "the certificate of Secret {namespace}/{name} is not valid before {}, {ahead} after the \
         collection",
        seconds(leaf.not_before)
    );
    let note = format!("signed by {}", leaf.issuer.label);
    Finding::new(Subject::view(secret), summary, held_evidence(resource, held, note))
        .severity(severity_in(case, namespace, Severity::Error))
        .likely("which of the clocks is wrong is not known: the one of the issuer or of the gather")
        .shares(Common::Signer, &*leaf.issuer.label)
        .why("Nobody accepts a certificate before its time: clocks of the cluster differ.")
        .saying(format!("certificate {namespace} {name}"))
        .remedy(
            Remedy::new("Compare the clocks of the nodes; make chrony reach a time source.")
                .command("oc debug node/<node> -- chroot /host chronyc tracking")
                .verify("oc debug node/<node> -- chroot /host date -u"),
        )
}
