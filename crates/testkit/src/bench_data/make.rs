//! Makes the data, unless it is there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    ByteSize,
    dice::Dice,
    logs,
    plan::{FileContent, FilePlan, ROOT},
    sink::TwinSink,
    template::LogNames,
};
use crate::fixtures::cluster::MASTERS;

/// Increased whenever the same seed gives other bytes.
const VERSION: u32 = 5;
/// The file that marks the data as complete and describes it.
const MARK: &str = "finished";

/// Data that is ready to be read.
#[derive(Debug)]
pub struct BenchData {
    /// The must-gather as a directory.
    pub tree: PathBuf,
    /// The same as a `.tar.gz`.
    pub archive: PathBuf,
    /// How many files and bytes of which sort there are.
    pub summary: String,
}

/// Writes a must-gather of `size` bytes below `folder`, or finds it there.
pub fn make(size: ByteSize, seed: u64, folder: &Path) -> io::Result<BenchData> {
    let mark = folder.join(MARK);
    let (tree, archive) = (folder.join(ROOT), folder.join(format!("{ROOT}.tar.gz")));
    let wanted = format!("version {VERSION}, {} bytes, seed {seed}\n", size.0);
    if let Some(summary) =
        fs::read_to_string(&mark).ok().and_then(|text| Some(text.strip_prefix(&wanted)?.to_owned()))
    {
        return Ok(BenchData { tree, archive, summary });
    }
    match fs::remove_dir_all(&tree) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&tree)?,
    }
    let counts = write(FilePlan::new(size.0, seed), seed, folder, &archive)?;
    let packed = fs::metadata(&archive)?.len();
    let summary = format!("{counts}\n{} packed", megabytes(packed));
    fs::write(&mark, format!("{wanted}{summary}"))?;
    Ok(BenchData { tree, archive, summary })
}

fn write(plan: FilePlan, seed: u64, folder: &Path, archive: &Path) -> io::Result<String> {
    let nodes = MASTERS.map(|master| master.name);
    let names = LogNames { pods: &plan.pods, nodes: &nodes };
    let mut sink = TwinSink::new(folder, archive)?;
    let mut counts = Counts::default();
    let written = plan.files.into_iter().try_for_each(|(path, content)| {
        let dice = &mut Dice::of(seed, &path);
        let bytes = match content {
            FileContent::Ready(bytes) => bytes,
            FileContent::Generated(make) => make(dice),
            FileContent::Lines(style, size) => {
                counts.add(&path, size);
                sink.file(&path, size)?;
                return logs::write(style, size, &names, dice, |chunk| sink.bytes(chunk));
            }
        };
        counts.add(&path, bytes.len() as u64);
        sink.file(&path, bytes.len() as u64)?;
        sink.bytes(bytes)
    });
    // The error of the archive comes first: it is the cause of the other.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use flate2::read::GzDecoder;
    use tempfile::tempdir;

    use super::*;

    const SMALL: ByteSize = ByteSize(2 << 20);

    fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.insert(
                        path.strip_prefix(folder).unwrap().to_owned(),
                        fs::read(path).unwrap(),
                    );
                }
            }
        }
        found
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let dirs = [tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap()];
        for (dir, seed) in dirs.iter().zip([1, 1, 2]) {
            make(SMALL, seed, dir.path()).unwrap();
        }
        let [one, same, other] = dirs.each_ref().map(|dir| files(dir.path()));
        assert!(one == same);
        assert!(one != other);
        let bytes: usize = one
            .iter()
            .filter(|(path, _)| path.starts_with(ROOT))
            .map(|(_, bytes)| bytes.len())
            .sum();
        assert!((1_900_000..2_900_000).contains(&bytes), "{bytes} bytes");
    }

    #[test]
    fn data_that_is_there_is_not_made_again() {
        let dir = tempdir().unwrap();
        let made = make(SMALL, 1, dir.path()).unwrap();
        fs::remove_file(&made.archive).unwrap();
        assert_eq!(make(SMALL, 1, dir.path()).unwrap().summary, made.summary);
        assert!(!made.archive.exists());
        make(SMALL, 2, dir.path()).unwrap();
        assert!(made.archive.exists());
    }

    #[test]
    fn the_archive_holds_what_the_directory_holds() {
        let dir = tempdir().unwrap();
        let made = make(SMALL, 1, dir.path()).unwrap();
        let mut packed = BTreeMap::new();
        let file = fs::File::open(&made.archive).unwrap();
        for entry in tar::Archive::new(GzDecoder::new(file)).entries().unwrap() {
            let mut entry = entry.unwrap();
            if entry.header().entry_type().is_file() {
                let path = entry.path().unwrap().strip_prefix(ROOT).unwrap().to_owned();
                let mut bytes = Vec::new();
                io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
                packed.insert(path, bytes);
            }
        }
        assert!(packed == files(&made.tree));
    }
}
