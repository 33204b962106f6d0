//! Writes files twice at once: into a directory, and by another thread into a `.tar.gz`.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write as _},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType};

use crate::fixtures::{
    archive::{header, new_folders},
    cluster::GATHERED,
};

/// How many parts of files may wait for the archive.
const QUEUE: usize = 16;
/// What `tar czf` compresses with.
const LEVEL: u32 = 6;

enum PackMessage {
    File(String, u64),
    Bytes(Vec<u8>),
}

/// A directory and an archive that grow file by file.
pub(super) struct TwinSink {
    folder: PathBuf,
    last: String,
    file: Option<File>,
    send: SyncSender<PackMessage>,
    packer: JoinHandle<io::Result<()>>,
}

impl TwinSink {
    /// Starts to write below `folder` and into `archive`.
    pub(super) fn new(folder: &Path, archive: &Path) -> io::Result<Self> {
        let (send, receive) = sync_channel(QUEUE);
        let file = File::create(archive)?;
        let packer = thread::spawn(move || pack(file, receive));
        let folder = folder.to_owned();
        Ok(Self { folder, last: String::new(), file: None, send, packer })
    }

    /// Begins the next file; paths come sorted.
    pub(super) fn file(&mut self, path: &str, size: u64) -> io::Result<()> {
        for folder in new_folders(&self.last, path) {
            fs::create_dir_all(self.folder.join(folder))?;
        }
        path.clone_into(&mut self.last);
        self.file = Some(File::create(self.folder.join(path))?);
        self.send(PackMessage::File(path.to_owned(), size))
    }

    /// Writes the next bytes of the file.
    pub(super) fn bytes(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.write_all(&bytes)?;
        }
        self.send(PackMessage::Bytes(bytes))
    }

    /// Ends both.
    pub(super) fn finish(self) -> io::Result<()> {
        drop(self.send);
        self.packer.join().map_err(|_| io::Error::other("the archive's thread panicked"))?
    }

    /// Hands on to the packer. If the packer has failed, [`Self::finish`] returns its error.
    fn send(&self, message: PackMessage) -> io::Result<()> {
        self.send.send(message).map_err(|_| io::Error::other("the archive cannot be written"))
    }
}

fn pack(file: File, receive: Receiver<PackMessage>) -> io::Result<()> {
    let gzip = GzBuilder::new().mtime(0).write(BufWriter::new(file), Compression::new(LEVEL));
    let mut tar = Builder::new(gzip);
    let mut last = String::new();
    let mut body = FileBody { receive, bytes: Vec::new(), at: 0 };
    while let Ok(message) = body.receive.recv() {
        let PackMessage::File(path, size) = message else { continue };
        for folder in new_folders(&last, &path) {
            let mut header = header(EntryType::Directory, 0o755, 0, GATHERED);
            tar.append_data(&mut header, format!("{folder}/"), io::empty())?;
        }
        let mut header = header(EntryType::Regular, 0o644, size, GATHERED);
        tar.append_data(&mut header, &path, (&mut body).take(size))?;
        last = path;
    }
    tar.into_inner()?.finish()?.flush()
}

/// The bytes of the present file.
struct FileBody {
    receive: Receiver<PackMessage>,
    bytes: Vec<u8>,
    at: usize,
}

impl Read for FileBody {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.bytes.len() {
            let Ok(PackMessage::Bytes(bytes)) = self.receive.recv() else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            (self.bytes, self.at) = (bytes, 0);
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let read = { rest }.read(to)?;
        self.at += read;
        Ok(read)
    }
}
