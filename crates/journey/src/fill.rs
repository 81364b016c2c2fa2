//! The places in a template's text: `{{name}}`, nothing else. Providers know no more than this.

/// The names in order of first use.
pub(crate) fn variables(source: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _, _) in places(source) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The text with every place filled.
pub(crate) fn fill(source: &str, value_of: &dyn Fn(&str) -> Result<String, String>) -> Result<String, String> {
    let mut out = String::new();
    let mut done = 0;
    for (name, start, end) in places(source) {
        out.push_str(&source[done..start]);
        out.push_str(&value_of(name)?);
        done = end;
    }
    out.push_str(&source[done..]);
    Ok(out)
}

/// Name, and the bytes from `{{` to after `}}`.
pub(crate) fn places(source: &str) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = source[from..].find("{{").map(|at| at + from) {
        let Some(close) = source[open..].find("}}").map(|at| at + open) else { break };
        found.push((source[open + 2..close].trim(), open, close + 2));
        from = close + 2;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_in_order_and_filled() {
        assert_eq!(variables("Hi {{ name }}, {{when}} at {{name}}"), ["name", "when"]);
        let filled = fill("Hi {{ name }}!", &|name| Ok(name.to_uppercase()));
        assert_eq!(filled.as_deref(), Ok("Hi NAME!"));
        assert_eq!(variables("no {{ end"), Vec::<String>::new());
    }
}
