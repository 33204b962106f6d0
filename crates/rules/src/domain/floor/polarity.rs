//! Which status of a condition type is bad, for types that no rule knows.
//!
//! The last word of a type decides: a part of a word misleads ("Installed" is not "Stalled"). A type
//! whose words say nothing is not judged.
//!
//! Sources: kubernetes/community `contributors/devel/sig-architecture/api-conventions.md`, which
//! fixes no polarity; kubernetes-sigs/cli-utils `pkg/kstatus/status/generic.go`;
//! openshift/library-go `pkg/operator/status/status_controller.go`; the words are those of the
//! condition types of fifty operators.

use mustknow_cluster::views::ConditionPolarity;

/// Words that report a fault with `True`.
const BAD_WHEN_TRUE: &[&str] = &[
    "aborted",
    "blocked",
    "conflict",
    "conflicted",
    "conflicts",
    "corrupt",
    "corrupted",
    "crashed",
    "dangling",
    "deadlock",
    "degraded",
    "error",
    "errored",
    "errors",
    "exceeded",
    "exhausted",
    "expired",
    "fail",
    "failed",
    "failing",
    "failure",
    "failures",
    "fallback",
    "inconsistent",
    "insufficient",
    "invalid",
    "lost",
    "missing",
    "noncompliant",
    "orphan",
    "orphaned",
    "outdated",
    "overlapping",
    "pressure",
    "problem",
    "rejected",
    "stale",
    "stalled",
    "stuck",
    "terminal",
    "unavailable",
    "unhealthy",
    "unreachable",
    "unschedulable",
    "unsupported",
    "violated",
];

/// Words that report a fault with `False`.
const BAD_WHEN_FALSE: &[&str] = &[
    "accepted",
    "admitted",
    "applied",
    "attached",
    "available",
    "bound",
    "complete",
    "compliant",
    "configured",
    "conformant",
    "connected",
    "created",
    "deployed",
    "established",
    "exist",
    "exists",
    "found",
    "healthy",
    "initialized",
    "installed",
    "issued",
    "joined",
    "launched",
    "loaded",
    "met",
    "populated",
    "programmed",
    "provisioned",
    "published",
    "reachable",
    "ready",
    "reconciled",
    "registered",
    "resolved",
    "satisfied",
    "schedulable",
    "scheduled",
    "served",
    "serving",
    "succeeded",
    "succeeding",
    "success",
    "successful",
    "supported",
    "synced",
    "synchronized",
    "valid",
];

/// Words in whose presence a type reports no fault: it says what goes on, or what is wished.
const NEITHER: &[&str] = &["allowed", "detected", "pending", "progress", "requested", "required"];

/// Words that turn the meaning of the next one round.
const NEGATIONS: &[&str] = &["no", "non", "not", "un"];

/// Words at the end of a type that say nothing.
const EMPTY: &[&str] = &["condition", "set", "state", "status"];

/// Which status of a condition type is bad; None if its words do not show that.
pub(super) fn polarity_of(type_name: &str) -> Option<ConditionPolarity> {
    let name = type_name.rsplit(['/', '.']).next().unwrap_or(type_name);
    let words = words_of(name);
    let mut words = words.as_slice();
    while let [rest @ .., last] = words
        && !rest.is_empty()
        && EMPTY.contains(&last.as_str())
    {
        words = rest;
    }
    if words.iter().any(|word| NEITHER.contains(&word.as_str())) {
        return None;
    }
    let (last, before) = words.split_last()?;
    let is_negated = before.last().is_some_and(|word| NEGATIONS.contains(&word.as_str()));
    let first = words.first()?;
    match by_word(last) {
        Some(polarity) if is_negated => Some(opposite(polarity)),
        Some(polarity) => Some(polarity),
        None if BAD_WHEN_TRUE.contains(&first.as_str()) => Some(ConditionPolarity::BadWhenTrue),
        None if matches!(first.as_str(), "valid" | "supported") => {
            Some(ConditionPolarity::BadWhenFalse)
        }
        None => None,
    }
}

fn by_word(word: &str) -> Option<ConditionPolarity> {
    if BAD_WHEN_TRUE.binary_search(&word).is_ok() {
        Some(ConditionPolarity::BadWhenTrue)
    } else if BAD_WHEN_FALSE.binary_search(&word).is_ok() {
        Some(ConditionPolarity::BadWhenFalse)
    } else {
        None
    }
}

fn opposite(polarity: ConditionPolarity) -> ConditionPolarity {
    match polarity {
        ConditionPolarity::BadWhenTrue => ConditionPolarity::BadWhenFalse,
        ConditionPolarity::BadWhenFalse => ConditionPolarity::BadWhenTrue,
    }
}

/// The words of a name in camel case, in lower case: `DNSNotReady` is `dns`, `not`, `ready`.
fn words_of(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            before = None;
            continue;
        }
        let next_is_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = match before {
            None => true,
            Some(before) if before.is_uppercase() => letter.is_uppercase() && next_is_lower,
            Some(_) => letter.is_uppercase(),
        };
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
        before = Some(*letter);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order() {
        assert!(BAD_WHEN_TRUE.is_sorted() && BAD_WHEN_FALSE.is_sorted());
    }

    #[test]
    fn the_last_word_decides() {
        for name in
            ["Degraded", "BackupFailed", "ACK.Terminal", "NotReady", "NotFound", "KernelDeadlock"]
        {
            assert_eq!(polarity_of(name), Some(ConditionPolarity::BadWhenTrue), "{name}");
        }
        for name in [
            "Ready",
            "DNSReady",
            "Installed",
            "example.com/Synced",
            "ValidReleaseInfo",
            "ReadyCondition",
        ] {
            assert_eq!(polarity_of(name), Some(ConditionPolarity::BadWhenFalse), "{name}");
        }
    }

    #[test]
    fn a_type_that_says_what_goes_on_is_not_judged() {
        for name in [
            "Progressing",
            "Upgradeable",
            "InstallPlanPending",
            "RebootRequired",
            "Paused",
            "",
            "Foo",
        ] {
            assert_eq!(polarity_of(name), None, "{name}");
        }
    }

    #[test]
    fn words_are_split_at_capitals() {
        assert_eq!(words_of("DNSNotReady"), ["dns", "not", "ready"]);
        assert_eq!(words_of("ready"), ["ready"]);
        assert_eq!(words_of("PIDPressure"), ["pid", "pressure"]);
    }
}
