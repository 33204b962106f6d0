//! What every page of the book is made of: escaping, the frame, the marks of a rule.

use mustknow_rules::Rule;

const STYLE: &str = include_str!("book.css");

/// Distinguishes a folder that contains a book from any other folder.
pub(super) const GENERATOR: &str =
    "<meta name=\"generator\" content=\"cargo xtask generate book\">";

/// The page loads nothing; its styles and its script are inline.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// Makes text safe in the content and in the quoted attributes of HTML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A complete page; `root` is the relative path from the page to the folder of the book.
pub(super) fn page(title: &str, root: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{GENERATOR}\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} - mustknow rules</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <nav><a href=\"{root}index.html\">All rules</a></nav>\n<main>\n{body}</main>\n</body>\n\
         </html>\n",
        title = escape(title)
    )
}

/// Severity, role and tags of a rule, each linked to the rules that share it.
pub(super) fn marks(rule: &Rule, root: &str) -> String {
    let link = |filter: &str, word: &str| {
        format!(
            "<a class=\"mark {word}\" href=\"{root}index.html#{filter}={word}\">{word}</a>",
            word = escape(word)
        )
    };
    let meta = &rule.meta;
    let tags = meta.tags().into_iter().filter(|tag| *tag != meta.role.as_str());
    let mut marks =
        vec![link("severity", meta.severity.as_str()), link("role", meta.role.as_str())];
    marks.extend(tags.map(|tag| link("tag", tag)));
    marks.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_acts_as_markup() {
        assert_eq!(
            escape("<script src='a'> & \"b\""),
            "&lt;script src=&#39;a&#39;&gt; &amp; &quot;b&quot;"
        );
        assert!(page("<b>", "", "").contains("<title>&lt;b&gt; - "));
    }
}
