//! Text that is safe to show: redacted, escaped and never endless.

mod safe_text;

pub use safe_text::SafeText;
pub(crate) use safe_text::is_harmless;
