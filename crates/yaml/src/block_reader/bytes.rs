//! Classifies single bytes and marks of YAML.

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(super) fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// True for the byte order mark that a text may start with; the library skips it at the start of any line.
pub(super) fn is_byte_order_mark(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with("\u{feff}".as_bytes()))
}
