//! Routes each file to its reader: logs are scanned at once, documents are sent to a worker.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use mustknow_archive::{Damage, Limit};
use mustknow_yaml::ParseBuffers;

use crate::ingest::bounded_read::{expect_end, read_up_to, too_large};
use crate::ingest::context::IngestContext;
use crate::ingest::document::DocumentJob;
use crate::layout::foreign_lines::precede_objects;
use crate::layout::manifest::starts_like_manifest;
use crate::layout::pod_logs::{self, LogSection};
use crate::layout::{self, Artifact, Classified, LogFile};
use crate::limits::LARGE_DOCUMENT;
use crate::logs::LogBuffer;
use crate::merge::record::{DocumentOrigin, ExpectedContent, Record};
use crate::model::format::Format;

/// How much of a file with an unrecognized name is read to detect a manifest, in bytes.
const HEAD: u64 = 512;

/// Routes the files that one thread visits.
pub(crate) struct Router<'d> {
    context: IngestContext<'d>,
    /// The queue of the workers that parse documents, if there are workers.
    workers: Option<SyncSender<DocumentJob>>,
    spare: ParseBuffers,
    log_buffer: LogBuffer,
    /// The root of the collection of the last file.
    root: Arc<str>,
}

/// What is known about a file before it is read.
#[derive(Clone, Copy)]
pub(crate) struct FileEntry<'f> {
    pub(crate) number: u64,
    pub(crate) path: &'f str,
    pub(crate) size: Option<u64>,
    /// Whether the file is the whole input, so that its name does not matter.
    pub(crate) is_input: bool,
}

impl<'d> Router<'d> {
    pub(crate) fn new(
        context: IngestContext<'d>,
        workers: Option<SyncSender<DocumentJob>>,
    ) -> Self {
        Self {
            context,
            workers,
            spare: ParseBuffers::default(),
            log_buffer: LogBuffer::within(context.limits.log_limit()),
            root: Arc::default(),
        }
    }

    /// Reads a file, if any rule reads its content.
    pub(crate) fn file(&mut self, file: FileEntry<'_>, body: &mut dyn Read) {
        let Classified { root, artifact, format } = layout::classify(file.path);
        if *self.root != *root {
            self.root = root.into();
        }
        let root = Arc::clone(&self.root);
        self.context.add(
            file.number,
            Record::File {
                root: root.clone(),
                path: file.path.into(),
                format: Some(format).filter(|format| *format != Format::Manifests),
            },
        );
        let origin = match artifact {
            Artifact::List(at) => DocumentOrigin::list(at.group, at.resource, at.namespace),
            Artifact::Object(at) => DocumentOrigin::object(at.group, at.resource, at.namespace),
            Artifact::ClusterInfoList(at) => {
                DocumentOrigin::cluster_info_list(at.group, at.resource, at.namespace)
            }
            Artifact::Manifest => DocumentOrigin::manifest(),
            Artifact::Ignored | Artifact::Unrecognized if file.is_input => {
                DocumentOrigin::manifest()
            }
            Artifact::Unrecognized => return self.unrecognized(root, file, body),
            Artifact::PodLogs => return self.pod_logs(&root, file, body),
            Artifact::KnownFile(known_file)
                if self.context.interest.known_files.contains(&known_file) =>
            {
                DocumentOrigin::known_file(known_file)
            }
            Artifact::Log(log) => return self.log(root, file, log, false, body),
            Artifact::PartialLog(log) => return self.log(root, file, log, true, body),
            Artifact::Timestamp
            | Artifact::CollectionStart
            | Artifact::GatherLog
            | Artifact::CleanReport => {
                return self.text(root, file, artifact, body);
            }
            Artifact::KnownFile(_) | Artifact::Ignored => return,
        };
        self.document(root, file, origin.in_format(format), body);
    }

    /// Reads a file with an unrecognized name, if it begins like a manifest.
    fn unrecognized(&mut self, root: Arc<str>, file: FileEntry<'_>, body: &mut dyn Read) {
        let mut head = Vec::new();
        let read = (&mut *body).take(HEAD).read_to_end(&mut head);
        if read.is_ok() && (starts_like_manifest(&head) || precede_objects(&head)) {
            let mut body = Cursor::new(head).chain(body);
            self.document(root, file, DocumentOrigin::manifest(), &mut body);
        }
    }

    /// Scans the logs of several containers in one file.
    fn pod_logs(&mut self, root: &Arc<str>, file: FileEntry<'_>, body: &mut dyn Read) {
        let _guard = self.context.lock_if_large(file.size);
        let mut bytes = self.spare.take_buffer();
        let (limit, reached) = self.context.limits.document_limit();
        // The readable part of a log is used even if the rest cannot be read.
        let end = read_up_to(body, limit, file.size.unwrap_or(0), &mut bytes);
        let end = end.and_then(|()| expect_end(limit, reached, body));
        for section in pod_logs::sections(&bytes).0 {
            self.section(root, file, &section, end.is_err());
        }
        self.spare.return_buffer(bytes);
        if let Err(error) = end {
            self.context.add(file.number, Record::Damage(damage(file.path, &error)));
        }
    }

    fn section(
        &mut self,
        root: &Arc<str>,
        file: FileEntry<'_>,
        section: &LogSection<'_>,
        is_partial: bool,
    ) {
        let (log, mut bytes) = (section.log, section.bytes);
        if bytes.is_empty() || !self.context.scanner.has_patterns_for(log) {
            return;
        }
        let scanner = self.context.scanner;
        let (mut hits, _) = scanner.scan(&mut self.log_buffer, file.path, log, &mut bytes);
        for hits in &mut hits {
            hits.shift(section.lines_before);
        }
        let record = Record::Log {
            root: Arc::clone(root),
            namespace: log.namespace.into(),
            container: log.container.into(),
            hits,
            is_partial,
            damage: None,
        };
        self.context.add(file.number, record);
    }

    fn log(
        &mut self,
        root: Arc<str>,
        file: FileEntry<'_>,
        log: LogFile<'_>,
        is_partial: bool,
        body: &mut dyn Read,
    ) {
        if !self.context.scanner.has_patterns_for(log) {
            return;
        }
        let (hits, end) = self.context.scanner.scan(&mut self.log_buffer, file.path, log, body);
        if matches!(end, Ok(0)) {
            // An empty log usually means that it could not be fetched.
            return;
        }
        let damage = end.err().map(|error| damage(file.path, &error));
        let is_partial = is_partial || damage.is_some();
        let (namespace, container) = (log.namespace.into(), log.container.into());
        let record = Record::Log { root, namespace, container, hits, is_partial, damage };
        self.context.add(file.number, record);
    }

    fn text(
        &mut self,
        root: Arc<str>,
        file: FileEntry<'_>,
        artifact: Artifact<'_>,
        body: &mut dyn Read,
    ) {
        let mut bytes = Vec::new();
        // The readable part is used even if the rest cannot be read.
        let limit = self.context.limits.text_limit();
        let end = (&mut *body).take(limit).read_to_end(&mut bytes);
        let end = end.and_then(|_| expect_end(limit, Limit::Document, body));
        let text = String::from_utf8_lossy(&bytes);
        if let Some(record) = Record::text(root, file.path, artifact, &text) {
            self.context.add(file.number, record);
        }
        if let Err(error) = end {
            self.context.add(file.number, Record::Damage(damage(file.path, &error)));
        }
    }

    fn document(
        &mut self,
        root: Arc<str>,
        file: FileEntry<'_>,
        mut origin: DocumentOrigin,
        body: &mut dyn Read,
    ) {
        let _guard = self.context.lock_if_large(file.size);
        let (limit, reached) = self.context.limits.document_limit();
        let mut bytes = self.spare.take_buffer();
        let is_too_large = file.size.is_some_and(|size| size > limit);
        let read = if is_too_large {
            Ok(())
        } else {
            read_up_to(body, limit.saturating_add(1), file.size.unwrap_or(0), &mut bytes)
        };
        let unreadable = match read {
            Err(error) => Some(error.to_string()),
            Ok(()) if is_too_large || bytes.len() as u64 > limit => Some(too_large(limit, reached)),
            Ok(()) if bytes.is_empty() => Some("file is empty".to_owned()),
            Ok(()) => None,
        };
        let path: Arc<str> = file.path.into();
        let number = file.number;
        if origin.content == ExpectedContent::Manifest
            && unreadable.is_none()
            && pod_logs::has_logs(&bytes)
        {
            let (sections, rest) = pod_logs::sections(&bytes);
            for section in &sections {
                self.section(&root, file, section, false);
            }
            bytes = rest;
            origin = DocumentOrigin::stream();
        }
        if let Some(why) = unreadable {
            self.spare.return_buffer(bytes);
            return self.context.add_all(number, Record::unreadable(root, path, origin, why));
        }
        let job = DocumentJob { number, root, path, origin, bytes };
        match &self.workers {
            // Workers receive until the queue closes, so sending cannot fail.
            Some(workers) if job.bytes.len() as u64 <= LARGE_DOCUMENT => drop(workers.send(job)),
            _ => self.context.parse(job, &mut self.spare),
        }
    }
}

fn damage(path: &str, error: &io::Error) -> Damage {
    Damage { path: path.to_owned(), why: error.to_string() }
}
