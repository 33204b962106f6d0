//! One failure that the cluster-version operator reports, as rules judge it.
//!
//! The operator reports a failure immediately, and many are gone after the next attempt: rules
//! report one of less than five minutes as a note.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterVersion, UpdateFailure, update_failures};

use super::named_operators::NamedOperator;
use super::operator_problem::describe_command;
use super::update_failure::{
    cluster_version_gap, current_operation, rejected_release, severity_by_phase,
};
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Judged, NotJudged};

/// One failure in the ClusterVersion.
pub struct UpdateProblem<'s> {
    /// The cluster.
    pub cx: RuleContext<'s>,
    /// The object that reports it.
    pub version: ClusterVersion<'s>,
    /// What it reports.
    pub failure: UpdateFailure<'s>,
}

impl<'s> UpdateProblem<'s> {
    /// The failures in the condition `Failing`.
    pub fn failing(cx: &RuleContext<'s>) -> Result<Vec<Self>, NotJudged> {
        let version = cx.required::<ClusterVersion<'s>>("", "version")?;
        version.condition("Failing").ok_or_else(|| cluster_version_gap("no condition Failing"))?;
        let problem = |failure| Self { cx: *cx, version, failure };
        Ok(update_failures(version).into_iter().map(problem).collect())
    }

    /// What a rule finds in the failures that `is_concerned`.
    pub fn judge(
        cx: &RuleContext<'s>,
        is_concerned: impl Fn(&UpdateFailure<'s>) -> bool,
        finding: impl Fn(&Self) -> Option<Finding>,
    ) -> Judged {
        let problems = Self::failing(cx)?;
        let concerned = problems.iter().filter(|it| is_concerned(&it.failure));
        Ok(Checked::over(1, concerned.filter_map(finding)))
    }

    /// The same, in the step of a requested release that failed, and if there is none, in the
    /// condition `Failing`, where earlier releases report it.
    pub fn judge_release(
        cx: &RuleContext<'s>,
        is_concerned: impl Fn(&UpdateFailure<'s>) -> bool,
        finding: impl Fn(&Self) -> Option<Finding>,
    ) -> Judged {
        let version = cx.required::<ClusterVersion<'s>>("", "version")?;
        match rejected_release(version).filter(|step| is_concerned(step)) {
            Some(failure) => Ok(Checked::over(1, finding(&Self { cx: *cx, version, failure }))),
            None => Self::judge(cx, is_concerned, finding),
        }
    }

    /// What fails, as the subject of a sentence: `the update to 4.16.0`.
    pub fn operation(&self) -> String {
        current_operation(self.version)
    }

    /// The finding about the ClusterVersion.
    pub fn finding(&self, summary: impl Into<String>) -> Finding {
        self.finding_about(Subject::view(self.version), summary)
    }

    /// The finding about another subject.
    pub fn finding_about(&self, subject: Subject, summary: impl Into<String>) -> Finding {
        let UpdateFailure { condition, reason, message } = &self.failure;
        let note = match excerpt(message) {
            empty if empty.is_empty() => "the failure".to_owned(),
            message => message,
        };
        let evidence = Evidence::condition(self.version.resource(), *condition, note);
        Finding::new(subject, summary, evidence)
            .severity(severity_by_phase(&self.cx, self.cx.meta().severity))
            .since(condition.since())
            .keywords(reason)
            .keywords(message)
    }

    /// The operators that the failure names, without those whose own conditions contradict it.
    /// None if all of them contradict it; empty if the failure names none.
    pub fn blocking_operators(
        &self,
        contradicts: impl Fn(&NamedOperator<'s>) -> bool,
    ) -> Option<Vec<NamedOperator<'s>>> {
        let named = NamedOperator::all(&self.cx, &self.failure.message);
        let is_named = !named.is_empty();
        let blocking: Vec<_> = named.into_iter().filter(|named| !contradicts(named)).collect();
        (!is_named || !blocking.is_empty()).then_some(blocking)
    }

    /// The finding that it waits for these operators, with their conditions of that type.
    pub fn finding_of_operators(
        &self,
        operators: &[NamedOperator<'s>],
        of_type: &str,
        summary: impl Into<String>,
    ) -> Finding {
        let reported = self.failure.condition.since();
        let times = || operators.iter().filter_map(|it| it.since(of_type)).chain(reported);
        let finding = self
            .finding(summary)
            .since(times().max())
            .lasts_since(times().min())
            .run(describe_command(operators.iter().map(|it| it.name.as_str())));
        operators.iter().fold(finding, |finding, NamedOperator { name, object }| {
            let Some((operator, condition)) =
                object.and_then(|operator| Some((operator, operator.condition(of_type)?)))
            else {
                return finding;
            };
            let (reason, message) = (condition.reason(), condition.message());
            let note = format!("{name}: {}", excerpt(&message));
            finding
                .evidence([Evidence::condition(operator.resource(), condition, note)])
                .keywords(format!("{name}: {reason}: {message}"))
        })
    }
}
