//! Certificates that are not yet valid.
//!
//! The collection time is read from the node on which the collection ran. If that clock is behind,
//! the result looks the same. Differences of up to ten minutes are ignored, because the collection
//! takes time. If the archive shows no collection time except that of its newest record, the result
//! is inconclusive.
//!
//! - openshift/library-go `pkg/crypto/crypto.go` (the validity begins a second before the certificate is created)

use crate::catalog::prelude::*;

/// Smaller differences are ignored.
const MARGIN: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Certificates(&SECRET)])
    .check(check)
    .why(
        "Clients and servers reject such a certificate before its start time. If an operator \
         issued it, the clock of the node that the operator runs on is ahead of the other \
         clocks.",
    )
    .fix(
        "Compare the clocks of the nodes and make sure that chrony can reach a time source from \
         each node.",
    )
    .run(&["oc debug node/<node> -- chroot /host chronyc tracking"])
    .verify(&["oc debug node/<node> -- chroot /host date -u"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(now) = cx.now().filter(|_| !cx.ages_are_lower_bounds()) else {
        return Err(NotJudged::from(clock_gap()));
    };
    let (mut examined, mut findings) = (0, Vec::new());
    for (secret, certificate_ref, leaf) in leaf_certificates(cx) {
        examined += 1;
        if Span::between(now, leaf.not_before) > MARGIN {
            findings.push(finding(cx, secret, certificate_ref, leaf, now));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    secret: Secret<'_>,
    certificate_ref: &CertificateRef,
    leaf: &Certificate,
    now: Time,
) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let ahead = Span::between(now, leaf.not_before);
    let summary = format!(
        "certificate in Secret {namespace}/{name} is not valid before {}, {ahead} after the \
         collection",
        seconds(leaf.not_before)
    );
    let note = format!("issued by {}", leaf.issuer.label);
    Finding::new(
        Subject::view(secret),
        summary,
        certificate_evidence(resource, certificate_ref, note),
    )
    .severity(severity_in(cx, namespace, Error))
    .likely("it is not known which clock is wrong: the one of the issuer or of the collection")
    .group_by(GroupKey::Issuer, &*leaf.issuer.label)
    .keywords(format!("certificate {namespace} {name}"))
}
