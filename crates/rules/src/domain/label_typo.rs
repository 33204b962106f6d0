//! Labels that differ only by a typing error.

/// Whether both are the same except for case, a prefix or suffix, or a few characters.
pub fn is_alike(desired: &str, found: &str) -> bool {
    let (a, b) = (desired.to_lowercase(), found.to_lowercase());
    let short = a.len().min(b.len());
    if a == b {
        return true;
    }
    let is_part = short >= 3
        && [(&a, &b), (&b, &a)].iter().any(|(long, part)| {
            let rest =
                long.strip_prefix(part.as_str()).or_else(|| long.strip_suffix(part.as_str()));
            rest.is_some_and(|rest| {
                rest.starts_with(['-', '_', '/']) || rest.ends_with(['-', '_', '/'])
            })
        });
    is_part || (short >= 4 && distance(&a, &b) <= short / 4)
}

/// How many characters must be inserted, deleted or changed to turn one into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let change = at(&row, j) + usize::from(x != *y);
            next.push(change.min(at(&row, j + 1) + 1).min(at(&next, j) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_a_typo_are_similar() {
        for (desired, found) in
            [("frontend", "fronted"), ("Web", "web"), ("web", "web-app"), ("app", "k8s-app")]
        {
            assert!(is_alike(desired, found), "{desired} {found}");
        }
        for (desired, found) in
            [("replica", "primary"), ("v1", "v2"), ("blue", "green"), ("api", "app"), ("db", "dc")]
        {
            assert!(!is_alike(desired, found), "{desired} {found}");
        }
    }
}
