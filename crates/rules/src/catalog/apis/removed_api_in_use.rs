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
/// How many clients one finding lists.
const SHOWN: usize = 4;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&API_REQUEST_COUNT)])
    .check(check)
    .why(
        "Every Kubernetes release may remove old API versions. A client that still uses one \
         gets errors after the update and stops working.",
    )
    .fix(
        "Find the clients by user and user agent, and migrate them to the newer API version \
         before the update.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let completed = cx.cluster_version().and_then(UpdatePhase::of).and_then(UpdatePhase::completed);
    let current = completed.and_then(|entry| Version::parse(&entry.version()));
    let Some(current) = current.filter(|version| version.major == 4) else {
        return Err(not_applicable("no update to a 4.x release is completed"));
    };
    let mut examined = 0;
    let mut findings = Vec::new();
    for api in cx.all::<ApiRequestCount<'_>>() {
        examined += 1;
        let removed = api.resource().text(&["status", "removedInRelease"]);
        let Some(removed) = removed.and_then(|text| Version::parse(&text)) else { continue };
        let next = Version::new(1, current.minor + AHEAD + 1);
        // Even minor versions have extended support.
        let even = Version::new(1, current.minor + AHEAD + 2);
        let severity = if removed <= next {
            Warning
        } else if removed == even && current.minor % 2 == 0 {
            Info
        } else {
            continue;
        };
        let clients = clients(api);
        if !clients.is_empty() {
            findings.push(finding(api, removed, &clients).severity(severity));
        }
    }
    Ok(Checked::over(examined, findings))
}

/// The clients by user and user agent, with their number of requests, highest number first.
fn clients(api: ApiRequestCount<'_>) -> Vec<((String, String), i64)> {
    let mut by_client: BTreeMap<(String, String), i64> = BTreeMap::new();
    // The current hour is one of the last 24, and is repeated in a separate field.
    let users = api
        .resource()
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

fn finding(
    api: ApiRequestCount<'_>,
    removed: Version,
    clients: &[((String, String), i64)],
) -> Finding {
    let name = api.resource().name();
    let release = Version::new(4, removed.minor.saturating_sub(AHEAD));
    let names: Vec<_> = clients
        .iter()
        .map(|((user, agent), times)| {
            let agent = agent.split_whitespace().next().unwrap_or("no agent");
            format!(
                "{user} ({agent}, {})",
                pluralize(usize::try_from(*times).unwrap_or(0), "request")
            )
        })
        .collect();
    Finding::new(
        Subject::of(api.resource()),
        format!(
            "API {name} is removed in {release} and is still used by {}",
            name_list_up_to(&names, SHOWN)
        ),
        Evidence::field(
            api.resource(),
            &["status", "removedInRelease"],
            format!("removed in Kubernetes {removed}"),
        ),
    )
    .keywords(name)
    .evidence(Some(Evidence::field(
        api.resource(),
        &["status", "requestCount"],
        "requests of the last 24 hours, including those of the platform",
    )))
    .run(format!("oc get apirequestcount {name} -o yaml"))
    .verify("oc get apirequestcounts")
}
