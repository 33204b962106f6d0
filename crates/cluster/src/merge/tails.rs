//! The last words of all logs while an input is read, and which of them a snapshot keeps.
//!
//! A log may be read before the objects that show how its container is, so the last words of every
//! log are kept for a while, within a limit. Which of them are dropped at the limit does not depend
//! on the order in which threads finish.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::log_tail::LogTail;
use crate::model::snapshot::Snapshot;
use crate::views::{ClusterOperator, Condition, Container, Pod};

/// How many bytes of last words are kept.
const LIMIT: usize = 16 << 20;
/// A line that its program has written so often at the end of its log is kept, even if the container
/// is well.
const REPEATED: u32 = 3;

/// Logs of earlier runs before others, then in the order of the input: whether the log is of the
/// current run, the number of its file, and the number of its first line.
type Rank = (bool, u64, u64);

/// The last words of all logs.
#[derive(Default)]
pub(crate) struct Tails {
    kept: BTreeMap<Rank, (Arc<str>, LogTail)>,
    used: usize,
    /// The first that was dropped: none after it is kept.
    first_dropped: Option<Rank>,
    /// How many logs were read, by the root folder of their collection.
    read: BTreeMap<Arc<str>, usize>,
}

impl Tails {
    /// Adds the last words of a log in the file at position `number` of the stream.
    pub(crate) fn add(&mut self, number: u64, root: Arc<str>, tail: LogTail) {
        *self.read.entry(Arc::clone(&root)).or_default() += 1;
        if !tail.lines.is_empty() {
            self.add_within(LIMIT, number, root, tail);
        }
    }

    fn add_within(&mut self, limit: usize, number: u64, root: Arc<str>, tail: LogTail) {
        let first = tail.lines.first().map_or(0, |it| it.line.number);
        let rank = (!tail.earlier, number, first);
        if self.first_dropped.is_some_and(|dropped| dropped <= rank) {
            return;
        }
        self.used += tail.weight();
        if let Some((_, before)) = self.kept.insert(rank, (root, tail)) {
            self.used -= before.weight();
        }
        while self.used > limit
            && let Some((rank, (_, dropped))) = self.kept.pop_last()
        {
            self.used -= dropped.weight();
            self.first_dropped = Some(rank);
        }
    }

    /// Whether some were dropped.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.first_dropped.is_some()
    }

    /// How many logs were read, by the root folder of their collection.
    pub(crate) fn read(&mut self) -> BTreeMap<Arc<str>, usize> {
        std::mem::take(&mut self.read)
    }

    /// All of them, with the root folder of their collection.
    pub(crate) fn into_all(self) -> impl Iterator<Item = (Arc<str>, LogTail)> {
        self.kept.into_values()
    }
}

/// Drops the last words of containers that are well, and sorts the others by pod and container, the
/// logs of earlier runs first.
pub(crate) fn keep_those_that_matter(snapshot: &mut Snapshot) {
    let mut tails = std::mem::take(&mut snapshot.tails);
    let operators = namespaces_of_bad_operators(snapshot);
    tails.retain(|tail| matters(snapshot, &operators, tail));
    let key = |tail: &LogTail| {
        let LogTail { namespace, pod, container, earlier, path, .. } = tail;
        (namespace.clone(), pod.clone(), container.clone(), !earlier, path.clone())
    };
    tails.sort_by_cached_key(key);
    tails.dedup_by(|a, b| key(a) == key(b));
    snapshot.tails = tails;
}

fn matters(snapshot: &Snapshot, operators: &BTreeSet<String>, tail: &LogTail) -> bool {
    let Some(pod) = snapshot.find::<Pod<'_>>(&tail.namespace, &tail.pod) else { return false };
    let container = pod.containers().find(|it| it.name() == *tail.container);
    container.is_some_and(|it| !is_well(it))
        || tail.repeated(REPEATED).is_some()
        || (operators.contains(&*tail.namespace) && tail.pod.contains("operator"))
}

/// Whether a container runs since its pod started, or has completed at once.
fn is_well(container: Container<'_>) -> bool {
    let runs = container.is_ready() && container.running_since().is_some();
    let has_completed = container.terminated().is_some_and(|it| it.exit_code() == Some(0));
    (runs || has_completed) && container.restarts() == 0
}

/// The namespaces of the ClusterOperators that are not available or degraded.
fn namespaces_of_bad_operators(snapshot: &Snapshot) -> BTreeSet<String> {
    let is_bad = |operator: &ClusterOperator<'_>| {
        operator.condition("Degraded").is_some_and(Condition::is_true)
            || operator.condition("Available").is_some_and(Condition::is_false)
    };
    let bad = snapshot.all::<ClusterOperator<'_>>().filter(is_bad);
    bad.flat_map(|operator| operator.related_namespaces().map(Into::into).collect::<Vec<_>>())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::LogLine;
    use crate::model::log_tail::TailLine;

    fn tail(path: &str, earlier: bool, size: usize) -> LogTail {
        let line = LogLine { number: 1, text: "x".repeat(size), time: None };
        let name = || Box::<str>::from("n");
        LogTail {
            path: path.into(),
            namespace: name(),
            pod: name(),
            container: name(),
            earlier,
            lines: Box::new([TailLine { line, count: 1, behind: 0 }]),
        }
    }

    #[test]
    fn what_is_dropped_does_not_depend_on_the_order() {
        let all = [("a", false, 900), ("b", true, 900), ("c", false, 10), ("d", true, 10)];
        let paths = |order: &[usize]| {
            let mut tails = Tails::default();
            for at in order {
                let (path, earlier, size) = all[*at];
                tails.add_within(2000, *at as u64, "r".into(), tail(path, earlier, size));
            }
            let is_incomplete = tails.is_incomplete();
            let paths: Vec<_> = tails.into_all().map(|(_, tail)| tail.path.to_string()).collect();
            (paths, is_incomplete)
        };
        let expected = (vec!["b".to_owned(), "d".to_owned()], true);
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [0, 2, 3, 1]] {
            assert_eq!(paths(&order), expected, "{order:?}");
        }
    }
}
