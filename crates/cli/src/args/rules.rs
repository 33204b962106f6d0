//! The flags of `mustknow rules`.

use clap::Args;
use mustknow_rules::Severity;

use crate::flags::severity;

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// The rule to explain, such as etcd/quorum-lost
    #[arg(value_name = "ID", conflicts_with_all = ["area", "severity", "tag"])]
    pub(crate) id: Option<String>,

    /// List the rules of these areas; the area is the part of an id before the slash
    #[arg(short, long, value_name = "AREA", value_delimiter = ',')]
    pub(crate) area: Vec<String>,

    /// List the rules of this severity or higher
    #[arg(short, long, value_parser = severity(), value_name = "SEVERITY")]
    pub(crate) severity: Option<Severity>,

    /// List the rules that have all of these tags, such as cause, openshift or log
    ///
    /// Tags are the role (cause, symptom, context), the clusters (openshift, okd, kubernetes,
    /// version-bound) and what the rule reads besides objects (log, alert, event).
    #[arg(short, long, value_name = "TAG", value_delimiter = ',')]
    pub(crate) tag: Vec<String>,
}
