//! Truncated or altered inputs: what can be read is read, the end reports the rest, nothing
//! panics.

use super::*;

#[test]
fn a_tar_cut_anywhere_yields_what_it_has_and_reports_truncation() {
    let files = tree();
    let whole = tar_of(&files);
    let mut noise = Noise(11);
    let mut cuts: Vec<usize> = (512..whole.len()).step_by(512).collect();
    cuts.extend((0..100).map(|_| 512 + noise.below(whole.len() - 512)));
    let payload_end = whole.len() - 1024;
    for cut in cuts {
        let (entries, end) = collect_ok(&whole[..cut]);
        let complete = entries.iter().filter(|(_, seen)| *seen != EntryContent::Failed).count();
        assert_eq!(entries[..complete], seen(&files)[..complete], "cut at {cut}");
        assert!(entries.len() - complete <= 1, "only the last can fail, cut at {cut}");
        assert_eq!(end.truncated, !end.damage.is_empty());
        assert!(cut < payload_end || complete == files.len(), "cut at {cut}");
        // Between two members a cut looks like a tar without its end mark.
        let failed = complete < entries.len();
        assert!(end.truncated || (cut % 512 == 0 && !failed), "cut at {cut}: {end:?}");
    }
}

#[test]
fn a_truncation_is_reported_with_its_entry() {
    let whole = archive(&[file("a", "1"), file("b", &"2".repeat(600))]);
    let (_, end) = collect_ok(&whole[..1500]);
    assert_eq!(reasons(&end), ["truncated after entry a"]);
    let (_, end) = collect_ok(&whole[..2100]);
    assert_eq!(reasons(&end), ["truncated in entry b"]);
    let (entries, end) = collect_ok(&whole[..300]);
    assert_eq!((entries.len(), reasons(&end)), (0, vec!["truncated before the first entry"]));
}

#[test]
fn a_missing_end_mark_is_not_damage() {
    let whole = archive(&[file("a", "1"), file("b", "2")]);
    for missing in [512, 1024] {
        for bytes in
            [whole[..whole.len() - missing].to_vec(), gzip(&whole[..whole.len() - missing])]
        {
            let (entries, end) = collect_ok(&bytes);
            assert_eq!((entries.len(), end.truncated, end.damage.len()), (2, false, 0));
        }
    }
}

#[test]
fn data_after_the_end_mark_is_ignored() {
    let tar = archive(&[file("a", "1")]);
    for tail in [vec![0; 9000], b"garbage".to_vec(), archive(&[file("b", "2")])] {
        let bytes = [tar.clone(), tail].concat();
        for bytes in [bytes.clone(), gzip(&bytes)] {
            let (entries, end) = collect_ok(&bytes);
            assert_eq!((entries.len(), end.truncated, end.damage.len()), (1, false, 0));
        }
    }
}

#[test]
fn a_gzip_stream_cut_anywhere_is_truncated() {
    let files = tree();
    let whole = gzip(&tar_of(&files));
    for cut in (20..whole.len() - 1).step_by(37) {
        let (entries, end) = collect_ok(&whole[..cut]);
        assert!(!end.damage.is_empty(), "cut at {cut}");
        assert!(end.truncated || entries == seen(&files), "cut at {cut}: {end:?}");
        assert!(reasons(&end)[0].starts_with("gzip stream is truncated "), "{end:?}");
    }
}

#[test]
fn a_gzip_stream_with_a_flipped_bit_is_damage_or_harmless() {
    let files = tree();
    let whole = gzip(&tar_of(&files));
    let mut noise = Noise(13);
    for _ in 0..300 {
        let mut bytes = whole.clone();
        let (at, bit) = (noise.below(bytes.len()), noise.below(8));
        bytes[at] ^= 1 << bit;
        let Ok((entries, end)) = collect(&bytes) else {
            assert!(at < 2, "only the magic number decides the format: {at}");
            continue;
        };
        assert!(!end.damage.is_empty() || entries == seen(&files), "byte {at} bit {bit}");
    }
}

#[test]
fn a_wrong_gzip_checksum_is_damage_but_no_truncation() {
    let mut bytes = gzip(&archive(&[file("a", "1")]));
    let at = bytes.len() - 8;
    bytes[at] ^= 1;
    let (entries, end) = collect_ok(&bytes);
    assert_eq!((entries.len(), end.truncated), (1, false));
    let why = "gzip stream is corrupt after the last entry: \
               checksum mismatch; the content may be corrupt";
    assert_eq!(reasons(&end), [why]);
    assert_eq!(end.damage[0].path, "input");
}

#[test]
fn garbage_after_gzip_is_damage_and_zeros_are_not() {
    let tar_gz = gzip(&archive(&[file("a", "1")]));
    let (_, end) = collect_ok(&[tar_gz.clone(), vec![0; 5000]].concat());
    assert!(end.damage.is_empty());
    let (entries, end) = collect_ok(&[tar_gz, b"oops".to_vec()].concat());
    assert_eq!((entries.len(), end.truncated, end.damage.len()), (1, false, 1));
}

#[test]
fn a_tar_in_many_gzip_members_is_one_tar() {
    let files = tree();
    let tar = tar_of(&files);
    let bytes: Vec<u8> = tar.chunks(1000).flat_map(gzip).collect();
    let (entries, end) = collect_ok(&bytes);
    assert_eq!(entries, seen(&files));
    assert!(end.damage.is_empty());
}

#[test]
fn a_damaged_header_loses_only_its_own_entry() {
    let mut bytes = archive(&[file("a", "1"), file("b", "2"), file("c", "3")]);
    bytes[1024] ^= 4;
    let (entries, end) = collect_ok(&bytes);
    let paths: Vec<_> = entries.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["a", "c"]);
    assert!(end.truncated);
    assert_eq!(reasons(&end), ["corrupt tar header after entry a; its entry is lost"]);
}

#[test]
fn a_name_that_may_be_incomplete_is_refused() {
    let name = "n".repeat(150);
    let mut bytes = tar_of(&[(name, b"1".to_vec()), ("c".into(), b"3".to_vec())]);
    bytes[0] ^= 4;
    let (entries, end) = collect_ok(&bytes);
    assert_eq!(entries, [("c".into(), EntryContent::Bytes(b"3".into()))]);
    assert_eq!(reasons(&end)[1], "the previous header is corrupt, so the name may be incomplete");
}

#[test]
fn an_incomplete_entry_is_an_error_to_its_reader() {
    let bytes = [file("a", "1"), member(b"b", b'0', 5000, b"short")].concat();
    let (entries, end) = collect_ok(&bytes);
    assert_eq!(
        entries,
        [("a".into(), EntryContent::Bytes(b"1".into())), ("b".into(), EntryContent::Failed)]
    );
    assert!(end.truncated);
}

#[test]
fn a_visitor_that_stops_at_a_break_does_not_hide_it() {
    let body = tree().into_iter().map(|(_, body)| body).max_by_key(Vec::len).unwrap();
    let whole = tar_of(&[("a".into(), body)]);
    let compressed = gzip(&whole);
    for bytes in [whole[..2000].to_vec(), compressed[..compressed.len() / 2].to_vec()] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("input");
        fs::write(&path, bytes).unwrap();
        let end = read(&path, &Budget::default(), 1, &|_| {}, &|_| true, &|| {
            Box::new(|entry| {
                if let EntryBody::File(body) = entry.body {
                    assert!(body.read_to_end(&mut Vec::new()).is_err());
                }
                ControlFlow::Break(())
            })
        });
        assert!(end.unwrap().truncated);
    }
}
