//! Words that have no place in what is said of a plain cluster.

/// Parts of words that only OpenShift has; letters in either case.
const PARTS: [&str; 5] =
    ["openshift", "clusteroperator", "clusterversion", "machineconfig", "must-gather"];
/// Whole words.
const WORDS: [&str; 3] = ["OKD", "OCP", "oc"];
/// Files of a must-gather.
const FILES: [&str; 2] = ["etcd_info/", "monitoring/prometheus/"];

/// The words of `text` that only OpenShift has and that are not in `archive`: what a cluster contains
/// may be named, wherever it is from. Of `oc`, the word behind it belongs to it.
pub fn openshift_words(text: &str, archive: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let words = text.split(|c| !is_part(c)).map(|word| word.trim_matches(['.', '-']));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let is_of_openshift = |word: &str| {
        let lower = word.to_ascii_lowercase();
        WORDS.contains(&word) || PARTS.iter().any(|part| lower.contains(part))
    };
    let phrase = |(at, word): (usize, &&str)| match (*word, words.get(at + 1)) {
        ("oc", Some(next)) => format!("oc {next}"),
        _ => (*word).to_owned(),
    };
    let named = words.iter().enumerate().filter(|(_, word)| is_of_openshift(word)).map(phrase);
    let files = FILES.into_iter().filter(|file| text.contains(file)).map(str::to_owned);
    let mut found: Vec<_> = named.chain(files).filter(|it| !archive.contains(it)).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::openshift_words;

    #[test]
    fn words_of_openshift_are_found_unless_the_archive_has_them() {
        let text = "run `oc adm inspect ns/openshift-etcd`. OpenShift, local oc-mirror, socket";
        assert_eq!(openshift_words(text, ""), ["OpenShift", "oc adm", "openshift-etcd"]);
        assert_eq!(openshift_words(text, "OpenShift, oc adm, openshift-etcd"), [""; 0]);
        assert_eq!(openshift_words("kubectl get pods -n kube-system", ""), [""; 0]);
    }
}
