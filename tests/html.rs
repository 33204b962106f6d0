//! The page for a browser: well-formed, self-contained, and safe from the content of the archive.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use sha2::{Digest, Sha256};
use tempfile::tempdir;

use crate::support::run::{command, finish};
use crate::support::tree::Tree;
use crate::support::{ENDPOINTS, HEALTHY, NOT_COLLECTED, SEED, checkout, fixture, samples};

const ALL: [&str; 4] = [SEED, ENDPOINTS, NOT_COLLECTED, HEALTHY];
/// The maximum size of a page about an ordinary cluster.
const LARGEST: usize = 1 << 20;

/// The page about committed archives.
fn page(names: &[&str]) -> String {
    let archives = names.iter().map(|name| format!("fixtures/{name}.tar.gz"));
    finish(command().current_dir(checkout()).args(["-o", "html"]).args(archives)).stdout
}

/// The elements and attributes of a page.
#[derive(Default)]
struct Seen {
    elements: Vec<String>,
    attributes: Vec<(String, String)>,
}

impl Seen {
    /// Reads a page, which is well-formed XML too.
    fn read(page: &str) -> Self {
        let mut reader = Reader::from_str(page);
        let (mut seen, mut open) = (Self::default(), Vec::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    open.push(seen.add(&start));
                }
                Event::Empty(start) => {
                    seen.add(&start);
                }
                Event::End(_) => {
                    open.pop().unwrap();
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(open, Vec::<String>::new(), "an element stays open");
        seen
    }

    fn add(&mut self, start: &BytesStart<'_>) -> String {
        let name = start.name().as_ref().to_owned();
        for attribute in start.attributes() {
            let attribute = attribute.unwrap();
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned();
            self.attributes.push((attribute.key.as_ref().to_owned(), value));
        }
        self.elements.push(name.clone());
        name
    }

    fn count(&self, name: &str) -> usize {
        self.elements.iter().filter(|element| *element == name).count()
    }

    fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.attributes.iter().filter(move |(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Fails where the page could load or start something.
    fn assert_closed(&self) {
        for name in ["img", "link", "iframe", "object", "embed", "base", "form", "use", "image"] {
            assert_eq!(self.count(name), 0, "{name}");
        }
        assert_eq!((self.count("script"), self.count("style")), (1, 1));
        for (name, value) in &self.attributes {
            assert!(!name.starts_with("on") && name != "src" && name != "style", "{name}={value}");
            assert!(name != "href" || value.starts_with('#'), "{name}={value}");
        }
    }
}

/// The text of the only element of that name.
fn inside<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("<{name}>")).unwrap();
    rest.split_once(&format!("</{name}>")).unwrap().0
}

#[test]
fn a_page_is_well_formed_small_and_loads_nothing() {
    for name in ALL {
        let page = page(&[name]);
        assert!(page.len() < LARGEST, "{name}: {}", page.len());
        Seen::read(&page).assert_closed();
    }
}

#[test]
fn the_policy_names_the_script_and_the_style_by_their_hashes() {
    let page = page(&[SEED]);
    let seen = Seen::read(&page);
    let policy = seen.values("content").find(|value| value.contains("default-src")).unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    for (element, directive) in [("script", "script-src"), ("style", "style-src")] {
        let hash = STANDARD.encode(Sha256::digest(inside(&page, element)));
        assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{policy}");
    }
}

#[test]
fn headings_are_in_order_and_links_lead_somewhere() {
    for names in [&[SEED][..], &ALL[..]] {
        let page = page(names);
        let seen = Seen::read(&page);
        let mut last = 0;
        for element in &seen.elements {
            if let Some(level) = element.strip_prefix('h').and_then(|it| it.parse::<u8>().ok()) {
                assert!(level <= last + 1, "h{level} after h{last}");
                last = level;
            }
        }
        assert_eq!((seen.count("h1"), seen.count("main")), (1, 1));
        assert_eq!(seen.count("h2"), names.len());
        let ids: Vec<_> = seen.values("id").collect();
        let known: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(known.len(), ids.len(), "an id is there twice");
        for link in seen.values("href").map(|link| link.trim_start_matches('#')) {
            assert!(known.contains(link), "{link}");
        }
        let named = seen.values("aria-labelledby").chain(seen.values("for"));
        named.for_each(|id| assert!(known.contains(id), "{id}"));
    }
}

#[test]
fn the_page_says_what_is_wrong_and_what_to_do() {
    let page = page(&[SEED]);
    for words in [
        "; 4 consequences; 88 checks inconclusive (data not collected, data redacted)",
        "ConfigMap kube-system/bootstrap does not exist",
        "oc create configmap bootstrap -n kube-system --from-literal=status=complete",
        "manual check",
        "<mark>message: PreconditionNotReady</mark>",
        "data-n=\"94\"",
        "Inconclusive checks",
        "Checked, no problems found",
        "2024-10-28T10:22:41Z, when the archive was gathered",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn the_timeline_has_a_lane_for_each_kind_of_source_and_a_table() {
    let page = page(&[SEED]);
    let (_, timeline) = page.split_once("<section class=\"timeline\"").unwrap();
    let (timeline, _) = timeline.split_once("</section>").unwrap();
    let (drawing, table) = timeline.split_once("</svg>").unwrap();
    for lane in ["updates (", "operators (", "other objects (", "nodes (", "pods and events ("] {
        assert!(drawing.contains(lane), "{lane}");
    }
    assert!(drawing.matches("<circle").count() < 600, "it is bounded");
    assert!(table.matches("<tr").count() < 200 && table.contains("are not listed"), "so is it");
    for words in [
        "ClusterOperator/authentication: Available became False",
        "ClusterVersion/version: update to 4.16.0-0.okd-scos-2024-09-24-151747 started",
        "<a href=\"#r1-f1\">ConfigMap kube-system/bootstrap does not exist",
    ] {
        assert!(table.contains(words), "{words}");
    }
}

#[test]
fn no_text_of_the_archive_acts() {
    let said = "Readiness probe failed: HTTP probe failed with statuscode: 500";
    let evil = "</code><script>planted()</script> a\\\"><img src=x onerror=planted()> {{ 7*7 }} &lt;b> ]]>";
    let mut tree = Tree::image_of(ENDPOINTS);
    let mut count = 0;
    for (_, bytes) in &mut tree.0 {
        if let Ok(text) = std::str::from_utf8(bytes) {
            count += text.matches(said).count();
            *bytes = text.replace(said, evil).into_bytes();
        }
    }
    assert!(count > 0);
    let dir = tempdir().unwrap();
    let path = tree.to_tar_gz(&dir, "<script>planted()<script>.tgz");
    let page = finish(command().args(["-o", "html"]).arg(path)).stdout;
    assert!(page.contains("planted()"), "it is shown");
    assert!(!page.contains("<script>planted") && !page.contains("<img"), "it is not obeyed");
    assert!(page.contains("{{ 7*7 }}") && page.contains("&#38;lt;b"), "it is not read twice");
    Seen::read(&page).assert_closed();
}

#[test]
fn several_archives_are_one_page() {
    let run = finish(command().args(["-o", "html", "/nowhere/at-all"]).args(ALL.map(fixture)));
    assert_eq!(run.code, 2);
    let seen = Seen::read(&run.stdout);
    seen.assert_closed();
    assert_eq!(seen.values("class").filter(|class| *class == "report").count(), ALL.len());
    assert!(run.stdout.contains("Could not be read at all"));
}

#[test]
fn pages_about_real_archives_are_sound() {
    let Some(samples) = samples() else { return };
    for name in ["insights-4.7.tar.gz", "support-bundle-kurl.tar.gz", "oc-upgrade-status"] {
        let page = finish(command().args(["-o", "html"]).arg(samples.join(name))).stdout;
        Seen::read(&page).assert_closed();
        assert!(page.len() < 2 * LARGEST, "{name}: {}", page.len());
    }
}
