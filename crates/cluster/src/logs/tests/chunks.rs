//! Hits do not depend on how a log is split into chunks.

use proptest::prelude::*;
use regex::bytes::Regex;

use super::*;

static PATTERNS: [LogPattern; 5] = [
    LogPattern::new("abab", "openshift-etcd", "etcd"),
    LogPattern::new("bab", "openshift-etcd", ""),
    LogPattern::new("ab", "openshift-etcd", "etcd"),
    LogPattern::new("slow disk", "openshift-etcd", "etcd"),
    LogPattern::new("w d", "openshift-etcd", "etcd").matching("^a.*k"),
];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let parts: [&[u8]; 10] =
        [b"a", b"b", b"ab", b"slow", b" disk", b"slow disk", b"\n", b"\r\n", b"\0", b"\xff"];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..120)
        .prop_map(|parts| parts.concat())
}

/// Count, number of the first and number of the last line.
type HitSummary = Option<(u64, u64, u64)>;

fn line_by_line(pattern: &LogPattern, log: &[u8]) -> HitSummary {
    let literal = pattern.literal.as_bytes();
    let regex = pattern.regex.map(|regex| Regex::new(&format!("(?-u){regex}")).unwrap());
    let hits = |line: &[u8]| {
        line.windows(literal.len()).any(|part| part == literal)
            && regex.as_ref().is_none_or(|regex| regex.is_match(line))
    };
    let numbers: Vec<_> = log
        .split(|byte| *byte == b'\n')
        .zip(1..)
        .filter_map(|(line, number)| hits(line).then_some(number))
        .collect();
    Some((numbers.len() as u64, *numbers.first()?, *numbers.last()?))
}

fn scanned(
    patterns: &'static [LogPattern],
    log: &[u8],
    chunk: usize,
    sizes: &[usize],
) -> Vec<HitSummary> {
    let scanner = Scanner::new(patterns.iter().collect()).unwrap();
    let mut body = ShortReads { bytes: log, sizes: sizes.iter().cycle() };
    let mut buffer = LogBuffer::with_chunk_size(chunk, 0);
    let Scanned { hits, end, .. } = scanner.scan(&mut buffer, "x.log", ETCD, &mut body);
    assert_eq!(end.unwrap(), log.len() as u64);
    patterns
        .iter()
        .map(|pattern| {
            let hits = hits.iter().find(|hits| hits.pattern == pattern)?;
            assert!(hits.lines().map(|line| line.number).is_sorted_by(|a, b| a > b));
            Some((hits.count, hits.first.number, hits.last.number))
        })
        .collect()
}

#[test]
fn many_literals_give_the_same_hits_as_few() {
    static MANY: std::sync::LazyLock<Vec<LogPattern>> = std::sync::LazyLock::new(|| {
        (b'a'..=b'z')
            .flat_map(|one| [[one, b'a'], [one, b'b'], [one, b'c']])
            .map(|pair| String::leak(String::from_utf8(pair.to_vec()).unwrap()))
            .map(|literal| LogPattern::new(literal, "openshift-etcd", "etcd"))
            .collect()
    });
    let log = b"abacus\nzc\nno\ncab";
    let expected: Vec<_> = MANY.iter().map(|p| line_by_line(p, log)).collect();
    assert_eq!(scanned(&MANY, log, 64, &[7]), expected);
    assert_eq!(expected.iter().flatten().count(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Literals are found in lines of any length, even if they are split between chunks.
    #[test]
    fn literals_are_found_at_any_chunk_boundary(
        log in bytes(),
        chunk in 16_usize..80,
        sizes in proptest::collection::vec(1_usize..40, 1..5),
    ) {
        let literals = &PATTERNS[..4];
        let expected: Vec<_> = literals.iter().map(|p| line_by_line(p, &log)).collect();
        prop_assert_eq!(scanned(literals, &log, chunk, &sizes), expected);
    }

    #[test]
    fn a_regex_matches_whole_lines(
        log in bytes(),
        more in 1_usize..80,
        sizes in proptest::collection::vec(1_usize..40, 1..5),
    ) {
        let longest = log.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or(0);
        let expected: Vec<_> = PATTERNS.iter().map(|p| line_by_line(p, &log)).collect();
        prop_assert_eq!(scanned(&PATTERNS, &log, longest + more + 1, &sizes), expected);
    }
}
