//! Lists as kubectl once dumped them: with the field names of its Go types, and without kinds.
//!
//! Older releases of `kubectl cluster-info dump` wrote internal types, which have no names for JSON: fields
//! begin with a capital, and what belongs in `metadata` stands beside `Spec`. Here they get the names the
//! API has, on the lines they stand on.
//!
//! Source: kubernetes/kubernetes `pkg/kubectl/cmd/clusterinfo_dump.go`, `pkg/apis/core/types.go`
//! (release-1.10).

use memchr::memmem;

/// How far down a list says that it is one of these.
const HEAD: usize = 4096;
/// Fields that are called something else in the API.
const RENAMED: [(&[u8], &[u8]); 1] = [(b"LastTerminationState", b"lastState")];

/// Fields whose keys somebody else chose, or that have names for JSON.
const KEPT: [&[u8]; 2] = [b"NodeSelector", b"Selector"];

/// What the lists of a dump are, which was printed to one stream: the nodes, and these of each namespace.
const NODES: &[u8] = br#""kind":"NodeList","apiVersion":"v1","#;
const LISTS: [&[u8]; 7] = [
    br#""kind":"EventList","apiVersion":"v1","#,
    br#""kind":"ReplicationControllerList","apiVersion":"v1","#,
    br#""kind":"ServiceList","apiVersion":"v1","#,
    br#""kind":"DaemonSetList","apiVersion":"apps/v1","#,
    br#""kind":"DeploymentList","apiVersion":"apps/v1","#,
    br#""kind":"ReplicaSetList","apiVersion":"apps/v1","#,
    br#""kind":"PodList","apiVersion":"v1","#,
];

/// Whether the text begins like such a list.
pub(crate) fn is(text: &[u8]) -> bool {
    let head = text.get(..HEAD).unwrap_or(text);
    head.trim_ascii_start().starts_with(b"{") && memmem::find(head, b"\"Items\":").is_some()
}

/// The lists with the names of the API, and with their kinds where they were printed one after the
/// other to one stream; of what is no JSON, something that is none either.
pub(crate) fn with_api_names(text: &[u8], is_stream: bool) -> Vec<u8> {
    let out = Vec::with_capacity(text.len());
    let kinds = std::iter::once(NODES).chain(LISTS.into_iter().cycle());
    let kinds = is_stream.then(|| Box::new(kinds) as Box<dyn Iterator<Item = &[u8]>>);
    let mut writer = Writer { text, copied: 0, out, around: Vec::new(), kinds };
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte == b'"' {
            at = writer.string(at);
        } else {
            writer.punctuation(at, byte);
            at += 1;
        }
    }
    writer.copy_to(text.len());
    writer.out
}

/// An object or array around the present place.
struct Around {
    is_object: bool,
    /// In an object, whether a key comes next.
    wants_key: bool,
    /// Whether the keys below the present value stay as they are.
    keeps: bool,
    /// The array below `Items`, or an object in it whose metadata may still go on.
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    List,
    Items,
    /// An item before its first key.
    Item,
    /// An item whose metadata goes on.
    Metadata,
    /// A value whose keys stay as they are.
    Kept,
    Other,
}

struct Writer<'t> {
    text: &'t [u8],
    copied: usize,
    out: Vec<u8>,
    around: Vec<Around>,
    /// The kinds of the lists to come.
    kinds: Option<Box<dyn Iterator<Item = &'static [u8]>>>,
}

impl Writer<'_> {
    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(self.text.get(self.copied..end).unwrap_or_default());
        self.copied = self.copied.max(end);
    }

    fn punctuation(&mut self, at: usize, byte: u8) {
        match byte {
            b'{' | b'[' => {
                let kinds = self.kinds.as_mut().filter(|_| self.around.is_empty() && byte == b'{');
                if let Some(kind) = kinds.and_then(Iterator::next) {
                    self.copy_to(at + 1);
                    self.out.extend_from_slice(kind);
                }
                self.open(byte == b'{');
            }
            b'}' | b']' => {
                if self.around.last().is_some_and(|around| around.role == Role::Metadata) {
                    self.close_metadata(at);
                }
                self.around.pop();
            }
            b',' => {
                if let Some(around) = self.around.last_mut() {
                    around.wants_key = around.is_object;
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, is_object: bool) {
        let role = match self.around.last() {
            None if is_object => Role::List,
            Some(around) if around.keeps || around.role == Role::Kept => Role::Kept,
            Some(around) if around.role == Role::Items && is_object => Role::Item,
            _ => Role::Other,
        };
        self.around.push(Around { is_object, wants_key: is_object, keeps: false, role });
    }

    /// Copies a string, as another name where it is a key; the place behind it.
    fn string(&mut self, start: usize) -> usize {
        let end = string_end(self.text, start);
        let name = self.text.get(start + 1..end.saturating_sub(1)).unwrap_or_default();
        let Some(around) = self.around.last_mut().filter(|around| around.wants_key) else {
            return end;
        };
        around.wants_key = false;
        let is_capital = name.first().is_some_and(u8::is_ascii_uppercase);
        let depth = self.around.len();
        match self.around.last().map(|around| around.role) {
            Some(Role::List) if name == b"Items" => {
                // What opens next is the array of items.
                self.rename(start, end, b"items");
                let items = self.text.get(end..).unwrap_or_default();
                let skipped =
                    items.iter().take_while(|b| matches!(b, b':' | b' ' | b'\n' | b'\r' | b'\t'));
                let array = end + skipped.count();
                if self.text.get(array) == Some(&b'[') {
                    let role = Role::Items;
                    self.around.push(Around {
                        is_object: false,
                        wants_key: false,
                        keeps: false,
                        role,
                    });
                    return array + 1;
                }
                return end;
            }
            Some(Role::Item) if !is_capital => {
                self.copy_to(start);
                self.out.extend_from_slice(b"\"metadata\":{");
                self.set_role(depth, Role::Metadata);
            }
            Some(Role::Item) => self.set_role(depth, Role::Other),
            Some(Role::Metadata) if is_capital => self.close_metadata(start),
            _ => {}
        }
        let role = self.around.last().map(|around| around.role);
        if let Some(around) = self.around.last_mut() {
            around.keeps = role == Some(Role::Metadata) || KEPT.contains(&name);
        }
        if is_capital && role != Some(Role::Kept) {
            let renamed = RENAMED.iter().find(|(old, _)| *old == name).map(|(_, new)| new.to_vec());
            self.rename(start, end, &renamed.unwrap_or_else(|| api_name(name)));
        }
        end
    }

    fn set_role(&mut self, depth: usize, role: Role) {
        if let Some(around) = depth.checked_sub(1).and_then(|at| self.around.get_mut(at)) {
            around.role = role;
        }
    }

    /// Closes the metadata of an item behind its last value, before `at`.
    fn close_metadata(&mut self, at: usize) {
        let before = self.text.get(self.copied..at).unwrap_or_default();
        let is_between = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b',';
        let behind = before.iter().rev().take_while(is_between).count();
        self.copy_to(at - behind);
        self.out.push(b'}');
        self.set_role(self.around.len(), Role::Other);
    }

    fn rename(&mut self, start: usize, end: usize, name: &[u8]) {
        self.copy_to(start + 1);
        self.out.extend_from_slice(name);
        self.copied = end - 1;
    }
}

/// The place behind the string that starts at `start`.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// `NodeName` is `nodeName`, `OSImage` is `osImage`, `UID` is `uid`.
fn api_name(name: &[u8]) -> Vec<u8> {
    let capitals = name.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let is_before_word = name.get(capitals).is_some_and(u8::is_ascii_lowercase);
    let lowered = if capitals > 1 && is_before_word { capitals - 1 } else { capitals };
    let mut name = name.to_vec();
    name.get_mut(..lowered).unwrap_or_default().make_ascii_lowercase();
    name
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Value {
        assert!(is(text.as_bytes()));
        let changed = with_api_names(text.as_bytes(), false);
        let lines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
        assert_eq!(lines(&changed), lines(text.as_bytes()));
        serde_json::from_slice(&changed).unwrap_or_else(|why| {
            panic!("{why}: {}", String::from_utf8_lossy(&changed));
        })
    }

    #[test]
    fn fields_get_the_names_of_the_api_and_metadata_its_place() {
        let text = r#"{
  "selfLink": "/api/v1/pods", "resourceVersion": "7",
  "Items": [
    {
      "name": "a", "labels": {"App": "X", "b": "{\"C\""},
      "Spec": {"NodeName": "n", "Volumes": null},
      "Status": {"HostIP": "1", "ContainerStatuses": [
        {"Name": "c", "State": {"Waiting": {"Reason": "R"}}, "LastTerminationState": {"Running": null}}
      ]}
    },
    {"Spec": {}},
    {"name": "only"}
  ]
}"#;
        let read = read(text);
        assert_eq!(read["items"][0]["metadata"]["name"], "a");
        assert_eq!(read["items"][0]["metadata"]["labels"]["b"], "{\"C\"");
        assert_eq!(read["items"][0]["spec"]["nodeName"], "n");
        let status = &read["items"][0]["status"];
        assert_eq!(status["hostIP"], "1");
        assert_eq!(status["containerStatuses"][0]["state"]["waiting"]["reason"], "R");
        assert_eq!(status["containerStatuses"][0]["lastState"], json!({"running": null}));
        assert_eq!(read["items"][1], json!({"spec": {}}));
        assert_eq!(read["items"][2], json!({"metadata": {"name": "only"}}));
    }

    #[test]
    fn labels_keep_their_letters() {
        let read = read(
            r#"{"Items": [{"labels": {"App": "X"}, "Spec": {"NodeSelector": {"Zone": "b"}}}]}"#,
        );
        assert_eq!(read["items"][0]["metadata"]["labels"], json!({"App": "X"}));
        assert_eq!(read["items"][0]["spec"]["nodeSelector"], json!({"Zone": "b"}));
    }

    #[test]
    fn a_run_of_capitals_is_one_word() {
        for (go, api) in [
            ("NodeName", "nodeName"),
            ("OSImage", "osImage"),
            ("UID", "uid"),
            ("PodCIDR", "podCIDR"),
            ("HTTPGet", "httpGet"),
            ("ExternalIPs", "externalIPs"),
        ] {
            assert_eq!(api_name(go.as_bytes()), api.as_bytes(), "{go}");
        }
    }

    #[test]
    fn whatever_it_is_it_is_read_to_its_end() {
        let text = br#"{"Items":[{"a":"\"x","Spec":{"B":[{"C":"d\\"}]}}],"E":"#;
        for end in 0..text.len() {
            let cut = &text[..end];
            assert!(with_api_names(cut, false).len() <= 3 * cut.len() + 32);
        }
        for odd in ["{{{{", "]}]}", "\"", "{\"Items\":[}", "{\"Items\": {\"name\": 1}}", "\\\\\\"] {
            with_api_names(odd.as_bytes(), true);
        }
    }

    #[test]
    fn what_has_the_names_of_the_api_is_none() {
        assert!(!is(br#"{"kind": "PodList", "items": [{"metadata": {"name": "Items"}}]}"#));
        assert!(!is(b"Items: []"));
    }
}
