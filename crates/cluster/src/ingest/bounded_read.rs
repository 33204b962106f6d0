//! Reads file bodies into memory, up to a limit.

use std::io::{self, Read};

use mustknow_archive::{Limit, size};

use crate::limits::ANNOUNCED_LIMIT;

/// The initial buffer for a document of unknown length, in bytes.
const INITIAL_BUFFER: usize = 4 << 10;

/// Reads a body into `bytes`, up to `limit` bytes. Unlike `read_to_end` it uses the announced
/// length, and so clears less memory.
pub(crate) fn read_up_to(
    body: &mut dyn Read,
    limit: u64,
    announced: u64,
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // One byte more than announced, to detect the end without growing the buffer.
    let announced = usize::try_from(announced.min(ANNOUNCED_LIMIT) + 1).unwrap_or(INITIAL_BUFFER);
    bytes.clear();
    let mut filled = 0;
    loop {
        if filled == bytes.len() {
            let more = if filled == 0 { announced } else { filled.max(INITIAL_BUFFER) };
            bytes.resize(limit.min(filled.saturating_add(more)), 0);
        }
        match body.read(bytes.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => {
                bytes.truncate(filled);
                return Ok(());
            }
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                bytes.truncate(filled);
                return Err(error);
            }
        }
    }
}

/// Fails if a body has more than the `limit` bytes that were read of it.
pub(crate) fn expect_end(limit: u64, reached: Limit, body: &mut dyn Read) -> io::Result<()> {
    match body.take(1).read_to_end(&mut Vec::new())? {
        0 => Ok(()),
        _ => Err(io::Error::other(too_large(limit, reached) + "; the rest was not read")),
    }
}

/// The message for a body that is larger than a limit.
pub(crate) fn too_large(limit: u64, reached: Limit) -> String {
    format!("size exceeds {} ({})", size(limit), reached.flag())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_the_limit_is_read() {
        for announced in [0, 7, 1 << 40] {
            for (length, read) in [(0, 0), (9_000, 9_000), (100_000, 10_000)] {
                let mut bytes = vec![1, 2, 3];
                let mut body = io::repeat(b'x').take(length);
                read_up_to(&mut body, 10_000, announced, &mut bytes).unwrap();
                assert_eq!(bytes, vec![b'x'; read]);
            }
        }
    }
}
