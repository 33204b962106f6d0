//! The end of `-h` and `--help`: examples and exit codes.

macro_rules! scan_exit_codes {
    () => {
        "\
Exit codes:
  0  no finding of the severity of --fail-on or higher
  1  at least one such finding
  2  wrong command line, or an input that could not be read at all"
    };
}

/// The end of `mustknow -h`.
pub(super) const SCAN_SHORT: &str =
    concat!(scan_exit_codes!(), "\n\nUse --help for more detail and examples.");

/// The end of `mustknow --help`.
pub(super) const SCAN_LONG: &str = concat!(
    scan_exit_codes!(),
    "

Examples:
  # Diagnose the cluster of a must-gather
  mustknow must-gather.tar.gz

  # Diagnose several archives and a directory; print one table
  mustknow scan a.tgz b.zip dump/

  # Scan a directory with hundreds of archives; continue where the last run stopped
  mustknow scan --resume done.jsonl cases/

  # Diagnose objects that kubectl wrote to files or to a pipe
  mustknow scan cv.yaml co.yaml nodes.yaml
  oc get co -o yaml | mustknow scan -

  # Write JSON for a program (docs/json.md), Markdown or ten lines for a ticket
  mustknow scan -o json must-gather.tar.gz | jq .
  mustknow scan -o markdown must-gather.tar.gz
  mustknow scan --summary must-gather.tar.gz

  # Run some rules only
  mustknow scan --only etcd,update must-gather.tar.gz

  # Show what happened in the last three hours before the archive was collected
  mustknow timeline --window 3h must-gather.tar.gz

  # List all rules; explain one
  mustknow rules
  mustknow rules etcd/quorum-lost"
);

macro_rules! timeline_exit_codes {
    () => {
        "\
Exit codes:
  0  every input was read
  2  wrong command line, or an input that could not be read at all"
    };
}

/// The end of `mustknow timeline -h`.
pub(super) const TIMELINE_SHORT: &str =
    concat!(timeline_exit_codes!(), "\n\nUse --help for more detail and examples.");

/// The end of `mustknow timeline --help`.
pub(super) const TIMELINE_LONG: &str = concat!(
    timeline_exit_codes!(),
    "

Examples:
  # Show everything that the archive records
  mustknow timeline must-gather.tar.gz

  # Show the half hour, or two hours, before and after a time
  mustknow timeline must-gather.tar.gz --around 2024-09-30T08:00
  mustknow timeline must-gather.tar.gz --around '2024-09-30 08:00' --window 2h

  # Show the last three hours before the archive was collected
  mustknow timeline must-gather.tar.gz --window 3h

  # Show warnings and worse from some sources
  mustknow timeline must-gather.tar.gz --min-severity warning --source update,condition,node

  # Show some namespaces, or what is in no namespace
  mustknow timeline must-gather.tar.gz -n openshift-etcd,openshift-kube-apiserver
  mustknow timeline must-gather.tar.gz -n ''

  # Show one ClusterOperator and every Node; group the etcd pods by object
  mustknow timeline must-gather.tar.gz --object co/etcd --object node/
  mustknow timeline must-gather.tar.gz --object 'po/etcd-*' --by object

  # Print time and text of each event
  mustknow timeline must-gather.tar.gz -o jsonl |
    jq -r 'select(.moment) | [.moment.at, .moment.words] | @tsv'"
);

/// The end of `mustknow rules --help`.
pub(super) const RULES_LONG: &str = "\
Examples:
  # List all rules
  mustknow rules

  # List the rules for etcd that read logs, and all rules for critical findings
  mustknow rules --area etcd --tag log
  mustknow rules --severity critical

  # Explain a rule: why it matters, what to do, blind spots, references
  mustknow rules etcd/quorum-lost";

/// The end of `mustknow completions --help`.
#[cfg(feature = "generate")]
pub(super) const COMPLETIONS_LONG: &str = "\
Examples:
  mustknow completions bash > ~/.local/share/bash-completion/completions/mustknow
  mustknow completions fish > ~/.config/fish/completions/mustknow.fish

  # With ~/.zfunc in fpath
  mustknow completions zsh > ~/.zfunc/_mustknow";

/// The end of `mustknow man --help`.
#[cfg(feature = "generate")]
pub(super) const MAN_LONG: &str = "\
Examples:
  mustknow man | man -l -
  mustknow man ~/.local/share/man/man1";

macro_rules! why_exit_codes {
    () => {
        "\
Exit codes:
  0  the object was found and nothing is wrong with it and what it depends on
  1  something is
  2  wrong command line, no such object, or an input that could not be read at all"
    };
}

/// The end of `mustknow why -h`.
pub(super) const WHY_SHORT: &str =
    concat!(why_exit_codes!(), "\n\nUse --help for more detail and examples.");

/// The end of `mustknow why --help`.
pub(super) const WHY_LONG: &str = concat!(
    why_exit_codes!(),
    "

Examples:
  # Why is this Deployment not available?
  mustknow why deploy/web -n shop must-gather.tar.gz

  # What does this operator depend on?
  mustknow why co/authentication must-gather.tar.gz

  # Write JSON for a program
  mustknow why pvc/data-0 -n db -o json dump/ | jq .causes"
);
