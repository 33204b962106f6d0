//! The arguments of `mustknow completions` and `mustknow man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The directory for one page for each command [default: mustknow.1 to standard output]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}
