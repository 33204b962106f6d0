//! The page of one rule: its declaration, its manual, its test cases.

use mustknow_report::rules::sources;
use mustknow_rules::{Need, Rule, catalog};
use mustknow_testkit::cases::Case;

use super::html::{escape, marks, page};
use super::markdown;

/// From the page of a rule to the folder of the book.
const ROOT: &str = "../../";

/// The first word of a case's heading, and the title of its section.
const VERDICTS: [(&str, &str); 4] = [
    ("Fires", "When it fires"),
    ("Quiet", "When it stays quiet"),
    ("Unknown", "When it is inconclusive"),
    ("NotApplicable", "When it does not apply"),
];

/// The page of a rule with these test cases.
pub(super) fn rule_page(rule: &Rule, cases: &[Case]) -> String {
    let meta = &rule.meta;
    let (area, id) = (escape(meta.area()), escape(meta.id));
    let mut body =
        format!("<p><a href=\"{ROOT}areas/{area}.html\">{area}</a></p>\n<h1>{id}</h1>\n");
    body.push_str(&format!("<p>{}</p>\n<dl>\n", marks(rule, ROOT)));
    body.push_str(&format!("<dt>Scope</dt><dd>{}</dd>\n", escape(&meta.scope.to_string())));
    body.push_str(&data("Needs", meta.needs()));
    body.push_str(&data("Optional", meta.uses()));
    body.push_str("</dl>\n");
    body.push_str(&markdown::render(&format!("{}.\n\n{}", rule.heading(), rule.manual()), |id| {
        catalog::find(id).map(|other| format!("{ROOT}rules/{}.html", other.meta.id))
    }));
    for (verdict, title) in VERDICTS {
        let of_verdict: Vec<_> = cases.iter().filter(|case| case.expected() == verdict).collect();
        if !of_verdict.is_empty() {
            body.push_str(&format!("<h2>{title}</h2>\n"));
            body.extend(of_verdict.into_iter().map(example));
        }
    }
    page(meta.id, ROOT, &body)
}

fn data(label: &str, needs: impl Iterator<Item = Need>) -> String {
    let sources = sources(needs);
    if sources.is_empty() {
        return String::new();
    }
    format!("<dt>{label}</dt><dd>{}</dd>\n", escape(&sources.join(", ")))
}

/// One test case; what the rule reports is folded.
fn example(case: &Case) -> String {
    let (verdict, when) = case.heading.split_once(':').unwrap_or(("", &case.heading));
    let when = if when.trim().is_empty() { verdict } else { when.trim() };
    format!(
        "<details><summary>{}</summary><pre>{}</pre></details>\n",
        escape(when),
        escape(&case.report)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_reports_of_cases_are_escaped_and_sorted_by_verdict() {
        let case = |heading: &str| Case {
            heading: heading.to_owned(),
            report: "seen: <b>\n".to_owned(),
            ..Case::default()
        };
        let rule = catalog::find("etcd/member-unhealthy").unwrap();
        let page = rule_page(rule, &[case("Quiet: <i> & more"), case("Fires: <script>")]);
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
        assert!(at("<summary>&lt;script&gt;</summary>") < at("<summary>&lt;i&gt; &amp; more<"));
        assert!(page.contains("<pre>seen: &lt;b&gt;\n</pre>"));
        assert!(!page.contains("When it is inconclusive"));
    }
}
