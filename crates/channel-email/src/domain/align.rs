//! Whether two domains belong together, as DMARC asks (RFC 7489 §3.1).

/// Second-level names under which registries of countries hand out domains.
const REGISTRY_LABELS: [&str; 14] = ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go", "gob", "nom", "mil", "id"];

/// Relaxed: the same organisation. A list of all public suffixes would say it exactly and be old soon; the common ones are known here, and a
/// doubt is told as one.
pub(super) fn relaxed(a: &str, b: &str) -> bool {
    organisation(a) == organisation(b)
}

/// The part of a domain that somebody registered: `example.com`, `example.co.uk`.
pub(super) fn organisation(domain: &str) -> String {
    let lower = domain.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = lower.split('.').collect();
    let country = labels.last().is_some_and(|last| last.len() == 2);
    let registry = country && labels.len() >= 3 && REGISTRY_LABELS.contains(&labels[labels.len() - 2]);
    let keep = if registry { 3 } else { 2 };
    labels[labels.len().saturating_sub(keep)..].join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subdomains_of_one_organisation_belong_together_and_neighbours_at_a_registry_do_not() {
        assert!(relaxed("mail.example.com", "in.example.com") && relaxed("Example.com.", "example.com"));
        assert!(relaxed("a.example.co.uk", "example.co.uk") && !relaxed("one.co.uk", "two.co.uk"));
        assert!(!relaxed("example.com", "example.org") && !relaxed("example.com", "badexample.com"));
    }
}
