//! The flags of `mustknow why`.

use std::path::PathBuf;

use clap::{Args, value_parser};

use crate::args::limits::LimitArgs;
use crate::flags::{ColourChoice, WhyFormat};

#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    /// The object: KIND/NAME, such as deploy/web, pod/web-0 or co/authentication
    ///
    /// Kinds are written as `oc get` accepts them, with their group where several have the name.
    #[arg(value_name = "KIND/NAME", value_parser = object)]
    pub(crate) object: ObjectName,

    /// Archives, directories, YAML or JSON files, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// The namespace of the object; not needed where only one has an object of that name
    #[arg(short, long, value_name = "NS")]
    pub(crate) namespace: Option<String>,

    /// Output format
    #[arg(short, long, value_enum, default_value_t = WhyFormat::Text, value_name = "FORMAT", help_heading = "Output options")]
    pub(crate) output: WhyFormat,

    /// Show all findings about each object, and all causes
    #[arg(short, long, help_heading = "Output options")]
    pub(crate) verbose: bool,

    /// Use words and indentation instead of line drawings, for screen readers and plain logs
    #[arg(long, help_heading = "Output options")]
    pub(crate) plain: bool,

    /// When to use colors; `auto` respects NO_COLOR
    #[arg(long, value_enum, default_value_t = ColourChoice::Auto, value_name = "WHEN", help_heading = "Output options")]
    pub(crate) color: ColourChoice,

    /// Number of threads [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// The name of one object, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectName {
    pub(crate) kind: String,
    pub(crate) name: String,
}

fn object(text: &str) -> Result<ObjectName, String> {
    match text.split_once('/') {
        Some((kind, name)) if !kind.is_empty() && !name.is_empty() && !name.contains('/') => {
            Ok(ObjectName { kind: kind.to_owned(), name: name.to_owned() })
        }
        _ => Err("write KIND/NAME, such as pod/web-0; the namespace is -n".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_a_kind_and_a_name() {
        let found = object("deploy/web").unwrap();
        assert_eq!((found.kind.as_str(), found.name.as_str()), ("deploy", "web"));
        for wrong in ["web", "/web", "deploy/", "shop/deploy/web", ""] {
            assert!(object(wrong).unwrap_err().contains("KIND/NAME"), "{wrong}");
        }
    }
}
