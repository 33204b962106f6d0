//! What is recorded of matching lines.

use super::*;
use crate::model::time;

#[test]
fn counts_the_lines_and_stores_the_first_and_the_last() {
    let hits = scan(
        b"2024-10-28T10:00:00Z a\n2024-10-28T10:00:01Z slow fdatasync 1 slow fdatasync\nb\n\
          2024-10-28T10:00:02.5Z slow fdatasync 2",
    );
    assert_eq!((hits.count, hits.first.number, hits.last.number), (2, 2, 4));
    assert_eq!(hits.last.time, time::rfc3339("2024-10-28T10:00:02.5Z"));
    assert!(hits.examples.is_empty());
}

#[test]
fn examples_are_the_latest_of_each_template() {
    let mut body = String::new();
    for n in 0..100 {
        for node in ["a", "b", "c"] {
            body.push_str(&format!("2024-10-28T10:00:{n:02}Z slow fdatasync {n}.5s on {node}\n"));
        }
    }
    let hits = scan(body.as_bytes());
    assert_eq!((hits.count, numbers(&hits)), (300, vec![300, 299, 298, 1]));
}

#[test]
fn of_many_templates_the_latest_few_are_stored() {
    let kinds: Vec<_> = ('a'..='z').map(|c| format!("slow fdatasync {c}\n")).collect();
    let body = kinds.concat();
    let hits = scan(body.as_bytes());
    assert_eq!((hits.count, numbers(&hits)), (26, vec![26, 25, 24, 23, 22, 1]));
    assert_eq!(hits.examples.last().unwrap().text, "slow fdatasync y");
}

#[test]
fn a_single_hit_is_stored_once() {
    assert_eq!(numbers(&scan(b"slow fdatasync")), [1]);
    assert_eq!(numbers(&scan(b"slow fdatasync 1\nslow fdatasync 2")), [2, 1]);
}

#[test]
fn a_line_without_a_time_of_its_own_has_none() {
    let body = b"2024-10-28T10:00:00Z a\n  slow fdatasync\n\
        Oct 28 10:00:01.123456 node-a kubelet[123]: slow fdatasync\n\
        I1028 10:00:01.123456 1 x.go:1] slow fdatasync";
    let hits = scan(body);
    assert_eq!(hits.count, 3);
    assert!(hits.lines().all(|line| line.time.is_none()));
}

#[test]
fn rotated_logs_have_times_in_the_time_zone_of_the_node() {
    let hits = scan(b"2024-10-28T12:00:00.5+02:00 stderr F slow fdatasync");
    assert_eq!(hits.last.time, time::rfc3339("2024-10-28T10:00:00.5Z"));
}

#[test]
fn each_of_two_overlapping_literals_is_counted() {
    static WHOLE: LogPattern = LogPattern::new("took too long", "openshift-etcd", "etcd");
    static PART: LogPattern = LogPattern::new("too", "openshift-etcd", "etcd");
    static ACROSS: LogPattern = LogPattern::new("long, leader", "openshift-etcd", "");
    static SAME: LogPattern = LogPattern::new("too", "openshift-etcd", "etcd").matching("leader$");
    let body = b"took too long, leader\ntook too long\ntoo\n";
    let hits = scan_all(&[&WHOLE, &PART, &ACROSS, &SAME], body);
    let count = |pattern: &LogPattern| hits.iter().find(|h| h.pattern == pattern).unwrap().count;
    assert_eq!([&WHOLE, &PART, &ACROSS, &SAME].map(count), [2, 3, 1, 1]);
}

#[test]
fn a_regex_is_matched_only_against_lines_with_the_literal() {
    static LONG: LogPattern =
        LogPattern::new("slow fdatasync", "openshift-etcd", "etcd").matching(r#""took":"\d+m"#);
    let body = br#""took":"2m"
slow fdatasync "took":"2s"
slow fdatasync "took":"2m3s"
"#;
    let hits = scan_all(&[&LONG], body);
    assert_eq!((hits[0].count, hits[0].first.number), (1, 3));
}

#[test]
fn an_invalid_regex_is_an_error() {
    static BROKEN: LogPattern = LogPattern::new("x", "x", "x").matching("(");
    assert!(Scanner::new(vec![&BROKEN]).is_err());
}

#[test]
fn logs_of_other_containers_are_not_scanned() {
    static ANY: LogPattern = LogPattern::new("x", "openshift-etcd", "");
    static KUBELET: LogPattern = LogPattern::new("x", "", "kubelet");
    let etcdctl = LogFile { container: "etcdctl", ..ETCD };
    let scanner = Scanner::new(vec![&SLOW]).unwrap();
    assert!(scanner.has_patterns_for(ETCD) && !scanner.has_patterns_for(etcdctl));
    let scanner = Scanner::new(vec![&SLOW, &ANY, &KUBELET]).unwrap();
    assert!(scanner.has_patterns_for(ETCD) && scanner.has_patterns_for(etcdctl));
    let kubelet = LogFile { namespace: "", container: "kubelet", ..ETCD };
    assert!(scanner.has_patterns_for(kubelet));
    assert!(!scanner.has_patterns_for(LogFile { container: "crio", ..kubelet }));
    let mut buffer = LogBuffer::within(1 << 30);
    let hits = scanner.scan(&mut buffer, "x", etcdctl, &mut &b"x slow fdatasync"[..]).hits;
    assert_eq!(hits.iter().map(|h| h.pattern).collect::<Vec<_>>(), [&ANY]);
}
