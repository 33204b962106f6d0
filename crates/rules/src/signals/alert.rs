//! The alerts that were firing when the archive was collected.
//!
//! Sources: openshift/must-gather `collection-scripts/gather_monitoring`; prometheus/prometheus
//! `web/api/v1/api.go` (`RuleDiscovery`: `data.groups[].rules[]` with `alerts[]` each; up to 4.8
//! the flat `data.alerts[]` of `AlertDiscovery`); prometheus/alertmanager `api/v2/openapi.yaml`
//! (`gettableAlerts`: an array of firing alerts).

use std::collections::BTreeMap;
use std::ops::{Deref, Range};
use std::sync::Arc;

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::resource::Document;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_cluster::model::time::{self, Time};
use mustknow_yaml::Value;

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// How many alerts one finding shows.
const SHOWN: usize = 5;

/// One firing instance of an alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// The name: `KubePersistentVolumeFillingUp`.
    pub name: String,
    /// `critical`, `warning`, `info`, `none`; empty without the label.
    pub severity: String,
    /// Since when it has been active.
    pub since: Option<Time>,
    /// Its description, message or summary.
    pub message: String,
    /// The URL of its runbook; empty without one.
    pub runbook: String,
    labels: Vec<(String, String)>,
    document: Arc<Document>,
    span: Range<usize>,
}

/// The firing alerts of some names, at least one.
pub struct Firing<'c> {
    /// The cluster.
    pub cx: RuleContext<'c>,
    /// The alerts, in the order of the file.
    pub alerts: Vec<Alert>,
}

impl Deref for Firing<'_> {
    type Target = [Alert];

    fn deref(&self) -> &[Alert] {
        &self.alerts
    }
}

impl<'c> Firing<'c> {
    /// What a rule finds in the firing alerts of these names.
    pub fn judge(
        cx: &RuleContext<'c>,
        names: &[&str],
        judge: impl FnOnce(&Self) -> Option<Finding>,
    ) -> Judged {
        let alerts = Alert::firing_named(cx, names).ok_or_else(Alert::gap)?;
        let firing = Self { cx: *cx, alerts };
        Ok(Checked::over(1, if firing.alerts.is_empty() { None } else { judge(&firing) }))
    }

    /// The message of the first alert that has one, short enough for a summary.
    pub fn detail(&self) -> String {
        let messages = self.alerts.iter().map(|alert| excerpt(&alert.message));
        messages.into_iter().find(|message| !message.is_empty()).unwrap_or_default()
    }

    /// Whether one of the alerts has that name.
    pub fn contains(&self, name: &str) -> bool {
        self.alerts.iter().any(|alert| alert.name == name)
    }

    /// The distinct values of a label, in order; of each alert the first of `names` that it has.
    pub fn labels(&self, names: &[&str]) -> Vec<String> {
        Alert::labels(&self.alerts, names)
    }

    /// A finding about `subject`, based on the alerts.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Option<Finding> {
        Alert::finding(&self.alerts, subject, summary)
    }
}

/// The firing alerts; None if their file has another content.
struct FiringAlerts(Option<Vec<Alert>>);

impl Alert {
    /// Every firing alert, in the order of the file; None if the file was not collected or has
    /// another content. Needs [`KnownFile::Alerts`].
    pub fn firing(cx: &RuleContext<'_>) -> Option<Vec<Self>> {
        let file = cx.known_file(KnownFile::Alerts);
        cx.memo().get_or_derive(|| FiringAlerts(Self::in_file(file))).0.clone()
    }

    /// The same, from a whole snapshot.
    pub fn of(snapshot: &Snapshot) -> Option<Vec<Self>> {
        Self::in_file(snapshot.known_file(KnownFile::Alerts))
    }

    fn in_file(file: Option<&KnownFileContent>) -> Option<Vec<Self>> {
        let Some(KnownFileContent::Read(document)) = file else { return None };
        let answer = document.tree.documents().next()?;
        if answer.is_sequence() {
            // A silenced alert is still firing.
            let fires = |alert: &Value<'_>| {
                let state = alert.text_at(&["status", "state"]);
                matches!(state.as_deref(), Some("active" | "suppressed"))
            };
            let firing = answer.items().filter(fires);
            return Some(firing.map(|alert| Self::read(document, alert)).collect());
        }
        let data = answer.get("data")?;
        let all: Vec<Value<'_>> = match data.get("groups") {
            Some(groups) => groups
                .items()
                .flat_map(|group| group.get("rules").into_iter().flat_map(Value::items))
                .flat_map(|rule| rule.get("alerts").into_iter().flat_map(Value::items))
                .collect(),
            None => data.get("alerts")?.items().collect(),
        };
        let is_firing = |alert: &Value<'_>| alert.text_at(&["state"]).as_deref() == Some("firing");
        Some(all.into_iter().filter(is_firing).map(|alert| Self::read(document, alert)).collect())
    }

    /// The firing alerts of these names.
    pub fn firing_named(cx: &RuleContext<'_>, names: &[&str]) -> Option<Vec<Self>> {
        let mut all = Self::firing(cx)?;
        all.retain(|alert| names.contains(&alert.name.as_str()));
        Some(all)
    }

    /// The gap of rules that need the alerts.
    pub fn gap() -> Gap {
        let what = format!("{} does not contain a list of alerts", KnownFile::Alerts.usual_path());
        Gap::new(GapKind::FieldAbsent, what).command("oc adm must-gather")
    }

    /// A finding about `subject` based on firing alerts; None without alerts.
    pub fn finding(
        firing: &[Self],
        subject: Subject,
        summary: impl Into<String>,
    ) -> Option<Finding> {
        let mut evidence =
            firing.iter().take(SHOWN).map(|alert| alert.evidence(excerpt(&alert.message)));
        let finding = Finding::new(subject, summary, evidence.next()?)
            .since(firing.iter().filter_map(|alert| alert.since).min())
            .evidence(evidence);
        Some(firing.iter().take(SHOWN).fold(finding, |finding, alert| {
            finding.keywords(format!("{}: {}", alert.name, alert.message))
        }))
    }

    /// The distinct values of a label of alerts, in order; for each alert, of the first of `names`
    /// that it has.
    pub fn labels(firing: &[Self], names: &[&str]) -> Vec<String> {
        let value =
            |alert: &Self| names.iter().find_map(|name| alert.label(name)).map(str::to_owned);
        let mut values: Vec<_> = firing.iter().filter_map(value).collect();
        values.sort();
        values.dedup();
        values
    }

    /// Alerts by the value of the first of the labels `names` that each has; alerts without such a
    /// label are under the empty value.
    pub fn by_label(firing: &[Self], names: &[&str]) -> BTreeMap<String, Vec<Self>> {
        let mut groups: BTreeMap<String, Vec<Self>> = BTreeMap::new();
        for alert in firing {
            let value = names.iter().find_map(|name| alert.label(name)).unwrap_or_default();
            groups.entry(value.to_owned()).or_default().push(alert.clone());
        }
        groups
    }

    fn read(document: &Arc<Document>, alert: Value<'_>) -> Self {
        let text = |path: &[&str]| alert.text_at(path).unwrap_or_default().into_owned();
        let first = |paths: [&[&str]; 3]| {
            paths.into_iter().map(text).find(|text| !text.is_empty()).unwrap_or_default()
        };
        let labels = alert.get("labels").into_iter().flat_map(Value::entries);
        Self {
            name: text(&["labels", "alertname"]),
            severity: text(&["labels", "severity"]),
            since: ["activeAt", "startsAt"]
                .iter()
                .find_map(|field| time::rfc3339(&alert.text_at(&[field])?)),
            message: first([
                &["annotations", "description"],
                &["annotations", "message"],
                &["annotations", "summary"],
            ]),
            runbook: text(&["annotations", "runbook_url"]),
            labels: labels
                .filter_map(|(key, value)| Some((key.into_owned(), value.text()?.into_owned())))
                .collect(),
            document: Arc::clone(document),
            span: alert.span(),
        }
    }

    /// The label of that name.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The alert as a subject.
    pub fn subject(&self) -> Subject {
        Subject::cluster("Alert", self.name.clone())
    }

    /// The alert as evidence.
    pub fn evidence(&self, note: impl Into<String>) -> Evidence {
        Evidence::in_document(self.subject(), &self.document, self.span.clone(), note)
    }
}
