//! Archives in xz: one made by xz, and hostile ones.

use flate2::Crc;

use super::*;

/// A tar of two files, compressed by `xz -6`.
const ARCHIVE: [&str; 6] = [
    "fd377a585a000004e6d6b4460200210116000000742fe5a3e027ff00bd5d00369d4ab1f2e2ca7a80c74ca6cab3",
    "f96495908c02098db5ff53415e4b728a955482eed5575ba37cc261df3c70bbc744944aba5f69ee7ccb4f7be7d0",
    "469508696f2e96d26ffcc507d92a97c75578c295976b06b97101feebea2a282fe2883d47cfe2582601dffbf414",
    "31befe4d888c0de6fdf76ad0f0fdb51293e1f3caf2841ae35f3da2ec7c382512b59510f4a1ece263a14a0ac776",
    "c4c35b8e92447d2daa3439cf3ee34ee11a67f43b0a9800fa37a9efc5ed8a6d1fdabaf3efb37f0000000000008b",
    "22f8b12cca8c5e0001d901805000000128e14ab1c467fb020000000004595a",
];

fn sample() -> Vec<u8> {
    let digits = ARCHIVE.concat();
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

/// An xz stream that stores its bytes; `dictionary` is the code of its dictionary size.
fn stored(bytes: &[u8], dictionary: u8) -> Vec<u8> {
    let flags = [0, 1];
    let mut out = [b"\xfd7zXZ\0".as_slice(), &flags, &crc(&flags)].concat();
    let header = [2, 0, 0x21, 1, dictionary, 0, 0, 0];
    out.extend([header.as_slice(), &crc(&header)].concat());
    let block_start = out.len() - 12;
    for (at, chunk) in bytes.chunks(60_000).enumerate() {
        let length = u16::try_from(chunk.len() - 1).unwrap().to_be_bytes();
        out.extend([[if at == 0 { 1 } else { 2 }].as_slice(), &length, chunk].concat());
    }
    out.push(0);
    let unpadded = out.len() - block_start + 4;
    out.resize(out.len().next_multiple_of(4), 0);
    out.extend(crc(bytes));

    let mut index = vec![0, 1];
    for mut number in [unpadded, bytes.len()] {
        while number >= 0x80 {
            index.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
            number >>= 7;
        }
        index.push(u8::try_from(number).unwrap());
    }
    index.resize(index.len().next_multiple_of(4), 0);
    let size = u32::try_from(index.len() / 4).unwrap().to_le_bytes();
    let footer = [size.as_slice(), &flags].concat();
    out.extend([index.as_slice(), &crc(&index), &crc(&footer), &footer, b"YZ"].concat());
    out
}

#[test]
fn an_archive_made_by_xz_is_read() {
    let (entries, end) = collect_ok(&sample());
    let pods = "apiVersion: v1\nkind: PodList\nitems: []\n".repeat(40);
    let expected = [
        (
            "must-gather/version".into(),
            EntryContent::Bytes(b"openshift/must-gather\n4.16.0\n".into()),
        ),
        ("must-gather/core/pods.yaml".into(), EntryContent::Bytes(pods.into())),
    ];
    assert_eq!(entries, expected);
    assert!(!end.truncated && end.damage.is_empty(), "{end:?}");
}

#[test]
fn consecutive_streams_with_zeros_between_are_read() {
    let files = tree();
    let tar = tar_of(&files);
    let (left, right) = tar.split_at(30_000);
    let bytes = [stored(left, 22), vec![0; 8], stored(right, 22)].concat();
    let (entries, end) = collect_ok(&bytes);
    assert_eq!(entries, seen(&files));
    assert!(end.damage.is_empty(), "{end:?}");
}

#[test]
fn a_dictionary_beyond_the_limit_is_refused() {
    let tar = archive(&[file("a", "1")]);
    // The code 30 means 128 MiB, 31 means 192 MiB.
    assert_eq!(collect_ok(&stored(&tar, 30)).0.len(), 1);
    for code in [31, 32, 39, 40] {
        let (entries, end) = collect_ok(&stored(&tar, code));
        assert_eq!((entries.len(), end.truncated), (0, true));
        assert!(reasons(&end)[0].contains("needed memory too big"), "{end:?}");
    }
}

#[test]
fn a_cut_stream_is_truncated() {
    for whole in [sample(), stored(&tar_of(&tree()), 22)] {
        let (complete, _) = collect_ok(&whole);
        for cut in (12..whole.len()).step_by(whole.len() / 100) {
            let (entries, end) = collect_ok(&whole[..cut]);
            assert!(!end.damage.is_empty(), "cut at {cut}");
            assert!(end.truncated || entries == complete, "cut at {cut}: {end:?}");
            assert!(
                reasons(&end)[0].starts_with("xz stream is truncated "),
                "cut at {cut}: {end:?}"
            );
        }
    }
}

#[test]
fn a_flipped_bit_is_damage_or_harmless() {
    for whole in [sample(), stored(&tar_of(&tree()), 22)] {
        let (complete, _) = collect_ok(&whole);
        let mut noise = Noise(17);
        for _ in 0..300 {
            let mut bytes = whole.clone();
            let (at, bit) = (noise.below(bytes.len()), noise.below(8));
            bytes[at] ^= 1 << bit;
            let Ok((entries, end)) = collect(&bytes) else {
                // The magic number of xz, or that of the stored tar.
                assert!(at < 6 || (284..289).contains(&at), "byte {at}");
                continue;
            };
            assert!(!end.damage.is_empty() || entries == complete, "byte {at} bit {bit}");
        }
    }
}

#[test]
fn garbage_after_the_stream_is_damage_but_no_truncation() {
    let (entries, end) = collect_ok(&[sample(), b"oops".to_vec()].concat());
    assert_eq!((entries.len(), end.truncated, end.damage.len()), (2, false, 1));
}
