//! Durations as people type them: `90s`, `10m`, `1h 30m`.

use std::time::Duration;

use jiff::SignedDuration;

/// Reads how long something may take.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let parsed: SignedDuration =
        text.parse().map_err(|_| "must be a number with a unit, such as 90s or 10m".to_owned())?;
    match Duration::try_from(parsed) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than 0".to_owned()),
    }
}

/// Reads how far a window of time reaches.
pub(crate) fn window(text: &str) -> Result<SignedDuration, String> {
    let parsed = text.trim().parse::<SignedDuration>();
    let parsed = parsed.ok().filter(SignedDuration::is_positive);
    parsed.ok_or_else(|| {
        "must be a number with a unit, such as 30m or 2h, and more than 0".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit_and_is_more_than_nothing() {
        assert_eq!(duration("10m"), Ok(Duration::from_mins(10)));
        assert_eq!(duration("1m 30s"), Ok(Duration::from_secs(90)));
        assert!(duration("90").unwrap_err().contains("such as 90s"));
        for text in ["0s", "-5m"] {
            assert_eq!(duration(text).unwrap_err(), "must be more than 0", "{text}");
        }
    }

    #[test]
    fn a_window_has_a_unit_and_is_more_than_nothing() {
        assert_eq!(window("1h 30m"), Ok(SignedDuration::from_mins(90)));
        for text in ["", "30", "-5m", "0s", "soon"] {
            assert!(window(text).unwrap_err().contains("30m"), "{text}");
        }
    }
}
