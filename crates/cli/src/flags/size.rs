//! Numbers of bytes as people type them: `512MiB`, `2GB`, `1.5GiB`, `4096`.

/// Reads a number of bytes, which must be more than 0.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end).unwrap_or((text, ""));
    let unit = bytes_of(&unit.trim().to_ascii_lowercase());
    match bytes(number, unit) {
        Some(0) => Err("must be more than 0".to_owned()),
        Some(bytes) => Ok(bytes),
        None => Err("must be a number of bytes, such as 512MiB, 2GB or 4096".to_owned()),
    }
}

/// How many bytes a unit stands for.
fn bytes_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "" | "b" => 1,
        "k" | "kb" => 1000,
        "m" | "mb" => 1000_u64.pow(2),
        "g" | "gb" => 1000_u64.pow(3),
        "t" | "tb" => 1000_u64.pow(4),
        "p" | "pb" => 1000_u64.pow(5),
        "ki" | "kib" => 1 << 10,
        "mi" | "mib" => 1 << 20,
        "gi" | "gib" => 1 << 30,
        "ti" | "tib" => 1 << 40,
        "pi" | "pib" => 1 << 50,
        _ => return None,
    })
}

/// A number, which may have decimals, in bytes.
fn bytes(number: &str, unit: Option<u64>) -> Option<u64> {
    let unit = unit?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let whole = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let scale = 10_u128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let part = decimals.parse::<u128>().ok()?.checked_mul(u128::from(unit))? / scale;
    whole.checked_add(u64::try_from(part).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_binary_unit_a_decimal_one_or_none() {
        for (text, bytes) in [
            ("4096", 4096),
            ("7B", 7),
            ("7KiB", 7 << 10),
            ("7 kib", 7 << 10),
            ("512MiB", 512 << 20),
            ("512Mi", 512 << 20),
            ("1.5GiB", 3 << 29),
            ("2GB", 2_000_000_000),
            ("2g", 2_000_000_000),
            ("1TiB", 1 << 40),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_examples() {
        for text in ["", "x", "-1", "1.GiB", ".5GiB", "1.2.3", "1XB", "MiB", "99999999999GiB", "é"]
        {
            assert!(size(text).unwrap_err().contains("512MiB"), "{text}");
        }
        for text in ["0", "0GiB", "0.0B"] {
            assert_eq!(size(text).unwrap_err(), "must be more than 0", "{text}");
        }
    }
}
