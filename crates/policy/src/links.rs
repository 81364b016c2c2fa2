//! Links of texts that lead through a domain of the business, so that it learns who followed them. Off until a workspace wants it.
//!
//! The gate writes them, and nobody after it: so the segments that are priced are those that are sent, and the seal covers the words that the
//! person gets. A code is a keyed hash of message and target, so the same message always gets the same one and nobody can guess another's.

use aws_lc_rs::hmac;
use model::content::{Content, Place};
use model::message::{ChannelDraft, Rendered};
use model::{Channel, MessageId, Millis, SenderId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::GateKey;

/// Letters of a code that say which workspace it may belong to: of thousands of workspaces a few share them.
const PLACE: usize = 2;
/// Letters that nobody can guess: 59 bits. With a hundred million links alive, one guess in eight thousand million finds one.
const SECRET: usize = 10;
/// Letters of a code.
pub const CODE: usize = PLACE + SECRET;
/// Longest target that is led to. Longer ones stay as they are: programs cut addresses beyond 2,000 characters.
pub const TARGET_MAX: usize = 1_200;
/// Links of one message; those after them stay as they are.
const LINKS_MAX: usize = 20;
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Which texts get short links, and how long these live.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkRules {
    /// A domain of the business that leads to this installation: `https://go.example.com`.
    pub base: String,
    /// Senders whose texts get them; all of SMS, WhatsApp and RCS when empty.
    #[serde(default)]
    pub senders: Vec<SenderId>,
    /// How long a link leads on after its message left, milliseconds.
    #[serde(default = "ninety_days")]
    pub life: Millis,
}

/// One link of a message: the code that stands in it, and where it leads.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ShortLink {
    pub code: String,
    pub target: String,
}

impl LinkRules {
    pub(crate) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let rest = self.base.strip_prefix("https://").or_else(|| self.base.strip_prefix("http://")).unwrap_or_default();
        if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte)) {
            return Some(("base", "https:// and a host of yours that leads here, without a path: https://go.example.com"));
        }
        if self.life < Millis::from_days(1) || self.life > Millis::from_days(400) {
            return Some(("life", "between one day and 400 days"));
        }
        None
    }

    fn concern(&self, channel: Channel, sender: SenderId) -> bool {
        matches!(channel, Channel::Sms | Channel::Whatsapp | Channel::Rcs) && (self.senders.is_empty() || self.senders.contains(&sender))
    }

    fn address(&self, code: &str) -> String {
        format!("{}/s/{code}", self.base)
    }
}

/// Who writes links into a message.
pub struct Shortener<'a> {
    pub rules: &'a LinkRules,
    pub workspace: WorkspaceId,
    /// What has no id yet gets a code of the same length: prices and previews are right.
    pub message: Option<MessageId>,
    pub key: &'a GateKey,
}

impl Shortener<'_> {
    /// The content as it is sent, and its links. `None` when nothing changes.
    #[must_use]
    pub fn shortened(&self, channel: Channel, sender: SenderId, content: &Content) -> Option<(Content, Vec<ShortLink>)> {
        // The words of an approved template are not ours to change where its provider fills them in.
        let fixed = channel == Channel::Whatsapp && content.is_template();
        if fixed || !self.rules.concern(channel, sender) {
            return None;
        }
        let mut changed = content.clone();
        let mut links: Vec<ShortLink> = Vec::new();
        changed.each_text(&mut |place, text| match place {
            Place::Address => {
                if let Some(through) = self.through(text, &mut links) {
                    *text = through;
                }
            }
            Place::Words => *text = self.in_words(text, &mut links),
        });
        (!links.is_empty()).then_some((changed, links))
    }

    /// The links of what was sent, found again in what it was made of.
    #[must_use]
    pub fn links_of(&self, sent: &Content, drafts: &[ChannelDraft]) -> Vec<ShortLink> {
        let mut here = String::new();
        sent.clone().each_text(&mut |_, text| {
            here.push_str(text);
            here.push('\n');
        });
        let mut links = Vec::new();
        for part in drafts.iter().flat_map(|draft| [&draft.in_window, &draft.out_of_window]).flatten() {
            let Rendered::Ready(content) = part else { continue };
            content.clone().each_text(&mut |place, text| match place {
                Place::Address => drop(self.through(text, &mut links)),
                Place::Words => drop(self.in_words(text, &mut links)),
            });
        }
        links.retain(|link| here.contains(&format!("/s/{}", link.code)));
        links
    }

    fn in_words(&self, text: &str, links: &mut Vec<ShortLink>) -> String {
        let mut out = String::with_capacity(text.len());
        for word in text.split_inclusive(char::is_whitespace) {
            let start = ["https://", "http://"].iter().filter_map(|scheme| word.find(scheme)).min();
            let Some((before, rest)) = start.map(|at| word.split_at(at)) else {
                out.push_str(word);
                continue;
            };
            let target = bare(rest);
            out.push_str(before);
            out.push_str(self.through(target, links).as_deref().unwrap_or(target));
            out.push_str(&rest[target.len()..]);
        }
        out
    }

    /// The short address of a target; `None` when it stays as it is.
    fn through(&self, target: &str, links: &mut Vec<ShortLink>) -> Option<String> {
        let web = target.starts_with("https://") || target.starts_with("http://");
        let ours = target.strip_prefix(&self.rules.base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let odd = target.chars().any(|letter| letter.is_control() || letter.is_whitespace());
        if !web || ours || odd || target.len() > TARGET_MAX || target.ends_with("//") {
            return None;
        }
        let code = self.code(target);
        if !links.iter().any(|link| link.code == code) {
            if links.len() == LINKS_MAX {
                return None;
            }
            links.push(ShortLink { code: code.clone(), target: target.to_owned() });
        }
        Some(self.rules.address(&code))
    }

    fn code(&self, target: &str) -> String {
        let message = self.message.unwrap_or(MessageId::from_u128(0));
        let tag = self.key.tag(&["antiphon short link 1", &self.workspace.to_string(), &message.to_string(), target]);
        place_of(self.key, self.workspace) + &letters(&tag, SECRET)
    }
}

/// The first letters of every code of a workspace.
#[must_use]
pub fn place_of(key: &GateKey, workspace: WorkspaceId) -> String {
    letters(&key.tag(&["antiphon short link place 1", &workspace.to_string()]), PLACE)
}

/// Whether this can be a code at all, and one of the workspace with this key.
#[must_use]
pub fn may_be_of(code: &str, key: &GateKey, workspace: WorkspaceId) -> bool {
    code.len() == CODE && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) && code.starts_with(&place_of(key, workspace))
}

/// What may be codes of this workspace in a content, each once, in the order in which they stand in it.
#[must_use]
pub fn codes_in(content: &Content, key: &GateKey, workspace: WorkspaceId) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    content.clone().each_text(&mut |_, text| {
        for rest in text.split("/s/").skip(1) {
            let code: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            if may_be_of(&code, key, workspace) && !codes.contains(&code) && codes.len() < LINKS_MAX {
                codes.push(code);
            }
        }
    });
    codes
}

/// Without the punctuation that follows an address in a sentence. A closing bracket belongs to it where it opened one.
fn bare(rest: &str) -> &str {
    let mut target = rest.trim_end();
    while let Some(last) = target.chars().next_back() {
        let after = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '>' | '*' | '~' | '…' | '”' | '»' | '’' => true,
            ')' => !target.contains('('),
            ']' => !target.contains('['),
            _ => false,
        };
        if !after {
            break;
        }
        target = &target[..target.len() - last.len_utf8()];
    }
    target
}

fn letters(tag: &[u8], count: usize) -> String {
    // Remainders of a number of 128 bits by 62 are even to a billionth.
    let mut number = tag.iter().take(16).fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    (0..count)
        .map(|_| {
            let letter = LETTERS[usize::try_from(number % 62).unwrap_or_default()];
            number /= 62;
            char::from(letter)
        })
        .collect()
}

impl GateKey {
    fn tag(&self, parts: &[&str]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.hmac());
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or_default().to_be_bytes());
            context.update(part.as_bytes());
        }
        context.sign().as_ref().to_vec()
    }
}

const fn ninety_days() -> Millis {
    Millis::from_days(90)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMS: SenderId = SenderId::from_u128(5);

    fn rules() -> LinkRules {
        LinkRules { base: "https://go.example.com".to_owned(), senders: Vec::new(), life: ninety_days() }
    }

    fn shortened(rules: &LinkRules, message: Option<u128>, text: &str) -> Option<(String, Vec<ShortLink>)> {
        let key = GateKey::new([7; 32]);
        let shortener = Shortener { rules, workspace: WorkspaceId::from_u128(1), message: message.map(MessageId::from_u128), key: &key };
        let (content, links) = shortener.shortened(Channel::Sms, SMS, &Content::text(text))?;
        Some((content.plain_text(), links))
    }

    #[test]
    fn an_address_in_a_sentence_is_replaced_and_the_sentence_stays() {
        let text = "Look (https://example.com/a?b=1).\nOr https://example.org/wiki/A_(b), mailto:x or ftp://example.com";
        let (out, links) = shortened(&rules(), Some(1), text).unwrap();
        let [first, second] = &links[..] else { panic!("{links:?}") };
        assert_eq!((first.target.as_str(), second.target.as_str()), ("https://example.com/a?b=1", "https://example.org/wiki/A_(b)"));
        let expected = format!(
            "Look (https://go.example.com/s/{}).\nOr https://go.example.com/s/{}, mailto:x or ftp://example.com",
            first.code, second.code
        );
        assert_eq!(out, expected);
    }

    #[test]
    fn a_message_always_gets_the_same_codes_and_each_message_its_own() {
        let text = "https://example.com/a https://example.com/a";
        let (one, links) = shortened(&rules(), Some(1), text).unwrap();
        assert_eq!(links.len(), 1);
        assert_eq!(shortened(&rules(), Some(1), text).unwrap().0, one);
        let (other, _) = shortened(&rules(), Some(2), text).unwrap();
        let (unnamed, _) = shortened(&rules(), None, text).unwrap();
        assert!(one != other && one.len() == other.len() && one.len() == unnamed.len());
    }

    #[test]
    fn what_was_sent_is_found_again_in_what_it_was_made_of() {
        let key = GateKey::new([7; 32]);
        let rules = rules();
        let shortener =
            Shortener { rules: &rules, workspace: WorkspaceId::from_u128(1), message: Some(MessageId::from_u128(1)), key: &key };
        let draft = |channel, text: &str| ChannelDraft {
            channel,
            sender: None,
            address: None,
            in_window: Some(Rendered::Ready(Content::text(text))),
            out_of_window: None,
        };
        let drafts = [draft(Channel::Rcs, "https://example.com/rcs"), draft(Channel::Sms, "https://example.com/sms")];
        let (sent, links) = shortener.shortened(Channel::Sms, SMS, &Content::text("https://example.com/sms")).unwrap();
        assert_eq!(shortener.links_of(&sent, &drafts), links);
        assert_eq!(codes_in(&sent, &key, WorkspaceId::from_u128(1)), [links[0].code.clone()]);
        assert_eq!(codes_in(&sent, &key, WorkspaceId::from_u128(2)), Vec::<String>::new());
        assert_eq!(shortener.links_of(&Content::text("https://example.com/sms"), &drafts), []);
    }

    #[test]
    fn a_code_names_its_workspace_and_no_other_key_makes_it() {
        let key = GateKey::new([7; 32]);
        let (_, links) = shortened(&rules(), Some(1), "https://example.com").unwrap();
        let code = &links[0].code;
        assert!(code.len() == CODE && may_be_of(code, &key, WorkspaceId::from_u128(1)));
        assert!(!may_be_of(&code[1..], &key, WorkspaceId::from_u128(1)) && !may_be_of("../../../../", &key, WorkspaceId::from_u128(1)));
        let codes: std::collections::BTreeSet<String> =
            (0..2_000).filter_map(|n| Some(shortened(&rules(), Some(n), "https://a.example")?.0)).collect();
        assert_eq!(codes.len(), 2_000);
    }

    #[test]
    fn only_the_senders_that_were_named_get_them_and_mails_never() {
        let named = LinkRules { senders: vec![SenderId::from_u128(6)], ..rules() };
        assert_eq!(shortened(&named, Some(1), "https://example.com"), None);
        let key = GateKey::new([7; 32]);
        let rules = rules();
        let shortener = Shortener { rules: &rules, workspace: WorkspaceId::from_u128(1), message: None, key: &key };
        let text = Content::text("https://example.com");
        assert!(shortener.shortened(Channel::Email, SMS, &text).is_none() && shortener.shortened(Channel::Rcs, SMS, &text).is_some());
    }

    #[test]
    fn what_leads_through_us_already_and_what_is_no_web_address_stays() {
        for same in ["https://go.example.com/s/abc", "see example.com", "https://", "no link"] {
            assert_eq!(shortened(&rules(), Some(1), same), None, "{same}");
        }
        assert_eq!(shortened(&rules(), Some(1), &format!("https://example.com/{}", "x".repeat(TARGET_MAX))), None);
        assert!(shortened(&rules(), Some(1), "https://go.example.com.evil.example/").is_some());
    }

    #[test]
    fn rules_need_a_base_without_path_and_a_life() {
        assert_eq!(rules().fault(), None);
        for base in ["", "go.example.com", "https://", "https://go.example.com/x", "https://a b", "javascript:x"] {
            assert_eq!(LinkRules { base: base.to_owned(), ..rules() }.fault().map(|(place, _)| place), Some("base"), "{base}");
        }
        assert_eq!(LinkRules { life: Millis::from_hours(1), ..rules() }.fault().map(|(place, _)| place), Some("life"));
    }

    proptest::proptest! {
        /// Whatever the words are, they are the same again once each short link is its target.
        #[test]
        fn nothing_but_links_changes(text in "(https?://|example\\.com|/a\\(b\\)|[ \n.,;()\"]|\\PC){0,40}") {
            if let Some((mut out, links)) = shortened(&rules(), Some(1), &text) {
                for link in &links {
                    out = out.replace(&format!("https://go.example.com/s/{}", link.code), &link.target);
                }
                proptest::prop_assert_eq!(out, Content::text(text).plain_text());
            }
        }
    }
}
