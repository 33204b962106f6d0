//! Every diagnosis, by area: one file each, listed by one line in its area.

/// Declares the rules of one area: a module each, and the [`Rule`](crate::engine::rule::Rule) in it.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        use $crate::engine::manual::{id_of_module, notes_of_source, title_of_source};
        use $crate::engine::rule::{File, Rule};
        use $crate::engine::source::{digest, quoted_names, text_of_source};

        /// The rules of this area.
        pub(super) const RULES: &[Rule] = &[$({
            const SOURCE: &str = include_str!(concat!(stringify!($name), ".rs"));
            $name::RULE.in_file(&File {
                id: text_of_source!(id_of_module, concat!(module_path!(), "::", stringify!($name))),
                title: text_of_source!(title_of_source, SOURCE),
                notes: text_of_source!(notes_of_source, SOURCE),
                alert_names: if $name::RULE.reads_alerts() {
                    text_of_source!(quoted_names, SOURCE)
                } else {
                    ""
                },
                digest: digest(SOURCE),
            })
        }),*];
    };
}

/// Declares the areas.
macro_rules! areas {
    ($($area:ident),+ $(,)?) => {
        $(mod $area;)+

        const AREAS: &[&[crate::engine::rule::Rule]] = &[$($area::RULES),+];
    };
}

/// What a rule file imports.
pub(crate) mod prelude {
    pub(crate) use std::borrow::Cow;
    pub(crate) use std::collections::{BTreeMap, BTreeSet};
    pub(crate) use std::sync::Arc;

    pub(crate) use mustknow_cluster::Lookup;
    pub(crate) use mustknow_cluster::model::certificate::*;
    pub(crate) use mustknow_cluster::model::clock::ClockSource;
    pub(crate) use mustknow_cluster::model::coverage::*;
    pub(crate) use mustknow_cluster::model::kind::Kind;
    pub(crate) use mustknow_cluster::model::kinds::*;
    pub(crate) use mustknow_cluster::model::known_file::KnownFile;
    pub(crate) use mustknow_cluster::model::log::*;
    pub(crate) use mustknow_cluster::model::resource::*;
    pub(crate) use mustknow_cluster::model::snapshot::*;
    pub(crate) use mustknow_cluster::model::time::{self, Span, Time, rfc3339};
    pub(crate) use mustknow_cluster::model::view::View;
    pub(crate) use mustknow_cluster::views::*;
    pub(crate) use mustknow_yaml::{Tree, Value};

    pub(crate) use crate::domain::*;
    pub(crate) use crate::engine::rule::{Rule, rule};
    pub(crate) use crate::signals::*;
    pub(crate) use crate::terms::context::RuleContext;
    pub(crate) use crate::terms::evidence::{Evidence, Place, Subject, seconds};
    pub(crate) use crate::terms::finding::{Certainty, Finding, GroupKey, Proof};
    pub(crate) use crate::terms::meta::Role::{Cause, Context, Symptom};
    pub(crate) use crate::terms::meta::Scope::{Any, OpenShift, Plain};
    pub(crate) use crate::terms::meta::Severity::{Critical, Error, Info, Warning};
    pub(crate) use crate::terms::meta::{Need, OKD, Severity, okd, releases};
    pub(crate) use crate::terms::verdict::{
        Checked, Gap, GapKind, Judged, NotJudged, not_applicable,
    };
    pub(crate) use crate::terms::version::Version;
    pub(crate) use crate::terms::*;
}

areas! {
    apis, apiservices, authentication, autoscaling, certificates, cloud, config, console,
    credentials, dns, etcd, gather, ingress, insights, install, kube_apiserver,
    kube_controller_manager, machineconfig, machines, monitoring, namespaces, network,
    node_tuning, nodes, objects, okd, olm, operators, pods, policy, proxy, quota, registry, samples,
    services, static_pods, storage, update, webhooks, workloads,
}

use std::sync::LazyLock;

use crate::engine::rule::Rule;

/// Every rule, by id.
pub fn all() -> &'static [Rule] {
    static ALL: LazyLock<Vec<Rule>> = LazyLock::new(|| {
        let mut all: Vec<Rule> = AREAS.iter().flat_map(|rules| rules.iter().copied()).collect();
        all.sort_by_key(|rule| rule.meta.id);
        all
    });
    &ALL
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().iter().find(|rule| rule.meta.id == id)
}
