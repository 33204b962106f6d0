//! Chance that repeats itself: the same seed and the same place give the same throws.

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// SplitMix64: small, fast, and even enough to look like uids, keys and addresses.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of one place, such as the path of a file.
    pub(crate) fn of(seed: u64, place: &str) -> Self {
        let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let sum = |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(place.bytes().fold(start, sum))
    }

    /// Any number.
    pub(super) fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `sides`, which is not zero.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.any() % sides.max(1)
    }

    /// One of some things.
    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let at = self.roll(things.len() as u64);
        things.get(usize::try_from(at).unwrap_or_default())
    }

    /// One of some words.
    pub(super) fn word<'a>(&mut self, words: &[&'a str]) -> &'a str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// Hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut out = Vec::with_capacity(digits);
        self.push_hex(&mut out, digits);
        ascii(out)
    }

    /// Letters as they stand at the end of generated names.
    pub(crate) fn letters(&mut self, count: usize) -> String {
        (0..count).filter_map(|_| self.pick(LETTERS)).copied().map(char::from).collect()
    }

    /// Letters of base64.
    pub(super) fn base64(&mut self, letters: usize) -> String {
        let mut out = Vec::with_capacity(letters);
        self.push_base64(&mut out, letters);
        ascii(out)
    }

    /// A uid.
    pub(crate) fn uuid(&mut self) -> String {
        let mut out = Vec::with_capacity(36);
        self.push_uuid(&mut out);
        ascii(out)
    }

    /// Appends hexadecimal digits.
    pub(super) fn push_hex(&mut self, out: &mut Vec<u8>, digits: usize) {
        let mut bits = 0;
        for at in 0..digits {
            bits = if at % 16 == 0 { self.any() } else { bits >> 4 };
            let digit = (bits & 15) as u8;
            out.push(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
        }
    }

    /// Appends decimal digits, the first of which is not zero.
    pub(super) fn push_digits(&mut self, out: &mut Vec<u8>, digits: usize) {
        let mut bits = 0;
        for at in 0..digits {
            bits = if at % 16 == 0 { self.any() } else { bits / 10 };
            let digit = if at == 0 { 1 + (bits % 9) as u8 } else { (bits % 10) as u8 };
            out.push(b'0' + digit);
        }
    }

    /// Appends letters of base64.
    pub(super) fn push_base64(&mut self, out: &mut Vec<u8>, letters: usize) {
        let mut bits = 0;
        for at in 0..letters {
            bits = if at % 10 == 0 { self.any() } else { bits >> 6 };
            let letter = usize::try_from(bits & 63).unwrap_or_default();
            out.push(BASE64.get(letter).copied().unwrap_or(b'A'));
        }
    }

    /// Appends a uid.
    pub(super) fn push_uuid(&mut self, out: &mut Vec<u8>) {
        for (at, digits) in [8, 4, 4, 4, 12].into_iter().enumerate() {
            if at > 0 {
                out.push(b'-');
            }
            self.push_hex(out, digits);
        }
    }
}

fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_gives_the_same_throws() {
        let throw = |seed, place| Dice::of(seed, place).hex(40);
        assert_eq!(throw(1, "a"), throw(1, "a"));
        assert_ne!(throw(1, "a"), throw(2, "a"));
        assert_ne!(throw(1, "a"), throw(1, "b"));
    }

    #[test]
    fn writes_as_much_as_asked() {
        let mut dice = Dice::of(1, "");
        assert_eq!(dice.base64(33).len(), 33);
        assert_eq!(dice.uuid().len(), 36);
        assert_eq!(dice.letters(5).len(), 5);
        let mut digits = Vec::new();
        dice.push_digits(&mut digits, 20);
        assert!(digits.len() == 20 && digits[0] != b'0');
    }
}
