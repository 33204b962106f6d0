//! `mustknow rules`.

use std::io::{self, BufWriter, Write};

use mustknow_report::rules;
use mustknow_rules::catalog;

use crate::args::Rules;
use crate::{CLEAN, FAILED, output};

pub(crate) fn run(args: &Rules) -> io::Result<u8> {
    let mut out = BufWriter::new(io::stdout().lock());
    if let Some(id) = &args.id {
        let Some(rule) = catalog::find(id) else {
            output::warn(&format!("there is no rule {id}; `mustknow rules` lists them"));
            return Ok(FAILED);
        };
        rules::explain(rule, &mut out)?;
    } else {
        rules::list(catalog::all(), &mut out)?;
    }
    out.flush()?;
    Ok(CLEAN)
}
