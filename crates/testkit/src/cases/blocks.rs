//! Markdown as lines of prose and fenced code blocks.

/// A fenced code block.
#[derive(Debug, PartialEq)]
pub(super) struct FixtureBlock<'a> {
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// All that follows the opening fence.
    pub info: &'a str,
    /// The lines between the fences.
    pub body: String,
}

impl<'a> FixtureBlock<'a> {
    /// The first word of the info string: a language or a keyword.
    pub(super) fn language(&self) -> &'a str {
        self.info.split_once(' ').map_or(self.info, |(language, _)| language)
    }

    /// The rest of the info string: a path, or the names of bases.
    pub(super) fn argument(&self) -> &'a str {
        self.info.split_once(' ').map_or("", |(_, argument)| argument)
    }
}

/// A line of prose or a block.
#[derive(Debug, PartialEq)]
pub(super) enum FixtureItem<'a> {
    /// A line outside of any block, without its end.
    Line(&'a str),
    /// A block with its fences.
    Block(FixtureBlock<'a>),
}

/// Splits a text; an error names the line of the fence that has no partner.
pub(super) fn items(text: &str) -> Result<Vec<FixtureItem<'_>>, String> {
    let mut items = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((line, content)) = lines.next() {
        let Some(info) = content.strip_prefix("```") else {
            items.push(FixtureItem::Line(content));
            continue;
        };
        if info.is_empty() {
            return Err(format!("line {line}: ``` closes no block, and it cannot open one"));
        }
        let mut body = String::new();
        loop {
            match lines.next() {
                Some((_, "```")) => break,
                Some((_, content)) => body.extend([content, "\n"]),
                None => return Err(format!("line {line}: the block ```{info} is not closed")),
            }
        }
        items.push(FixtureItem::Block(FixtureBlock { line, info, body }));
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_prose_from_blocks() {
        let items = items("# A\n\n```yaml a/b c.yaml\nx\n\n```\nend").unwrap();
        let block = FixtureBlock { line: 3, info: "yaml a/b c.yaml", body: "x\n\n".to_owned() };
        assert_eq!((block.language(), block.argument()), ("yaml", "a/b c.yaml"));
        let prose = FixtureItem::Line;
        assert_eq!(items, [prose("# A"), prose(""), FixtureItem::Block(block), prose("end")]);
    }

    #[test]
    fn names_the_fence_without_a_partner() {
        assert_eq!(
            items("```yaml a\nx\n").unwrap_err(),
            "line 1: the block ```yaml a is not closed"
        );
        assert!(items("a\n```\n").unwrap_err().starts_with("line 2: ``` closes no block"));
    }
}
