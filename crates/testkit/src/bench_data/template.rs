//! Lines of logs from patterns: what stays the same as text, what differs as `<...>`.
//!
//! | mark | stands for |
//! |---|---|
//! | `<t>` | the kubelet's time, to the nanosecond |
//! | `<z>` | the same time to the millisecond |
//! | `<c>` | the time of day to the microsecond |
//! | `<d>` | month and day as klog writes them |
//! | `<j>` | month, day and time of day as the journal writes them |
//! | `<x8>` `<n4>` `<b20>` | so many digits of hexadecimal, decimal, base64 |
//! | `<u>` | a uid |
//! | `<ip>` | an address of the pod network |
//! | `<p>` | namespace and name of a pod of the cluster |
//! | `<r>` | a kind of the API, as a path |
//! | `<node>` | the name of a master |

use super::dice::Dice;

/// The day the first log begins; all are of one month, so that a date is a number.
const FIRST_DAY: u64 = 21;
const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;
/// How many nanoseconds after a line was written the kubelet has read it.
const READ_BY: u64 = 97_000;
/// From the start of the first day to shortly before the archive is gathered, in nanoseconds.
pub(super) const SPAN: u64 = 7 * DAY + 37_200 * SECOND;

const RESOURCES: [&str; 12] = [
    "/api/v1/configmaps",
    "/api/v1/endpoints",
    "/api/v1/events",
    "/api/v1/nodes",
    "/api/v1/pods",
    "/api/v1/secrets",
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/replicasets",
    "/apis/config.openshift.io/v1/clusteroperators",
    "/apis/coordination.k8s.io/v1/leases",
    "/apis/discovery.k8s.io/v1/endpointslices",
    "/apis/rbac.authorization.k8s.io/v1/rolebindings",
];

/// What the marks of a line choose from.
pub(super) struct LogNames<'a> {
    /// Namespace and name of pods.
    pub(super) pods: &'a [String],
    /// Names of the masters.
    pub(super) nodes: &'a [&'a str],
}

/// A pattern that was read.
pub(super) struct Template(Vec<TemplatePart>);

enum TemplatePart {
    Text(&'static [u8]),
    Kubelet,
    Millis,
    TimeOfDay,
    Date,
    Journal,
    Hex(usize),
    Digits(usize),
    Base64(usize),
    Uuid,
    Address,
    GeneratedPod,
    Resource,
    Node,
}

impl Template {
    /// Reads a pattern; what is no mark is text.
    pub(super) fn new(pattern: &'static str) -> Self {
        let mut parts = Vec::new();
        for (at, piece) in pattern.split('<').enumerate() {
            let marked = piece.split_once('>').and_then(|(mark, rest)| Some((part(mark)?, rest)));
            match marked {
                Some((part, rest)) if at > 0 => {
                    parts.push(part);
                    parts.push(TemplatePart::Text(rest.as_bytes()));
                }
                _ if at > 0 => {
                    parts.extend([TemplatePart::Text(b"<"), TemplatePart::Text(piece.as_bytes())]);
                }
                _ => parts.push(TemplatePart::Text(piece.as_bytes())),
            }
        }
        Self(parts)
    }

    /// Appends a line written `time` nanoseconds after the first day began.
    pub(super) fn write(
        &self,
        out: &mut Vec<u8>,
        time: u64,
        names: &LogNames<'_>,
        dice: &mut Dice,
    ) {
        for part in &self.0 {
            match part {
                TemplatePart::Text(text) => out.extend_from_slice(text),
                TemplatePart::Kubelet => push_time(out, time + (time >> 7) % READ_BY, 9),
                TemplatePart::Millis => push_time(out, time, 3),
                TemplatePart::TimeOfDay => push_time_of_day(out, time, 6),
                TemplatePart::Date => {
                    out.extend_from_slice(b"10");
                    push_number(out, day(time), 2);
                }
                TemplatePart::Journal => {
                    out.extend_from_slice(b"Oct ");
                    push_number(out, day(time), 2);
                    out.push(b' ');
                    push_time_of_day(out, time, 6);
                }
                TemplatePart::Hex(digits) => dice.push_hex(out, *digits),
                TemplatePart::Digits(digits) => dice.push_digits(out, *digits),
                TemplatePart::Base64(letters) => dice.push_base64(out, *letters),
                TemplatePart::Uuid => dice.push_uuid(out),
                TemplatePart::Address => {
                    out.extend_from_slice(b"10.128.");
                    out.extend_from_slice((dice.roll(12)).to_string().as_bytes());
                    out.push(b'.');
                    out.extend_from_slice((4 + dice.roll(250)).to_string().as_bytes());
                }
                TemplatePart::GeneratedPod => {
                    let pod = dice.pick(names.pods).map_or("default/none", String::as_str);
                    out.extend_from_slice(pod.as_bytes());
                }
                TemplatePart::Resource => out.extend_from_slice(dice.word(&RESOURCES).as_bytes()),
                TemplatePart::Node => out.extend_from_slice(dice.word(names.nodes).as_bytes()),
            }
        }
        out.push(b'\n');
    }
}

fn part(mark: &str) -> Option<TemplatePart> {
    let count = |letter| mark.strip_prefix(letter).and_then(|count: &str| count.parse().ok());
    Some(match mark {
        "t" => TemplatePart::Kubelet,
        "z" => TemplatePart::Millis,
        "c" => TemplatePart::TimeOfDay,
        "d" => TemplatePart::Date,
        "j" => TemplatePart::Journal,
        "u" => TemplatePart::Uuid,
        "ip" => TemplatePart::Address,
        "p" => TemplatePart::GeneratedPod,
        "r" => TemplatePart::Resource,
        "node" => TemplatePart::Node,
        _ => {
            return count('x')
                .map(TemplatePart::Hex)
                .or(count('n').map(TemplatePart::Digits))
                .or(count('b').map(TemplatePart::Base64));
        }
    })
}

fn day(time: u64) -> u64 {
    FIRST_DAY + time / DAY
}

fn push_time(out: &mut Vec<u8>, time: u64, decimals: u32) {
    out.extend_from_slice(b"2024-10-");
    push_number(out, day(time), 2);
    out.push(b'T');
    push_time_of_day(out, time, decimals);
    out.push(b'Z');
}

fn push_time_of_day(out: &mut Vec<u8>, time: u64, decimals: u32) {
    let seconds = time % DAY / SECOND;
    push_number(out, seconds / 3600, 2);
    out.push(b':');
    push_number(out, seconds / 60 % 60, 2);
    out.push(b':');
    push_number(out, seconds % 60, 2);
    out.push(b'.');
    push_number(out, time % SECOND / 10_u64.pow(9 - decimals), decimals);
}

/// Appends a number with leading zeros.
fn push_number(out: &mut Vec<u8>, number: u64, digits: u32) {
    for place in (0..digits).rev() {
        out.push(b'0' + (number / 10_u64.pow(place) % 10) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_times_and_text() {
        let names = LogNames { pods: &[], nodes: &["n"] };
        let mut out = Vec::new();
        let time = DAY + 3_723 * SECOND + 45_678_901;
        let pattern = Template::new("<j> I<d> <c> {a} <info> <node> <z>");
        pattern.write(&mut out, time, &names, &mut Dice::of(1, ""));
        let expected =
            "Oct 22 01:02:03.045678 I1022 01:02:03.045678 {a} <info> n 2024-10-22T01:02:03.045Z\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
