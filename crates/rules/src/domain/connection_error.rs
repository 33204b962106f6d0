//! Why a client could not reach a server, by the error messages of Go's network library.

/// A class of connection errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionError {
    /// The name does not resolve.
    UnknownName,
    /// The certificate is not accepted.
    Certificate,
    /// Nothing listens on the port.
    Refused,
    /// There is no route to the server.
    NoRoute,
    /// No response came in time.
    TimedOut,
    /// The connection was closed before a response.
    Closed,
    /// A proxy or router responded that the server behind it is not available.
    ServerError,
    /// Something else.
    Other,
}

impl ConnectionError {
    /// The class of an error message.
    pub fn of(text: &str) -> Self {
        const SIGNS: [(ConnectionError, &[&str]); 7] = [
            (ConnectionError::UnknownName, &["no such host", "server misbehaving"]),
            (ConnectionError::Certificate, &["x509:", "tls: ", "certificate"]),
            (ConnectionError::Refused, &["connection refused"]),
            (ConnectionError::NoRoute, &["no route to host", "network is unreachable"]),
            (
                ConnectionError::TimedOut,
                &["i/o timeout", "context deadline exceeded", "Client.Timeout", "timed out"],
            ),
            (ConnectionError::Closed, &["EOF", "connection reset", "broken pipe"]),
            (
                ConnectionError::ServerError,
                &["Service Unavailable", "Bad Gateway", "Gateway Timeout", "status code 50", "503"],
            ),
        ];
        SIGNS
            .into_iter()
            .find(|(_, signs)| signs.iter().any(|sign| text.contains(sign)))
            .map_or(Self::Other, |(class, _)| class)
    }

    /// A description, as a clause.
    pub const fn description(self) -> &'static str {
        match self {
            Self::UnknownName => "its name does not resolve",
            Self::Certificate => "its certificate is not accepted",
            Self::Refused => "the connection is refused",
            Self::NoRoute => "there is no route to it",
            Self::TimedOut => "it does not respond in time",
            Self::Closed => "the connection is closed before a response",
            Self::ServerError => "the router responds that no server is available",
            Self::Other => "the request fails",
        }
    }

    /// The remedy for a host name that leads to the routers.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::UnknownName => {
                "Create the wildcard DNS record of the ingress domain, or fix the DNS resolver of \
                 the nodes."
            }
            Self::Certificate => {
                "Use a serving certificate that covers the host name and is issued by a CA that the \
                 cluster trusts."
            }
            Self::Refused => {
                "Make sure that the wildcard DNS record points to a load balancer or a node with a \
                 router on ports 80 and 443."
            }
            Self::NoRoute | Self::TimedOut => {
                "Check the load balancer, the firewall for ports 80 and 443, and whether nodes can \
                 reach the load balancer address that leads back to them."
            }
            Self::Closed => {
                "Check the path between the client and the router: a load balancer without healthy \
                 members, a proxy, or a router that is reloading."
            }
            Self::ServerError => {
                "Check the endpoints of the Service behind the Route, and the router pods."
            }
            Self::Other => "Check the router pods and the network path from the nodes to them.",
        }
    }
}

/// The hosts of the `https` URLs in a message, with their ports, in order of their names.
pub fn https_hosts(message: &str) -> Vec<&str> {
    let urls = message.split("https://").skip(1);
    let hosts = urls.filter_map(|url| url.split(['/', '"', ' ', '\\', ',']).next());
    let mut hosts: Vec<_> = hosts.filter(|host| !host.is_empty()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_from_urls() {
        let message = "Get \"https://b:6443/x\": EOF; https://[fd00::1]:443/y and https://b:6443/z";
        assert_eq!(https_hosts(message), ["[fd00::1]:443", "b:6443"]);
        assert!(https_hosts("no URL").is_empty());
    }

    #[test]
    fn errors_are_classified_by_their_message() {
        let class = |text| ConnectionError::of(text);
        assert_eq!(
            class("dial tcp: lookup a on 1.1.1.1:53: no such host"),
            ConnectionError::UnknownName
        );
        assert_eq!(class("Get \"https://a/healthz\": EOF"), ConnectionError::Closed);
        assert_eq!(class("dial tcp 10.0.0.1:443: i/o timeout"), ConnectionError::TimedOut);
        assert_eq!(
            class("dial tcp 10.0.0.1:443: connect: connection refused"),
            ConnectionError::Refused
        );
        assert_eq!(
            class("\"https://a\" returned \"503 Service Unavailable\""),
            ConnectionError::ServerError
        );
    }
}
