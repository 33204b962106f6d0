//! A rule: one const value that says the signal, the mechanism and the remedy.
//!
//! ```text
//! pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
//!     .alert(&["etcdMemberCommunicationSlow"], |firing| { .. })
//!     .why("The leader acknowledges a write once a majority has confirmed it.")
//!     .fix("Check latency, packet loss and MTU between the control-plane nodes.");
//! ```
//!
//! Its id is its path in the catalog, its title the first line of its file, and what it needs follows
//! from its signal. Text of a rule may contain `{name}` and `{namespace}`, which stand for the
//! subject of a finding, and any other `{word}` that [`Finding::with`] sets.

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::model::platform::Platform;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;

use crate::signals::{
    Alert, AlertGroup, ConditionState, Firing, LeafCertificate, LogOccurrences, OperatorCondition,
    OperatorRef, TlsRefusals, is_managed, judge_alerts, judge_cluster_operator,
};
use crate::terms::client::{command_for, has_plain_form, prose_for};
use crate::terms::context::RuleContext;
use crate::terms::evidence::Evidence;
use crate::terms::finding::Finding;
use crate::terms::meta::{Meta, Need, Role, Scope, Severity, SignalSource};
use crate::terms::template::unfilled;
use crate::terms::verdict::{Checked, Judged, NotJudged, not_applicable};

/// The signal that a rule starts from, and how it judges what it gets.
#[derive(Clone, Copy, Debug)]
enum Signal {
    /// None yet: the rule is not complete.
    Unset,
    /// The rule itself looks for what it reads.
    Check(fn(&RuleContext<'_>) -> Judged),
    /// Each object of some kinds.
    Each(&'static [&'static Kind], EachJudge),
    /// Conditions of operators, from the operator resource or else from the ClusterOperator.
    Condition(&'static [OperatorRef], &'static [&'static str], ConditionJudge),
    /// Conditions of a ClusterOperator that has no operator resource.
    Status(&'static str, &'static [&'static str], StatusJudge),
    /// Firing alerts, all together.
    Alert(&'static [&'static str], AlertJudge),
    /// Firing alerts by what they are about.
    AlertsBy(&'static [&'static str], AlertAbout, AlertsByJudge),
    /// Lines of logs, the last of them written within a time before the collection.
    Log(&'static [LogPattern], Span, LogJudge),
    /// Logs of components that reject a certificate again and again.
    Refusal(&'static [LogPattern], RefusalJudge),
    /// Each certificate in a Secret.
    Certificate(CertificateJudge),
}

type EachJudge = for<'s> fn(&RuleContext<'s>, &'s Resource) -> Result<Option<Finding>, NotJudged>;
type CertificateJudge =
    for<'s> fn(&RuleContext<'s>, LeafCertificate<'s>) -> Result<Option<Finding>, NotJudged>;
type ConditionJudge = fn(&OperatorCondition<'_>) -> Option<Finding>;
type StatusJudge = fn(&ConditionState<'_>) -> Option<Finding>;
type AlertJudge = fn(&Firing<'_>) -> Option<Finding>;
type AlertAbout = fn(&RuleContext<'_>, &Alert) -> String;
type AlertsByJudge = fn(&RuleContext<'_>, &AlertGroup) -> Option<Finding>;
type LogJudge = fn(&RuleContext<'_>, &LogOccurrences<'_>) -> Option<Finding>;
type RefusalJudge = fn(&str, &str, TlsRefusals<'_>, Evidence) -> Finding;

/// What the engine does with a finding by its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GracePeriod {
    /// Not said: a test of the house fails.
    Undeclared,
    /// It counts at once, and why.
    None(&'static str),
    /// It counts once it has lasted that long; before that nothing is said.
    Silent(Span),
    /// It counts once it has lasted that long; before that it is a note.
    Note(Span),
}

/// What to do about the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What to do, in a few sentences.
    pub fix: &'static str,
    /// Commands that do it, or show what is needed for it.
    pub run: &'static [&'static str],
    /// Commands that show that it worked.
    pub verify: &'static [&'static str],
    /// What else happens.
    pub side_effects: &'static [&'static str],
    /// What must hold before, each with a command that shows it, or an empty one.
    pub before: &'static [(&'static str, &'static str)],
}

/// One diagnosis.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is called, and what it reads.
    pub meta: Meta,
    /// The mechanism, and why it matters.
    pub why: &'static str,
    /// What to do.
    pub advice: Advice,
    /// What it does not see, and where upstream its facts are from, in Markdown: the head of its
    /// file below the title.
    pub notes: &'static str,
    /// How long a finding must have lasted.
    pub grace: GracePeriod,
    /// Why it counts during an installation as well; empty if the installation excuses it.
    pub while_installing: &'static str,
    /// Whether it applies only while the operator whose condition it reads is managed.
    only_while_managed: bool,
    /// A digest of its file: another digest, another rule.
    pub digest: u64,
    /// The alerts that it reads, among other names, a quote behind each.
    alert_names: &'static str,
    signal: Signal,
}

/// What a rule takes from its file.
pub(crate) struct File {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) alert_names: &'static str,
    pub(crate) digest: u64,
}

/// A rule with findings of that severity and role, for the clusters of `scope`.
pub(crate) const fn rule(severity: Severity, role: Role, scope: Scope) -> Rule {
    let meta = Meta {
        id: "",
        title: "",
        severity,
        role,
        scope,
        signal: SignalSource::Listed,
        all_of: &[],
        any_of: &[],
        reads: &[],
    };
    let advice = Advice { fix: "", run: &[], verify: &[], side_effects: &[], before: &[] };
    Rule {
        meta,
        why: "",
        advice,
        notes: "",
        grace: GracePeriod::Undeclared,
        while_installing: "",
        only_while_managed: false,
        digest: 0,
        alert_names: "",
        signal: Signal::Unset,
    }
}

/// The starts: what the rule gets to judge.
impl Rule {
    /// Starts from what the rule itself looks for.
    pub(crate) const fn check(mut self, judge: fn(&RuleContext<'_>) -> Judged) -> Self {
        self.signal = Signal::Check(judge);
        self
    }

    /// Starts from each object of `kinds`, which it needs.
    pub(crate) const fn each(mut self, kinds: &'static [&'static Kind], judge: EachJudge) -> Self {
        self.meta.signal = SignalSource::Kinds(kinds);
        self.signal = Signal::Each(kinds, judge);
        self
    }

    /// Starts from each bad condition of `operators` that has one of `types`.
    pub(crate) const fn condition(
        mut self,
        operators: &'static [OperatorRef],
        types: &'static [&'static str],
        judge: ConditionJudge,
    ) -> Self {
        self.meta.signal = SignalSource::Operators(operators);
        self.signal = Signal::Condition(operators, types, judge);
        self
    }

    /// Starts from the bad conditions among `types` of a ClusterOperator: the first that is judged
    /// as a finding.
    pub(crate) const fn status(
        mut self,
        operator: &'static str,
        types: &'static [&'static str],
        judge: StatusJudge,
    ) -> Self {
        self.signal = Signal::Status(operator, types, judge);
        self
    }

    /// Starts from the firing alerts of these names, all of them together.
    pub(crate) const fn alert(mut self, names: &'static [&'static str], judge: AlertJudge) -> Self {
        self.meta.signal = SignalSource::Alerts;
        self.signal = Signal::Alert(names, judge);
        self.waited_for()
    }

    /// Starts from the firing alerts of these names, by what each is about.
    pub(crate) const fn alerts_by(
        mut self,
        about: AlertAbout,
        names: &'static [&'static str],
        judge: AlertsByJudge,
    ) -> Self {
        self.meta.signal = SignalSource::Alerts;
        self.signal = Signal::AlertsBy(names, about, judge);
        self.waited_for()
    }

    /// Starts from lines of `logs`, of which the last was written within `window` before the
    /// collection. One log is needed; of several, those that were collected are searched.
    pub(crate) const fn log(
        mut self,
        logs: &'static [LogPattern],
        window: Span,
        judge: LogJudge,
    ) -> Self {
        self.meta.signal = SignalSource::Logs(logs);
        self.signal = Signal::Log(logs, window, judge);
        self
    }

    /// Starts from the logs of components that reject a certificate again and again.
    pub(crate) const fn refusal(
        mut self,
        logs: &'static [LogPattern],
        judge: RefusalJudge,
    ) -> Self {
        self.meta.signal = SignalSource::Logs(logs);
        self.signal = Signal::Refusal(logs, judge);
        self
    }

    /// Starts from each certificate in a Secret, which it needs.
    pub(crate) const fn certificate(mut self, judge: CertificateJudge) -> Self {
        self.meta.signal = SignalSource::Certificates;
        self.signal = Signal::Certificate(judge);
        self
    }

    const fn waited_for(mut self) -> Self {
        self.grace = GracePeriod::None("the alert has already waited for the time of its rule");
        self
    }
}

/// What else a rule says.
impl Rule {
    /// What it cannot do without.
    pub(crate) const fn needs(mut self, all_of: &'static [Need]) -> Self {
        self.meta.all_of = all_of;
        self
    }

    /// Of what it needs at least one.
    pub(crate) const fn needs_any(mut self, any_of: &'static [Need]) -> Self {
        self.meta.any_of = any_of;
        self
    }

    /// What it reads if present.
    pub(crate) const fn reads(mut self, reads: &'static [Need]) -> Self {
        self.meta.reads = reads;
        self
    }

    /// The mechanism, and why it matters.
    pub(crate) const fn why(mut self, why: &'static str) -> Self {
        self.why = why;
        self
    }

    /// What to do, in a few sentences.
    pub(crate) const fn fix(mut self, fix: &'static str) -> Self {
        self.advice.fix = fix;
        self
    }

    /// Commands that do it, or show what is needed for it.
    pub(crate) const fn run(mut self, commands: &'static [&'static str]) -> Self {
        self.advice.run = commands;
        self
    }

    /// Commands that show that it worked.
    pub(crate) const fn verify(mut self, commands: &'static [&'static str]) -> Self {
        self.advice.verify = commands;
        self
    }

    /// What else the fix does.
    pub(crate) const fn side_effects(mut self, side_effects: &'static [&'static str]) -> Self {
        self.advice.side_effects = side_effects;
        self
    }

    /// What must hold before, each with a command that shows it, or an empty one.
    pub(crate) const fn before(mut self, before: &'static [(&'static str, &'static str)]) -> Self {
        self.advice.before = before;
        self
    }

    /// A finding counts once it has lasted that long; before that nothing is said.
    pub(crate) const fn grace(mut self, grace: Span) -> Self {
        self.grace = GracePeriod::Silent(grace);
        self
    }

    /// A finding counts once it has lasted that long; before that it is a note.
    pub(crate) const fn note_until(mut self, grace: Span) -> Self {
        self.grace = GracePeriod::Note(grace);
        self
    }

    /// A finding counts at once, and why.
    pub(crate) const fn at_once(mut self, why: &'static str) -> Self {
        self.grace = GracePeriod::None(why);
        self
    }

    /// A finding counts during an installation as well, and why.
    pub(crate) const fn even_while_installing(mut self, why: &'static str) -> Self {
        self.while_installing = why;
        self
    }

    /// It applies only while the operators whose conditions it reads are managed: those of others
    /// can be stale.
    pub(crate) const fn while_managed(mut self) -> Self {
        self.only_while_managed = true;
        self
    }

    /// The rule of that file. Rules are constants, so one that is not complete does not compile.
    pub(crate) const fn in_file(mut self, file: &File) -> Self {
        assert!(!matches!(self.signal, Signal::Unset), "a rule starts from a signal");
        assert!(
            !matches!(self.grace, GracePeriod::Undeclared),
            "a rule says how long a finding must last"
        );
        self.meta.id = file.id;
        self.meta.title = file.title;
        self.notes = file.notes;
        self.alert_names = file.alert_names;
        self.digest = file.digest;
        self
    }
}

impl Rule {
    /// Judges one cluster.
    pub(crate) fn judge(&self, cx: &RuleContext<'_>) -> Judged {
        match self.signal {
            Signal::Unset => Ok(Checked::default()),
            Signal::Check(judge) => judge(cx),
            Signal::Each(kinds, judge) => {
                let objects = kinds.iter().flat_map(|kind| cx.of_kind(kind));
                Checked::each(objects.take_while(|_| !cx.is_overdue()), |object| judge(cx, object))
            }
            Signal::Condition(operators, ..)
                if self.only_while_managed
                    && !operators.iter().any(|(kind, _)| is_managed(cx, kind)) =>
            {
                Err(not_applicable("its operator is not managed"))
            }
            Signal::Condition(operators, types, judge) => {
                OperatorCondition::judge(cx, operators, types, judge)
            }
            Signal::Status(operator, types, judge) => {
                judge_cluster_operator(cx, operator, types, judge)
            }
            Signal::Alert(names, judge) => Firing::judge(cx, names, judge),
            Signal::AlertsBy(names, about, judge) => {
                judge_alerts(cx, names, |alert| about(cx, alert), |group| judge(cx, group))
            }
            Signal::Log(logs, window, judge) => LogOccurrences::judge(cx, logs, window, judge),
            Signal::Refusal(logs, judge) => TlsRefusals::judge(cx, logs, judge),
            Signal::Certificate(judge) => {
                Checked::each(LeafCertificate::all(cx), |leaf| judge(cx, leaf))
            }
        }
    }

    /// Whether it reads alerts.
    pub(crate) const fn reads_alerts(&self) -> bool {
        self.meta.reads_alerts()
    }

    /// Whether it reads the alert of that name.
    pub(crate) fn reads_alert(&self, name: &str) -> bool {
        self.alert_names.split('"').any(|alert| alert == name)
    }

    /// The title as a sentence begins.
    pub fn heading(&self) -> String {
        let mut letters = self.meta.title.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    }

    /// Its manual in Markdown: what it finds, why it matters, what to do, and the notes. The commands
    /// of a rule of any cluster are those of `kubectl`, apart from what only OpenShift has.
    pub fn manual(&self) -> String {
        let Advice { fix, run, .. } = self.advice;
        let is_of_openshift = !self.meta.scope.includes_plain();
        let platform = if is_of_openshift { Platform::OpenShift } else { Platform::Unknown };
        let mut manual = format!(
            "# Why it matters\n\n{}\n\n# What to do\n\n{}\n",
            prose_for(platform, self.why),
            prose_for(platform, fix)
        );
        let (run, only_openshift): (Vec<_>, Vec<_>) =
            run.iter().partition(|it| is_of_openshift || has_plain_form(it));
        for (heading, commands) in [("", run), ("On OpenShift also:\n\n", only_openshift)] {
            let line = |command: &&str| format!("    {}\n", command_for(platform, command));
            let lines: String = commands.into_iter().map(line).collect();
            if !lines.is_empty() {
                manual.push_str(&format!("\n{heading}{}", unfilled(&lines)));
            }
        }
        let is_reference = |paragraph: &&str| paragraph.starts_with("- ");
        let (references, blind): (Vec<_>, Vec<_>) =
            self.notes.trim().split("\n\n").partition(is_reference);
        for (heading, paragraphs) in [("Blind spots", blind), ("References", references)] {
            if paragraphs.iter().any(|paragraph| !paragraph.is_empty()) {
                manual.push_str(&format!("\n# {heading}\n\n{}\n", paragraphs.join("\n\n")));
            }
        }
        manual
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::meta::{Role, Scope};

    const FILE: File = File { id: "", title: "", notes: "", alert_names: "", digest: 0 };
    const STARTED: Rule =
        rule(Severity::Error, Role::Cause, Scope::Any).check(|_| Ok(Checked::default()));

    #[test]
    #[should_panic(expected = "starts from a signal")]
    fn a_rule_without_a_signal_is_refused() {
        rule(Severity::Error, Role::Cause, Scope::Any).at_once("it is a test").in_file(&FILE);
    }

    #[test]
    #[should_panic(expected = "how long a finding must last")]
    fn a_rule_without_a_grace_period_is_refused() {
        STARTED.in_file(&FILE);
    }

    #[test]
    fn a_complete_rule_is_taken() {
        STARTED.at_once("it is a test").in_file(&FILE);
    }
}
