//! The HTML form of a text: readable on a phone, nothing in it that was not escaped, no picture that nobody asked for.

/// A page for mail programs. `link` is a medium that the mail shows.
pub(crate) fn page(subject: &str, text: &str, link: Option<(&str, bool)>) -> String {
    let mut body = String::new();
    for paragraph in text.replace("\r\n", "\n").split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let lines: Vec<String> = paragraph.trim_matches('\n').split('\n').map(linked).collect();
        body.push_str(&format!("<p style=\"margin:0 0 16px\">{}</p>\n", lines.join("<br>\n")));
    }
    if let Some((address, image)) = link {
        let address = escaped(address);
        if image {
            body.push_str(&format!(
                "<p style=\"margin:0 0 16px\"><img src=\"{address}\" alt=\"\" style=\"max-width:100%;height:auto\"></p>\n"
            ));
        } else {
            body.push_str(&format!("<p style=\"margin:0 0 16px\"><a href=\"{address}\">{address}</a></p>\n"));
        }
    }
    format!(
        "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n</head>\n\
         <body style=\"margin:0;padding:24px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Arial,sans-serif\">\n\
         <div dir=\"auto\" style=\"max-width:600px;margin:0 auto\">\n{body}</div>\n</body>\n</html>",
        escaped(subject)
    )
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A line with its web addresses as links.
fn linked(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        if address.starts_with("https://") || address.starts_with("http://") {
            let (shown, rest) = (escaped(address), escaped(&word[address.len()..]));
            format!("<a href=\"{shown}\">{shown}</a>{rest}")
        } else {
            escaped(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_stays_text() {
        let page = page("<b>", "Hi <script>alert(1)</script>\nsecond\n\nthird \"x\"", None);
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;") && page.contains("<title>&lt;b&gt;</title>"));
        assert_eq!(page.matches("<p ").count(), 2);
    }

    #[test]
    fn web_addresses_become_links_and_nothing_else_does() {
        assert_eq!(
            linked("see https://example.com/a?b=1&c=2."),
            "see <a href=\"https://example.com/a?b=1&amp;c=2\">https://example.com/a?b=1&amp;c=2</a>."
        );
        assert_eq!(linked("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(linked("https://x/\"onclick=\"y"), "<a href=\"https://x/&quot;onclick=&quot;y\">https://x/&quot;onclick=&quot;y</a>");
    }
}
