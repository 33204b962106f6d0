//! Image that cannot be pulled (`ImagePullBackOff`).
//!
//! Older kubelets show the reason only in events, which are stored for three hours. Without the
//! events the reason is not known.
//!
//! - kubernetes/kubernetes `pkg/kubelet/images/types.go`, `pkg/kubelet/images/image_manager.go`
//! - <https://github.com/okd-project/okd/issues/1996>,
//!   <https://github.com/okd-project/okd/issues/2244>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    // How long a pull may fail because the registry is slow.
    .note_until(Span::minutes(5))
    .even_while_installing("the installer does not fix an image that does not exist or is denied")
    .why(
        "The pod waits for its image and does not run. Running pods continue to run until they \
         are moved to or restarted on a node that does not have the image.",
    )
    .fix(
        "The action depends on the reason in the finding: the image does not exist, the \
         registry denies access, cannot be reached, has an untrusted certificate or limits the \
         rate, or a policy of the node rejects the image.",
    )
    .verify(&["oc get pods -n {namespace}"]);

/// Why an image cannot be pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PullError {
    RateLimit,
    Policy,
    Certificate,
    Denied,
    NotFound,
    NoSpace,
    Network,
    Name,
    Unknown,
}

use PullError::{
    Certificate, Denied, Name, Network, NoSpace, NotFound, Policy, RateLimit, Unknown,
};

impl PullError {
    fn of(reason: &str, message: &str) -> Self {
        const SIGNS: [(PullError, &[&str]); 8] = [
            (Name, &["couldn't parse image", "invalid reference format", "InvalidImageName"]),
            (RateLimit, &["toomanyrequests", "rate limit", "429 Too Many"]),
            (Policy, &["SignatureValidationFailed", "Source image rejected", "signature"]),
            (Certificate, &["x509:", "tls: "]),
            (Denied, &["unauthorized", "authentication required", "denied", "Please login", "403"]),
            (NotFound, &["manifest unknown", "not found", "name unknown", "does not exist", "404"]),
            (NoSpace, &["no space left on device"]),
            (
                Network,
                &[
                    "i/o timeout",
                    "no such host",
                    "connection refused",
                    "no route to host",
                    "deadline exceeded",
                    "handshake timeout",
                    "server misbehaving",
                    "unreachable",
                    "connection reset",
                    "EOF",
                    "Bad Gateway",
                    "Service Unavailable",
                    "proxyconnect",
                ],
            ),
        ];
        let mentions =
            |signs: &[&str]| signs.iter().any(|sign| reason == *sign || message.contains(sign));
        SIGNS.iter().find(|(_, signs)| mentions(signs)).map_or(Unknown, |(class, _)| *class)
    }

    /// The reason, in words that follow "cannot be pulled", and what to do about it.
    fn description(self) -> (&'static str, &'static str) {
        match self {
            RateLimit => (
                "because the registry limits the rate",
                "Pull with an account that has a higher limit, or from a mirror.",
            ),
            Policy => (
                "because it violates a signature or policy check",
                "Compare the signature of the image with the policy of the node.",
            ),
            Certificate => (
                "because the certificate of the registry is not trusted",
                "Add the CA of the registry's certificate to the trusted CAs of the nodes.",
            ),
            Denied => (
                "because the registry denies access",
                "Fix the pull secret for this registry, or use the full name of the registry.",
            ),
            NotFound => (
                "because it does not exist in the registry",
                "Push or mirror the image, or specify an image that exists.",
            ),
            NoSpace => (
                "because the node has no free disk space",
                "Free up space on the disk of the node.",
            ),
            Network => (
                "because the registry cannot be reached",
                "Fix the connection from the node to the registry: DNS, proxy, firewall.",
            ),
            Name => ("because its name is not valid", "Correct the name of the image."),
            Unknown => ("for a reason that was not collected", "Read the events of the pod."),
        }
    }
}

type PullFailure<'s> = (FaultyContainer<'s>, PullError);

fn check(cx: &RuleContext<'_>) -> Judged {
    let waiting: Vec<PullFailure<'_>> = containers_with(cx, ContainerFault::ImageNotPulled)
        .into_iter()
        .map(|faulty| (faulty, pull_error(cx, faulty).0))
        .collect();
    // The event of one pod also applies to the other pods that wait for the same image.
    let known: BTreeMap<_, _> = waiting
        .iter()
        .filter(|(_, class)| *class != Unknown)
        .map(|(faulty, class)| (faulty.container.image(), *class))
        .collect();
    let groups = PodGroup::by(cx, waiting.iter().copied(), |(faulty, class)| {
        let image = faulty.container.image();
        let class = match known.get(&image) {
            Some(known) if class == Unknown => *known,
            _ => class,
        };
        (Subject::cluster("image", image), class.description().0.to_owned())
    });
    Ok(check_groups(cx, groups, finding))
}

/// Why the image of one container cannot be pulled, and the event that shows the reason.
fn pull_error<'s>(
    cx: &RuleContext<'s>,
    faulty: FaultyContainer<'s>,
) -> (PullError, Option<Event<'s>>) {
    let reason = faulty.container.waiting_reason().unwrap_or_default();
    let known = PullError::of(&reason, &faulty.container.waiting_message());
    let newest = events_within(cx, faulty.pod.namespace(), "Pod", faulty.pod.name())
        .filter(|event| event.message().contains("Failed to pull image"))
        .max_by_key(|event| event.last_seen());
    match (known, newest) {
        (Unknown, Some(event)) => (PullError::of("", &event.message()), newest),
        (known, newest) => (known, newest),
    }
}

fn finding(cx: &RuleContext<'_>, group: &PodGroup<PullFailure<'_>>) -> Finding {
    let explained = group.members().find(|(_, class)| *class != Unknown);
    let (first, class) = explained.unwrap_or(group.first);
    let image = &group.subject.name;
    let event = pull_error(cx, first).1;
    let pods: BTreeSet<_> = group.pods().map(|pod| (pod.namespace(), pod.name())).collect();
    let mut owners: Vec<_> = group.pods().map(|pod| workload(pod).to_string()).collect();
    owners.dedup();
    let (reason, fix) = class.description();
    let (pods, owners) = (pluralize(pods.len(), "pod"), name_list(&owners));
    let summary = format!("image {image} cannot be pulled {reason}: {pods} of {owners}");
    let message = first.container.waiting_message();
    let detail = event.map(|event| event.message().into_owned()).unwrap_or_default();
    let why = match &*excerpt(if detail.is_empty() { &message } else { &detail }) {
        "" => "The pod waits for its image and does not run.".to_owned(),
        detail => format!("The pod waits for its image and does not run: {detail}"),
    };
    let finding = group
        .finding_about(workload(first.pod), summary, |(faulty, _)| {
            faulty.evidence(faulty.container.waiting_reason().unwrap_or_default())
        })
        .since(group.since(|(faulty, _)| fault_since(faulty)))
        .evidence(event.map(event_evidence))
        .keywords(image)
        .keywords(&message)
        .keywords(&detail)
        .why(why)
        .fix(fix)
        .with("pod", first.pod.name())
        .run("oc describe pod -n {namespace} {pod}");
    let is_temporary = matches!(class, RateLimit | Network | NoSpace | Unknown);
    let finding = if is_temporary && persistence::is_young_installation(cx) {
        finding.severity(Info)
    } else {
        finding
    };
    match (class, group.node()) {
        (Unknown, _) => finding.likely("no event and no message shows the reason"),
        (NoSpace, Some(node)) => finding.group_by(GroupKey::Node, node),
        (RateLimit | Certificate | Denied | Network, _) => {
            finding.group_by(GroupKey::Registry, registry(image))
        }
        (NoSpace | NotFound | Policy | Name, _) => finding,
    }
}

/// The registry host of an image. An image without a host comes from Docker Hub.
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}
