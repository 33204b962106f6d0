//! One command of `oc`, and the command of `kubectl` that is made of it.

use std::borrow::Cow;

/// The command of `oc` in its parts.
pub(super) struct Call<'w, 't> {
    /// Flags before the command.
    pub(super) global: &'w [Cow<'t, str>],
    /// The words after the command.
    pub(super) args: &'w [Cow<'t, str>],
}

impl Call<'_, '_> {
    /// A command line of `kubectl` with the flags of this one.
    pub(super) fn kubectl(&self, words: &[&str]) -> Vec<String> {
        let global = self.global.iter().map(ToString::to_string);
        std::iter::once("kubectl".to_owned())
            .chain(global)
            .chain(words.iter().map(|word| (*word).to_owned()))
            .collect()
    }
}

/// `kubectl` cannot list who may do something; the bindings show it.
pub(super) fn who_can(call: &Call<'_, '_>) -> Option<Vec<String>> {
    match call.args.split_first().map(|(word, rest)| (&**word, rest)) {
        Some(("who-can", _)) => Some(call.kubectl(&[
            "get",
            "rolebindings,clusterrolebindings",
            "--all-namespaces",
            "-o",
            "wide",
        ])),
        Some(("can-i", rest)) => {
            let mut words = call.kubectl(&["auth", "can-i"]);
            words.extend(rest.iter().map(ToString::to_string));
            Some(words)
        }
        _ => None,
    }
}
