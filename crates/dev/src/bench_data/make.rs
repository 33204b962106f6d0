//! Makes the data, unless it is there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    Size,
    dice::Dice,
    logs,
    plan::{Content, Plan, ROOT},
    sink::Sink,
    template::Names,
};
use crate::fixtures::cluster::machines;

/// Goes up whenever the same seed gives other bytes.
const VERSION: u32 = 1;
/// Says that the data is whole, and what it is.
const MARK: &str = "finished";

/// Data that is ready to be read.
#[derive(Debug)]
pub struct Made {
    /// The must-gather as a directory.
    pub tree: PathBuf,
    /// The same as a `.tar.gz`.
    pub archive: PathBuf,
    /// How many files and bytes of which sort there are.
    pub summary: String,
}

/// Writes a must-gather of `size` bytes below `folder`, or finds it there.
pub fn make(size: Size, seed: u64, folder: &Path) -> io::Result<Made> {
    let mark = folder.join(MARK);
    let (tree, archive) = (folder.join(ROOT), folder.join(format!("{ROOT}.tar.gz")));
    let wanted = format!("version {VERSION}, {} bytes, seed {seed}\n", size.0);
    if let Some(summary) =
        fs::read_to_string(&mark).ok().and_then(|text| Some(text.strip_prefix(&wanted)?.to_owned()))
    {
        return Ok(Made { tree, archive, summary });
    }
    match fs::remove_dir_all(&tree) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&tree)?,
    }
    let counts = write(Plan::new(size.0, seed), seed, folder, &archive)?;
    let packed = fs::metadata(&archive)?.len();
    let summary = format!("{counts}\n{} packed", megabytes(packed));
    fs::write(&mark, format!("{wanted}{summary}"))?;
    Ok(Made { tree, archive, summary })
}

fn write(plan: Plan, seed: u64, folder: &Path, archive: &Path) -> io::Result<String> {
    let nodes: Vec<&str> = machines().map(|machine| machine.name).collect();
    let names = Names { pods: &plan.pods, nodes: &nodes };
    let mut sink = Sink::new(folder, archive)?;
    let mut counts = Counts::default();
    let written = plan.files.into_iter().try_for_each(|(path, content)| {
        let dice = &mut Dice::of(seed, &path);
        let bytes = match content {
            Content::Ready(bytes) => bytes,
            Content::Made(make) => make(dice),
            Content::Lines(style, size) => {
                counts.add(&path, size);
                sink.file(&path, size)?;
                return logs::write(style, size, &names, dice, |chunk| sink.bytes(chunk));
            }
        };
        counts.add(&path, bytes.len() as u64);
        sink.file(&path, bytes.len() as u64)?;
        sink.bytes(bytes)
    });
    // Why the archive broke off is worth more than that it did.
    sink.finish().and(written)?;
    Ok(counts.summary())
}

/// Files and bytes of each sort: YAML, logs, all else.
#[derive(Default)]
struct Counts([(u64, u64); 3]);

impl Counts {
    fn add(&mut self, path: &str, size: u64) {
        let sort = match Path::new(path).extension().and_then(|suffix| suffix.to_str()) {
            Some("yaml") => 0,
            Some("log") if !path.contains("/audit_logs/") => 1,
            _ => 2,
        };
        if let Some((files, bytes)) = self.0.get_mut(sort) {
            *files += 1;
            *bytes += size;
        }
    }

    fn summary(&self) -> String {
        let line =
            |(name, (files, bytes))| format!("{files} files of {name}, {}", megabytes(bytes));
        let lines: Vec<String> =
            ["YAML", "logs", "other sorts"].into_iter().zip(self.0).map(line).collect();
        lines.join("\n")
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
}
