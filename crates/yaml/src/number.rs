//! Parses numbers, booleans and null from the text of a scalar when a field needs one.
//!
//! The forms are those of the YAML 1.2 core schema and of the library. `010` is none of them: it
//! is eight in YAML 1.1 and invalid in JSON, so any reading could be wrong.

/// True for the plain scalars that mean no value.
pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "null" | "Null" | "NULL" | "~")
}

/// The boolean of a plain scalar.
pub(super) fn bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A whole number that fits 64 bits with a sign.
pub(super) fn i64(text: &str) -> Option<i64> {
    let (negative, magnitude) = magnitude(text)?;
    if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// A whole number that fits 64 bits without a sign.
pub(super) fn u64(text: &str) -> Option<u64> {
    let (negative, magnitude) = magnitude(text)?;
    if negative && magnitude != 0 { None } else { Some(magnitude) }
}

/// A number, finite or one of `.inf`, `-.inf` and `.nan`.
pub(super) fn f64(text: &str) -> Option<f64> {
    match text.strip_prefix('+').unwrap_or(text) {
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        _ => {}
    }
    match text {
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    if has_leading_zero(text) {
        return None;
    }
    // Rust would also parse "inf" and "nan".
    let is_decimal =
        text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if is_decimal {
        return text.parse().ok().filter(|number: &f64| number.is_finite());
    }
    // Whole numbers in another base.
    let (negative, magnitude) = magnitude(text)?;
    #[expect(clippy::cast_precision_loss, reason = "the caller asked for a float")]
    let number = magnitude as f64;
    Some(if negative { -number } else { number })
}

/// The sign and the size of a whole number in base 10, 16, 8 or 2.
fn magnitude(text: &str) -> Option<(bool, u64)> {
    if has_leading_zero(text) {
        return None;
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match (digits.get(..2), digits.get(2..)) {
        (Some("0x"), Some(rest)) => (16, rest),
        (Some("0o"), Some(rest)) => (8, rest),
        (Some("0b"), Some(rest)) => (2, rest),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    Some((negative, u64::from_str_radix(digits, radix).ok()?))
}

fn has_leading_zero(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_identifiers_beyond_two_to_the_53() {
        assert_eq!(u64("17834579823475982345"), Some(17_834_579_823_475_982_345));
        assert_eq!(i64("17834579823475982345"), None);
        assert_eq!(i64("-9223372036854775808"), Some(i64::MIN));
    }

    #[test]
    fn reads_other_bases_but_not_ambiguous_numbers() {
        assert_eq!(i64("0x1f"), Some(31));
        assert_eq!(i64("-0b11"), Some(-3));
        assert_eq!(f64("0o17"), Some(15.0));
        for text in ["010", "-007", "0x", "0x-1", "--1", "+-1", "", "1_000", " 1", "1 "] {
            assert_eq!((i64(text), f64(text)), (None, None), "{text:?}");
        }
    }

    #[test]
    fn refuses_floats_that_are_words_or_infinite() {
        assert_eq!(f64("1e685"), None);
        assert_eq!(f64("inf"), None);
        assert_eq!(f64("nan"), None);
        assert_eq!(f64("1.5e3"), Some(1500.0));
        assert_eq!(f64(".5"), Some(0.5));
        assert_eq!(f64("-.inf"), Some(f64::NEG_INFINITY));
    }
}
