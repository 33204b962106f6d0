//! Every diagnosis, by area: one file each, listed by one line in its area.

/// Declares the rules of one area: a module each, and [`Rule`](crate::engine::rule::Rule)s over them.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        use $crate::engine::manual::of_source;
        use $crate::engine::source::{digest, quoted_names, reads_alerts, text_of_source};

        /// The rules of this area.
        pub(super) const RULES: &[$crate::engine::rule::Rule] = &[$({
            const SOURCE: &str = include_str!(concat!(stringify!($name), ".rs"));
            $crate::engine::rule::Rule {
                meta: &$name::META,
                manual: text_of_source!(of_source, SOURCE),
                alert_names: if reads_alerts(&$name::META) {
                    text_of_source!(quoted_names, SOURCE)
                } else {
                    ""
                },
                digest: digest(SOURCE),
                check: $name::check,
            }
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
    pub(crate) use mustknow_cluster::model::time::Span;
    pub(crate) use mustknow_cluster::model::view::View;

    pub(crate) use crate::engine::context::RuleContext;
    pub(crate) use crate::engine::evidence::{Evidence, Subject};
    pub(crate) use crate::engine::finding::{Certainty, Finding, GroupKey, Proof, Remedy};
    pub(crate) use crate::engine::meta::{Meta, Need, Role, Scope, Severity};
    pub(crate) use crate::engine::verdict::{Gap, GapKind, Verdict};
}

areas! {
    apis, apiservices, authentication, autoscaling, certificates, cloud, config, console,
    credentials, dns, etcd, gather, ingress, insights, install, kube_apiserver,
    kube_controller_manager, machineconfig, machines, monitoring, namespaces, network,
    node_tuning, nodes, okd, olm, operators, pods, policy, proxy, quota, registry, samples,
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
