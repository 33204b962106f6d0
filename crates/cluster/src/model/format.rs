//! What made a collection, in the words of whoever made it.

use std::collections::{BTreeMap, BTreeSet};

/// What made a collection. The later of two holds whatever the earlier does, so it is the one that
/// counts for a folder that looks like both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Files of objects, as `kubectl get -o yaml` prints them.
    Objects,
    /// `oc adm inspect`
    Inspection,
    /// `oc adm must-gather`, one image
    MustGather,
    /// `kubectl cluster-info dump`
    ClusterInfoDump,
    /// The `crust-gather` plug-in
    CrustGather,
    /// A Troubleshoot support bundle
    SupportBundle,
    /// An archive of the insights operator
    Insights,
}

impl Format {
    /// Whether others know better: it holds some objects only, and of these not all fields.
    pub(crate) fn fills_gaps_only(self) -> bool {
        self == Self::Insights
    }

    /// Whether it holds every node of its cluster, or none.
    pub(crate) fn holds_all_nodes(self) -> bool {
        matches!(self, Self::ClusterInfoDump | Self::SupportBundle)
    }

    /// Whether whoever made it replaces values and says so in their place.
    pub(crate) fn may_hide_values(self) -> bool {
        matches!(self, Self::SupportBundle | Self::Objects)
    }

    /// The formats of the collections in these folders, in words.
    pub(crate) fn describe(found: &BTreeMap<Box<str>, Self>) -> String {
        let mut of: BTreeMap<Self, BTreeSet<&str>> = BTreeMap::new();
        for (root, format) in found {
            of.entry(*format).or_default().insert(root);
        }
        let mut of: Vec<_> = of.into_iter().collect();
        // What the others only add to comes first.
        of.sort_by_key(|(format, _)| (*format == Self::Objects, format.fills_gaps_only()));
        let words: Vec<_> = of.iter().map(|(format, roots)| format.of_several(roots)).collect();
        words.join(" + ")
    }

    fn of_several(self, roots: &BTreeSet<&str>) -> String {
        let n = roots.len();
        let one = match self {
            Self::Objects if n > 1 => return format!("{n} files of objects"),
            Self::Objects => "file of objects",
            Self::Inspection => "oc adm inspect",
            Self::MustGather => "must-gather",
            Self::ClusterInfoDump => "kubectl cluster-info dump",
            Self::CrustGather => "crust-gather",
            Self::SupportBundle => "support bundle",
            Self::Insights => "insights archive",
        };
        if n == 1 {
            return one.to_owned();
        }
        let images: BTreeSet<_> =
            roots.iter().map(|root| root.rsplit('/').next().unwrap_or(root)).collect();
        match self {
            Self::MustGather if images.len() == 1 => format!("{one} ({n} nodes)"),
            Self::MustGather => format!("{one} ({} images)", images.len()),
            _ => format!("{one} ({n} collections)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(found: &[(&str, Format)]) -> String {
        let found = found.iter().map(|(root, format)| ((*root).into(), *format)).collect();
        Format::describe(&found)
    }

    #[test]
    fn every_format_of_a_cluster_is_said() {
        use Format::{Insights, Inspection, MustGather, Objects};
        assert_eq!(described(&[("mg/a", MustGather)]), "must-gather");
        assert_eq!(described(&[("a", MustGather), ("b", MustGather)]), "must-gather (2 images)");
        let nodes = [("m/n1/image", MustGather), ("m/n2/image", MustGather)];
        assert_eq!(described(&nodes), "must-gather (2 nodes)");
        let with_insights = [("mg/a", MustGather), ("mg/a/insights-data/x", Insights)];
        assert_eq!(described(&with_insights), "must-gather + insights archive");
        assert_eq!(described(&[("inspect.local.1", Inspection)]), "oc adm inspect");
        assert_eq!(described(&[("co.yaml", Objects)]), "file of objects");
        assert_eq!(described(&[("a.yaml", Objects), ("b.yaml", Objects)]), "2 files of objects");
    }
}
