//! Archives in zstd and bzip2, and hostile compressed streams.

use std::io::{self, Cursor};

use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;

pub(super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(Cursor::new(bytes), CompressionLevel::Fastest)
}

/// A zstd frame of the given blocks; `window` is its window byte.
fn frame(window: u8, blocks: &[Vec<u8>]) -> Vec<u8> {
    [b"\x28\xb5\x2f\xfd\0".to_vec(), vec![window], blocks.concat()].concat()
}

fn block(kind: u32, length: usize, bytes: &[u8], is_last: bool) -> Vec<u8> {
    let head = u32::from(is_last) | kind << 1 | u32::try_from(length).unwrap() << 3;
    [&head.to_le_bytes()[..3], bytes].concat()
}

/// A frame that stores its bytes uncompressed.
fn raw(bytes: &[u8], window: u8) -> Vec<u8> {
    let mut blocks: Vec<_> =
        bytes.chunks(1000).map(|chunk| block(0, chunk.len(), chunk, false)).collect();
    blocks.push(block(0, 0, b"", true));
    frame(window, &blocks)
}

/// A skippable frame with `length` bytes.
fn skipped(length: u8) -> Vec<u8> {
    [b"\x53\x2a\x4d\x18", [length, 0, 0, 0].as_slice(), &vec![b'x'; length.into()]].concat()
}

#[test]
fn archives_in_every_compression_are_read() {
    let files = tree();
    let tar = tar_of(&files);
    for bytes in [bzip2(&tar), zstd(&tar), raw(&tar, 0x50), zstd(&gzip(&bzip2(&tar)))] {
        let (entries, end) = collect_ok(&bytes);
        assert_eq!(entries, seen(&files));
        assert!(!end.truncated && end.damage.is_empty(), "{end:?}");
    }
}

#[test]
fn consecutive_streams_and_frames_are_read() {
    let files = tree();
    let tar = tar_of(&files);
    let (left, right) = tar.split_at(30_000);
    let frames = [skipped(9), zstd(left), skipped(0), raw(right, 0x50), skipped(200)].concat();
    for bytes in [[bzip2(left), bzip2(right)].concat(), frames] {
        let (entries, end) = collect_ok(&bytes);
        assert_eq!(entries, seen(&files));
        assert!(end.damage.is_empty(), "{end:?}");
    }
}

#[test]
fn zeros_after_a_stream_are_padding_and_other_bytes_are_damage() {
    let tar = archive(&[file("a", "1")]);
    assert!(collect_ok(&[bzip2(&tar), vec![0; 5000]].concat()).1.damage.is_empty());
    for bytes in [bzip2(&tar), zstd(&tar)] {
        let (entries, end) = collect_ok(&[bytes, b"oops".to_vec()].concat());
        assert_eq!((entries.len(), end.truncated, end.damage.len()), (1, false, 1));
    }
}

#[test]
fn a_window_beyond_the_limit_is_refused() {
    let tar = archive(&[file("a", "1")]);
    // The byte 0x88 means 128 MiB, 0x8c means 192 MiB.
    assert_eq!(collect_ok(&raw(&tar, 0x88)).0.len(), 1);
    assert_eq!(collect_ok(&gzip(&raw(&tar, 0x88))).0.len(), 1);
    for window in [0x8c, 0x90, 0xff] {
        let (entries, end) = collect_ok(&raw(&tar, window));
        assert_eq!((entries.len(), end.truncated), (0, true));
    }
    // Nested in another zstd the limit is an eighth: 0x70 means 16 MiB.
    assert_eq!(collect_ok(&zstd(&raw(&tar, 0x70))).0.len(), 1);
    assert_eq!(collect_ok(&zstd(&raw(&tar, 0x74))).0.len(), 0);
}

#[test]
fn a_cut_stream_is_truncated() {
    let files = tree();
    let tar = tar_of(&files);
    for (name, whole) in [("zstd", zstd(&tar)), ("zstd", raw(&tar, 0x50)), ("bzip2", bzip2(&tar))] {
        for cut in (24..whole.len() - 1).step_by(whole.len() / 100) {
            let (entries, end) = collect_ok(&whole[..cut]);
            let is_complete = entries == seen(&files);
            assert!(
                !end.damage.is_empty() && (end.truncated || is_complete),
                "{name} cut at {cut}"
            );
            let expected = format!("{name} stream is truncated ");
            assert!(reasons(&end)[0].starts_with(&expected), "{name} cut at {cut}: {end:?}");
        }
    }
}

#[test]
fn a_flipped_bit_is_damage_or_harmless() {
    let files = tree();
    let tar = tar_of(&files);
    let mut noise = Noise(23);
    for whole in [zstd(&tar), bzip2(&tar)] {
        for _ in 0..200 {
            let mut bytes = whole.clone();
            let (at, bit) = (noise.below(bytes.len()), noise.below(8));
            bytes[at] ^= 1 << bit;
            let Ok((entries, end)) = collect(&bytes) else { continue };
            assert!(!end.damage.is_empty() || entries == seen(&files), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn a_bomb_is_stopped_and_earlier_entries_remain() {
    let header = member(b"zeros", b'0', 3 << 30, b"");
    let zeros = block(1, 128 << 10, b"\0", false);
    let start = [file("a", "1"), header].concat();
    let mut blocks = vec![block(0, start.len(), &start, false)];
    blocks.extend(std::iter::repeat_n(zeros, 24_576));
    let bytes = frame(0x50, &blocks);
    assert!(bytes.len() < 110_000);
    let (path, end) = read_and_drop(&bytes);
    assert_eq!((path.as_str(), end.entries, end.truncated), ("zeros", 2, true));
    let why = "compression ratio exceeds 2000 (--max-ratio); \
               reading stopped in entry zeros";
    assert_eq!(reasons(&end), [why]);
    assert!(end.bytes_read < 2 << 30);

    // In a nested archive the ratio is the same.
    let nested = archive(&[member(b"inner", b'0', bytes.len() as u64, &bytes), file("z", "last")]);
    let (path, end) = read_and_drop(&nested);
    assert_eq!((path.as_str(), end.entries, end.truncated), ("z", 3, true));
    assert_eq!(end.damage[0].path, "inner");
}

/// The last path and the end of an input whose files are all read.
fn read_and_drop(bytes: &[u8]) -> (String, StreamEnd) {
    let last = Mutex::new(String::new());
    let end = read_stream("input", bytes, &Budget::default(), 1, &|_| {}, &|_| true, &|| {
        Box::new(|entry| {
            *last.lock().unwrap() = entry.path;
            if let EntryBody::File(body) = entry.body {
                let _ = io::copy(body, &mut io::sink());
            }
            ControlFlow::Continue(())
        })
    });
    (last.into_inner().unwrap(), end.unwrap())
}

#[test]
fn a_bomb_loses_its_own_content_and_not_the_files_next_to_it() {
    let zeros = block(1, 128 << 10, b"\0", false);
    let bomb = frame(0x50, &vec![zeros; 9000]);
    let good = gzip(&archive(&[file("a", "1")]));
    let files = [zips::stored("bomb", &bomb), zips::deflated("good", &good)];
    let (path, end) = read_and_drop(&zips::zip(&files));
    assert_eq!((path.as_str(), end.truncated), ("good/a", true));
    assert!(end.bytes_read > 1 << 30 && end.bytes_read < 1100 << 20, "{}", end.bytes_read);
    let tar = archive(&[
        member(b"bomb", b'0', bomb.len() as u64, &bomb),
        member(b"good", b'0', good.len() as u64, &good),
    ]);
    assert_eq!(read_and_drop(&tar).0, "good/a");
}

#[test]
fn data_stored_in_a_zip_counts_as_input_of_its_decoder() {
    let mut noise = Noise(29);
    let text: Vec<u8> = (0..20_000_000).map(|_| b"abcdefgh\n"[noise.below(9)]).collect();
    let slice = gzip(&text);
    let gz: Vec<u8> = std::iter::repeat_n(slice, 60).flatten().collect();
    let (_, end) = read_and_drop(&zips::zip(&[zips::stored("log.gz", &gz)]));
    assert_eq!((end.entries, end.bytes_read, end.damage.len()), (1, 1_200_000_000, 0));
}
