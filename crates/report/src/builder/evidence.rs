//! The evidence of a finding, with its quoted lines.

use mustknow_cluster::model::kinds::SECRET;
use mustknow_rules::{Evidence, Place};

use super::excerpt;
use super::subject::subject;
use crate::model::{Excerpt, ReportEvidence};
use crate::redact::SafeText;

/// One piece of evidence, safe to show.
pub(super) fn evidence(evidence: &Evidence) -> ReportEvidence {
    match evidence {
        Evidence::Seen { subject: about, place, note } => {
            let mut excerpt = match place {
                Place::Document { document, span } => excerpt::of_tree(&document.tree, span),
                Place::Line { number, text, mark, .. } => {
                    excerpt::of_line(*number, text, mark.clone())
                }
            };
            let line = excerpt.first_line;
            // No line of a Secret is shown, whichever part of it a rule points at.
            if about.kind == SECRET.name || is_in_secrets(place) {
                excerpt = Excerpt { first_line: line, ..Excerpt::default() };
            }
            let file = SafeText::name(place.path());
            let note = SafeText::text(note);
            ReportEvidence::Seen { subject: subject(about), file, line, excerpt, note }
        }
        Evidence::Missing { what, looked_in, note } => ReportEvidence::Missing {
            subject: subject(what),
            file: SafeText::name(looked_in),
            note: SafeText::text(note),
        },
    }
}

/// Whether a place is in a file of Secrets, whatever the evidence is about.
fn is_in_secrets(place: &Place) -> bool {
    let Place::Document { document, .. } = place else { return false };
    let mut parts = document.path.rsplit('/').map(|part| part.split('.').next());
    let file = parts.next().flatten();
    file == Some("secrets") || parts.next().flatten() == Some("secrets")
}
