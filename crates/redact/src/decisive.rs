//! How much a line of a log or message says about why something failed, by the words of the
//! runtimes and libraries that write it.
//!
//! References: golang/go `src/runtime/panic.go`, kubernetes/klog `klog.go` (header),
//! python/cpython `Lib/traceback.py`.

/// Words at the beginning of the last line of a program.
const END_BEGINS: [&str; 7] = [
    "panic:",
    "fatal:",
    "fatal error:",
    "error:",
    "exception in thread",
    "caused by:",
    "runtime error:",
];
/// Words within such a line.
const ENDS: [&str; 11] = [
    "[fatal]",
    "level=fatal",
    "level=panic",
    "\"level\":\"fatal\"",
    "\"level\":\"panic\"",
    " fatal ",
    " panic: ",
    "segmentation fault",
    "[signal sig",
    "exec format error",
    "unhandled exception",
];
/// Words that name a cause.
const CAUSES: [&str; 41] = [
    "is after ",
    "is before ",
    "forbidden",
    "denied",
    "unauthorized",
    "no such ",
    "not found",
    "x509:",
    "cannot validate certificate",
    "429 ",
    "toomanyrequests",
    "refused",
    "i/o timeout",
    "deadline exceeded",
    "too many open files",
    "no space left",
    "out of memory",
    "read-only file system",
    "expired",
    "already in use",
    "already exists",
    "not permitted",
    "not allowed",
    "not declared",
    "not assigned",
    "not set",
    "is not valid",
    "is invalid",
    "is required",
    "can't find",
    "nxdomain",
    "authentication failed",
    "missing",
    "unknown command",
    "unknown flag",
    "unknown field",
    "exit status",
    "exit code",
    "exited with",
    "requires ",
    "must be",
];
/// Words of a line that reports an error.
const ERRORS: [&str; 12] = [
    "level=error",
    "\"level\":\"error\"",
    "[error]",
    " error ",
    "error:",
    "err=",
    "failed",
    "failure",
    "unable to",
    "cannot ",
    "timed out",
    "timeout",
];
/// Words of a line that reports no error, whatever else it contains.
const ROUTINES: [&str; 12] = [
    "level=info",
    "level=debug",
    "level=warn",
    "\"level\":\"info\"",
    "\"level\":\"debug\"",
    "\"level\":\"warn",
    "[info]",
    "[debug]",
    "[warning]",
    " info ",
    " debug ",
    " warn ",
];

/// How much a line says about why something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// A frame of a stack.
    Frame,
    /// Nothing that is known.
    Plain,
    /// That something failed.
    Error,
    /// What failed.
    Cause,
    /// Why the program ended.
    End,
}

/// The weights of the lines of a text.
pub fn weigh(text: &str) -> impl Iterator<Item = (&str, Weight)> {
    let mut in_traceback = false;
    text.lines().filter(|line| !line.trim().is_empty()).map(move |line| {
        if line.trim_start().starts_with("Traceback (most recent call last)") {
            in_traceback = true;
            return (line, Weight::Plain);
        }
        if in_traceback {
            in_traceback = line.starts_with([' ', '\t']);
            return (line, if in_traceback { Weight::Frame } else { Weight::End });
        }
        (line, weight(line))
    })
}

/// The weight of a line that is known without the lines around it.
pub fn weight(line: &str) -> Weight {
    let line = without_head(line);
    if is_frame(line) {
        return Weight::Frame;
    }
    // With the white space that delimits a level in a column of its own.
    let lower = [" ", &line.to_ascii_lowercase().replace('\t', " ")].concat();
    let has = |words: &[&str]| words.iter().any(|words| lower.contains(words));
    let level = klog_level(line);
    if level == Some(b'F')
        || END_BEGINS.iter().any(|begin| lower.trim_start().starts_with(begin))
        || names_exception(line)
        || has(&ENDS)
    {
        Weight::End
    } else if matches!(level, Some(b'I' | b'W')) || has(&ROUTINES) {
        Weight::Plain
    } else if has(&CAUSES) {
        Weight::Cause
    } else if level == Some(b'E') || has(&ERRORS) {
        Weight::Error
    } else {
        Weight::Plain
    }
}

/// A line without the times and the stream that a container runtime or a logger writes before it.
pub fn without_head(line: &str) -> &str {
    let is_time = |word: &str| {
        let is_part = |b: u8| b.is_ascii_digit() || b"-:.,+/TZ".contains(&b);
        word.len() >= 8
            && word.starts_with(|c: char| c.is_ascii_digit())
            && word.bytes().all(is_part)
    };
    let is_head = |word: &str| is_time(word) || matches!(word, "stdout" | "stderr" | "F" | "P");
    let mut rest = line.trim();
    while let Some((word, behind)) = rest.split_once([' ', '\t'])
        && is_head(word)
    {
        rest = behind.trim_start();
    }
    rest
}

/// The level in a klog header: `E0305 21:19:29.000000       1 file.go:12] `.
fn klog_level(line: &str) -> Option<u8> {
    let (level, rest) = line.as_bytes().split_first()?;
    let is_date = rest.get(..4)?.iter().all(u8::is_ascii_digit) && rest.get(4) == Some(&b' ');
    (is_date && matches!(level, b'I' | b'W' | b'E' | b'F')).then_some(*level)
}

/// Whether a line begins with the name of an exception: `KeyError: 'x'`, `a.b.IoException: x`.
fn names_exception(line: &str) -> bool {
    let Some((name, _)) = line.split_once(": ") else { return false };
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$');
    (name.ends_with("Error") || name.ends_with("Exception")) && name.bytes().all(is_name)
}

/// Whether a line is a frame of a stack of Go, Java, JavaScript or Python.
fn is_frame(line: &str) -> bool {
    let is_call = line.ends_with(')')
        && line.split_once('(').is_some_and(|(name, _)| name.contains('.') && !name.contains(' '));
    let is_position = line.contains(".go:") && line.contains(" +0x");
    let begins = ["goroutine ", "created by ", "at ", "File \""];
    is_call || is_position || begins.iter().any(|begin| line.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_each_runtime_have_their_weight() {
        for (line, expected) in [
            ("panic: required environment variable DATABASE_URL is not set", Weight::End),
            ("F0305 21:19:29.000000       1 main.go:12] unable to start", Weight::End),
            ("[FATAL] plugin/loop: Loop (127.0.0.1:1) detected", Weight::End),
            ("level=fatal msg=\"requires the agent to run\"", Weight::End),
            ("{\"level\":\"fatal\",\"msg\":\"x\"}", Weight::End),
            ("An error occurred: unknown command \"server-junk\" for \"velero\"", Weight::Cause),
            ("Error: unknown command \"server-junk\" for \"velero\"", Weight::End),
            ("java.lang.IllegalStateException: no", Weight::End),
            ("2024-03-05 ERROR x509: certificate signed by unknown authority", Weight::Cause),
            ("E0305 21:19:29.000000       1 main.go:12] is forbidden: User", Weight::Cause),
            ("E0305 21:19:29.000000       1 main.go:12] still waiting", Weight::Error),
            ("I0305 21:19:29.000000       1 main.go:12] config not found, default", Weight::Plain),
            ("time=x level=info msg=\"secret not found, creating it\"", Weight::Plain),
            ("current time 2024-03-06T00:00:00Z is after 2024-03-05T21:19:29Z", Weight::Cause),
            ("gateway init timed out", Weight::Error),
            (
                "2024-03-05T21:19:29.123456789Z stderr F F0305 21:19:29.000000 1 a.go:1] x",
                Weight::End,
            ),
            ("2024-03-05T21:19:29Z panic: x", Weight::End),
            ("2024-03-05T21:19:29.000Z\tERROR\tcontroller\tx", Weight::Error),
            ("ERROR x", Weight::Error),
            ("listening on :8080", Weight::Plain),
            ("goroutine 1 [running]:", Weight::Frame),
            ("main.main()", Weight::Frame),
            ("\t/app/main.go:12 +0x1d", Weight::Frame),
            ("    at Module._compile (node:internal:1)", Weight::Frame),
        ] {
            assert_eq!(weight(line), expected, "{line}");
        }
    }

    #[test]
    fn a_traceback_says_why_in_its_last_line() {
        let text = "starting\nTraceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    \
                    raise Odd\nodd.Odd\n\nbye";
        let weights: Vec<_> = weigh(text).map(|(_, weight)| weight).collect();
        let (plain, frame) = (Weight::Plain, Weight::Frame);
        assert_eq!(weights, [plain, plain, frame, frame, Weight::End, plain]);
    }

    #[test]
    fn no_line_is_too_odd() {
        for line in ["", " ", ":", "E", "E03", "É0305 x", "\u{0}", "(", ")", ": Error"] {
            let _ = weight(line);
        }
        assert_eq!(weigh("\n\n \t\n").count(), 0);
    }
}
