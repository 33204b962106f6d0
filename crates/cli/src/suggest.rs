//! Suggestions for mistyped names.

/// The known name that is nearest to `typed`, if one is near enough to be meant.
///
/// Of names such as `etcd/quorum-lost`, the part after the slash is compared as well.
pub(crate) fn nearest<'n>(
    typed: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let limit = typed.chars().count().max(3) / 3;
    let distance = |name: &str| {
        let after_slash = name.split_once('/').map_or(name, |(_, rest)| rest);
        strsim::osa_distance(typed, name).min(strsim::osa_distance(typed, after_slash))
    };
    let distances = known.into_iter().map(|name| (distance(name), name));
    distances.filter(|(distance, _)| *distance <= limit).min().map(|(_, name)| name)
}

/// The message about an unknown name: it suggests the nearest known one, or else gives `hint`.
pub(crate) fn unknown<'n>(
    what: &str,
    typed: &str,
    known: impl IntoIterator<Item = &'n str>,
    hint: &str,
) -> String {
    match nearest(typed, known) {
        Some(name) => format!("no such {what} `{typed}`; did you mean `{name}`?"),
        None => format!("no such {what} `{typed}`; {hint}"),
    }
}

/// The hint for an unknown rule.
pub(crate) const LIST_RULES: &str = "`mustknow rules` lists all rules";

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: [&str; 3] = ["scan", "timeline", "rules"];

    #[test]
    fn a_slip_of_the_fingers_is_recognised() {
        assert_eq!(nearest("sacn", COMMANDS), Some("scan"));
        assert_eq!(nearest("timelnie", COMMANDS), Some("timeline"));
        assert_eq!(nearest("rule", COMMANDS), Some("rules"));
    }

    #[test]
    fn another_word_has_no_suggestion() {
        assert_eq!(nearest("get", COMMANDS), None);
    }

    #[test]
    fn a_message_suggests_a_name_or_gives_the_hint() {
        let message = |typed| unknown("command", typed, COMMANDS, "see --help");
        assert_eq!(message("rule"), "no such command `rule`; did you mean `rules`?");
        assert_eq!(message("get"), "no such command `get`; see --help");
    }

    #[test]
    fn a_rule_is_found_without_its_area() {
        let rules = ["etcd/clock-drift", "etcd/quorum-lost"];
        assert_eq!(nearest("quorum-lost", rules), Some("etcd/quorum-lost"));
        assert_eq!(nearest("etcd/qourum-lost", rules), Some("etcd/quorum-lost"));
    }
}
