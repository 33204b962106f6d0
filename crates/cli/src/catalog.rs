//! `mustknow rules`.

use std::io::{self, BufWriter, Write};

use mustknow_report::rules;
use mustknow_rules::catalog;

use crate::args::Rules;
use crate::{CLEAN, FAILED, output};

pub(crate) fn run(args: &Rules) -> io::Result<u8> {
    let mut out = BufWriter::new(io::stdout().lock());
    match &args.id {
        None => rules::list(catalog::all(), &mut out)?,
        Some(id) => match catalog::find(id) {
            Some(rule) => rules::explain(rule, &mut out)?,
            None => {
                output::warn(&format!("there is no rule {id}; `mustknow rules` lists them"));
                return Ok(FAILED);
            }
        },
    }
    out.flush()?;
    Ok(CLEAN)
}
