//! Splits paths, and finds names in them.

use super::artifact::ResourcePath;
use crate::model::kind::Kind;
use crate::model::kinds::ALL;

/// Splits `path` at the first folder for which `is_marker` holds, given its name and the path below
/// it. Returns the path before it, the folder, and the path below it.
pub(super) fn split(
    path: &str,
    is_marker: impl Fn(&str, &str) -> bool,
) -> Option<(&str, &str, &str)> {
    let mut start = 0;
    for folder in path.split('/') {
        let end = start + folder.len();
        if let Some(below) = path.get(end + 1..)
            && is_marker(folder, below)
        {
            let root = path.get(..start).unwrap_or_default();
            return Some((root.trim_end_matches('/'), folder, below));
        }
        start = end + 1;
    }
    None
}

/// The folder of `path`; empty at the top.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last component of `path`.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a YAML or JSON file without its suffix.
pub(super) fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".json")).or(name.strip_suffix(".yml"))
}

/// The name of a log without `.log` and `.log.gz`.
pub(super) fn log_stem(file: &str) -> Option<&str> {
    file.strip_suffix(".gz").unwrap_or(file).strip_suffix(".log")
}

/// The resource of a kind in lower case; the kind itself if it is unknown.
pub(super) fn resource_of<'p>(group: &str, kind: &'p str) -> &'p str {
    let matches = |known: &&&Kind| known.group == group && known.name.eq_ignore_ascii_case(kind);
    ALL.iter().find(matches).map_or(kind, |known| known.plural)
}

/// A resource in a namespace; empty for cluster-scoped resources.
pub(super) fn at<'p>(group: &'p str, resource: &'p str, namespace: &'p str) -> ResourcePath<'p> {
    ResourcePath { group, resource, namespace }
}
