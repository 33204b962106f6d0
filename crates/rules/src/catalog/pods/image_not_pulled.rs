//! An image that cannot be pulled.
//!
//! # Why it matters
//!
//! The pod waits for its image and does not run. Pods that run already go on, until they are moved
//! or restarted on a node that does not have the image.
//!
//! # What to do
//!
//! It depends on why, which the finding says: the image does not exist, the registry denies it, it
//! cannot be reached, its certificate is not trusted, it limits the rate, or a policy of the node
//! refuses the image.
//!
//! # Blind spots
//!
//! Older kubelets say why only in events, which are kept for three hours. Without them the reason
//! is not known. A pull that fails in the first five minutes of a pod is only noted.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/images/types.go`, `pkg/kubelet/images/image_manager.go`
//! - <https://github.com/okd-project/okd/issues/1996>,
//!   <https://github.com/okd-project/okd/issues/2244>

use mustknow_gather::kinds::{EVENT, Event, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{
    Fault, Faulty, Patience, client, count, event_evidence, excerpt, faults, few, grouped, named,
    onset, severity_in, shown, workload,
};

/// How long a registry may be slow.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "pods/image-not-pulled",
    title: "an image that cannot be pulled",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

/// Why an image cannot be pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
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

impl Obstacle {
    fn of(reason: &str, message: &str) -> Self {
        const SIGNS: [(Obstacle, &[&str]); 8] = [
            (
                Obstacle::Name,
                &["couldn't parse image", "invalid reference format", "InvalidImageName"],
            ),
            (Obstacle::RateLimit, &["toomanyrequests", "rate limit", "429 Too Many"]),
            (
                Obstacle::Policy,
                &["SignatureValidationFailed", "Source image rejected", "signature"],
            ),
            (Obstacle::Certificate, &["x509:", "tls: "]),
            (
                Obstacle::Denied,
                &["unauthorized", "authentication required", "denied", "Please login", "403"],
            ),
            (
                Obstacle::NotFound,
                &["manifest unknown", "not found", "name unknown", "does not exist", "404"],
            ),
            (Obstacle::NoSpace, &["no space left on device"]),
            (
                Obstacle::Network,
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
        let says =
            |words: &[&str]| words.iter().any(|word| reason == *word || message.contains(word));
        SIGNS.iter().find(|(_, words)| says(words)).map_or(Self::Unknown, |(class, _)| *class)
    }

    fn words(self) -> &'static str {
        match self {
            Self::RateLimit => " because the registry limits the rate",
            Self::Policy => " because a signature or a policy refuses it",
            Self::Certificate => " because the certificate of the registry is not trusted",
            Self::Denied => " because the registry denies access",
            Self::NotFound => " because it does not exist in the registry",
            Self::NoSpace => " because the node has no space for it",
            Self::Network => " because the registry cannot be reached",
            Self::Name => " because its name is not valid",
            Self::Unknown => ", and nothing collected says why",
        }
    }

    /// Whether what is wrong is wrong with every image of the registry.
    fn lies_with_registry(self) -> bool {
        matches!(self, Self::RateLimit | Self::Certificate | Self::Denied | Self::Network)
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::RateLimit => "Pull with an account that has a higher limit, or from a mirror.",
            Self::Policy => "Compare the image's signature with the policy of the node.",
            Self::Certificate => {
                "Add the authority of the registry's certificate to the trusted ones."
            }
            Self::Denied => "Mend the pull secret for this registry, or name the registry in full.",
            Self::NotFound => "Push or mirror the image, or name one that exists.",
            Self::NoSpace => "Free space on the node's disk.",
            Self::Network => "Mend the way from the node to the registry: DNS, proxy, firewall.",
            Self::Name => "Correct the image's name.",
            Self::Unknown => "Read the events of the pod.",
        }
    }
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let waiting = faults(case)
        .into_iter()
        .filter(|faulty| matches!(faulty.fault, Fault::ImageNotPulled))
        .map(|faulty| (faulty, obstacle(case, faulty).0))
        .collect::<Vec<_>>();
    // The event of one pod speaks for the others that wait for the same image.
    let known = |image: &str| {
        let same = waiting.iter().filter(|(faulty, _)| faulty.container.image() == image);
        same.map(|(_, class)| *class).find(|class| *class != Obstacle::Unknown)
    };
    let groups = grouped(waiting.iter().copied(), |(faulty, class)| {
        let image = faulty.container.image();
        let class = if class == Obstacle::Unknown { known(&image).unwrap_or(class) } else { class };
        (Subject::cluster("image", image), class.words().to_owned())
    });
    let findings = groups.values().filter_map(|members| finding(case, members)).collect();
    Verdict::over(case.all::<Pod<'_>>().count(), findings, "no pod in the archive")
}

/// Why the image of one container cannot be pulled, and the event that says so.
fn obstacle<'s>(case: &Case<'s>, faulty: Faulty<'s>) -> (Obstacle, Option<Event<'s>>) {
    let reason = faulty.container.waiting_reason().unwrap_or_default();
    let known = Obstacle::of(&reason, &faulty.container.waiting_message());
    let events = case.within::<Event<'s>>(faulty.pod.namespace()).filter(|event| {
        event.is_about("Pod", faulty.pod.name()) && event.message().contains("Failed to pull image")
    });
    let newest = events.max_by_key(|event| event.last_seen());
    match (known, newest) {
        (Obstacle::Unknown, Some(event)) => (Obstacle::of("", &event.message()), newest),
        (known, newest) => (known, newest),
    }
}

fn finding(case: &Case<'_>, members: &[(Faulty<'_>, Obstacle)]) -> Option<Finding> {
    let &(first, class) =
        members.iter().find(|(_, class)| *class != Obstacle::Unknown).or(members.first())?;
    let faulty: Vec<_> = members.iter().map(|(faulty, _)| *faulty).collect();
    let image = first.container.image();
    let event = obstacle(case, first).1;
    let subject = workload(first.pod);
    let mut owners: Vec<_> = faulty.iter().map(|faulty| workload(faulty.pod).to_string()).collect();
    owners.dedup();
    let summary = format!(
        "image {image} cannot be pulled{}: {} of {}",
        class.words(),
        count(pods(&faulty), "pod"),
        few(&owners)
    );
    let shown =
        shown(&faulty, |faulty| faulty.container.waiting_reason().unwrap_or_default().into_owned());
    let (head, rest) = shown.split_first()?;
    let message = first.container.waiting_message();
    let words = event.map(|event| event.message().into_owned()).unwrap_or_default();
    let why = match &*excerpt(if words.is_empty() { &message } else { &words }) {
        "" => "The pod waits for its image and does not run.".to_owned(),
        words => format!("The pod waits for its image and does not run: {words}"),
    };
    let since = faulty.iter().filter_map(|faulty| onset(*faulty)).min();
    let (client, namespace, name) = (client(case), first.pod.namespace(), first.pod.name());
    let certainty = if class == Obstacle::Unknown { Certainty::Likely } else { Certainty::Certain };
    let finding = Finding::new(subject, summary, head.clone())
        .since(since)
        .certainty(certainty)
        .doubt("no event and no message says why")
        .evidence(rest.iter().cloned())
        .evidence(event.map(event_evidence))
        .saying(named(faulty.iter().map(|faulty| faulty.pod)))
        .saying(&image)
        .saying(&message)
        .saying(&words)
        .why(why)
        .remedy(
            Remedy::new(class.remedy())
                .command(format!("{client} describe pod -n {namespace} {name}"))
                .verify(format!("{client} get pods -n {namespace}")),
        );
    let mut nodes: Vec<_> = faulty.iter().filter_map(|faulty| faulty.pod.node()).collect();
    nodes.dedup();
    let finding = match (class, nodes.as_slice()) {
        (class, _) if class.lies_with_registry() => {
            finding.shares(Common::Registry, registry(&image))
        }
        (Obstacle::NoSpace, [node]) => finding.shares(Common::Node, node.clone()),
        _ => finding,
    };
    let usual = faulty
        .iter()
        .map(|faulty| severity_in(case, faulty.pod.namespace(), META.severity))
        .max()
        .unwrap_or(META.severity);
    Some(Patience::of(case, since, GRACE).weigh(finding, usual))
}

/// The host of an image's registry; an image without one comes from Docker Hub.
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

fn pods(members: &[Faulty<'_>]) -> usize {
    let mut names: Vec<_> =
        members.iter().map(|faulty| (faulty.pod.namespace(), faulty.pod.name())).collect();
    names.dedup();
    names.len()
}
