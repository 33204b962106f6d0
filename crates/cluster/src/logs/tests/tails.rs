//! The last words of ordinary and hostile logs.

use mustknow_testkit::planted_secrets::PLANTED_SECRETS;

use super::*;
use crate::model::log_tail::LogTail;

const WEB: LogFile<'static> =
    LogFile { namespace: "shop", pod: "web-1", container: "web", earlier: false };
static ODD_BYTES: [u8; 100_000] = [0xff; 100_000];
const PREVIOUS: LogFile<'static> = LogFile { earlier: true, ..WEB };

fn tail_of(log: LogFile<'_>, chunk: usize, body: &[u8]) -> Option<LogTail> {
    let scanner = Scanner::new(vec![&SLOW]).unwrap().with_tails().unwrap();
    let mut buffer = LogBuffer::with_chunk_size(chunk, u64::MAX);
    let tail = scanner.scan(&mut buffer, "x.log", log, &mut &*body).tail;
    tail.filter(|tail| !tail.lines.is_empty())
}

fn lines(body: &[u8]) -> Vec<(u64, String)> {
    let tail = tail_of(PREVIOUS, 1 << 18, body);
    let lines = tail.map(|tail| tail.lines.into_vec()).unwrap_or_default();
    lines.into_iter().map(|it| (it.line.number, it.line.text)).collect()
}

#[test]
fn the_line_that_ended_a_program_is_kept_with_its_number() {
    let stack = "main.main()\n\t/app/main.go:12 +0x1d\n".repeat(300);
    let log = format!(
        "{}panic: required environment variable DATABASE_URL is not set\n\ngoroutine 1 [running]:\n\
         {stack}exit status 2\n",
        "I0305 21:19:29.000000 1 a.go:1] everything failed, but well\n".repeat(20)
    );
    let expected = [
        (21, "panic: required environment variable DATABASE_URL is not set".to_owned()),
        (624, "exit status 2".to_owned()),
    ];
    assert_eq!(lines(log.as_bytes()), expected);
}

#[test]
fn a_traceback_is_kept_with_its_last_line() {
    for time in ["", "2024-10-28T10:02:11.408113552Z "] {
        let log = format!(
            "{time}starting up\n{time}Traceback (most recent call last):\n{time}  File \"a.py\", line 1\n\
             {time}    raise Odd\n{time}odd.Odd\n{time}  bye now and then\n"
        );
        assert!(lines(log.as_bytes()).contains(&(5, format!("{time}odd.Odd"))), "{log}");
    }
}

#[test]
fn a_repeated_line_is_counted_and_kept_once() {
    let log = (0..50).fold(String::new(), |log, n| format!("{log}error: no route {n}\n"));
    let tail = tail_of(WEB, 1 << 18, log.as_bytes()).unwrap();
    assert_eq!(tail.lines.len(), 1);
    assert_eq!((tail.lines[0].count, tail.lines[0].line.number), (50, 50));
    assert_eq!(tail.repeated(3).map(|it| &*it.line.text), Some("error: no route 49"));
    let log = format!("{log}connected at last\n");
    assert!(tail_of(WEB, 1 << 18, log.as_bytes()).unwrap().repeated(3).is_none());
}

#[test]
fn the_last_words_do_not_depend_on_the_chunks() {
    let mut log = String::new();
    for n in 0..4000 {
        log.push_str(&format!("line {n} of many\n"));
        if n % 700 == 3 {
            log.push_str(&format!(
                "ERROR dial tcp 10.0.0.{n}: connection refused\nFATAL code {n}\n"
            ));
        }
    }
    let all: Vec<_> = [100, 1000, 5000, 70_000, 1 << 20]
        .map(|chunk| tail_of(PREVIOUS, chunk, log.as_bytes()))
        .into();
    for tail in &all {
        assert_eq!(tail.as_ref().unwrap().lines, all[0].as_ref().unwrap().lines);
    }
    assert_eq!(all[0].as_ref().unwrap().lines.last().unwrap().line.text, "line 3999 of many");
}

#[test]
fn hostile_logs_leave_little() {
    let long = ["x".repeat(3 << 20), "error: ".repeat(1 << 18), "panic: x\n".repeat(1 << 18)];
    let odd: [&[u8]; 9] = [
        b"",
        b"\n\n\n",
        b"\0\0\0\0panic: \0\xff\xfe\r\n",
        b"\x1b[31mFATAL\x1b[0m no disk\r\n\r\n",
        b"panic: ",
        b"\nF0",
        b"Traceback (most recent call last):",
        b"Traceback (\n \n \n",
        &ODD_BYTES,
    ];
    for log in long.iter().map(String::as_bytes).chain(odd) {
        for chunk in [64, 5000, 1 << 18] {
            for of in [WEB, PREVIOUS] {
                let Some(tail) = tail_of(of, chunk, log) else { continue };
                let size: usize = tail.lines.iter().map(|it| it.line.text.chars().count()).sum();
                assert!(size <= 2100, "{size}");
                assert!(tail.lines.iter().all(|it| !it.line.text.contains('\n')));
            }
        }
    }
    let lines = lines(b"a\n\0\0panic: bad \xff\r\nlater on\r\n");
    assert_eq!(lines[0], (2, "panic: bad \u{fffd}".to_owned()));
    assert_eq!(lines[1], (3, "later on".to_owned()));
}

#[test]
fn data_and_node_services_leave_nothing() {
    assert!(tail_of(WEB, 1 << 18, &b"bG9uZw".repeat(900)).is_none());
    let kubelet = LogFile { namespace: "", container: "kubelet", ..WEB };
    assert!(tail_of(kubelet, 1 << 18, b"panic: x\n").is_none());
}

#[test]
fn no_part_of_a_secret_is_shown_of_a_long_line() {
    for (text, secret) in PLANTED_SECRETS.iter().filter(|(text, _)| !text.contains('\n')) {
        if mustknow_redact::redact(&format!("x {text} x")).contains(secret) {
            continue;
        }
        for before in [0, 150, 160, 300, 70_000] {
            for after in [0, 310, 320, 61_000] {
                let log = format!("{} {text} {}", "x ".repeat(before / 2), "y ".repeat(after / 2));
                for (_, shown) in lines(format!("error: {log}").as_bytes()) {
                    let shown = mustknow_redact::redact(&shown);
                    assert!(!shown.contains(secret), "{before} {after}: {shown}");
                }
            }
        }
    }
}
