//! Markdown of the manuals to HTML.

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};

use super::html::escape;

/// The HTML of a text. Headings go down one level, raw HTML is escaped, and an id of a rule in
/// backticks becomes a link to the address that `page_of` gives.
pub(super) fn render(text: &str, page_of: impl Fn(&str) -> Option<String>) -> String {
    let events = Parser::new(text).map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            let level = (level as usize + 1).try_into().unwrap_or(level);
            Event::Start(Tag::Heading { level, id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => {
            Event::End(TagEnd::Heading((level as usize + 1).try_into().unwrap_or(level)))
        }
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Code(code) => match page_of(&code) {
            Some(page) => Event::InlineHtml(link(&page, &code)),
            None => Event::Code(code),
        },
        other => other,
    });
    let mut rendered = String::new();
    html::push_html(&mut rendered, events);
    rendered
}

fn link(page: &str, code: &str) -> CowStr<'static> {
    format!("<a href=\"{}\"><code>{}</code></a>", escape(page), escape(code)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_is_shown_and_not_obeyed() {
        let rendered = render("Run it on <node>.\n\n<script>x</script>\n", |_| None);
        assert!(rendered.contains("on &lt;node&gt;."), "{rendered}");
        assert!(rendered.contains("&lt;script&gt;") && !rendered.contains("<script"));
    }

    #[test]
    fn headings_go_down_one_level_and_rules_are_linked() {
        let page_of = |id: &str| (id == "etcd/slow-disk").then(|| "../etcd/slow-disk.html".into());
        let rendered = render("# Why\n\nSee `etcd/slow-disk` and `oc`.\n", page_of);
        assert!(rendered.starts_with("<h2>Why</h2>"), "{rendered}");
        assert!(
            rendered.contains("<a href=\"../etcd/slow-disk.html\"><code>etcd/slow-disk</code>")
        );
        assert!(rendered.contains("<code>oc</code>"));
    }
}
