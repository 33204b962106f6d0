//! Certificates that are not yet valid.
//!
//! The collection time is read from the node on which the collection ran: if that clock is behind,
//! the result looks the same. If only the newest record shows the time, the result is inconclusive.
//!
//! - openshift/library-go `pkg/crypto/crypto.go` (the validity begins a second before the certificate is created)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .certificate(|cx, leaf| {
        let now = collection_time(cx)?;
        if cx.ages_are_lower_bounds() {
            let what = "only the newest record of the archive shows when it was collected";
            return Err(Gap::new(GapKind::FieldAbsent, what).into());
        }
        let ahead = Span::between(now, leaf.not_before);
        // The collection itself takes some minutes.
        if ahead <= Span::minutes(10) {
            return Ok(None);
        }
        let summary = format!(
            "certificate in Secret {} is not valid before {}, {ahead} after the collection",
            leaf.place(),
            seconds(leaf.not_before)
        );
        let doubt = "it is not known which clock is wrong: that of the issuer or of the collection";
        let finding = leaf.finding(summary, format!("issued by {}", leaf.issuer.label));
        Ok(Some(finding.likely(doubt).group_by(GroupKey::Issuer, &*leaf.issuer.label)))
    })
    .at_once("the start of its validity is known")
    .even_while_installing("a wrong clock does not correct itself")
    .why(
        "Clients and servers reject such a certificate before its start time. If an operator \
         issued it, the clock of the node that the operator runs on is ahead of the other clocks.",
    )
    .fix(
        "Compare the clocks of the nodes and make sure that chrony can reach a time source from \
         each node.",
    )
    .run(&["oc debug node/<node> -- chroot /host chronyc tracking"])
    .verify(&["oc debug node/<node> -- chroot /host date -u"]);
