//! The subject of a finding, safe to show.

use mustknow_rules::Subject;

use crate::model::ReportSubject;
use crate::redact::SafeText;

/// The subject, safe to show.
pub(super) fn subject(subject: &Subject) -> ReportSubject {
    ReportSubject {
        kind: SafeText::name(&subject.kind),
        namespace: SafeText::name(&subject.namespace),
        name: SafeText::name(&subject.name),
    }
}
