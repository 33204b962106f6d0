//! Image that cannot be pulled (`ImagePullBackOff`).
//!
//! Older kubelets show the reason only in events, which are stored for three hours. Without the
//! events the reason is not known. A pull that fails within the first five minutes of a pod is
//! reported as information only.
//!
//! - kubernetes/kubernetes `pkg/kubelet/images/types.go`, `pkg/kubelet/images/image_manager.go`
//! - <https://github.com/okd-project/okd/issues/1996>,
//!   <https://github.com/okd-project/okd/issues/2244>

use crate::catalog::prelude::*;

/// How long a pull may fail because the registry is slow.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "The pod waits for its image and does not run. Running pods continue to run until they \
         are moved to or restarted on a node that does not have the image.",
    )
    .fix(
        "The action depends on the reason in the finding: the image does not exist, the \
         registry denies access, cannot be reached, has an untrusted certificate or limits the \
         rate, or a policy of the node rejects the image.",
    );

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

impl PullError {
    fn of(reason: &str, message: &str) -> Self {
        const SIGNS: [(PullError, &[&str]); 8] = [
            (
                PullError::Name,
                &["couldn't parse image", "invalid reference format", "InvalidImageName"],
            ),
            (PullError::RateLimit, &["toomanyrequests", "rate limit", "429 Too Many"]),
            (
                PullError::Policy,
                &["SignatureValidationFailed", "Source image rejected", "signature"],
            ),
            (PullError::Certificate, &["x509:", "tls: "]),
            (
                PullError::Denied,
                &["unauthorized", "authentication required", "denied", "Please login", "403"],
            ),
            (
                PullError::NotFound,
                &["manifest unknown", "not found", "name unknown", "does not exist", "404"],
            ),
            (PullError::NoSpace, &["no space left on device"]),
            (
                PullError::Network,
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
        SIGNS.iter().find(|(_, signs)| mentions(signs)).map_or(Self::Unknown, |(class, _)| *class)
    }

    fn description(self) -> &'static str {
        match self {
            Self::RateLimit => " because the registry limits the rate",
            Self::Policy => " because it violates a signature or policy check",
            Self::Certificate => " because the certificate of the registry is not trusted",
            Self::Denied => " because the registry denies access",
            Self::NotFound => " because it does not exist in the registry",
            Self::NoSpace => " because the node has no free disk space",
            Self::Network => " because the registry cannot be reached",
            Self::Name => " because its name is not valid",
            Self::Unknown => " for a reason that was not collected",
        }
    }

    /// Whether the problem affects every image of the registry.
    fn lies_with_registry(self) -> bool {
        matches!(self, Self::RateLimit | Self::Certificate | Self::Denied | Self::Network)
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::RateLimit => "Pull with an account that has a higher limit, or from a mirror.",
            Self::Policy => "Compare the signature of the image with the policy of the node.",
            Self::Certificate => {
                "Add the CA of the registry's certificate to the trusted CAs of the nodes."
            }
            Self::Denied => {
                "Fix the pull secret for this registry, or use the full name of the registry."
            }
            Self::NotFound => "Push or mirror the image, or specify an image that exists.",
            Self::NoSpace => "Free up space on the disk of the node.",
            Self::Network => {
                "Fix the connection from the node to the registry: DNS, proxy, firewall."
            }
            Self::Name => "Correct the name of the image.",
            Self::Unknown => "Read the events of the pod.",
        }
    }
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let waiting = faulty_containers(cx)
        .into_iter()
        .filter(|faulty| matches!(faulty.fault, ContainerFault::ImageNotPulled))
        .map(|faulty| (faulty, pull_error(cx, faulty).0))
        .collect::<Vec<_>>();
    // The event of one pod also applies to the other pods that wait for the same image.
    let known = |image: &str| {
        let same = waiting.iter().filter(|(faulty, _)| faulty.container.image() == image);
        same.map(|(_, class)| *class).find(|class| *class != PullError::Unknown)
    };
    let groups = group_by_subject(waiting.iter().copied(), |(faulty, class)| {
        let image = faulty.container.image();
        let class =
            if class == PullError::Unknown { known(&image).unwrap_or(class) } else { class };
        (Subject::cluster("image", image), class.description().to_owned())
    });
    let findings = groups.values().filter_map(|members| finding(cx, members));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

/// Why the image of one container cannot be pulled, and the event that shows the reason.
fn pull_error<'s>(
    cx: &RuleContext<'s>,
    faulty: FaultyContainer<'s>,
) -> (PullError, Option<Event<'s>>) {
    let reason = faulty.container.waiting_reason().unwrap_or_default();
    let known = PullError::of(&reason, &faulty.container.waiting_message());
    let events = cx.within::<Event<'s>>(faulty.pod.namespace()).filter(|event| {
        event.is_about("Pod", faulty.pod.name()) && event.message().contains("Failed to pull image")
    });
    let newest = events.max_by_key(|event| event.last_seen());
    match (known, newest) {
        (PullError::Unknown, Some(event)) => (PullError::of("", &event.message()), newest),
        (known, newest) => (known, newest),
    }
}

fn finding(cx: &RuleContext<'_>, members: &[(FaultyContainer<'_>, PullError)]) -> Option<Finding> {
    let &(first, class) =
        members.iter().find(|(_, class)| *class != PullError::Unknown).or(members.first())?;
    let faulty: Vec<_> = members.iter().map(|(faulty, _)| *faulty).collect();
    let image = first.container.image();
    let event = pull_error(cx, first).1;
    let subject = workload(first.pod);
    let mut owners: Vec<_> = faulty.iter().map(|faulty| workload(faulty.pod).to_string()).collect();
    owners.dedup();
    let summary = format!(
        "image {image} cannot be pulled{}: {} of {}",
        class.description(),
        pluralize(pods(&faulty), "pod"),
        name_list(&owners)
    );
    let shown = container_evidence(&faulty, |faulty| {
        faulty.container.waiting_reason().unwrap_or_default().into_owned()
    });
    let (head, rest) = shown.split_first()?;
    let message = first.container.waiting_message();
    let detail = event.map(|event| event.message().into_owned()).unwrap_or_default();
    let why = match &*excerpt(if detail.is_empty() { &message } else { &detail }) {
        "" => "The pod waits for its image and does not run.".to_owned(),
        detail => format!("The pod waits for its image and does not run: {detail}"),
    };
    let since = faulty.iter().filter_map(|faulty| fault_since(*faulty)).min();
    let (client, namespace, name) = (client(cx), first.pod.namespace(), first.pod.name());
    let certainty =
        if class == PullError::Unknown { Certainty::Likely } else { Certainty::Certain };
    let finding = Finding::new(subject, summary, head.clone())
        .since(since)
        .certainty(certainty)
        .uncertainty("no event and no message shows the reason")
        .evidence(rest.iter().cloned())
        .evidence(event.map(event_evidence))
        .keywords(pod_keywords(faulty.iter().map(|faulty| faulty.pod)))
        .keywords(&image)
        .keywords(&message)
        .keywords(&detail)
        .why(why)
        .fix(class.remedy())
        .run(format!("{client} describe pod -n {namespace} {name}"))
        .verify(format!("{client} get pods -n {namespace}"));
    let mut nodes: Vec<_> = faulty.iter().filter_map(|faulty| faulty.pod.node()).collect();
    nodes.dedup();
    let finding = match (class, nodes.as_slice()) {
        (class, _) if class.lies_with_registry() => {
            finding.group_by(GroupKey::Registry, registry(&image))
        }
        (PullError::NoSpace, [node]) => finding.group_by(GroupKey::Node, node.clone()),
        _ => finding,
    };
    let usual = faulty
        .iter()
        .map(|faulty| severity_in(cx, faulty.pod.namespace(), RULE.meta.severity))
        .max()
        .unwrap_or(RULE.meta.severity);
    Some(Persistence::of(cx, since, GRACE).apply(finding, usual))
}

/// The registry host of an image. An image without a host comes from Docker Hub.
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

fn pods(members: &[FaultyContainer<'_>]) -> usize {
    let mut names: Vec<_> =
        members.iter().map(|faulty| (faulty.pod.namespace(), faulty.pod.name())).collect();
    names.dedup();
    names.len()
}
