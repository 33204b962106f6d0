//! How the bodies of files are read whole, and no more of them than is borne.

use std::io::{self, Read};

use mustknow_archive::{Limit, size};

use crate::limits::ANNOUNCED_LIMIT;

/// What is set aside for a document whose length nobody announced.
const LEAST: usize = 4 << 10;

/// Reads a body to its end, but no more than `limit` bytes. `read_to_end` would not know its length and
/// clear far more memory.
pub(crate) fn read_whole(
    body: &mut dyn Read,
    limit: u64,
    announced: u64,
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // One more than announced, so that the end is seen without asking for more memory.
    let announced = usize::try_from(announced.min(ANNOUNCED_LIMIT) + 1).unwrap_or(LEAST);
    bytes.clear();
    let mut filled = 0;
    loop {
        if filled == bytes.len() {
            let more = if filled == 0 { announced } else { filled.max(LEAST) };
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

/// Fails if more stands behind the `limit` bytes that were read of a body.
pub(crate) fn nothing_behind(limit: u64, bound: Limit, body: &mut dyn Read) -> io::Result<()> {
    match body.take(1).read_to_end(&mut Vec::new())? {
        0 => Ok(()),
        _ => Err(io::Error::other(too_large(limit, bound) + ": the rest is not read")),
    }
}

/// Says that a body is larger than a limit.
pub(crate) fn too_large(limit: u64, bound: Limit) -> String {
    format!("it is larger than {} ({})", size(limit), bound.flag())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_the_limit() {
        for announced in [0, 7, 1 << 40] {
            for (length, read) in [(0, 0), (9_000, 9_000), (100_000, 10_000)] {
                let mut bytes = vec![1, 2, 3];
                let mut body = io::repeat(b'x').take(length);
                read_whole(&mut body, 10_000, announced, &mut bytes).unwrap();
                assert_eq!(bytes, vec![b'x'; read]);
            }
        }
    }
}
