//! What rules look for in logs, and the lines that match.

use super::time::Time;

/// The containers or node services that write a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogSource {
    /// The namespace of the pods; empty for node services.
    pub namespace: &'static str,
    /// The container or node service; empty for all of them.
    pub container: &'static str,
}

impl LogSource {
    /// A container of the pods of a namespace; an empty name stands for all containers.
    pub const fn container(namespace: &'static str, container: &'static str) -> Self {
        Self { namespace, container }
    }

    /// A node service, by its unit.
    pub const fn service(unit: &'static str) -> Self {
        Self { namespace: "", container: unit }
    }

    /// Whether it is that container or service.
    pub fn includes(self, namespace: &str, container: &str) -> bool {
        self.namespace == namespace && (self.container.is_empty() || self.container == container)
    }
}

/// What a rule looks for in logs: lines that contain a literal and, optionally, match a regular
/// expression as well.
///
/// The same component runs in other namespaces on other distributions, so a pattern may have
/// several sources.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPattern {
    /// The text that the line must contain.
    pub literal: &'static str,
    /// The namespace of the pods; empty for node services.
    pub namespace: &'static str,
    /// The container or node service; empty for all of them.
    pub container: &'static str,
    /// The regular expression that a line with the literal must match as well.
    pub regex: Option<&'static str>,
    /// Further sources.
    pub also_in: &'static [LogSource],
}

impl LogPattern {
    /// Lines that contain `literal`, in one container of a namespace.
    pub const fn new(
        literal: &'static str,
        namespace: &'static str,
        container: &'static str,
    ) -> Self {
        Self { literal, namespace, container, regex: None, also_in: &[] }
    }

    /// Lines that contain `literal`, in any of `sources`: those of a component on every
    /// distribution, OpenShift first.
    pub const fn in_any(literal: &'static str, sources: &'static [LogSource]) -> Self {
        match sources {
            [first, rest @ ..] => Self::new(literal, first.namespace, first.container).or_in(rest),
            [] => Self::new(literal, "", ""),
        }
    }

    /// Applies the pattern to further sources.
    #[must_use]
    pub const fn or_in(self, sources: &'static [LogSource]) -> Self {
        Self { also_in: sources, ..self }
    }

    /// Restricts the pattern to lines that match `regex`. It matches bytes, not characters, and
    /// sees no more of a long line than one chunk of the scanner.
    #[must_use]
    pub const fn matching(self, regex: &'static str) -> Self {
        Self { regex: Some(regex), ..self }
    }

    /// Every source.
    pub fn sources(&self) -> impl Iterator<Item = LogSource> + use<> {
        let first = LogSource { namespace: self.namespace, container: self.container };
        std::iter::once(first).chain(self.also_in.iter().copied())
    }

    /// Whether it applies to the log of that container or node service.
    pub fn applies_to(&self, namespace: &str, container: &str) -> bool {
        self.sources().any(|source| source.includes(namespace, container))
    }
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Counted from 1.
    pub number: u64,
    /// The line without its line break. Of a line of more than 4 KiB its head, the literal with what
    /// surrounds it, and its tail, redacted, with ` ... ` in between.
    pub text: String,
    /// The time at its beginning. None for lines without a time, and for journal and klog headers,
    /// which have no year: the time of a neighbouring line would be a guess.
    pub time: Option<Time>,
}

/// The hits of one pattern in one log.
#[derive(Clone, Debug)]
pub struct LogHits {
    /// The pattern.
    pub pattern: &'static LogPattern,
    /// The path of the log in the archive.
    pub path: Box<str>,
    /// The namespace of the pod; empty for a node service.
    pub namespace: Box<str>,
    /// The pod; for a node service the node or its role.
    pub pod: Box<str>,
    /// The container or node service.
    pub container: Box<str>,
    /// How many lines match.
    pub count: u64,
    /// The first matching line.
    pub first: LogLine,
    /// The last matching line; the same as the first if only one line matches.
    pub last: LogLine,
    /// Some of the lines between the two, in order. Of lines that differ only in numbers the latest
    /// is stored, and of many different lines the latest few.
    pub examples: Vec<LogLine>,
}

impl LogHits {
    /// Approximate memory use in bytes.
    pub(crate) fn weight(&self) -> usize {
        let lines = self.examples.iter().chain([&self.first, &self.last]);
        let lines: usize = lines.map(|line| size_of::<LogLine>() + line.text.len()).sum();
        size_of::<Self>() + self.path.len() + lines
    }

    /// Adds `lines` to every line number, for a log that starts in the middle of a file.
    pub(crate) fn shift(&mut self, lines: u64) {
        let examples = self.examples.iter_mut();
        for line in examples.chain([&mut self.first, &mut self.last]) {
            line.number += lines;
        }
    }

    /// Every stored line, the latest first.
    pub fn lines(&self) -> impl Iterator<Item = &LogLine> {
        let first = Some(&self.first).filter(|first| first.number != self.last.number);
        std::iter::once(&self.last).chain(self.examples.iter().rev()).chain(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETCD: &[LogSource] = &[
        LogSource::container("openshift-etcd", "etcd"),
        LogSource::container("kube-system", "etcd"),
        LogSource::service("k3s"),
    ];

    #[test]
    fn a_pattern_applies_to_each_of_its_sources_and_to_no_mixture() {
        let pattern = LogPattern::in_any("slow", ETCD);
        for (namespace, container, applies) in [
            ("openshift-etcd", "etcd", true),
            ("kube-system", "etcd", true),
            ("", "k3s", true),
            ("kube-system", "k3s", false),
            ("openshift-etcd", "etcdctl", false),
            ("", "etcd", false),
        ] {
            assert_eq!(
                pattern.applies_to(namespace, container),
                applies,
                "{namespace} {container}"
            );
        }
        assert!(LogPattern::new("slow", "shop", "").applies_to("shop", "web"));
    }
}
