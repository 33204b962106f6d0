//! How far reading is from the floor: figures of the optimized program, compared with their lower bounds.
//!
//! Each round measures everything once, one after the other, so that what else the machine does
//! affects all figures alike; a ratio is taken within its round. Nothing is asserted: `docs/performance.md`
//! explains the targets.
//!
//! `MUSTKNOW_BENCH_SIZE` (default 1GiB) is the size of the data, `MUSTKNOW_BENCH_PODS` (default
//! 100,000) how many pods are broken where judging is measured, `MUSTKNOW_BENCH_ROUNDS` (default 5) the
//! number of rounds.

mod support;

use std::error::Error;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use mustknow_testkit::bench_data::{self, BenchData, ByteSize, SEED};
use mustknow_testkit::crash_loop_data::{self, CrashLoopPattern};
use support::child::{Run, measure};
use support::machine;
use support::play;
use support::role::{self, Role};
use support::table::{Series, Table, Unit};

/// How many archives a batch has.
const BATCH: u32 = 4;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let outcome = match Role::of(env::args_os().skip(1)) {
        Some(role) => play::play(role).map_err(Into::into),
        None => compare(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What one round measured.
struct Round {
    inflate: Run,
    packed: Run,
    unpacked: Option<Run>,
    directory: Run,
    batch: Run,
    reader: role::Reading,
    spread: role::Judging,
    crowded: role::Judging,
}

fn compare() -> Outcome {
    let size: ByteSize = setting("MUSTKNOW_BENCH_SIZE", "1GiB")?.parse()?;
    let rounds: u32 = setting("MUSTKNOW_BENCH_ROUNDS", "5")?.parse()?;
    let mut out = io::stdout();
    let data = bench_data::make(size, SEED, &bench_data::default_folder(size))?;
    writeln!(
        out,
        "{}\n\n{size} of must-gather, seed {SEED}\n{}\n",
        machine::describe(),
        data.summary
    )?;
    let broken = Broken::make(setting("MUSTKNOW_BENCH_PODS", "100000")?.parse()?)?;
    let scratch = Scratch::new(&data)?;
    if !scratch.has_tar {
        writeln!(out, "tar is not there: not compared")?;
    }
    // The files are read once before the first round, so that every round finds them in the page cache.
    scan(&[&data.archive])?;
    scan(&[&data.tree])?;
    let mut measured = Vec::new();
    for at in 1..=rounds.max(1) {
        writeln!(out, "round {at} of {rounds}")?;
        measured.push(round(&data, &broken, &scratch)?);
    }
    writeln!(out, "\n{}", table(&measured, size, broken.pods))?;
    Ok(())
}

fn setting(name: &str, default: &str) -> Outcome<String> {
    match env::var(name) {
        Ok(value) => Ok(value),
        Err(env::VarError::NotPresent) => Ok(default.to_owned()),
        Err(error) => Err(format!("{name}: {error}").into()),
    }
}

fn round(data: &BenchData, broken: &Broken, scratch: &Scratch) -> Outcome<Round> {
    let inflate = measure(&role::again(Role::Inflate(data.archive.clone()))?)?;
    let packed = scan(&[&data.archive])?;
    let unpacked = scratch.unpack(&data.archive)?;
    let directory = scan(&[&data.tree])?;
    let copies: Vec<&Path> = scratch.copies.iter().map(PathBuf::as_path).collect();
    let batch = scan(&copies)?;
    let reader = role::read_apart(&data.tree)?;
    let spread = role::judge_apart(&broken.spread)?;
    let crowded = role::judge_apart(&broken.crowded)?;
    Ok(Round {
        inflate: clean(inflate, "inflating", &[0])?,
        packed,
        unpacked,
        directory,
        batch,
        reader,
        spread,
        crowded,
    })
}

fn scan(paths: &[&Path]) -> Outcome<Run> {
    let mut command = vec![env!("CARGO_BIN_EXE_mustknow").into(), "scan".into()];
    command.extend(paths.iter().map(|path| path.as_os_str().to_owned()));
    // 1 means that something was found.
    clean(measure(&command)?, "mustknow scan", &[0, 1])
}

fn clean(run: Run, what: &str, codes: &[i32]) -> Outcome<Run> {
    if codes.contains(&run.code) {
        Ok(run)
    } else {
        Err(format!("{what} ended with {}", run.code).into())
    }
}

/// How many of the broken pods are in one namespace, as a share of all.
const CROWDED: usize = 10;

/// Dumps of clusters in which very many pods are crash-looping.
struct Broken {
    pods: usize,
    /// All of them, in many namespaces.
    spread: PathBuf,
    /// A part of them, in a single namespace.
    crowded: PathBuf,
}

impl Broken {
    fn make(pods: usize) -> Outcome<Self> {
        let of = |pods: usize, namespaces: usize| {
            let folder = bench_data::folder().join(format!("crash-loops-{pods}-in-{namespaces}"));
            let pattern = CrashLoopPattern { pods, replicas: 5, namespaces };
            crash_loop_data::make(pattern, SEED, &folder)
        };
        Ok(Self { pods, spread: of(pods, 500)?, crowded: of(pods / CROWDED, 1)? })
    }
}

/// A directory for what is unpacked and for the archives of a batch; it is removed with the value.
struct Scratch {
    folder: tempfile::TempDir,
    copies: Vec<PathBuf>,
    has_tar: bool,
}

impl Scratch {
    fn new(data: &BenchData) -> Outcome<Self> {
        let beside = data.archive.parent().unwrap_or(Path::new("."));
        let folder = tempfile::Builder::new().prefix("scratch-").tempdir_in(beside)?;
        let mut copies = Vec::new();
        for at in 0..BATCH {
            let copy = folder.path().join(format!("{at}.tar.gz"));
            if fs::hard_link(&data.archive, &copy).is_err() {
                fs::copy(&data.archive, &copy)?;
            }
            copies.push(copy);
        }
        let asked = Command::new("tar").arg("--version").stdout(Stdio::null()).status();
        let has_tar = asked.is_ok_and(|status| status.success());
        Ok(Self { folder, copies, has_tar })
    }

    /// `tar xzf`, into a directory that is removed afterwards.
    fn unpack(&self, archive: &Path) -> Outcome<Option<Run>> {
        if !self.has_tar {
            return Ok(None);
        }
        let to = self.folder.path().join("unpacked");
        fs::create_dir(&to)?;
        let command = ["tar".into(), "xzf".into(), archive.into(), "-C".into(), to.clone().into()];
        let run = measure(&command)?;
        fs::remove_dir_all(&to)?;
        clean(run, "tar", &[0]).map(Some)
    }
}

fn table(rounds: &[Round], size: ByteSize, pods: usize) -> Table {
    let all = |value: &dyn Fn(&Round) -> Option<f64>| -> Series {
        rounds.iter().filter_map(value).collect()
    };
    let cores = machine::cores();
    let gib = machine::whole(size.0 >> 10) / f64::from(1 << 20);
    let wall = |run: &Run| run.wall.as_secs_f64();
    let mut table = Table::default();
    table.head(".tar.gz");
    table.row("inflate alone", Unit::Seconds, all(&|r| Some(wall(&r.inflate))));
    table.row("scan", Unit::Seconds, all(&|r| Some(wall(&r.packed))));
    table.row("tar xzf", Unit::Seconds, all(&|r| r.unpacked.as_ref().map(wall)));
    table.aim(
        "scan / inflate",
        Unit::Ratio,
        all(&|r| Some(wall(&r.packed) / wall(&r.inflate))),
        1.1,
    );
    table.aim(
        "scan / tar xzf",
        Unit::Ratio,
        all(&|r| Some(wall(&r.packed) / wall(r.unpacked.as_ref()?))),
        0.3,
    );
    table.row("CPU of inflating alone", Unit::Seconds, all(&|r| r.inflate.cpu()));
    table.row("CPU of the scan", Unit::Seconds, all(&|r| r.packed.cpu()));
    table.aim("peak memory", Unit::Mebibytes, all(&|r| r.packed.peak()), 100.0);
    table.head("directory");
    table.row("scan", Unit::Seconds, all(&|r| Some(wall(&r.directory))));
    table.aim("scan per GiB", Unit::Seconds, all(&|r| Some(wall(&r.directory) / gib)), 1.0);
    table.row("CPU of the scan", Unit::Seconds, all(&|r| r.directory.cpu()));
    table.row("peak memory", Unit::Mebibytes, all(&|r| r.directory.peak()));
    table.head(&format!("{BATCH} archives at once on {cores} cores"));
    table.row("scan", Unit::Seconds, all(&|r| Some(wall(&r.batch))));
    table.row("CPU", Unit::Seconds, all(&|r| r.batch.cpu()));
    table.aim(
        "wall / (CPU / cores)",
        Unit::Ratio,
        all(&|r| Some(wall(&r.batch) / (r.batch.cpu()? / cores))),
        1.1,
    );
    let apart = |r: &Round| Some(r.batch.cpu()? / (r.packed.cpu()? * f64::from(BATCH)));
    table.aim("CPU / that of single scans", Unit::Ratio, all(&apart), 1.1);
    table.row("peak memory", Unit::Mebibytes, all(&|r| r.batch.peak()));
    table.head("YAML reader, one core");
    table.reach("ours, all YAML", Unit::MegabytesPerSecond, all(&|r| Some(r.reader.ours)), 800.0);
    table.row("serde_yaml, a part", Unit::MegabytesPerSecond, all(&|r| Some(r.reader.oracle)));
    table.row("files read by the fallback", Unit::Count, all(&|r| Some(r.reader.fallbacks)));
    table.head(&format!("{pods} crash-looping pods in 500 namespaces"));
    table.row("reading", Unit::Seconds, all(&|r| Some(r.spread.read)));
    table.aim("judging", Unit::Seconds, all(&|r| Some(r.spread.judge)), 5.0);
    table.row("building the report", Unit::Seconds, all(&|r| Some(r.spread.report)));
    table.aim("peak memory", Unit::Mebibytes, all(&|r| r.spread.peak), 1024.0);
    table.head(&format!("{} of them in one namespace", pods / CROWDED));
    table.row("judging", Unit::Seconds, all(&|r| Some(r.crowded.judge)));
    let share = |r: &Round| {
        let each = f64::from(u32::try_from(CROWDED).unwrap_or(1));
        Some(r.crowded.judge * each / r.spread.judge)
    };
    table.aim("judging of a pod / in many", Unit::Ratio, all(&share), 1.5);
    table
}
