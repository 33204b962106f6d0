//! Words: names of things, sentences, and certificates that differ.

use super::dice::Dice;
use crate::fixtures::encode::{CA, SERVING};

/// Words for names.
pub(super) const NOUNS: [&str; 48] = [
    "account",
    "adapter",
    "agent",
    "alert",
    "archive",
    "audit",
    "balance",
    "billing",
    "broker",
    "cache",
    "catalog",
    "checkout",
    "collector",
    "console",
    "consumer",
    "courier",
    "dashboard",
    "dispatch",
    "exporter",
    "feed",
    "frontend",
    "gateway",
    "identity",
    "index",
    "inventory",
    "invoice",
    "ledger",
    "mailer",
    "media",
    "metrics",
    "notifier",
    "orders",
    "parser",
    "payment",
    "pricing",
    "profile",
    "proxy",
    "queue",
    "relay",
    "reports",
    "router",
    "scheduler",
    "search",
    "session",
    "shipping",
    "storage",
    "sync",
    "worker",
];

/// Words for sentences, as descriptions of fields use them.
const WORDS: [&str; 96] = [
    "a",
    "a",
    "access",
    "address",
    "all",
    "allowed",
    "an",
    "and",
    "and",
    "any",
    "applied",
    "are",
    "as",
    "at",
    "be",
    "be",
    "between",
    "by",
    "can",
    "certificate",
    "cluster",
    "condition",
    "configuration",
    "container",
    "contains",
    "controller",
    "create",
    "default",
    "defines",
    "deployment",
    "each",
    "either",
    "empty",
    "endpoint",
    "field",
    "for",
    "format",
    "from",
    "group",
    "has",
    "how",
    "if",
    "image",
    "in",
    "is",
    "is",
    "it",
    "key",
    "label",
    "list",
    "match",
    "may",
    "must",
    "name",
    "namespace",
    "network",
    "node",
    "not",
    "number",
    "object",
    "of",
    "of",
    "on",
    "one",
    "operator",
    "optional",
    "or",
    "pod",
    "policy",
    "port",
    "precedence",
    "reference",
    "replicas",
    "request",
    "resource",
    "route",
    "scheduling",
    "secret",
    "selector",
    "server",
    "service",
    "set",
    "should",
    "specified",
    "status",
    "that",
    "the",
    "the",
    "the",
    "this",
    "to",
    "value",
    "version",
    "volume",
    "when",
    "will",
];

/// Where in the base64 of a certificate serial, public key, key identifiers and signature stand: what may
/// differ without the certificate becoming another shape.
const CA_FREE: [(usize, usize); 3] = [(22, 44), (270, 346), (472, 546)];
const SERVING_FREE: [(usize, usize); 5] =
    [(22, 44), (262, 338), (514, 536), (556, 578), (612, 688)];

/// A sentence of about so many words, without a full stop inside.
pub(super) fn sentence(dice: &mut Dice, words: u64) -> String {
    let mut text = String::new();
    for at in 0..words.max(1) {
        let word = dice.word(&WORDS);
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if at == 0 => text.push(first.to_ascii_uppercase()),
            Some(first) => text.extend([' ', first]),
            None => {}
        }
        text.push_str(letters.as_str());
    }
    text.push('.');
    text
}

/// A certificate authority of the cluster, like another and not the same.
pub(super) fn ca(dice: &mut Dice) -> String {
    vary(CA, &CA_FREE, dice)
}

/// A serving certificate and the authority that signed it.
pub(super) fn chain(dice: &mut Dice) -> String {
    vary(SERVING, &SERVING_FREE, dice) + &ca(dice)
}

fn vary(pem: &str, free: &[(usize, usize)], dice: &mut Dice) -> String {
    let is_free = |at: &usize| free.iter().any(|(from, to)| (from..to).contains(&at));
    let mut at = 0;
    let mut out = String::with_capacity(pem.len());
    for line in pem.lines() {
        if line.starts_with('-') {
            out.push_str(line);
        } else {
            let random = dice.base64(line.len());
            for (old, new) in line.chars().zip(random.chars()) {
                out.push(if is_free(&at) { new } else { old });
                at += 1;
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_differ_and_keep_their_shape() {
        let mut dice = Dice::of(1, "");
        let (one, other) = (ca(&mut dice), ca(&mut dice));
        assert_ne!(one, other);
        let shape = |text: &str| text.lines().map(str::len).collect::<Vec<_>>();
        assert_eq!(shape(&one), shape(CA));
        assert!(chain(&mut dice).ends_with("-----END CERTIFICATE-----\n"));
    }
}
