//! Every fixture cut at hundreds of places and with a thousand bits flipped: nothing panics, nothing
//! hangs, what was lost is reported, and nothing is claimed that the intact archive would not confirm.
//!
//! `cargo test` runs every tenth case; `MUSTKNOW_SWEEPS=full` runs them all.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use flate2::read::GzDecoder;
use mustknow_archive::Limits;
use mustknow_cluster::open_stream;
use mustknow_report::model::{ReportEvidence, ReportFinding, ReportSubject};
use mustknow_report::{Report, ReportOptions, ScannedInput};
use mustknow_rules::engine::run;
use mustknow_rules::{GapKind, Role, Severity, catalog};

use crate::support::dice::Dice;
use crate::support::watchdog::LONGEST;
use crate::support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, fixture};

/// At how many places each archive is cut.
const CUTS: usize = 200;
/// How many bits are flipped in all archives together, once compressed and once not.
const FLIPS: usize = 1000;
const INPUT: &str = "input";
/// The size of a tar's blocks.
const BLOCK: usize = 512;

/// An archive, and what is true of it.
struct Fixture {
    name: &'static str,
    packed: Vec<u8>,
    plain: Vec<u8>,
    /// Where the content of each file is in the tar, and its name where that has no checksum.
    files: Vec<(String, Range<usize>)>,
    whole: Report,
}

impl Fixture {
    fn all() -> Vec<Arc<Self>> {
        [SEED, ENDPOINTS, HEALTHY, NOT_COLLECTED].map(|name| Arc::new(Self::of(name))).into()
    }

    fn of(name: &'static str) -> Self {
        let packed = fs::read(fixture(name)).unwrap();
        let plain = inflated(&packed);
        let mut archive = tar::Archive::new(&*plain);
        let mut files = Vec::new();
        let mut behind = 0;
        for entry in archive.entries().unwrap().map(Result::unwrap) {
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let [header, start, length] =
                [entry.raw_header_position(), entry.raw_file_position(), entry.size()]
                    .map(|number| usize::try_from(number).unwrap());
            // A long name has an entry of its own before the header.
            files.push((path.clone(), behind..header));
            files.push((path, start..start + length));
            behind = (start + length).next_multiple_of(BLOCK);
        }
        let [whole] = judge(&packed).unwrap().try_into().unwrap();
        Self { name, packed, plain, files, whole }
    }

    /// Asserts that no report raises an alarm that the intact archive does not raise, except with evidence in
    /// files other than `intact`.
    fn assert_no_other_alarm(&self, reports: &[Report], intact: &BTreeSet<&str>) {
        let open: BTreeSet<_> = self.whole.unknown.iter().map(|unknown| unknown.rule).collect();
        let known: BTreeSet<_> = self.whole.findings.iter().flat_map(all_claims).collect();
        let findings = reports.iter().flat_map(|report| &report.findings);
        for finding in findings.filter(|finding| is_alarm(finding)) {
            let is_known = claims(finding).iter().any(|claim| known.contains(claim));
            let is_of_altered = files(finding).any(|file| !is_among(intact, file));
            assert!(
                is_known || open.contains(finding.rule) || is_of_altered,
                "{:?}: {}",
                claims(finding),
                &*finding.summary,
            );
        }
    }

    /// The files outside of a part of the tar.
    fn outside(&self, part: &Range<usize>) -> BTreeSet<&str> {
        let meets = |file: &Range<usize>| file.start < part.end && part.start < file.end;
        let (met, others): (Vec<_>, Vec<_>) = self.files.iter().partition(|(_, at)| meets(at));
        let met: BTreeSet<_> = met.into_iter().map(|(path, _)| path.as_str()).collect();
        others.iter().map(|(path, _)| path.as_str()).filter(|path| !met.contains(path)).collect()
    }

    /// Every file.
    fn everything(&self) -> BTreeSet<&str> {
        self.outside(&(0..0))
    }
}

/// Whether a file that a report names is one of these. Reports leave the root out.
fn is_among(paths: &BTreeSet<&str>, file: &str) -> bool {
    paths.iter().any(|path| path.ends_with(file))
}

/// What comes out of a gzip before it fails.
fn inflated(packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    // What came before an error is used.
    let _ = GzDecoder::new(packed).read_to_end(&mut plain);
    plain
}

/// The reports on an input, or why there is none.
fn judge(bytes: &[u8]) -> Result<Vec<Report>, String> {
    let rules = catalog::all();
    let interest = run::interest(rules);
    let archive = open_stream(INPUT, bytes, &interest, Limits::default(), &|_| {})
        .map_err(|error| error.to_string())?;
    let report = |snapshot| {
        let input = ScannedInput {
            path: INPUT,
            entries: archive.entries,
            bytes: archive.bytes,
            truncated: archive.truncated,
        };
        let judgement = run::judge(snapshot, rules);
        mustknow_report::build(input, snapshot, &judgement, ReportOptions::default())
    };
    let reports: Vec<_> = archive.snapshots.iter().map(report).collect();
    for report in &reports {
        let crashed = report.unknown.iter().find(|unknown| unknown.gap == GapKind::Crashed);
        assert!(crashed.is_none(), "{crashed:?}");
        // How a panic that was caught is reported.
        let failed = report
            .damage
            .iter()
            .find(|damage| ["decoder failed", "parser failed"].contains(&&*damage.why));
        assert!(failed.is_none(), "{failed:?}");
    }
    Ok(reports)
}

/// Whether a finding claims that something is wrong with the cluster.
fn is_alarm(finding: &ReportFinding) -> bool {
    finding.severity != Severity::Info && finding.role != Role::Context
}

/// The rule and each subject of a finding. A grouped finding counts for each of its members.
fn claims(finding: &ReportFinding) -> BTreeSet<(&'static str, String)> {
    let subjects = std::iter::once(&finding.subject).chain(&finding.members);
    subjects.map(|subject: &ReportSubject| (finding.rule, subject.to_string())).collect()
}

/// The same with the subjects of the evidence, which may lead where the cause is lost.
fn all_claims(finding: &ReportFinding) -> BTreeSet<(&'static str, String)> {
    let seen = finding.evidence.iter().map(|evidence| match evidence {
        ReportEvidence::Seen { subject, .. } | ReportEvidence::Missing { subject, .. } => {
            (finding.rule, subject.to_string())
        }
    });
    claims(finding).into_iter().chain(seen).collect()
}

/// The files with a finding's evidence.
fn files(finding: &ReportFinding) -> impl Iterator<Item = &str> {
    finding.evidence.iter().map(|evidence| match evidence {
        ReportEvidence::Seen { file, .. } | ReportEvidence::Missing { file, .. } => &**file,
    })
}

fn json(reports: &[Report]) -> String {
    serde_json::to_string(reports).unwrap()
}

/// All cases or every tenth.
fn share(all: usize) -> usize {
    if env::var("MUSTKNOW_SWEEPS").is_ok_and(|sweeps| sweeps == "full") { all } else { all / 10 }
}

/// What is tried, and how.
type Case = (String, Box<dyn FnOnce() + Send>);

/// Tries every case, as many at once as there are cores, and fails with those that failed or hang.
fn try_all(cases: Vec<Case>) {
    let count = cases.len();
    let queue = Arc::new(Mutex::new(cases.into_iter()));
    let running = Arc::new(Mutex::new(BTreeSet::new()));
    let (send, done) = channel();
    for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
        let (queue, running, send) = (Arc::clone(&queue), Arc::clone(&running), send.clone());
        thread::spawn(move || {
            loop {
                let next = queue.lock().unwrap().next();
                let Some((name, case)) = next else { return };
                running.lock().unwrap().insert(name.clone());
                let result = catch_unwind(AssertUnwindSafe(case));
                running.lock().unwrap().remove(&name);
                send.send((name, result.map_err(|panic| words_of(&*panic)))).unwrap();
            }
        });
    }
    let mut failed = BTreeMap::new();
    for _ in 0..count {
        let Ok((name, result)) = done.recv_timeout(LONGEST) else {
            panic!("one of these hangs: {:?}", running.lock().unwrap())
        };
        if let Err(why) = result {
            failed.insert(name, why);
        }
    }
    assert!(failed.is_empty(), "{} of {count} failed: {failed:#?}", failed.len());
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().cloned();
    words
        .or_else(|| panic.downcast_ref::<&str>().map(|&words| words.to_owned()))
        .unwrap_or_default()
}

/// Asserts what must hold of an archive without its end.
fn assert_cut(fixture: &Fixture, bytes: &[u8]) {
    match judge(bytes) {
        Err(error) => {
            let is_said = error.contains("truncated") || error.contains("is empty");
            assert!(is_said || bytes.len() < BLOCK, "{error}");
        }
        Ok(reports) => {
            for report in &reports {
                assert!(report.archive.truncated);
                let is_named = report
                    .damage
                    .iter()
                    .any(|damage| &*damage.path == INPUT && damage.why.contains("truncated"));
                assert!(is_named, "{:?}", report.damage);
            }
            fixture.assert_no_other_alarm(&reports, &fixture.everything());
        }
    }
}

/// The cuts of what `bytes` takes of each fixture, at places spread evenly with a random offset.
fn cuts(bytes: fn(&Fixture) -> &[u8]) -> Vec<Case> {
    let mut dice = Dice(31);
    let mut cases: Vec<Case> = Vec::new();
    for fixture in Fixture::all() {
        let cuts = share(CUTS);
        let step = bytes(&fixture).len() / cuts;
        for cut in 0..cuts {
            let (fixture, length) = (Arc::clone(&fixture), cut * step + dice.roll(step));
            cases.push((
                format!("{} cut at {length}", fixture.name),
                Box::new(move || assert_cut(&fixture, &bytes(&fixture)[..length])),
            ));
        }
    }
    cases
}

/// Flips bits of what `bytes` takes of each fixture.
fn flips(bytes: fn(&Fixture) -> &[u8], check: fn(&Fixture, &[u8], usize)) -> Vec<Case> {
    let mut dice = Dice(2027);
    let mut cases: Vec<Case> = Vec::new();
    let all = Fixture::all();
    for fixture in all.iter().cycle().take(share(FLIPS)) {
        let (at, bit) = (dice.roll(bytes(fixture).len()), dice.roll(8));
        let fixture = Arc::clone(fixture);
        cases.push((
            format!("{} with bit {bit} of byte {at} flipped", fixture.name),
            Box::new(move || {
                let mut flipped = bytes(&fixture).to_vec();
                flipped[at] ^= 1 << bit;
                check(&fixture, &flipped, at);
            }),
        ));
    }
    cases
}

/// Behind a flipped bit of a gzip everything may be altered, and the checksum shows it.
fn assert_flipped_gzip(fixture: &Fixture, bytes: &[u8], _: usize) {
    let Ok(reports) = judge(bytes) else { return };
    let damage: usize = reports.iter().map(|report| report.damage.len()).sum();
    if damage == 0 {
        let same = json(&reports) == json(std::slice::from_ref(&fixture.whole));
        assert!(same, "altered and nothing said");
        return;
    }
    let plain = inflated(bytes);
    let same = plain.iter().zip(&fixture.plain).take_while(|(one, other)| one == other).count();
    fixture.assert_no_other_alarm(&reports, &fixture.outside(&(same..usize::MAX)));
}

/// In a tar only headers have checksums: a flipped bit in a file alters its content unnoticed.
fn assert_flipped_tar(fixture: &Fixture, bytes: &[u8], at: usize) {
    let intact = fixture.outside(&(at..at + 1));
    let Ok(reports) = judge(bytes) else { panic!("nothing is read of it") };
    fixture.assert_no_other_alarm(&reports, &intact);
    let mut damage = reports.iter().flat_map(|report| &report.damage);
    if intact == fixture.everything() && damage.next().is_none() {
        let same = json(&reports) == json(std::slice::from_ref(&fixture.whole));
        assert!(same, "altered and nothing said");
    }
    let others = reports.iter().flat_map(|report| &report.damage);
    for damage in others.filter(|damage| &*damage.path != INPUT) {
        // The damage of a lost header is reported for the file behind it.
        let is_behind = damage.why.contains("the previous header is corrupt");
        assert!(is_behind || !is_among(&intact, &damage.path), "{damage:?}");
    }
}

#[test]
fn an_archive_cut_anywhere_is_reported_as_cut_and_claims_nothing_new() {
    try_all(cuts(|fixture| &fixture.packed));
}

#[test]
fn a_tar_cut_anywhere_is_reported_as_cut_and_claims_nothing_new() {
    try_all(cuts(|fixture| &fixture.plain));
}

#[test]
fn a_flipped_bit_of_a_gzip_is_never_ignored() {
    try_all(flips(|fixture| &fixture.packed, assert_flipped_gzip));
}

#[test]
fn a_flipped_bit_of_a_tar_damages_only_its_file() {
    try_all(flips(|fixture| &fixture.plain, assert_flipped_tar));
}
