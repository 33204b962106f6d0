//! Writes random trees in every style of YAML, to compare what the library reads.
//!
//! Bytes choose what is written; a missing byte chooses the simplest form, so fewer bytes give
//! less text. Not all output is valid YAML: the library decides. The fuzz targets include this
//! file too.

/// The deepest nesting of collections.
const DEPTH: usize = 5;

/// Words that a plain scalar may start with.
const FIRST: &[&str] = &[
    "a",
    "é",
    "1e685",
    "=",
    "2024-01-01",
    "010",
    "0x1f",
    "-1",
    "+.5",
    ".inf",
    ".NaN",
    "true",
    "No",
    "null",
    "~",
    "-x",
    "?x",
    ":x",
    "a:b",
    "a#b",
    "it's",
    "\\n",
    "18446744073709551615",
    "<<",
    "日本",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}",
    "\u{10000}",
    "\u{10ffff}",
    "\u{a0}",
    "---x",
    "..",
];
/// Words that may follow in a plain scalar.
const WORDS: &[&str] = &[
    "a",
    "b c",
    "-",
    "- x",
    "?",
    "'",
    "\"",
    "1",
    "a:b",
    "#",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "%",
    "@",
    "`",
    "{",
    "[x]",
    "é",
    "\u{10ffff}",
    "\u{a0}",
    "\t",
    "---",
    "...",
    "\u{85}",
    "\u{2028}",
];
/// What may be between double quotes only.
const ESCAPES: &[&str] = &[
    "\\n",
    "\\t",
    "\\\"",
    "\\\\",
    "\\/",
    "\\ ",
    "\\0",
    "\\e",
    "\\N",
    "\\_",
    "\\L",
    "\\P",
    "\\r",
    "\\x41",
    "\\u00e9",
    "\\uD7FF",
    "\\uE000",
    "\\uFFFF",
    "\\U0001F600",
    "\\U0010FFFF",
    "\\\t",
    "'",
];
/// Lines of a block scalar.
const LINES: &[&str] = &[
    "a",
    "b c",
    "",
    " deeper",
    "\ttab",
    "- x",
    "k: v",
    "# no comment",
    "é ",
    "a\t",
    "  ",
    " ",
    "'",
    "\u{10ffff}",
    "---",
    "...",
    "\"",
    "a # b",
    "   \t",
    "|",
];
/// What ends a line.
const ENDS: &[&str] = &[
    "\n",
    "\n\n",
    " \n",
    "\t\n",
    " # c\n",
    "\t# c\n",
    "\n# c\n",
    "\n   # c\n",
    "\n  \n",
    "\n\t\n",
    " #\n\n # é\n",
];
/// What separates a value from the text before it on its line.
const GAPS: &[&str] = &[" ", " ", " ", "  ", " ", " ", " ", " \t "];
/// What separates documents.
const MARKERS: &[&str] = &["---\n", "--- # c\n", "---\n\n# c\n", "...\n---\n", "--- ", "---\t"];

/// The text that these bytes choose: documents in any style.
pub(crate) fn write(dice: &[u8]) -> String {
    let mut writer = StyleWriter { dice: dice.iter(), out: String::new(), keys: 0 };
    writer.stream();
    writer.out
}

struct StyleWriter<'d> {
    dice: std::slice::Iter<'d, u8>,
    out: String,
    /// How many keys were written; every key is different.
    keys: usize,
}

impl StyleWriter<'_> {
    fn stream(&mut self) {
        let (line_end, start, cut) = (self.roll(6), self.roll(12), self.roll(8));
        for number in 0..=self.roll(3) {
            if number > 0 || self.roll(3) == 1 {
                self.pick(MARKERS);
            }
            let is_on_marker = !self.out.is_empty() && !self.out.ends_with('\n');
            self.value(None, None, if is_on_marker { 0 } else { DEPTH });
        }
        if cut == 1 {
            self.out.truncate(self.out.trim_end_matches('\n').len());
        }
        if line_end == 1 {
            self.out = self.out.replace('\n', "\r\n");
        }
        if start == 1 {
            self.out.insert(0, '\u{feff}');
        }
    }

    /// Writes a value below the collection at column `parent`, up to the start of the next line.
    ///
    /// A collection may start on this line, at the column in `compact`.
    fn value(&mut self, parent: Option<usize>, compact: Option<usize>, depth: usize) {
        let least = parent.map_or(0, |column| column + 1);
        match self.roll(if depth == 0 { 6 } else { 10 }) {
            0 => self.plain(least),
            1 => self.block(parent),
            2 => self.quoted('\'', least),
            3 => self.quoted('"', least),
            4 => self.flow(least, depth.min(3)),
            5 => return self.pick(ENDS),
            6 | 7 => {
                let column = self.begin(least, compact);
                return self.mapping(column, depth - 1);
            }
            _ => {
                let is_in_key = parent.is_some() && compact.is_none() && self.roll(2) == 0;
                let column = self.begin(least - usize::from(is_in_key), compact);
                return self.sequence(column, depth - 1);
            }
        }
        if !self.out.ends_with('\n') {
            self.pick(ENDS);
        }
    }

    fn begin(&mut self, least: usize, compact: Option<usize>) -> usize {
        match compact {
            Some(column) if self.roll(3) > 0 => column,
            _ => {
                if !self.out.is_empty() && !self.out.ends_with('\n') {
                    self.pick(ENDS);
                }
                let column = least + self.roll(4);
                self.indent(column);
                column
            }
        }
    }

    fn mapping(&mut self, column: usize, depth: usize) {
        for number in 0..=self.roll(3) {
            if number > 0 {
                self.indent(column);
            }
            self.keys += 1;
            let key = self.keys;
            match self.roll(8) {
                1 => self.out.push_str(&format!("'{key} : '")),
                2 => self.out.push_str(&format!("\"{key}\\n#\"")),
                3 => self.out.push_str(&format!("\"{key}\" \t")),
                4 => self.out.push_str(&format!("é #{key}- ")),
                5 => {
                    self.explicit_key(column, key);
                    self.indent(column);
                }
                6 => self.out.push_str(&format!("k:{{\"type\":\"{key}\"}}")),
                7 => self.out.push_str(&key.to_string()),
                _ => self.out.push_str(&format!("a{key}")),
            }
            self.out.push(':');
            self.pick(GAPS);
            self.value(Some(column), None, depth);
        }
    }

    /// Writes `? key` in any scalar style, and the line end after it.
    fn explicit_key(&mut self, column: usize, key: usize) {
        self.out.push_str("? ");
        match self.roll(4) {
            1 => self.out.push_str(&format!("|-\n{:column$}  {key}\n", "")),
            2 => self.out.push_str(&format!("'{key}\n{:column$}  b'", "")),
            3 => self.out.push_str(&format!(">\n{:column$} {key}\n", "")),
            _ => self.out.push_str(&format!("a{key}")),
        }
        if !self.out.ends_with('\n') {
            self.pick(ENDS);
        }
    }

    fn sequence(&mut self, column: usize, depth: usize) {
        for number in 0..=self.roll(3) {
            if number > 0 {
                self.indent(column);
            }
            let spaces = 1 + self.roll(3);
            self.out.push('-');
            self.indent(spaces);
            self.value(Some(column), Some(column + 1 + spaces), depth);
        }
    }

    fn plain(&mut self, least: usize) {
        self.pick(FIRST);
        for _ in 0..self.roll(5) {
            self.space(least);
            self.pick(WORDS);
        }
    }

    fn quoted(&mut self, quote: char, least: usize) {
        self.out.push(quote);
        for _ in 0..self.roll(6) {
            match self.roll(4) {
                0 => self.pick(FIRST),
                1 => self.space(least),
                2 if quote == '"' => self.pick(ESCAPES),
                2 => self.out.push_str("''"),
                _ if quote == '"' && self.roll(3) == 0 => self.fold("\\\n", least),
                _ => self.pick(WORDS),
            }
        }
        self.out.push(quote);
    }

    /// Writes what separates two words: white space, or line ends and an indentation.
    fn space(&mut self, least: usize) {
        match self.roll(8) {
            1 => self.out.push_str("  "),
            2 => self.out.push('\t'),
            3 | 4 => self.fold("\n", least),
            5 => self.fold(" \n", least),
            6 => self.fold("\t \n \t\n", least),
            7 => self.fold("\n\n\n", least),
            _ => self.out.push(' '),
        }
    }

    fn fold(&mut self, breaks: &str, least: usize) {
        self.out.push_str(breaks);
        let column = least + self.roll(3);
        self.indent(column);
        if self.roll(30) == 1 {
            self.out.push('\t');
        }
    }

    /// Writes a block scalar with any header; the lines below may or may not belong to it.
    fn block(&mut self, parent: Option<usize>) {
        self.pick(&["|", ">"]);
        let more = self.roll(20);
        let has_indicator = (1..=9).contains(&more);
        let (before, chomping) = (self.roll(2) == 1, ["", "-", "+"][self.roll(3)]);
        if has_indicator && before {
            self.out.push_str(&more.to_string());
        }
        self.out.push_str(chomping);
        if has_indicator && !before {
            self.out.push_str(&more.to_string());
        }
        self.pick(&["\n", "\n", "\n", " \n", " # c\n", "\t\n"]);
        let indent = match parent {
            _ if !has_indicator => parent.map_or(0, |column| column + 1) + self.roll(3),
            parent => parent.unwrap_or_default() + more,
        };
        for _ in 0..self.roll(7) {
            match self.roll(8) {
                1 => self.out.push('\n'),
                2 => {
                    let spaces = self.roll(indent + 1);
                    self.indent(spaces);
                    self.out.push('\n');
                }
                _ => {
                    self.indent(indent);
                    self.pick(LINES);
                    self.out.push('\n');
                }
            }
        }
        if self.roll(6) == 1 {
            let spaces = self.roll(indent + 1);
            self.indent(spaces);
            self.out.push_str("# c\n");
        }
    }

    fn flow(&mut self, least: usize, depth: usize) {
        let is_mapping = self.roll(2) == 1;
        self.out.push(if is_mapping { '{' } else { '[' });
        for _ in 0..self.roll(4) {
            self.flow_space(least);
            if is_mapping {
                self.keys += 1;
                let key = self.keys;
                match self.roll(5) {
                    1 => self.out.push_str(&format!("\"{key}\":")),
                    2 => self.out.push_str(&format!("'{key}' : ")),
                    3 => self.out.push_str(&format!("{key}é :\t")),
                    4 => self.out.push_str(&format!("? {key} : ")),
                    _ => self.out.push_str(&format!("a{key}: ")),
                }
            }
            match self.roll(if depth == 0 { 4 } else { 6 }) {
                0 => self.pick(FIRST),
                1 => self.quoted('\'', least),
                2 => self.quoted('"', least),
                3 => self.plain(least),
                _ => self.flow(least, depth - 1),
            }
            self.flow_space(least);
            self.out.push(',');
        }
        self.flow_space(least);
        if self.roll(3) > 0 && self.out.ends_with(',') {
            self.out.pop();
        }
        self.out.push(if is_mapping { '}' } else { ']' });
    }

    fn flow_space(&mut self, least: usize) {
        match self.roll(6) {
            1 => self.out.push(' '),
            2 => self.fold("\n", least),
            3 => self.fold(" # c\n", least),
            4 => self.out.push('\t'),
            _ => {}
        }
    }

    fn indent(&mut self, spaces: usize) {
        self.out.extend(std::iter::repeat_n(' ', spaces));
    }

    fn pick(&mut self, from: &[&str]) {
        let at = self.roll(from.len());
        self.out.push_str(from[at]);
    }

    /// A number below `sides`; 0 if no bytes are left.
    fn roll(&mut self, sides: usize) -> usize {
        self.dice.next().map_or(0, |&byte| usize::from(byte) % sides)
    }
}
