//! API in use that the next minor version removes.
//!
//! Only requests of the last 24 hours are counted, so clients that send requests less often are not
//! found. Requests of the platform itself are ignored, because the next release contains platform
//! clients that no longer use the API.
//!
//! - openshift/api `apiserver/v1/types_apirequestcount.go`
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/api-usage.yaml`

use crate::catalog::prelude::*;

/// OpenShift 4.x contains Kubernetes 1.(x + 13).
const AHEAD: u32 = 13;
/// Namespaces of operators that are not part of the release, although their names look like it.
const ADD_ONS: [&str; 9] = [
    "openshift-cnv",
    "openshift-gitops",
    "openshift-logging",
    "openshift-mtc",
    "openshift-operators",
    "openshift-operators-redhat",
    "openshift-pipelines",
    "openshift-serverless",
    "openshift-storage",
];
pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&API_REQUEST_COUNT)])
    .check(check)
    .at_once("one request within a day shows that the client needs the API")
    .why(
        "Every Kubernetes release may remove old API versions. A client that still uses one \
         gets errors after the update and stops working.",
    )
    .fix(
        "Find the clients by user and user agent, and migrate them to the newer API version \
         before the update.",
    )
    .run(&["oc get apirequestcount {name} -o yaml"])
    .verify(&["oc get apirequestcounts"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let completed = cx.cluster_version().and_then(UpdatePhase::of).and_then(UpdatePhase::completed);
    let current = completed
        .and_then(|entry| Version::parse(&entry.version()))
        .filter(|version| version.major == 4)
        .ok_or_else(|| not_applicable("no update to a 4.x release is completed"))?;
    let next = Version::new(1, current.minor + AHEAD + 1);
    // Even minor versions have extended support.
    let even = Version::new(1, current.minor + AHEAD + 2);
    let findings = cx.of_kind(&API_REQUEST_COUNT).iter().filter_map(|api| {
        let removed = Version::parse(&api.text(&["status", "removedInRelease"])?)?;
        let severity = match removed {
            removed if removed <= next => Warning,
            removed if removed == even && current.minor.is_multiple_of(2) => Info,
            _ => return None,
        };
        let clients = clients(api);
        (!clients.is_empty()).then(|| finding(api, removed, &clients).severity(severity))
    });
    Ok(Checked::over(cx.of_kind(&API_REQUEST_COUNT).len(), findings))
}

/// The clients by user and user agent, with their number of requests, highest number first.
fn clients(api: &Resource) -> Vec<((String, String), i64)> {
    let mut by_client: BTreeMap<(String, String), i64> = BTreeMap::new();
    // The current hour is one of the last 24, and is repeated in a separate field.
    let users = api
        .at(&["status", "last24h"])
        .into_iter()
        .flat_map(Value::items)
        .flat_map(|hour| hour.get("byNode").into_iter().flat_map(Value::items))
        .flat_map(|node| node.get("byUser").into_iter().flat_map(Value::items));
    for user in users {
        let times = user.get("requestCount").and_then(Value::as_i64).unwrap_or(0);
        let name = user.text_at(&["username"]).or_else(|| user.text_at(&["userName"]));
        let name = name.unwrap_or_default().into_owned();
        let agent = user.text_at(&["userAgent"]).unwrap_or_default().into_owned();
        if times > 0 && !is_platform(&name, &agent) {
            *by_client.entry((name, agent)).or_default() += times;
        }
    }
    let mut clients: Vec<_> = by_client.into_iter().collect();
    clients.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    clients
}

/// Whether the client is part of the release, so that the next release replaces it.
fn is_platform(name: &str, agent: &str) -> bool {
    const AGENTS: [&str; 6] = [
        "kube-controller-manager/",
        "cluster-policy-controller/",
        "kube-apiserver/",
        "openshift-apiserver/",
        "oc/",
        "must-gather",
    ];
    let of_service_account = name.strip_prefix("system:serviceaccount:").map(|rest| {
        let namespace = rest.split(':').next().unwrap_or_default();
        let is_platform = namespace.starts_with("openshift-") || namespace.starts_with("kube-");
        is_platform && !ADD_ONS.contains(&namespace)
    });
    of_service_account.unwrap_or_else(|| {
        name.starts_with("system:") && AGENTS.iter().any(|known| agent.starts_with(known))
            || name.starts_with("system:kube-")
            || name.starts_with("system:node:")
            || name == "system:apiserver"
    })
}

fn finding(api: &Resource, removed: Version, clients: &[((String, String), i64)]) -> Finding {
    let name = api.name();
    let release = Version::new(4, removed.minor.saturating_sub(AHEAD));
    let name_client = |((user, agent), times): &((String, String), i64)| {
        let agent = agent.split_whitespace().next().unwrap_or("no agent");
        let requests = pluralize(usize::try_from(*times).unwrap_or(0), "request");
        format!("{user} ({agent}, {requests})")
    };
    let clients: Vec<_> = clients.iter().map(name_client).collect();
    let summary = format!(
        "API {name} is removed in {release} and is still used by {}",
        name_list_up_to(&clients, 4)
    );
    let field = |name: &str, note: &str| Evidence::field(api, &["status", name], note);
    let evidence = field("removedInRelease", &format!("removed in Kubernetes {removed}"));
    let note = "requests of the last 24 hours, including those of the platform";
    Finding::new(Subject::of(api), summary, evidence)
        .keywords(name)
        .evidence([field("requestCount", note)])
}
