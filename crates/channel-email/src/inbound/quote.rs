//! What a person wrote, without the mail they answer.

/// Lines with which mail programs begin what they quote, in lower case.
const BEGINNINGS: [&str; 8] = [
    "-----original message-----",
    "-----ursprüngliche nachricht-----",
    "-----mensaje original-----",
    "-----message d'origine-----",
    "________________________________",
    "begin forwarded message:",
    "---------- forwarded message",
    "-------- original message --------",
];
/// Words in the line "On …, somebody wrote:".
const WROTE: [&str; 8] = [" wrote", " schrieb", " escribió", " a écrit", " escreveu", " ha scritto", " schreef", " пишет"];
/// Such a line may be wrapped into this many.
const WROTE_LINES: usize = 3;

/// The answer alone; the whole text when nothing would be left.
pub(crate) fn answer(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().collect();
    let end = (0..lines.len()).find(|at| begins_quote(&lines, *at)).unwrap_or(lines.len());
    let mut kept: Vec<&str> = lines[..end].iter().copied().filter(|line| !line.starts_with('>')).collect();
    // Behind "-- " stands a signature (RFC 3676 §4.3).
    if let Some(signature) = kept.iter().rposition(|line| *line == "-- ") {
        kept.truncate(signature);
    }
    let answer = kept.join("\n").trim().to_owned();
    if answer.is_empty() { text.trim().to_owned() } else { answer }
}

fn begins_quote(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim().to_lowercase();
    if BEGINNINGS.iter().any(|beginning| line.starts_with(beginning)) {
        return true;
    }
    // "On Mon, Jan 1, 2026 at 9:00 AM Shop <desk@example.com> wrote:", whole or wrapped, and a quote or nothing behind it.
    let first = line.split(' ').next().unwrap_or_default();
    if !["on", "am", "el", "le", "em", "il", "op", "den", "в"].contains(&first) && !line.chars().next().is_some_and(|c| c.is_ascii_digit())
    {
        return false;
    }
    (1..=WROTE_LINES).any(|count| {
        let Some(joined) = lines.get(at..at + count) else { return false };
        let joined = joined.join(" ").trim().to_lowercase();
        let behind = lines[at + count..].iter().find(|line| !line.trim().is_empty());
        joined.ends_with(':') && WROTE.iter().any(|wrote| joined.contains(wrote)) && behind.is_none_or(|line| line.starts_with('>'))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_answer_stays_and_the_quoted_mail_goes() {
        assert_eq!(
            answer("Yes, please.\r\n\r\nOn Mon, Jan 5, 2026 at 9:00 AM Shop <desk@example.com>\r\nwrote:\r\n\r\n> Shall we?\r\n"),
            "Yes, please."
        );
        assert_eq!(answer("Ja\n\nAm 05.01.2026 um 09:00 schrieb Shop:\n> Sollen wir?"), "Ja");
        assert_eq!(answer("STOP\n\n-----Original Message-----\nFrom: Shop"), "STOP");
        assert_eq!(answer("> Shall we?\nYes\n> And when?\nTomorrow\n-- \nAlex"), "Yes\nTomorrow");
    }

    #[test]
    fn words_that_only_look_like_a_quote_stay() {
        assert_eq!(answer("On Monday I wrote:\nhello to you"), "On Monday I wrote:\nhello to you");
        assert_eq!(answer("On time, thanks"), "On time, thanks");
        assert_eq!(answer("> only a quote"), "> only a quote");
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_never_grows(text in "(\\PC|[\\n>\\- ]){0,300}") {
            prop_assert!(answer(&text).len() <= text.len());
        }
    }
}
