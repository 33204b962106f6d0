//! The flags that say what an archive may cost.

use std::time::Duration;

use bytesize::ByteSize;
use clap::{Args, value_parser};
use jiff::SignedDuration;
use mustknow_archive::Limits;

/// What is said of nothing where there must be something.
const NOTHING: &str = "it must be more than 0";

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Bounds {
    /// Memory for what is kept of all archives at a time, such as 512MiB; what does not fit is named
    /// and not judged [default: 512MiB for each thread]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) memory: Option<ByteSize>,

    /// Files, folders and links to read of one archive [default: 2000000]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    max_entries: Option<u64>,

    /// Bytes to read or inflate of one archive [default: 256GiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_inflated: Option<ByteSize>,

    /// Bytes out of a compression for each byte that goes in [default: 2000]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    max_ratio: Option<u64>,

    /// Archives and compressions within one another, at most 32 [default: 16]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=i64::from(Limits::MAX_DEPTH)))]
    max_depth: Option<u32>,

    /// Bytes of one document; a larger one is not judged [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_document: Option<ByteSize>,

    /// Time to read one archive, such as 90s or 10m [default: none]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
}

impl Bounds {
    /// These, and where they say nothing what `preset` says.
    pub(crate) fn or(self, preset: &Self) -> Self {
        Self {
            memory: self.memory.or(preset.memory),
            max_entries: self.max_entries.or(preset.max_entries),
            max_inflated: self.max_inflated.or(preset.max_inflated),
            max_ratio: self.max_ratio.or(preset.max_ratio),
            max_depth: self.max_depth.or(preset.max_depth),
            max_document: self.max_document.or(preset.max_document),
            timeout: self.timeout.or(preset.timeout),
        }
    }

    /// What one archive may cost that is read by so many threads and with so much memory.
    pub(crate) fn limits(&self, threads: usize, memory: usize) -> Limits {
        let usual = Limits::default();
        let bytes = |size: Option<ByteSize>, usual| size.map_or(usual, |size| size.as_u64());
        Limits {
            threads,
            memory,
            entries: self.max_entries.unwrap_or(usual.entries),
            inflated: bytes(self.max_inflated, usual.inflated),
            ratio: self.max_ratio.unwrap_or(usual.ratio),
            depth: self.max_depth.unwrap_or(usual.depth),
            document: bytes(self.max_document, usual.document),
            timeout: self.timeout,
        }
    }
}

fn size(text: &str) -> Result<ByteSize, String> {
    match text.parse::<ByteSize>()? {
        ByteSize(0) => Err(NOTHING.to_owned()),
        size => Ok(size),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed: SignedDuration = text
        .parse()
        .map_err(|_| "it must be a number with a unit, such as 90s or 10m".to_owned())?;
    match Duration::try_from(parsed) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(NOTHING.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        bounds: Bounds,
    }

    fn limits(args: &[&str]) -> Limits {
        let args = [&["mustknow"], args].concat();
        Only::try_parse_from(args).ok().unwrap().bounds.limits(1, 1 << 30)
    }

    #[test]
    fn without_flags_the_limits_are_the_usual_ones_and_the_help_says_them() {
        assert_eq!(limits(&[]), Limits::default());
        let help = Only::command().render_long_help().to_string().replace("\n          ", " ");
        let Limits { entries, inflated, ratio, depth, document, .. } = Limits::default();
        for default in [
            entries.to_string(),
            format!("{}GiB", inflated >> 30),
            ratio.to_string(),
            depth.to_string(),
            format!("{}MiB", document >> 20),
        ] {
            assert!(help.contains(&format!("[default: {default}]")), "{default} in {help}");
        }
    }

    #[test]
    fn every_flag_moves_its_limit() {
        let usual = Limits::default();
        for (flag, value, moved) in [
            ("--max-entries", "7", Limits { entries: 7, ..usual }),
            ("--max-inflated", "7GiB", Limits { inflated: 7 << 30, ..usual }),
            ("--max-ratio", "7", Limits { ratio: 7, ..usual }),
            ("--max-depth", "7", Limits { depth: 7, ..usual }),
            ("--max-document", "7KiB", Limits { document: 7 << 10, ..usual }),
            ("--timeout", "10m", Limits { timeout: Some(Duration::from_mins(10)), ..usual }),
            ("--timeout", "1m 30s", Limits { timeout: Some(Duration::from_secs(90)), ..usual }),
        ] {
            assert_eq!(limits(&[flag, value]), moved, "{flag} {value}");
        }
    }
}
