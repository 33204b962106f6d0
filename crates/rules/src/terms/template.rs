//! Text of rules with places to fill: `{name}`, `{namespace}`, and what a finding adds.

/// `text` with the places filled by `value`; those without a value stay.
pub(crate) fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((word, behind)) if is_word(word) => {
                match value(word) {
                    Some(value) => filled.push_str(&value),
                    None => filled.push_str(&format!("{{{word}}}")),
                }
                rest = behind;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// `text` with the places filled by `value`; those without a value are written as `<word>`.
pub(crate) fn fill_all(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    fill(text, |word| value(word).or_else(|| Some(format!("<{}>", word.replace('_', " ")))))
}

/// `text` with `<word>` in all places.
pub(crate) fn unfilled(text: &str) -> String {
    fill_all(text, |_| None)
}

/// Whether braces around it make it a place; those of JSON and Go templates do not.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_other_braces_stay() {
        let value = |word: &str| (word == "name").then(|| "db".to_owned());
        let text =
            r#"oc patch pod {name} -n {namespace} -p '{"spec":{"x":{}}}' -o jsonpath={.status} {"#;
        let filled =
            r#"oc patch pod db -n {namespace} -p '{"spec":{"x":{}}}' -o jsonpath={.status} {"#;
        assert_eq!(fill(text, value), filled);
        assert_eq!(fill_all(text, value), filled.replace("{namespace}", "<namespace>"));
        assert_eq!(unfilled("ssh {control_plane_node}"), "ssh <control plane node>");
    }
}
