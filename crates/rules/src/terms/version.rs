//! Release versions: `4.16.0-0.okd-scos-2024-09-24-151747`.

/// The major and minor number of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

impl Version {
    /// A version.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Reads the first two numbers, with or without a leading `v`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim_start_matches('v').split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor: String = numbers.next()?.chars().take_while(char::is_ascii_digit).collect();
        Some(Self { major, minor: minor.parse().ok()? })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_spelling_of_a_release() {
        for text in ["4.16.0-0.okd-scos-2024-09-24-151747", "4.16.3", "v4.16", "4.16+x"] {
            assert_eq!(Version::parse(text), Some(Version::new(4, 16)), "{text}");
        }
        assert_eq!(Version::parse(""), None);
        assert_eq!(Version::parse("latest"), None);
    }
}
