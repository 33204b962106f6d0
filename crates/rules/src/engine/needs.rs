//! What rules need from an archive: what to read for them, and what is missing of it.

use std::collections::BTreeSet;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::CONFIG_MAP;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::{LogPattern, LogSource};
use mustknow_cluster::model::platform::{PlainDistribution, Platform, is_openshift_group};
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_cluster::{ConfigMapInterest, Interest, Snapshot};

use crate::domain::component_logs::{NoLog, logs_on};
use crate::engine::rule::Rule;
use crate::terms::command::Command;
use crate::terms::context::ALWAYS;
use crate::terms::meta::{Meta, Need};
use crate::terms::place::DECIDING;
use crate::terms::verdict::{Gap, GapKind, NotJudged, not_applicable};

/// Why a rule of OpenShift does not apply to a plain cluster.
pub(super) const NOT_OPENSHIFT: &str = "this is not an OpenShift or OKD cluster";
/// Of more alternatives that are all missing, only what they have in common is reported.
const LISTED: usize = 4;

/// Everything that `rules` read.
pub fn interest<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Interest {
    let mut interest = Interest { last_words: true, ..Interest::default() };
    let mut config_maps = BTreeSet::new();
    interest.kinds.extend(ALWAYS);
    interest.kinds.extend(DECIDING);
    for need in rules.into_iter().flat_map(|rule| rule.meta.sources()) {
        interest.kinds.extend(need.kind());
        match need {
            Need::Kind(_) => {}
            Need::Certificates(kind) => drop(interest.certificates.insert(kind)),
            Need::ConfigMap(namespace, name) => drop(config_maps.insert((namespace, name))),
            Need::Log(pattern) => drop(interest.logs.insert(pattern)),
            Need::KnownFile(known_file) => drop(interest.known_files.insert(known_file)),
        }
    }
    interest.config_maps = ConfigMapInterest::These(config_maps);
    interest
}

/// Why a rule cannot judge the cluster: all that is missing of what it needs, or that the cluster
/// cannot have it.
pub(super) fn check(snapshot: &Snapshot, meta: &Meta) -> Result<(), NotJudged> {
    let mut gaps = Vec::new();
    for need in meta.needs() {
        match lack(snapshot, &need) {
            Some(Lack::Gap(gap)) => gaps.push(gap),
            Some(Lack::Foreign(why)) => return Err(not_applicable(why)),
            None => {}
        }
    }
    for alternatives in meta.alternatives() {
        let lacks: Option<Vec<_>> = alternatives.iter().map(|need| lack(snapshot, need)).collect();
        gaps.extend(all_lacking(lacks.unwrap_or_default())?);
    }
    Gap::all(gaps).map_or(Ok(()), |gap| Err(gap.into()))
}

/// The same for a rule that needs nothing and has examined nothing: that none of the logs was there
/// that it reads if present.
pub(super) fn check_read_logs(snapshot: &Snapshot, meta: &Meta) -> Result<(), NotJudged> {
    let needs_nothing =
        meta.needs().next().is_none() && meta.alternatives().iter().all(Vec::is_empty);
    let logs = meta.reads.iter().filter(|need| needs_nothing && matches!(need, Need::Log(_)));
    let lacks: Option<Vec<_>> = logs.map(|need| lack(snapshot, need)).collect();
    let gap = all_lacking(lacks.unwrap_or_default())?;
    gap.map_or(Ok(()), |gap| Err(gap.into()))
}

/// What a rule needs and does not get.
enum Lack {
    /// It was not collected.
    Gap(Gap),
    /// The cluster cannot have it, and why.
    Foreign(String),
}

/// What is missing where none of several alternatives is there. Those that the cluster cannot have
/// are left out, and without any other the rule does not apply.
fn all_lacking(lacks: Vec<Lack>) -> Result<Option<Gap>, NotJudged> {
    let mut gaps = Vec::new();
    let mut foreign = None;
    for lack in lacks {
        match lack {
            Lack::Gap(gap) => gaps.push(gap),
            Lack::Foreign(why) => foreign = foreign.or(Some(why)),
        }
    }
    let whats: BTreeSet<_> = gaps.iter().map(|gap| &gap.what).collect();
    match (foreign, gaps.as_slice()) {
        (Some(why), []) => Err(not_applicable(why)),
        (_, [first, ..]) if whats.len() > LISTED => {
            let what = "logs of the platform: not collected";
            Ok(Some(Gap::new(first.kind, what).command("oc adm must-gather")))
        }
        _ => Ok(Gap::all(gaps)),
    }
}

fn lack(snapshot: &Snapshot, need: &Need) -> Option<Lack> {
    let gap = match need {
        Need::Log(pattern) => return log_lack(snapshot, pattern),
        Need::Kind(kind) | Need::Certificates(kind) => kind_gap(snapshot, kind),
        Need::ConfigMap(..) => kind_gap(snapshot, &CONFIG_MAP),
        Need::KnownFile(known_file) => known_file_gap(snapshot, *known_file),
    }?;
    let why = match need {
        _ if snapshot.platform() != Platform::Kubernetes => None,
        Need::Kind(kind) | Need::Certificates(kind) => {
            is_openshift_group(kind.group).then(|| NOT_OPENSHIFT.to_owned())
        }
        Need::ConfigMap(namespace, _) => {
            namespace.starts_with("openshift").then(|| NOT_OPENSHIFT.to_owned())
        }
        // One that exists but is damaged is a gap all the same.
        Need::KnownFile(file) if snapshot.known_file(*file).is_none() => {
            Some(format!("dumps of this platform contain no {}", file.content()))
        }
        Need::KnownFile(_) | Need::Log(_) => None,
    };
    Some(why.map_or(Lack::Gap(gap), Lack::Foreign))
}

fn log_lack(snapshot: &Snapshot, pattern: &LogPattern) -> Option<Lack> {
    if snapshot.logs_scanned(pattern) > 0 {
        return None;
    }
    Some(match logs_on(snapshot, pattern) {
        Ok(logs) => Lack::Gap(log_gap(snapshot, logs.first().copied()?)),
        Err(NoLog::OnlyOpenShift) => Lack::Foreign(NOT_OPENSHIFT.to_owned()),
        Err(NoLog::OfProvider(component)) => Lack::Foreign(format!(
            "the provider runs {}, and its logs are not in the cluster",
            component.as_str()
        )),
    })
}

fn log_gap(snapshot: &Snapshot, log: LogSource) -> Gap {
    let what = match (log.namespace, log.container) {
        ("", service) => format!("journal of {service} on the nodes: not collected"),
        (namespace, "") => format!("logs of namespace {namespace}: not collected"),
        (namespace, container) => {
            format!("logs of container {container} in {namespace}: not collected")
        }
    };
    let is_truncated = snapshot.coverage().is_truncated();
    let kind = if is_truncated { GapKind::Truncated } else { GapKind::NotCollected };
    Gap::new(kind, what).command(match log.namespace {
        // Its nodes have no shell.
        "" if snapshot.distribution() == Some(PlainDistribution::Talos) => {
            Command::new("talosctl -n <node> logs {service}", &[("service", log.container)])
        }
        "" => {
            let service = [("service", log.container)];
            Command::new("oc adm node-logs --role=master -u {service}", &service)
        }
        namespace => Command::new("oc adm inspect ns/{namespace}", &[("namespace", namespace)]),
    })
}

fn kind_gap(snapshot: &Snapshot, kind: &'static Kind) -> Option<Gap> {
    match snapshot.coverage().of_kind(kind) {
        CoverageState::Collected(_) | CoverageState::Empty => None,
        state => Some(Gap::kind(kind, &state)),
    }
}

fn known_file_gap(snapshot: &Snapshot, known_file: KnownFile) -> Option<Gap> {
    let path = known_file.usual_path();
    match snapshot.known_file(known_file) {
        Some(KnownFileContent::Read(_)) => None,
        Some(KnownFileContent::Damaged(path, why)) => {
            Some(Gap::new(GapKind::Damaged, format!("{path}: {why}")))
        }
        None if snapshot.coverage().is_truncated() => {
            Some(Gap::new(GapKind::Truncated, format!("{path}: cut off")))
        }
        None => {
            let what = format!("{path}: not collected");
            Some(Gap::new(GapKind::NotCollected, what).command("oc adm must-gather"))
        }
    }
}
