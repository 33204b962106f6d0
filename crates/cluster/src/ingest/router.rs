//! One thread's way along the files of an input: logs are scanned as they pass, and documents go to
//! whoever is free.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use mustknow_archive::{Damage, Limit};
use mustknow_yaml::ParseBuffers;

use crate::ingest::bodies::{nothing_behind, read_whole, too_large};
use crate::ingest::context::IngestContext;
use crate::ingest::document::DocumentJob;
use crate::layout::loose::begins_like_objects;
use crate::layout::pod_logs::{self, Section};
use crate::layout::{self, Artifact, Classified, LogFile};
use crate::limits::LARGE;
use crate::logs::Scratch;
use crate::merge::record::{ListPlace, ListShape, Record};
use crate::model::format::Format;

/// How much of a file whose name says nothing is looked at.
const HEAD: u64 = 512;

/// One thread's way along the files.
pub(crate) struct Router<'d> {
    context: IngestContext<'d>,
    /// Where documents go to be parsed by others.
    helpers: Option<SyncSender<DocumentJob>>,
    spare: ParseBuffers,
    scratch: Scratch,
    /// The folder of the collection that the last file was in.
    root: Arc<str>,
}

/// What is known of a file before it is read.
#[derive(Clone, Copy)]
pub(crate) struct File<'f> {
    pub(crate) number: u64,
    pub(crate) path: &'f str,
    pub(crate) size: Option<u64>,
    /// It is the whole input, and its name says nothing.
    pub(crate) is_input: bool,
}

impl<'d> Router<'d> {
    pub(crate) fn new(
        context: IngestContext<'d>,
        helpers: Option<SyncSender<DocumentJob>>,
    ) -> Self {
        Self {
            context,
            helpers,
            spare: ParseBuffers::default(),
            scratch: Scratch::within(context.limits.log_limit()),
            root: Arc::default(),
        }
    }

    /// Reads a file, as far as anybody asks for what is in it.
    pub(crate) fn file(&mut self, file: File<'_>, body: &mut dyn Read) {
        let Classified { root, artifact, format } = layout::classify(file.path);
        if *self.root != *root {
            self.root = root.into();
        }
        let root = Arc::clone(&self.root);
        self.context.add(
            file.number,
            Record::Seen {
                root: root.clone(),
                path: file.path.into(),
                format: Some(format).filter(|format| *format != Format::Objects),
            },
        );
        let place = match artifact {
            Artifact::List(at) => ListPlace::list(at.group, at.resource, at.namespace),
            Artifact::Object(at) => ListPlace::object(at.group, at.resource, at.namespace),
            Artifact::Dumped(at) => ListPlace::dumped(at.group, at.resource, at.namespace),
            Artifact::Loose => ListPlace::loose(),
            Artifact::Noise | Artifact::Nameless if file.is_input => ListPlace::loose(),
            Artifact::Nameless => return self.nameless(root, file, body),
            Artifact::PodLogs => return self.pod_logs(&root, file, body),
            Artifact::KnownFile(known_file)
                if self.context.interest.known_files.contains(&known_file) =>
            {
                ListPlace::known_file(known_file)
            }
            Artifact::Log(log) => return self.log(root, file, log, false, body),
            Artifact::LogPart(log) => return self.log(root, file, log, true, body),
            Artifact::Timestamp | Artifact::GatherLog | Artifact::CleanReport => {
                return self.text(root, file, artifact, body);
            }
            Artifact::KnownFile(_) | Artifact::Noise => return,
        };
        self.document(root, file, place.of(format), body);
    }

    /// Reads a file that may hold objects, if it begins like one that does.
    fn nameless(&mut self, root: Arc<str>, file: File<'_>, body: &mut dyn Read) {
        let mut head = Vec::new();
        let read = (&mut *body).take(HEAD).read_to_end(&mut head);
        if read.is_ok() && begins_like_objects(&head) {
            let mut body = Cursor::new(head).chain(body);
            self.document(root, file, ListPlace::loose(), &mut body);
        }
    }

    /// Scans the logs that stand in one file.
    fn pod_logs(&mut self, root: &Arc<str>, file: File<'_>, body: &mut dyn Read) {
        let _turn = self.context.take_turn(file.size);
        let mut bytes = self.spare.take_buffer();
        let (limit, bound) = self.context.limits.document_limit();
        // What could be read of a log is worth having even if the rest is not.
        let ended = read_whole(body, limit, file.size.unwrap_or(0), &mut bytes);
        let ended = ended.and_then(|()| nothing_behind(limit, bound, body));
        for section in pod_logs::sections(&bytes).0 {
            self.section(root, file, &section, ended.is_err());
        }
        self.spare.return_buffer(bytes);
        if let Err(error) = ended {
            self.context.add(file.number, Record::Damage(damage(file.path, &error)));
        }
    }

    fn section(&mut self, root: &Arc<str>, file: File<'_>, section: &Section<'_>, is_part: bool) {
        let (log, mut bytes) = (section.log, section.bytes);
        if bytes.is_empty() || !self.context.scanner.wants(log) {
            return;
        }
        let scanner = self.context.scanner;
        let (mut hits, _) = scanner.scan(&mut self.scratch, file.path, log, &mut bytes);
        for hits in &mut hits {
            hits.shift(section.lines_before);
        }
        let record = Record::Log {
            root: Arc::clone(root),
            namespace: log.namespace.into(),
            container: log.container.into(),
            hits,
            is_part,
            damage: None,
        };
        self.context.add(file.number, record);
    }

    fn log(
        &mut self,
        root: Arc<str>,
        file: File<'_>,
        log: LogFile<'_>,
        is_part: bool,
        body: &mut dyn Read,
    ) {
        if !self.context.scanner.wants(log) {
            return;
        }
        let (hits, ended) = self.context.scanner.scan(&mut self.scratch, file.path, log, body);
        if matches!(ended, Ok(0)) {
            // A log that could not be fetched is left empty: nothing was looked at.
            return;
        }
        let damage = ended.err().map(|error| damage(file.path, &error));
        let is_part = is_part || damage.is_some();
        let (namespace, container) = (log.namespace.into(), log.container.into());
        let record = Record::Log { root, namespace, container, hits, is_part, damage };
        self.context.add(file.number, record);
    }

    fn text(
        &mut self,
        root: Arc<str>,
        file: File<'_>,
        artifact: Artifact<'_>,
        body: &mut dyn Read,
    ) {
        let mut bytes = Vec::new();
        // What could be read of a log or a timestamp is worth having even if the rest is not.
        let limit = self.context.limits.text_limit();
        let ended = (&mut *body).take(limit).read_to_end(&mut bytes);
        let ended = ended.and_then(|_| nothing_behind(limit, Limit::Document, body));
        let text = String::from_utf8_lossy(&bytes);
        if let Some(record) = Record::text(root, file.path, artifact, &text) {
            self.context.add(file.number, record);
        }
        if let Err(error) = ended {
            self.context.add(file.number, Record::Damage(damage(file.path, &error)));
        }
    }

    fn document(&mut self, root: Arc<str>, file: File<'_>, place: ListPlace, body: &mut dyn Read) {
        let _turn = self.context.take_turn(file.size);
        let (limit, bound) = self.context.limits.document_limit();
        let mut bytes = self.spare.take_buffer();
        let is_announced = file.size.is_some_and(|size| size > limit);
        let read = if is_announced {
            Ok(())
        } else {
            read_whole(body, limit.saturating_add(1), file.size.unwrap_or(0), &mut bytes)
        };
        let broken = match read {
            Err(error) => Some(error.to_string()),
            Ok(()) if is_announced || bytes.len() as u64 > limit => Some(too_large(limit, bound)),
            Ok(()) if bytes.is_empty() => Some("the file is empty".to_owned()),
            Ok(()) => None,
        };
        let path: Arc<str> = file.path.into();
        let number = file.number;
        let mut place = place;
        if place.shape == ListShape::Loose && broken.is_none() && pod_logs::has_logs(&bytes) {
            let (sections, rest) = pod_logs::sections(&bytes);
            for section in &sections {
                self.section(&root, file, section, false);
            }
            bytes = rest;
            place = ListPlace::stream();
        }
        if let Some(why) = broken {
            self.spare.return_buffer(bytes);
            return self.context.add_all(number, Record::broken(root, path, place, why));
        }
        let job = DocumentJob { number, root, path, place, bytes };
        match &self.helpers {
            // The queue is read until it closes, so it never refuses a job.
            Some(helpers) if job.bytes.len() as u64 <= LARGE => drop(helpers.send(job)),
            _ => self.context.read(job, &mut self.spare),
        }
    }
}

fn damage(path: &str, error: &io::Error) -> Damage {
    Damage { path: path.to_owned(), why: error.to_string() }
}
