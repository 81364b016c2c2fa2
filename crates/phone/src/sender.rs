//! Which kinds of SMS sender a country has. `docs/sms-senders.md` shows the table to people; a test holds the two together.
//!
//! Laws and carriers change: each row says how sure it is. Only what a country's carriers cannot do at all refuses a message here. Whether a
//! registration was made, nobody but the provider knows, so it is named where a message was refused and never guessed.

/// What a text in the place of the sender is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SenderKind {
    /// A number of ordinary length, toll-free ones too.
    Number,
    ShortCode,
    /// Letters, which nobody can reply to.
    Name,
}

/// How well a rule is founded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sureness {
    /// A page of a provider or an authority says so.
    Documented,
    /// Everybody in the trade says so; ask the provider before relying on it.
    CommonKnowledge,
}

impl Sureness {
    /// As the documentation writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::CommonKnowledge => "common knowledge",
        }
    }
}

/// What a country demands of names as senders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Names {
    Forbidden,
    MustBeRegistered,
    MayBeRegistered,
}

/// One country's rule about one kind of sender.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SenderRule {
    /// ISO 3166-1.
    pub country: &'static str,
    pub names: Names,
    pub text: &'static str,
    pub sure: Sureness,
}

/// Sorted by country.
pub const SENDER_RULES: &[SenderRule] = &[
    SenderRule {
        country: "AE",
        names: Names::MustBeRegistered,
        text: "the United Arab Emirates take names that were registered before",
        sure: Sureness::Documented,
    },
    SenderRule {
        country: "CA",
        names: Names::Forbidden,
        text: "carriers in Canada take no names as senders; use a long, toll-free or short number",
        sure: Sureness::CommonKnowledge,
    },
    SenderRule {
        country: "GB",
        names: Names::MayBeRegistered,
        text: "in the United Kingdom a name may be registered, which protects it from others",
        sure: Sureness::Documented,
    },
    SenderRule {
        country: "IN",
        names: Names::MustBeRegistered,
        text: "India takes names and texts that are registered under DLT, with the ids of entity and template",
        sure: Sureness::Documented,
    },
    SenderRule {
        country: "SA",
        names: Names::MustBeRegistered,
        text: "Saudi Arabia takes names that were registered before",
        sure: Sureness::Documented,
    },
    SenderRule {
        country: "SG",
        names: Names::MustBeRegistered,
        text: "Singapore takes names that are in the SSIR register",
        sure: Sureness::Documented,
    },
    SenderRule {
        country: "US",
        names: Names::Forbidden,
        text: "carriers in the United States take no names as senders; use a registered long number, a toll-free or a short one",
        sure: Sureness::CommonKnowledge,
    },
];

/// Letters that a name may have: eleven in the narrow alphabet of SMS.
pub const NAME_MAX: usize = 11;

/// Digits of the longest short codes; the shortest numbers with a country code have more.
const SHORT_CODE_MAX: usize = 6;

/// Why a sender cannot be used towards a number.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SenderRefused {
    #[error("`{0}` has more than {NAME_MAX} characters; shorten the sender's name")]
    NameTooLong(String),
    #[error("`{name}` cannot be the sender: {} ({})", .rule.text, .rule.sure.as_str())]
    Forbidden { name: String, rule: SenderRule },
}

/// The kind of a sender as it is written in settings.
#[must_use]
pub fn sender_kind(sender: &str) -> SenderKind {
    let digits = sender.strip_prefix('+').unwrap_or(sender);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        SenderKind::Name
    } else if digits.len() == sender.len() && digits.len() <= SHORT_CODE_MAX {
        SenderKind::ShortCode
    } else {
        SenderKind::Number
    }
}

fn rule_of(to: &str) -> Option<&'static SenderRule> {
    let country = crate::country(to)?;
    SENDER_RULES.iter().find(|rule| rule.country == country)
}

/// Whether a message from `sender` can reach the E.164 number `to` at all.
pub fn check_sender(sender: &str, to: &str) -> Result<(), SenderRefused> {
    if sender_kind(sender) != SenderKind::Name {
        return Ok(());
    }
    if sender.chars().count() > NAME_MAX {
        return Err(SenderRefused::NameTooLong(sender.to_owned()));
    }
    match rule_of(to) {
        Some(rule) if rule.names == Names::Forbidden => Err(SenderRefused::Forbidden { name: sender.to_owned(), rule: *rule }),
        _ => Ok(()),
    }
}

/// What has to be registered before a message from `sender` arrives at `to`, for the explanation of one that did not.
#[must_use]
pub fn registration(sender: &str, to: &str) -> Option<&'static SenderRule> {
    rule_of(to).filter(|rule| rule.names == Names::MustBeRegistered && sender_kind(sender) == SenderKind::Name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_told_apart() {
        for (sender, kind) in [
            ("+12025550100", SenderKind::Number),
            ("12025550100", SenderKind::Number),
            ("72345", SenderKind::ShortCode),
            ("Example", SenderKind::Name),
            ("24 Hours", SenderKind::Name),
            ("+", SenderKind::Name),
        ] {
            assert_eq!(sender_kind(sender), kind, "{sender}");
        }
    }

    #[test]
    fn names_are_refused_where_carriers_take_none() {
        let refused = check_sender("Example", "+12025550123").unwrap_err().to_string();
        assert_eq!(
            refused,
            "`Example` cannot be the sender: carriers in the United States take no names as senders; use a registered long number, \
             a toll-free or a short one (common knowledge)"
        );
        assert!(check_sender("Example", "+16132345678").unwrap_err().to_string().contains("Canada"));
        assert_eq!(check_sender("+447700900001", "+12025550123"), Ok(()));
        assert_eq!(check_sender("72345", "+12025550123"), Ok(()));
        assert_eq!(check_sender("Example", "+447911123456"), Ok(()));
        assert_eq!(check_sender("Example", "not a number"), Ok(()));
    }

    #[test]
    fn names_have_eleven_characters_at_most() {
        assert_eq!(check_sender("Example Ltd", "+447911123456"), Ok(()));
        assert_eq!(check_sender("Example Ltd.", "+447911123456"), Err(SenderRefused::NameTooLong("Example Ltd.".to_owned())));
    }

    #[test]
    fn registration_is_named_for_names_alone() {
        assert_eq!(registration("Example", "+6581234567").map(|rule| rule.country), Some("SG"));
        assert_eq!(registration("+6581230000", "+6581234567"), None);
        assert_eq!(registration("Example", "+447911123456"), None);
    }

    #[test]
    fn the_page_shows_every_rule_and_no_other() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sms-senders.md")).unwrap();
        let shown: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
        let rules: Vec<String> =
            SENDER_RULES.iter().map(|rule| format!("| `{}` | {} | {} |", rule.country, rule.text, rule.sure.as_str())).collect();
        assert_eq!(shown, rules);
        assert!(SENDER_RULES.is_sorted_by(|one, two| one.country < two.country));
    }
}
