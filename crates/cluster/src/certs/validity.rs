//! The times between which a certificate is valid.
//!
//! RFC 5280 asks for `YYMMDDHHMMSSZ` and `YYYYMMDDHHMMSSZ`. Real certificates also leave out the
//! seconds or carry a fraction or an offset from UTC, which X.680 allows.

use der::Tag;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::der_reader::DerReader;
use crate::model::time::Time;

/// `notBefore` and `notAfter`.
pub(super) fn parse(mut validity: DerReader<'_>) -> Option<(Time, Time)> {
    Some((time(&mut validity)?, time(&mut validity)?))
}

fn time(validity: &mut DerReader<'_>) -> Option<Time> {
    let (tag, text) = validity.element()?;
    let mut digits = Digits(text);
    let year = match tag {
        Tag::UtcTime => match digits.pair()? {
            year @ ..50 => 2000 + year,
            year => 1900 + year,
        },
        Tag::GeneralizedTime => digits.pair()? * 100 + digits.pair()?,
        _ => return None,
    };
    let [month, day, hour, minute] =
        [digits.pair()?, digits.pair()?, digits.pair()?, digits.pair()?];
    let second = digits.pair().unwrap_or(0);
    let narrow = |number: i16| i8::try_from(number).ok();
    let civil = DateTime::new(
        year,
        narrow(month)?,
        narrow(day)?,
        narrow(hour)?,
        narrow(minute)?,
        narrow(second)?,
        0,
    );
    let offset = offset(digits.after_fraction()?, tag)?;
    // `99991231235959Z`, which means no end, is later than any time jiff can represent.
    Some(offset.to_timestamp(civil.ok()?).unwrap_or(Time::MAX))
}

/// What is behind the digits: `Z`, or an offset from UTC. Only a GeneralizedTime may have neither.
fn offset(zone: &[u8], tag: Tag) -> Option<Offset> {
    let (sign, rest) = match zone {
        [] if tag == Tag::GeneralizedTime => return Some(Offset::UTC),
        [b'Z'] => return Some(Offset::UTC),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let mut digits = Digits(rest);
    let minutes = i32::from(digits.pair()?) * 60 + i32::from(digits.pair()?);
    if digits.0.is_empty() { Offset::from_seconds(sign * minutes * 60).ok() } else { None }
}

/// Text that begins with digits.
struct Digits<'t>(&'t [u8]);

impl<'t> Digits<'t> {
    /// The number that the next two digits make. Without two digits it is None, and nothing is read.
    fn pair(&mut self) -> Option<i16> {
        let (pair, rest) = self.0.split_first_chunk::<2>()?;
        let [tens, ones] = pair.map(|byte| i16::from(byte.wrapping_sub(b'0')));
        if tens > 9 || ones > 9 {
            return None;
        }
        self.0 = rest;
        Some(tens * 10 + ones)
    }

    /// The rest, without a fraction of a second.
    fn after_fraction(&self) -> Option<&'t [u8]> {
        let [b'.' | b',', rest @ ..] = self.0 else { return Some(self.0) };
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 { None } else { rest.get(length..) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: u8, text: &str) -> Option<String> {
        let encoded = [&[tag, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        time(&mut DerReader::new(&encoded).unwrap()).map(|time| time.to_string())
    }

    #[test]
    fn both_types_are_read() {
        for (tag, text, expected) in [
            (0x17, "240801000001Z", "2024-08-01T00:00:01Z"),
            (0x17, "491231235959Z", "2049-12-31T23:59:59Z"),
            (0x17, "500101000000Z", "1950-01-01T00:00:00Z"),
            (0x18, "20500101000000Z", "2050-01-01T00:00:00Z"),
            (0x18, "00010101000000Z", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(tag, text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn no_end_is_the_latest_time() {
        assert_eq!(read(0x18, "99991231235959Z"), Some(Time::MAX.to_string()));
    }

    #[test]
    fn spellings_that_rfc_5280_forbids_are_read() {
        for (tag, text, expected) in [
            (0x17, "2408010000Z", "2024-08-01T00:00:00Z"),
            (0x17, "240801000000+0230", "2024-07-31T21:30:00Z"),
            (0x18, "20240801000000-0100", "2024-08-01T01:00:00Z"),
            (0x18, "20240801000000.123Z", "2024-08-01T00:00:00Z"),
            (0x18, "202408010000", "2024-08-01T00:00:00Z"),
        ] {
            assert_eq!(read(tag, text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn text_that_is_not_a_time_gives_none() {
        for text in ["", "2", "24080", "240801000000", "241301000000Z", "240230000000Z"] {
            assert_eq!(read(0x17, text), None, "{text}");
        }
        for text in ["240801000060Z", "240801000000Zz", "240801000000+01", "24080100000:Z"] {
            assert_eq!(read(0x17, text), None, "{text}");
        }
        assert_eq!(read(0x18, "20240801000000.Z"), None);
        assert_eq!(read(0x0c, "240801000000Z"), None);
    }
}
