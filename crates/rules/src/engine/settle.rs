//! What the engine decides about a finding, the same for all rules: whether it has lasted long
//! enough, what an installation excuses, how severe it is in its place, and the words of its rule.

use mustknow_cluster::model::platform::Platform;
use mustknow_cluster::model::time::Time;

use crate::engine::quotes::quote_logs;
use crate::engine::rule::{GracePeriod, Rule};
use crate::terms::client::{command_for, has_plain_form, prose_for, word_commands};
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::finding::{Finding, Precondition, Proof, Remedy};
use crate::terms::meta::Severity;
use crate::terms::persistence::{Persistence, is_young_installation};
use crate::terms::place::Tiers;
use crate::terms::quoting::is_shell_safe;
use crate::terms::template::fill_all;

/// The finding as reports show it; None while it is too young to count.
pub(crate) fn settle(
    cx: &RuleContext<'_>,
    rule: &'static Rule,
    finding: Finding,
) -> Option<Finding> {
    let mut finding = by_age(cx, rule, finding)?;
    finding.rule = rule.meta.id;
    let usual = finding.severity.unwrap_or(rule.meta.severity);
    let tier = Tiers::get(cx.snapshot(), cx.memo()).of_finding(&finding);
    finding.severity = Some(tier.severity(usual));
    if rule.while_installing.is_empty() && is_young_installation(cx) {
        finding.severity = Some(Severity::Info);
    }
    let platform = cx.snapshot().platform();
    say(platform, rule, &mut finding);
    finding.why = prose_for(platform, &finding.why).into_owned();
    if let Some(remedy) = &mut finding.remedy {
        word_for_client(platform, remedy);
    }
    quote_logs(cx, &mut finding);
    Some(finding)
}

/// Applies the grace period of the rule.
fn by_age(cx: &RuleContext<'_>, rule: &Rule, finding: Finding) -> Option<Finding> {
    let (limit, is_note) = match rule.grace {
        GracePeriod::Silent(limit) => (limit, false),
        GracePeriod::Note(limit) => (limit, true),
        GracePeriod::None(_) | GracePeriod::Undeclared => return Some(finding),
    };
    let limit = finding.grace.unwrap_or(limit);
    let persistence = Persistence::of(cx, oldest(&finding), limit).or_exceeded(finding.is_lasting);
    if persistence == Persistence::WithinGrace && !is_note {
        return None;
    }
    let usual = finding.severity.unwrap_or(rule.meta.severity);
    Some(persistence.apply(finding, usual))
}

/// When the state began whose age counts.
fn oldest(finding: &Finding) -> Option<Time> {
    finding.lasts_since.or(finding.since)
}

/// Adds the words of the rule to what the finding says itself.
fn say(platform: Platform, rule: &Rule, finding: &mut Finding) {
    let values = &finding.values;
    let subject = &finding.subject;
    let value = |word: &str| -> Option<String> {
        let known = values.iter().find(|(name, _)| *name == word).map(|(_, value)| value.clone());
        known
            .or_else(|| match word {
                "name" => Some(subject.name.clone()),
                "namespace" => Some(subject.namespace.clone()),
                _ => None,
            })
            .filter(|value| is_shell_safe(value))
    };
    // Of a rule of any cluster, what only OpenShift has is said on OpenShift alone.
    let is_of_openshift = platform == Platform::OpenShift || !rule.meta.scope.includes_plain();
    let exists = |command: &str| is_of_openshift || has_plain_form(command);
    let commands = |templates: &[&'static str]| -> Vec<Command> {
        let known = templates.iter().filter(|it| exists(it));
        known.map(|it| Command::from(*it)).collect()
    };
    let why = if finding.why.is_empty() { fill_all(rule.why, value) } else { finding.why.clone() };
    let advice = rule.advice;
    let own = finding.remedy.take();
    let is_complete = own.as_ref().is_some_and(|own| !own.action.is_empty());
    let mut remedy = own.unwrap_or_default();
    if !is_complete {
        remedy.action = match finding.action.as_str() {
            "" => fill_all(advice.fix, value),
            action => action.to_owned(),
        };
        remedy.commands.splice(0..0, commands(advice.run));
        let known = advice.side_effects.iter().filter(|text| exists(text));
        remedy.side_effects.splice(0..0, known.map(|text| fill_all(text, value)));
        let before = advice.before.iter().filter(|(_, how)| exists(how));
        let before = before.map(|(what, how)| Precondition {
            what: fill_all(what, value),
            proof: Proof::by_hand(*how),
        });
        remedy.preconditions.splice(0..0, before.collect::<Vec<_>>());
    }
    if remedy.verify.is_empty() {
        remedy.verify = commands(advice.verify);
    }
    for command in commands_of(&mut remedy) {
        *command = command.filled(value);
    }
    finding.why = why;
    finding.remedy = (remedy != Remedy::default()).then_some(remedy);
}

/// Words what to do for the client of the platform.
fn word_for_client(platform: Platform, remedy: &mut Remedy) {
    for text in std::iter::once(&mut remedy.action).chain(&mut remedy.side_effects) {
        *text = prose_for(platform, text).into_owned();
    }
    word_commands(platform, &mut remedy.commands);
    word_commands(platform, &mut remedy.verify);
    for command in commands_of(remedy) {
        command.reword(|text| command_for(platform, text).into_owned());
    }
}

/// Every command of what to do.
fn commands_of(remedy: &mut Remedy) -> impl Iterator<Item = &mut Command> {
    let by_hand = remedy.preconditions.iter_mut().filter_map(|check| match &mut check.proof {
        Proof::ByHand(command) => Some(command),
        _ => None,
    });
    remedy.commands.iter_mut().chain(&mut remedy.verify).chain(by_hand)
}
