//! Checking a design and rendering it.

use std::collections::BTreeSet;

use channel::MailDesign;
use mrml::prelude::render::RenderOptions;

use super::fill::UNSUBSCRIBE_URL;
use super::places::{Spot, places, spot};

/// Bytes of a source; mail programs cut what is longer than about 100 kB when it is rendered.
const SOURCE_MAX: usize = 100_000;
const HTML_MAX: usize = 500_000;
const SUBJECT_MAX: usize = 200;
/// Tags within tags.
const DEPTH_MAX: usize = 40;
/// Tags that have no end.
const VOID: [&str; 7] = ["br", "img", "hr", "meta", "link", "input", "wbr"];

/// What an author writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DesignSource<'a> {
    pub subject: &'a str,
    pub mjml: &'a str,
    pub text: Option<&'a str>,
}

/// What is wrong, and in which member of the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DesignFault {
    pub member: &'static str,
    pub detail: String,
}

/// Renders a design whose places are all among `known`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn compile(source: &DesignSource<'_>, known: &BTreeSet<String>) -> Result<MailDesign, Vec<DesignFault>> {
    let mut faults = Vec::new();
    let mut fault = |member: &'static str, detail: String| faults.push(DesignFault { member, detail });
    let subject = source.subject.trim();
    if subject.is_empty() || subject.chars().count() > SUBJECT_MAX || subject.chars().any(char::is_control) {
        fault("subject", format!("one line of 1 to {SUBJECT_MAX} characters"));
    }
    for (member, text) in [("subject", Some(subject)), ("mjml", Some(source.mjml)), ("text", source.text)] {
        let unknown = text.into_iter().flat_map(places).map(|(name, ..)| name).filter(|name| {
            let link = *name == UNSUBSCRIBE_URL && member != "subject";
            !link && !known.contains(*name)
        });
        let unknown: BTreeSet<&str> = unknown.collect();
        for name in unknown {
            fault(member, format!("`{{{{{name}}}}}` has no value: use what the template's own text in this language uses"));
        }
    }
    let html = if source.mjml.len() > SOURCE_MAX || depth(source.mjml) > DEPTH_MAX {
        fault("mjml", format!("at most {SOURCE_MAX} bytes, with tags at most {DEPTH_MAX} deep"));
        None
    } else {
        rendered(source.mjml).map_err(|detail| fault("mjml", detail)).ok()
    };
    for detail in html.iter().flat_map(|html| misplaced(html)) {
        fault("mjml", detail);
    }
    match html {
        Some(html) if faults.is_empty() => {
            Ok(MailDesign { subject: subject.to_owned(), html, text: source.text.map(|text| text.trim().to_owned()) })
        }
        _ => Err(faults),
    }
}

fn rendered(mjml: &str) -> Result<String, String> {
    // The library's tokenizer cuts inside letters of several bytes where a tag's name has one; that is a fault of the design like any other.
    let html =
        std::panic::catch_unwind(|| by_library(mjml)).unwrap_or_else(|_| Err("not readable as MJML: a tag's name is broken".to_owned()))?;
    if html.len() > HTML_MAX {
        return Err(format!("the rendered mail has {} bytes; at most {HTML_MAX} are sent", html.len()));
    }
    Ok(html)
}

fn by_library(mjml: &str) -> Result<String, String> {
    let parsed = mrml::parse(mjml).map_err(|error| format!("not readable as MJML: {error}"))?;
    // No fonts from elsewhere: opening a mail must not tell anybody but us.
    let options = RenderOptions { fonts: Default::default(), ..RenderOptions::default() };
    parsed.element.render(&options).map_err(|error| format!("cannot be rendered: {error}"))
}

/// What must not be in a mail, and places where nothing may be put.
fn misplaced(html: &str) -> Vec<String> {
    let lower = html.to_ascii_lowercase();
    let active = ["<script", "javascript:", "<iframe", "<object", "<form"].into_iter().filter(|word| lower.contains(word));
    let active = active.map(|word| format!("`{word}` has no place in a mail"));
    let nowhere = places(html).into_iter().filter(|(_, open, _)| spot(html, *open) == Spot::Nowhere);
    active
        .chain(nowhere.map(|(name, ..)| {
            format!("`{{{{{name}}}}}` stands in a style or a tag; it may stand in text, in links and in addresses of pictures")
        }))
        .collect()
}

/// How deep tags stand in one another, roughly: it bounds the renderer's recursion.
fn depth(mjml: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0_usize);
    for tag in mjml.split('<').skip(1) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
        let ends_itself = tag.split('>').next().is_some_and(|tag| tag.ends_with('/'));
        if tag.starts_with('/') {
            now = now.saturating_sub(1);
        } else if !name.is_empty() && !ends_itself && !VOID.contains(&name.to_ascii_lowercase().as_str()) {
            now += 1;
            most = most.max(now);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MJML: &str = "<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{name}}<br>you</mj-text>\
        <mj-button href=\"{{link}}\">Go</mj-button><mj-image src=\"https://example.com/{{name}}.png\" alt=\"{{name}}\" />\
        <mj-text><a href=\"{{unsubscribe_url}}\">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>";

    fn known() -> BTreeSet<String> {
        ["name", "link"].map(str::to_owned).into()
    }

    fn of(mjml: &str) -> DesignSource<'_> {
        DesignSource { subject: "Hello {{name}}", mjml, text: None }
    }

    fn members(source: &DesignSource<'_>) -> Vec<&'static str> {
        compile(source, &known()).unwrap_err().into_iter().map(|fault| fault.member).collect()
    }

    #[test]
    fn a_design_is_rendered_with_its_places_kept() {
        let design = compile(&of(MJML), &known()).unwrap();
        assert!(!design.html.contains("fonts.googleapis.com"), "nothing is fetched that the author did not name");
        assert!(design.html.contains("Hi {{name}}") && design.html.contains("href=\"{{link}}\"") && design.html.contains("<table"));
    }

    #[test]
    fn what_would_fail_when_it_is_sent_is_refused_when_it_is_published() {
        assert_eq!(members(&DesignSource { subject: "a\nb", ..of(MJML) }), ["subject"]);
        assert_eq!(members(&DesignSource { subject: "{{unsubscribe_url}}", ..of(MJML) }), ["subject"]);
        assert_eq!(members(&DesignSource { text: Some("{{other}}"), ..of(MJML) }), ["text"]);
        assert_eq!(members(&of("<mjml><mj-body><mj-text>no end")), ["mjml"]);
        assert_eq!(members(&of("<mjml><mj-body><mj-include path=\"/etc/passwd\" /></mj-body></mjml>")), ["mjml"]);
        assert_eq!(members(&of("<mjml><mj-body><mj-raw><script>x</script></mj-raw></mj-body></mjml>")), ["mjml"]);
        assert_eq!(
            members(&of(
                "<mjml><mj-body><mj-section><mj-column><mj-text color=\"{{name}}\">x</mj-text></mj-column></mj-section></mj-body></mjml>"
            )),
            ["mjml"]
        );
        assert_eq!(members(&of(&format!("<mjml><mj-body>{}", "<mj-wrapper>".repeat(10_000)))), ["mjml"]);
    }

    proptest! {
        #[test]
        fn arbitrary_sources_never_panic(inner in "(<mj-text>|</mj-text>|<mj-section>|</mj-section>|\\{\\{name\\}\\}|<a href=\"|\">|[<>&;\"a-z/ ]){0,30}") {
            let _ = compile(&of(&format!("<mjml><mj-body>{inner}</mj-body></mjml>")), &known());
            let _ = compile(&of(&inner), &known());
        }
    }
}
