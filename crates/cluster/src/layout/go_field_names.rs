//! Converts lists with Go field names, as old releases of kubectl dumped them, to the field names
//! of the API.
//!
//! Older releases of `kubectl cluster-info dump` wrote internal types, which have no JSON names:
//! fields begin with a capital letter, the fields of `metadata` are next to `Spec`, and there are
//! no kinds. The conversion keeps every value on its line.
//!
//! Source: kubernetes/kubernetes `pkg/kubectl/cmd/clusterinfo_dump.go`, `pkg/apis/core/types.go`
//! (release-1.10).

use memchr::memmem;

/// How much of a list is searched for the field `Items`, in bytes.
const HEAD: usize = 4096;
/// Fields with an irregular name in the API.
const EXCEPTIONS: [(&[u8], &[u8]); 1] = [(b"LastTerminationState", b"lastState")];

/// Fields whose keys are user data.
const VERBATIM_FIELDS: [&[u8]; 2] = [b"NodeSelector", b"Selector"];

/// Kind and version of the lists of a dump printed to one stream: the nodes, then these for each
/// namespace.
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

/// Whether the text begins like a list with Go field names.
pub(crate) fn is_used_in(text: &[u8]) -> bool {
    let head = text.get(..HEAD).unwrap_or(text);
    head.trim_ascii_start().starts_with(b"{") && memmem::find(head, b"\"Items\":").is_some()
}

/// The lists with the field names of the API, and with their kinds if they were printed to one
/// stream. Text that is not JSON stays invalid.
pub(crate) fn to_api_names(text: &[u8], is_stream: bool) -> Vec<u8> {
    let out = Vec::with_capacity(text.len());
    let kinds = std::iter::once(NODES).chain(LISTS.into_iter().cycle());
    let kinds = is_stream.then(|| Box::new(kinds) as Box<dyn Iterator<Item = &[u8]>>);
    let mut renamer = FieldRenamer { text, copied: 0, out, levels: Vec::new(), kinds };
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte == b'"' {
            at = renamer.string(at);
        } else {
            renamer.punctuation(at, byte);
            at += 1;
        }
    }
    renamer.copy_to(text.len());
    renamer.out
}

/// An object or array that encloses the current position.
struct JsonLevel {
    is_object: bool,
    /// Whether a key of an object comes next.
    expects_key: bool,
    /// Whether the keys below the current value stay unchanged.
    keeps: bool,
    /// What the object or array is.
    role: LevelRole,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LevelRole {
    List,
    Items,
    /// An item before its first key.
    Item,
    /// An item whose metadata is not closed yet.
    Metadata,
    /// A value whose keys stay unchanged.
    Verbatim,
    Other,
}

struct FieldRenamer<'t> {
    text: &'t [u8],
    copied: usize,
    out: Vec<u8>,
    levels: Vec<JsonLevel>,
    /// The kinds of the next lists.
    kinds: Option<Box<dyn Iterator<Item = &'static [u8]>>>,
}

impl FieldRenamer<'_> {
    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(self.text.get(self.copied..end).unwrap_or_default());
        self.copied = self.copied.max(end);
    }

    fn punctuation(&mut self, at: usize, byte: u8) {
        match byte {
            b'{' | b'[' => {
                let kinds = self.kinds.as_mut().filter(|_| self.levels.is_empty() && byte == b'{');
                if let Some(kind) = kinds.and_then(Iterator::next) {
                    self.copy_to(at + 1);
                    self.out.extend_from_slice(kind);
                }
                self.open(byte == b'{');
            }
            b'}' | b']' => {
                if self.levels.last().is_some_and(|level| level.role == LevelRole::Metadata) {
                    self.close_metadata(at);
                }
                self.levels.pop();
            }
            b',' => {
                if let Some(level) = self.levels.last_mut() {
                    level.expects_key = level.is_object;
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, is_object: bool) {
        let role = match self.levels.last() {
            None if is_object => LevelRole::List,
            Some(level) if level.keeps || level.role == LevelRole::Verbatim => LevelRole::Verbatim,
            Some(level) if level.role == LevelRole::Items && is_object => LevelRole::Item,
            _ => LevelRole::Other,
        };
        self.levels.push(JsonLevel { is_object, expects_key: is_object, keeps: false, role });
    }

    /// Copies a string, renamed if it is a key. Returns the offset after it.
    fn string(&mut self, start: usize) -> usize {
        let end = string_end(self.text, start);
        let name = self.text.get(start + 1..end.saturating_sub(1)).unwrap_or_default();
        let Some(level) = self.levels.last_mut().filter(|level| level.expects_key) else {
            return end;
        };
        level.expects_key = false;
        let is_capital = name.first().is_some_and(u8::is_ascii_uppercase);
        let depth = self.levels.len();
        match self.levels.last().map(|level| level.role) {
            Some(LevelRole::List) if name == b"Items" => {
                // The array of items comes next.
                self.rename(start, end, b"items");
                let items = self.text.get(end..).unwrap_or_default();
                let skipped =
                    items.iter().take_while(|b| matches!(b, b':' | b' ' | b'\n' | b'\r' | b'\t'));
                let array = end + skipped.count();
                if self.text.get(array) == Some(&b'[') {
                    let role = LevelRole::Items;
                    self.levels.push(JsonLevel {
                        is_object: false,
                        expects_key: false,
                        keeps: false,
                        role,
                    });
                    return array + 1;
                }
                return end;
            }
            Some(LevelRole::Item) if !is_capital => {
                self.copy_to(start);
                self.out.extend_from_slice(b"\"metadata\":{");
                self.set_role(depth, LevelRole::Metadata);
            }
            Some(LevelRole::Item) => self.set_role(depth, LevelRole::Other),
            Some(LevelRole::Metadata) if is_capital => self.close_metadata(start),
            _ => {}
        }
        let role = self.levels.last().map(|level| level.role);
        if let Some(level) = self.levels.last_mut() {
            level.keeps = role == Some(LevelRole::Metadata) || VERBATIM_FIELDS.contains(&name);
        }
        if is_capital && role != Some(LevelRole::Verbatim) {
            let renamed =
                EXCEPTIONS.iter().find(|(old, _)| *old == name).map(|(_, new)| new.to_vec());
            self.rename(start, end, &renamed.unwrap_or_else(|| api_name(name)));
        }
        end
    }

    fn set_role(&mut self, depth: usize, role: LevelRole) {
        if let Some(level) = depth.checked_sub(1).and_then(|at| self.levels.get_mut(at)) {
            level.role = role;
        }
    }

    /// Closes the metadata of an item after its last value, before `at`.
    fn close_metadata(&mut self, at: usize) {
        let before = self.text.get(self.copied..at).unwrap_or_default();
        let is_between = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b',';
        let behind = before.iter().rev().take_while(is_between).count();
        self.copy_to(at - behind);
        self.out.push(b'}');
        self.set_role(self.levels.len(), LevelRole::Other);
    }

    fn rename(&mut self, start: usize, end: usize, name: &[u8]) {
        self.copy_to(start + 1);
        self.out.extend_from_slice(name);
        self.copied = end - 1;
    }
}

/// The offset after the string that starts at `start`.
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
        assert!(is_used_in(text.as_bytes()));
        let changed = to_api_names(text.as_bytes(), false);
        let lines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
        assert_eq!(lines(&changed), lines(text.as_bytes()));
        serde_json::from_slice(&changed).unwrap_or_else(|why| {
            panic!("{why}: {}", String::from_utf8_lossy(&changed));
        })
    }

    #[test]
    fn fields_get_the_names_of_the_api_and_metadata_is_nested() {
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
    fn label_keys_stay_unchanged() {
        let read = read(
            r#"{"Items": [{"labels": {"App": "X"}, "Spec": {"NodeSelector": {"Zone": "b"}}}]}"#,
        );
        assert_eq!(read["items"][0]["metadata"]["labels"], json!({"App": "X"}));
        assert_eq!(read["items"][0]["spec"]["nodeSelector"], json!({"Zone": "b"}));
    }

    #[test]
    fn a_run_of_capital_letters_is_one_word() {
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
    fn any_input_is_converted_without_a_panic() {
        let text = br#"{"Items":[{"a":"\"x","Spec":{"B":[{"C":"d\\"}]}}],"E":"#;
        for end in 0..text.len() {
            let cut = &text[..end];
            assert!(to_api_names(cut, false).len() <= 3 * cut.len() + 32);
        }
        for odd in ["{{{{", "]}]}", "\"", "{\"Items\":[}", "{\"Items\": {\"name\": 1}}", "\\\\\\"] {
            to_api_names(odd.as_bytes(), true);
        }
    }

    #[test]
    fn lists_with_the_names_of_the_api_are_not_converted() {
        assert!(!is_used_in(br#"{"kind": "PodList", "items": [{"metadata": {"name": "Items"}}]}"#));
        assert!(!is_used_in(b"Items: []"));
    }
}
