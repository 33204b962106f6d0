//! An `edit` block: what differs from a file, in the form of a unified diff without line numbers.
//!
//! A line begins with a space (it stays, and shows where the change is), `-` (it goes) or `+` (it
//! comes). A line `@@` alone begins another hunk. The lines of a hunk that stay and go must stand in
//! the file exactly once, one below the other; hunks come in the order of the file.

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq)]
enum Change {
    Stays,
    Goes,
    Comes,
}

type Hunk<'a> = Vec<(Change, &'a str)>;

/// Applies an edit to a file; an error says which hunk does not fit, and why.
pub(super) fn apply(file: &str, edit: &str) -> Result<String, String> {
    let lines: Vec<_> = file.lines().collect();
    let mut edited: Vec<&str> = Vec::new();
    let mut done = 0;
    for (number, hunk) in (1..).zip(hunks(edit)?) {
        let why = |why: String| format!("hunk {number} {why}");
        let old = check(&hunk).map_err(why)?;
        let at = place(&lines, &old).map_err(why)?;
        if at < done {
            return Err(why("overlaps the hunk above it, or should stand above it".to_owned()));
        }
        edited.extend(lines.iter().take(at).skip(done));
        edited.extend(hunk.iter().filter(|(change, _)| *change != Change::Goes).map(|(_, l)| *l));
        done = at + old.len();
    }
    edited.extend(lines.iter().skip(done));
    Ok(edited.into_iter().flat_map(|line| [line, "\n"]).collect())
}

fn hunks(edit: &str) -> Result<Vec<Hunk<'_>>, String> {
    let mut hunks = vec![Hunk::new()];
    for line in edit.lines() {
        if line == "@@" {
            hunks.push(Hunk::new());
        } else if let Some(hunk) = hunks.last_mut() {
            hunk.push(read(line)?);
        }
    }
    Ok(hunks)
}

/// An empty line stays as well: editors cut the space at its beginning.
fn read(line: &str) -> Result<(Change, &str), String> {
    let marks = [(' ', Change::Stays), ('-', Change::Goes), ('+', Change::Comes)];
    if line.is_empty() {
        return Ok((Change::Stays, line));
    }
    let read = |(mark, change)| Some((change, line.strip_prefix(mark)?));
    marks.into_iter().find_map(read).ok_or_else(|| {
        format!("line `{line}` begins with none of space, `-` and `+`, and is not `@@` alone")
    })
}

/// The lines of a hunk that must stand in the file.
fn check<'a>(hunk: &Hunk<'a>) -> Result<Vec<&'a str>, String> {
    if hunk.iter().all(|(change, _)| *change == Change::Stays) {
        return Err("changes nothing: it has no line with `-` or `+`".to_owned());
    }
    let old = hunk.iter().filter(|(change, _)| *change != Change::Comes);
    let old: Vec<_> = old.map(|(_, line)| *line).collect();
    if old.is_empty() {
        return Err("has only new lines: add a line of the file next to them".to_owned());
    }
    Ok(old)
}

/// The one place where these lines stand in the file.
fn place(lines: &[&str], old: &[&str]) -> Result<usize, String> {
    let places = lines.windows(old.len()).enumerate().filter(|(_, window)| *window == old);
    let places: Vec<_> = places.map(|(at, _)| at).collect();
    match places.as_slice() {
        [at] => Ok(*at),
        [] => Err(nearest(lines, old)),
        several => {
            let at: Vec<_> = several.iter().map(|at| (at + 1).to_string()).collect();
            let at = at.join(", ");
            Err(format!("matches at lines {at} of the file: add lines that distinguish them"))
        }
    }
}

/// Where the most lines from the beginning of a hunk match, and the first that does not.
fn nearest(lines: &[&str], old: &[&str]) -> String {
    let matching = |at: usize| lines.iter().skip(at).zip(old).take_while(|(a, b)| a == b).count();
    let places = (0..lines.len()).map(|at| (matching(at), at));
    let (count, at) = places.max_by_key(|(count, at)| (*count, usize::MAX - at)).unwrap_or((0, 0));
    let wanted = old.get(count).unwrap_or(&"");
    if count == 0 {
        return format!("does not match: the file has no line `{wanted}`");
    }
    let there = lines.get(at + count).map_or("its end".to_owned(), |line| format!("`{line}`"));
    let line = at + count + 1;
    format!("does not match: where it has `{wanted}`, the file has {there} (line {line})")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "kind: Node\nname: a\nready: yes\n\nkind: Node\nname: b\nready: yes\n";

    #[test]
    fn changes_removes_and_adds_lines() {
        let edit = " name: a\n-ready: yes\n+ready: no\n+since: 1\n\n kind: Node\n@@\n-name: b\n";
        let edited = "kind: Node\nname: a\nready: no\nsince: 1\n\nkind: Node\nready: yes\n";
        assert_eq!(apply(FILE, edit).unwrap(), edited);
    }

    #[test]
    fn adds_before_the_first_line_and_behind_the_last() {
        assert_eq!(apply("a\nb\n", "+0\n a\n@@\n b\n+c\n").unwrap(), "0\na\nb\nc\n");
    }

    #[test]
    fn a_list_item_keeps_its_own_dash() {
        assert_eq!(apply("- a\n- b\n", "-- a\n+- c\n - b\n").unwrap(), "- c\n- b\n");
    }

    #[test]
    fn refuses_a_hunk_that_matches_twice() {
        let why = apply(FILE, "-ready: yes\n").unwrap_err();
        assert_eq!(
            why,
            "hunk 1 matches at lines 3, 7 of the file: add lines that distinguish them"
        );
    }

    #[test]
    fn refuses_a_hunk_that_matches_nowhere_and_says_how_near_it_came() {
        let why = apply(FILE, " name: b\n-ready: no\n").unwrap_err();
        assert_eq!(
            why,
            "hunk 1 does not match: where it has `ready: no`, the file has `ready: yes` (line 7)"
        );
        let why = apply(FILE, "-name: b\n@@\n-name:  c\n").unwrap_err();
        assert_eq!(why, "hunk 2 does not match: the file has no line `name:  c`");
        let why = apply(FILE, " ready: yes\n-x\n").unwrap_err();
        assert!(why.contains("where it has `x`, the file has `` (line 4)"), "{why}");
        let why = apply("a\n", " a\n-b\n").unwrap_err();
        assert!(why.contains("the file has its end (line 2)"), "{why}");
        assert!(apply("", " a\n-b\n").is_err());
    }

    #[test]
    fn refuses_hunks_that_overlap_or_stand_in_another_order() {
        for edit in ["-name: b\n@@\n-name: a\n", "-name: a\n ready: yes\n@@\n name: a\n+x\n"] {
            assert!(apply(FILE, edit).unwrap_err().starts_with("hunk 2 overlaps"));
        }
    }

    #[test]
    fn refuses_what_is_not_an_edit() {
        let refused = |edit| apply(FILE, edit).unwrap_err();
        assert!(refused("").contains("hunk 1 changes nothing"));
        assert!(refused(" name: a\n").contains("hunk 1 changes nothing"));
        assert!(refused("-name: a\n@@\n").contains("hunk 2 changes nothing"));
        assert!(refused("+x\n").contains("hunk 1 has only new lines"));
        assert!(refused("name: a\n+x\n").contains("line `name: a` begins with none"));
        assert!(refused("@@ -1,2 +1,2 @@\n-name: a\n").contains("is not `@@` alone"));
    }
}
