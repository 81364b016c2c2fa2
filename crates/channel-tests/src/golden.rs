//! Each content once, as the provider gets it: what is shown as it is, what becomes words, and what is refused (A27).

use std::path::Path;

use model::MessageId;
use model::signal::SendOutcome;

use crate::{Answer, Rig, Wish, decided, samples};

/// Sends each sample and compares what leaves with the file. `ANTIPHON_UPDATE=1` writes the file anew.
pub async fn every_content_leaves_as_the_golden_file_says(rig: &dyn Rig, file: &Path) {
    let account = rig.account();
    let sheet = rig.adapter().capabilities();
    let mut found = String::new();
    for content in samples() {
        let wish = Wish { message: MessageId::from_u128(7), address: rig.person(), content: content.clone() };
        rig.next(Answer::Accepts);
        let outcome = rig.adapter().send(&account, &decided(&account, &wish)).await;
        let how = match (&outcome, sheet.carries(&content)) {
            (SendOutcome::Refused { error }, _) => format!("refused: {}", error.for_user),
            (_, true) => "as it is".to_owned(),
            (_, false) => match content.in_words().and_then(|words| words.lost) {
                Some(lost) => format!("in words; lost: {lost}"),
                None => "in words".to_owned(),
            },
        };
        found += &format!("## {}: {how}\n\n", content.kind().name());
        let calls = rig.calls();
        calls.iter().for_each(|call| found += &format!("{call}\n\n"));
        if calls.is_empty() {
            // The answer that nobody fetched must not be the next one's.
            let text = Wish { content: model::content::Content::text("again"), ..wish };
            rig.adapter().send(&account, &decided(&account, &text)).await;
            rig.calls();
        }
    }
    same_as(file, &found);
}

/// Compares a text with the file. `ANTIPHON_UPDATE=1` writes the file anew.
pub fn same_as(file: &Path, found: &str) {
    #[expect(clippy::disallowed_methods, reason = "this is a test, and the variable is how a person writes golden files anew")]
    let update = std::env::var_os("ANTIPHON_UPDATE").is_some();
    if update {
        std::fs::write(file, found).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let expected = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(found, expected, "{}", file.display());
}
