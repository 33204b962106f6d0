//! How many objects of each resource etcd stores, and their size.
//!
//! Source: openshift/must-gather `collection-scripts/gather_etcd`: it counts the keys below each
//! `/kubernetes.io/<resource>` and the bytes of their latest values, both written as text, the
//! bytes as `numfmt --to=iec` rounds them.

use std::ops::Range;

use mustknow_cluster::model::known_file::KnownFile;
use mustknow_yaml::Value;

use super::etcd::{EtcdFile, unless_empty};
use crate::terms::context::RuleContext;
use crate::terms::verdict::Gap;

/// One row of `object_count.json`.
#[derive(Clone, Debug)]
pub struct EtcdObjects {
    /// The prefix of the keys: `/kubernetes.io/secrets`.
    pub prefix: String,
    /// How many there are.
    pub count: u64,
    /// The size of their latest values in bytes, rounded.
    pub bytes: u64,
    /// The bytes of the row in the file.
    pub span: Range<usize>,
}

impl EtcdObjects {
    /// The rows, or the gap if they were not collected.
    pub fn all(cx: &RuleContext<'_>) -> Result<EtcdFile<Self>, Gap> {
        EtcdFile::read(cx, KnownFile::EtcdObjects, |root| {
            unless_empty(root.get("etcd_resources")?.items().filter_map(|row| {
                Some(Self {
                    prefix: row.text_at(&["object_name"])?.into_owned(),
                    count: row.get("object_count").and_then(Value::text)?.trim().parse().ok()?,
                    bytes: bytes(row.get("object_size").and_then(Value::text)?.trim())?,
                    span: row.span(),
                })
            }))
        })
    }

    /// The resource, without the common prefix of all keys.
    pub fn resource(&self) -> &str {
        self.prefix
            .strip_prefix("/kubernetes.io/")
            .or_else(|| self.prefix.strip_prefix("/openshift.io/"))
            .unwrap_or(&self.prefix)
    }
}

/// A size as `numfmt --to=iec` writes it: `812`, `9.7K`, `1.2G`.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text.get(digits.len()..)? {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return None,
    };
    let (whole, tenths) = digits.split_once('.').unwrap_or((digits, "0"));
    let whole = whole.parse::<u64>().ok().filter(|whole| *whole < 1 << 20)?;
    let tenths = tenths.get(..1)?.parse::<u64>().ok()?;
    Some((whole << shift) + ((tenths << shift) / 10))
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn a_size_is_read_as_it_was_rounded() {
        assert_eq!(bytes("812"), Some(812));
        assert_eq!(bytes("9.5K"), Some(9728));
        assert_eq!(bytes("62M"), Some(62 << 20));
        assert_eq!(bytes("1.0G"), Some(1 << 30));
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "x", "1.", "1X", "-3", "99999999999999999999G"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
