//! How the bodies of files are read whole, and no more of them than is borne.

use std::io::{self, Read};

use crate::limits::{ANNOUNCED_LIMIT, Bound, size};

/// What is set aside for a document whose length nobody announced.
const LEAST: usize = 4 << 10;

/// Reads a body to its end. `read_to_end` would not know its length and clear far more memory.
pub(crate) fn read_whole(
    body: &mut dyn Read,
    announced: u64,
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    // One more than announced, so that the end is seen without asking for more memory.
    let announced = usize::try_from(announced.min(ANNOUNCED_LIMIT) + 1).unwrap_or(LEAST);
    bytes.clear();
    let mut filled = 0;
    loop {
        if filled == bytes.len() {
            let more = if filled == 0 { announced } else { filled.max(LEAST) };
            bytes.resize(filled + more, 0);
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
pub(crate) fn nothing_behind(limit: u64, bound: Bound, body: &mut dyn Read) -> io::Result<()> {
    match body.take(1).read_to_end(&mut Vec::new())? {
        0 => Ok(()),
        _ => Err(io::Error::other(too_large(limit, bound) + ": the rest is not read")),
    }
}

/// Says that a body is larger than a limit.
pub(crate) fn too_large(limit: u64, bound: Bound) -> String {
    format!("it is larger than {} ({})", size(limit), bound.flag())
}
