//! Runs a decoder on its own thread, some blocks ahead of its reader.
//!
//! Decompression takes longer than anything done with its output, so the decoder should never wait
//! for the reader.

use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// The size of a block in bytes.
const BLOCK: usize = 256 * 1024;
/// How many blocks may be queued: enough for the time that the largest documents take.
const BLOCKS: usize = 64;

/// Runs `decoder` ahead while `read` reads its output.
pub(super) fn read_ahead<R>(
    mut decoder: Box<dyn Read + Send + '_>,
    read: impl FnOnce(Box<dyn BufRead + Send + '_>) -> R,
) -> R {
    let (full, next) = sync_channel(BLOCKS);
    let (spent, empty) = sync_channel(BLOCKS);
    thread::scope(|scope| {
        scope.spawn(move || {
            let all = catch_unwind(AssertUnwindSafe(|| decode(&mut decoder, &full, &empty)));
            if all.is_err() {
                // The reader may be gone already; then the error is not needed.
                let _ = full.send(Err(io::Error::other("decoder failed")));
            }
        });
        read(Box::new(BlockReceiver { next, spent, block: Vec::new(), used: 0 }))
    })
}

/// Sends blocks until the stream ends or fails, or the reader is gone.
fn decode(
    decoder: &mut dyn Read,
    full: &SyncSender<io::Result<Vec<u8>>>,
    empty: &Receiver<Vec<u8>>,
) {
    loop {
        let mut block = empty.try_recv().unwrap_or_default();
        block.resize(BLOCK, 0);
        let mut filled = 0;
        let mut error = None;
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match decoder.read(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(failed) if failed.kind() == io::ErrorKind::Interrupted => {}
                Err(failed) => {
                    error = Some(failed);
                    break;
                }
            }
        }
        let is_end = error.is_some() || filled < BLOCK;
        block.truncate(filled);
        // An empty block would look like the end of the stream.
        let bytes = (filled > 0).then_some(Ok(block));
        let sent = bytes.into_iter().chain(error.map(Err)).try_for_each(|next| full.send(next));
        if is_end || sent.is_err() {
            return;
        }
    }
}

/// The reader's side of the channel.
struct BlockReceiver {
    next: Receiver<io::Result<Vec<u8>>>,
    spent: SyncSender<Vec<u8>>,
    block: Vec<u8>,
    used: usize,
}

impl BufRead for BlockReceiver {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used >= self.block.len() {
            // The channel is closed at the end of the stream.
            if let Ok(next) = self.next.recv() {
                let spent = std::mem::replace(&mut self.block, next?);
                self.used = 0;
                // A block that cannot be returned is freed.
                let _ = self.spent.try_send(spent);
            }
        }
        Ok(self.block.get(self.used..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.used += bytes;
    }
}

impl Read for BlockReceiver {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    /// Returns some bytes, then fails or panics.
    struct FailsAtEnd {
        left: usize,
        panics: bool,
    }

    impl Read for FailsAtEnd {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.left == 0 {
                assert!(!self.panics, "a test decoder panics on purpose");
                return Err(io::Error::new(ErrorKind::InvalidData, "bad luck"));
            }
            let read = into.len().min(self.left).min(1000);
            into[..read].fill(b'x');
            self.left -= read;
            Ok(read)
        }
    }

    fn count(reader: &mut dyn Read) -> (usize, Option<ErrorKind>) {
        let mut bytes = Vec::new();
        let error = reader.read_to_end(&mut bytes).err();
        (bytes.len(), error.map(|error| error.kind()))
    }

    #[test]
    fn every_byte_is_delivered() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCKS * BLOCK + 7] {
            let decoder = Box::new(io::repeat(b'x').take(length as u64));
            assert_eq!(read_ahead(decoder, |mut reader| count(&mut reader)), (length, None));
        }
    }

    #[test]
    fn a_failure_comes_after_the_bytes_before_it() {
        for length in [0, 10, BLOCK, BLOCK + 10] {
            let decoder = Box::new(FailsAtEnd { left: length, panics: false });
            let seen = read_ahead(decoder, |mut reader| count(&mut reader));
            assert_eq!(seen, (length, Some(ErrorKind::InvalidData)));
        }
    }

    #[test]
    fn a_panic_of_the_decoder_is_a_failure() {
        let decoder = Box::new(FailsAtEnd { left: 10, panics: true });
        let (_, error) = read_ahead(decoder, |mut reader| count(&mut reader));
        assert_eq!(error, Some(ErrorKind::Other));
    }

    #[test]
    fn a_reader_that_stops_early_does_not_block() {
        let decoder = Box::new(io::repeat(b'x'));
        let mut some = [0; 10];
        read_ahead(decoder, |mut reader| reader.read_exact(&mut some).unwrap());
        assert_eq!(some, [b'x'; 10]);
    }
}
