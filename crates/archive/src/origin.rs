//! Says where a stream comes from: the whole input or a file within it.

use super::format;

/// The path of a stream, and whether it is the whole input.
pub(super) struct StreamOrigin {
    pub(super) path: String,
    pub(super) size: Option<u64>,
    pub(super) is_input: bool,
}

impl StreamOrigin {
    /// A file within the input.
    pub(super) fn of_entry(path: String, size: Option<u64>) -> Self {
        Self { path, size, is_input: false }
    }

    /// The whole input, which is called `name`.
    pub(super) fn of_input(name: &str) -> Self {
        Self { path: name.to_owned(), size: None, is_input: true }
    }

    /// The path within the input; none for the input itself.
    pub(super) fn path_within(&self) -> Option<&str> {
        (!self.is_input).then_some(self.path.as_str())
    }

    /// The same without its compression suffix and size.
    pub(super) fn decompressed(mut self) -> Self {
        let length = format::without_suffix(&self.path).len();
        self.path.truncate(length);
        self.size = None;
        self
    }
}
