//! Why a client could not reach a server, by the words of Go's network library.

/// A class of failures to reach a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unreachable {
    /// The name does not resolve.
    UnknownName,
    /// The certificate is not accepted.
    Certificate,
    /// Nothing listens there.
    Refused,
    /// There is no way there.
    NoRoute,
    /// No answer came in time.
    TimedOut,
    /// The connection was closed before the answer.
    Closed,
    /// Somebody answered that the server behind is not there.
    ServerError,
    /// Something else.
    Other,
}

impl Unreachable {
    /// The class of an error's words.
    pub fn of(text: &str) -> Self {
        const SIGNS: [(Unreachable, &[&str]); 7] = [
            (Unreachable::UnknownName, &["no such host", "server misbehaving"]),
            (Unreachable::Certificate, &["x509:", "tls: ", "certificate"]),
            (Unreachable::Refused, &["connection refused"]),
            (Unreachable::NoRoute, &["no route to host", "network is unreachable"]),
            (
                Unreachable::TimedOut,
                &["i/o timeout", "context deadline exceeded", "Client.Timeout", "timed out"],
            ),
            (Unreachable::Closed, &["EOF", "connection reset", "broken pipe"]),
            (
                Unreachable::ServerError,
                &["Service Unavailable", "Bad Gateway", "Gateway Timeout", "status code 50", "503"],
            ),
        ];
        SIGNS
            .into_iter()
            .find(|(_, words)| words.iter().any(|word| text.contains(word)))
            .map_or(Self::Other, |(class, _)| class)
    }

    /// What happens, in a clause.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnknownName => "its name does not resolve",
            Self::Certificate => "its certificate is not accepted",
            Self::Refused => "the connection is refused",
            Self::NoRoute => "there is no route to it",
            Self::TimedOut => "it does not answer in time",
            Self::Closed => "the connection is closed before an answer",
            Self::ServerError => "the router answers that no server is behind it",
            Self::Other => "the request fails",
        }
    }

    /// Where to look first, for a name that leads through the routers.
    pub const fn look_at(self) -> &'static str {
        match self {
            Self::UnknownName => {
                "Create the wildcard DNS record of the ingress domain, or mend the resolver the \
                 nodes use."
            }
            Self::Certificate => {
                "Serve a certificate that covers the name and whose authority the cluster trusts."
            }
            Self::Refused => {
                "Make sure the address of the wildcard record is a load balancer, or a node, with \
                 a router behind ports 80 and 443."
            }
            Self::NoRoute | Self::TimedOut => {
                "Look at the load balancer, the firewall on ports 80 and 443, and whether nodes \
                 may reach the address that leads back to them."
            }
            Self::Closed => {
                "Look at what stands between the client and the router: a load balancer without \
                 healthy members, a proxy, or a router that is reloading."
            }
            Self::ServerError => {
                "Look at the endpoints of the Service behind the Route, and at the router pods."
            }
            Self::Other => "Look at the router pods and at the way from the nodes to them.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_follows_the_words() {
        let class = |text| Unreachable::of(text);
        assert_eq!(
            class("dial tcp: lookup a on 1.1.1.1:53: no such host"),
            Unreachable::UnknownName
        );
        assert_eq!(class("Get \"https://a/healthz\": EOF"), Unreachable::Closed);
        assert_eq!(class("dial tcp 10.0.0.1:443: i/o timeout"), Unreachable::TimedOut);
        assert_eq!(
            class("dial tcp 10.0.0.1:443: connect: connection refused"),
            Unreachable::Refused
        );
        assert_eq!(
            class("\"https://a\" returned \"503 Service Unavailable\""),
            Unreachable::ServerError
        );
    }
}
