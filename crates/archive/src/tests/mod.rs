//! Tests of whole inputs, intact and hostile. Inputs are made here and judged in the submodules.

mod compressions;
mod damage;
mod hostile;
mod inputs;
mod nested;
mod xz;
mod zips;

use std::fs;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Budget, Entry, EntryBody, SourceError, StreamEnd, Visitor, read, read_stream};
use crate::limits::Limits;

/// What a test sees of an entry: its bytes, or what it is instead, or that reading it failed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum EntryContent {
    Bytes(Vec<u8>),
    Other(&'static str),
    Failed,
}

type CollectedEntries = Vec<(String, EntryContent)>;

/// The entries of an input, which must be the same with one thread and with several.
fn collect_from(path: &Path) -> Result<(CollectedEntries, StreamEnd), SourceError> {
    let single = collect_with(path, 1);
    let several = collect_with(path, 3);
    assert_eq!(format!("{single:?}"), format!("{several:?}"));
    single
}

fn collect_with(path: &Path, threads: usize) -> Result<(CollectedEntries, StreamEnd), SourceError> {
    let entries = Mutex::new(Vec::new());
    let end = read(path, &Budget::default(), threads, &|_| {}, &|_| true, &|| collector(&entries))?;
    Ok((in_order(entries), end))
}

/// Reads bytes like input from a pipe.
fn collect_stream(bytes: &[u8]) -> Result<(CollectedEntries, StreamEnd), SourceError> {
    let entries = Mutex::new(Vec::new());
    let end = read_stream("input", bytes, &Budget::default(), 2, &|_| {}, &|_| true, &|| {
        collector(&entries)
    })?;
    Ok((in_order(entries), end))
}

type NumberedEntries = Mutex<Vec<(u64, (String, EntryContent))>>;

fn collector(entries: &NumberedEntries) -> Visitor<'_> {
    Box::new(|entry| {
        let seen = match entry.body {
            EntryBody::Other(what) => EntryContent::Other(what),
            EntryBody::File(body) => {
                let mut bytes = Vec::new();
                match body.read_to_end(&mut bytes) {
                    Ok(_) => EntryContent::Bytes(bytes),
                    Err(_) => EntryContent::Failed,
                }
            }
        };
        entries.lock().unwrap().push((entry.number, (entry.path, seen)));
        ControlFlow::Continue(())
    })
}

fn in_order(entries: NumberedEntries) -> CollectedEntries {
    let mut entries = entries.into_inner().unwrap();
    entries.sort();
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Reads bytes as a file whose name does not show its format.
fn collect(bytes: &[u8]) -> Result<(CollectedEntries, StreamEnd), SourceError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("input");
    fs::write(&path, bytes).unwrap();
    collect_from(&path)
}

fn collect_ok(bytes: &[u8]) -> (CollectedEntries, StreamEnd) {
    collect(bytes).unwrap()
}

fn reasons(end: &StreamEnd) -> Vec<&str> {
    end.damage.iter().map(|damage| damage.why.as_str()).collect()
}

/// A small must-gather: files of many lengths, some at the boundaries of a block.
fn tree() -> Vec<(String, Vec<u8>)> {
    let mut noise = Noise(7);
    let lengths = [0, 1, 511, 512, 513, 1024, 5000, 70_000];
    let mut files: Vec<_> = lengths
        .iter()
        .enumerate()
        .map(|(at, length)| {
            let bytes = (0..*length).map(|_| b"abcdefgh\n"[noise.below(9)]).collect();
            (format!("mg/namespaces/ns-{at}/core/pods.yaml"), bytes)
        })
        .collect();
    files.push(("mg/version".into(), b"openshift/must-gather\n4.16.0\n".to_vec()));
    files.sort();
    files
}

fn seen(files: &[(String, Vec<u8>)]) -> CollectedEntries {
    files.iter().map(|(path, bytes)| (path.clone(), EntryContent::Bytes(bytes.clone()))).collect()
}

/// One member of a tar with the given name, type and declared length.
fn member(name: &[u8], kind: u8, declared: u64, body: &[u8]) -> Vec<u8> {
    let mut header = ::tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(::tar::EntryType::new(kind));
    header.set_size(declared);
    header.set_mode(0o644);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(name: &str, body: &str) -> Vec<u8> {
    member(name.as_bytes(), b'0', body.len() as u64, body.as_bytes())
}

/// A tar of the given members with its end mark.
fn archive(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

fn tar_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Pseudo-random numbers that are the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 ^ (self.0 >> 29)) >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }
}
