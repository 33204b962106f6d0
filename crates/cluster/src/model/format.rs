//! Which tool wrote a collection.

use std::collections::{BTreeMap, BTreeSet};

/// Which tool wrote a collection. For a folder that looks like two formats the later one counts,
/// because it contains whatever the earlier one contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Files with manifests, as `kubectl get -o yaml` prints them.
    Manifests,
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
    /// Whether other formats have priority: it contains only some objects, and not all of their
    /// fields.
    pub(crate) fn fills_gaps_only(self) -> bool {
        self == Self::Insights
    }

    /// Whether it contains either all nodes of its cluster or none.
    pub(crate) fn holds_all_nodes(self) -> bool {
        matches!(self, Self::ClusterInfoDump | Self::SupportBundle)
    }

    /// Whether the tool that wrote it may have replaced values by a placeholder.
    pub(crate) fn may_mask_values(self) -> bool {
        matches!(self, Self::SupportBundle | Self::Manifests)
    }

    /// The formats of the collections in these folders, for the report.
    pub(crate) fn describe(found: &BTreeMap<Box<str>, Self>) -> String {
        let mut by_format: BTreeMap<Self, BTreeSet<&str>> = BTreeMap::new();
        for (root, format) in found {
            by_format.entry(*format).or_default().insert(root);
        }
        let mut by_format: Vec<_> = by_format.into_iter().collect();
        // Formats that only supplement others come last.
        by_format.sort_by_key(|(format, _)| (*format == Self::Manifests, format.fills_gaps_only()));
        let texts: Vec<_> =
            by_format.iter().map(|(format, roots)| format.describe_collections(roots)).collect();
        texts.join(" + ")
    }

    fn describe_collections(self, roots: &BTreeSet<&str>) -> String {
        let n = roots.len();
        let one = match self {
            Self::Manifests if n > 1 => return format!("{n} manifest files"),
            Self::Manifests => "manifest file",
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
    fn every_format_of_a_cluster_is_named() {
        use Format::{Insights, Inspection, Manifests, MustGather};
        assert_eq!(described(&[("mg/a", MustGather)]), "must-gather");
        assert_eq!(described(&[("a", MustGather), ("b", MustGather)]), "must-gather (2 images)");
        let nodes = [("m/n1/image", MustGather), ("m/n2/image", MustGather)];
        assert_eq!(described(&nodes), "must-gather (2 nodes)");
        let with_insights = [("mg/a", MustGather), ("mg/a/insights-data/x", Insights)];
        assert_eq!(described(&with_insights), "must-gather + insights archive");
        assert_eq!(described(&[("inspect.local.1", Inspection)]), "oc adm inspect");
        assert_eq!(described(&[("co.yaml", Manifests)]), "manifest file");
        assert_eq!(described(&[("a.yaml", Manifests), ("b.yaml", Manifests)]), "2 manifest files");
    }
}
