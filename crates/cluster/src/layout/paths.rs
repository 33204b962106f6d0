//! Parts of paths, and names in them.

use super::artifact::ResourcePath;
use crate::model::kind::Kind;
use crate::model::kinds::ALL;

/// Splits `path` before and after the first of its folders that `is_marker` knows by its name and by
/// what stands below it. Answers what stands before it, the folder and what stands below it.
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

pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a YAML or JSON file without its suffix.
pub(super) fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".json")).or(name.strip_suffix(".yml"))
}

/// A log without what says that it is one and that it is packed.
pub(super) fn log_stem(file: &str) -> Option<&str> {
    file.strip_suffix(".gz").unwrap_or(file).strip_suffix(".log")
}

/// The resource whose objects are of that kind, in small letters; the kind itself where it is unknown.
pub(super) fn resource_of<'p>(group: &str, kind: &'p str) -> &'p str {
    let is_it = |known: &&&Kind| known.group == group && known.name.eq_ignore_ascii_case(kind);
    ALL.iter().find(is_it).map_or(kind, |known| known.plural)
}

/// A resource and its place; an empty namespace is cluster scope.
pub(super) fn at<'p>(group: &'p str, resource: &'p str, namespace: &'p str) -> ResourcePath<'p> {
    ResourcePath { group, resource, namespace }
}
