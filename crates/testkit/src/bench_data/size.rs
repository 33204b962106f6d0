//! A number of bytes as a person types it.

use std::{fmt, str::FromStr};

const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unit =
            UNITS.into_iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)));
        let (number, bytes) = unit.unwrap_or((text, 1));
        let number: u64 = number
            .trim_end()
            .parse()
            .map_err(|_| format!("`{text}` is not a number of bytes, such as 64MiB"))?;
        number.checked_mul(bytes).map(Self).ok_or_else(|| format!("`{text}` is too much"))
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |(_, bytes): &(&str, u64)| self.0 >= *bytes && self.0.is_multiple_of(*bytes);
        match UNITS.into_iter().find(fits) {
            Some((unit, bytes)) => write!(to, "{}{unit}", self.0 / bytes),
            None => write!(to, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["1GiB", "64MiB", "3KiB", "1000"] {
            assert_eq!(text.parse::<ByteSize>().unwrap().to_string(), text);
        }
        assert_eq!("2048MiB".parse::<ByteSize>().unwrap().to_string(), "2GiB");
        assert!("1GB".parse::<ByteSize>().is_err());
        assert!("99999999999GiB".parse::<ByteSize>().is_err());
    }
}
