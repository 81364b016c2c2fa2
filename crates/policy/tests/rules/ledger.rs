//! The consent ledger: chain, replay, evidence (R-CON-1, R-CON-2, A66).

use model::consent::{ConsentChange, Wording};
use model::{AddressKey, Channel, ConsentId, ConsentState, ContactId, LedgerEntry, Millis, Purpose, WorkspaceId};
use policy::consent::chain::{BreakKind, canonical, entry_hash};
use policy::consent::{RevocationScope, export_evidence};
use policy::{ConsentBook, ConsentModels, verify_chain};
use proptest::prelude::*;

use crate::support::*;

fn record(changes: impl IntoIterator<Item = ConsentChange>) -> (ConsentBook, Vec<LedgerEntry>) {
    let mut book = ConsentBook::default();
    let mut entries = Vec::new();
    for (i, change) in changes.into_iter().enumerate() {
        let now = noonish() + Millis::from_mins(i as i64);
        entries.push(book.record(ConsentId::from_u128(i as u128 + 1), WorkspaceId::from_u128(1), ContactId::from_u128(7), change, now));
    }
    (book, entries)
}

fn five() -> (ConsentBook, Vec<LedgerEntry>) {
    let states = [ConsentState::OptedIn, ConsentState::OptedOut].into_iter().cycle();
    record(states.take(5).map(|s| change(phone(), s, Some(Channel::Whatsapp), Some(Purpose::Promotional), None)))
}

/// R-CON-1: any change, removal, insertion or swap is found, and the first bad entry is named.
#[test]
fn r_con_1_tampering_is_found_and_named() {
    let (book, entries) = five();
    assert_eq!(verify_chain(&entries).as_ref(), Ok(book.head()));
    type Tamper = fn(&mut Vec<LedgerEntry>);
    let tampers: [(Tamper, usize, BreakKind); 8] = [
        (|e| e[2].change.state = ConsentState::OptedOut, 2, BreakKind::Content),
        (|e| e[2].change.source.push('x'), 2, BreakKind::Content),
        (|e| e[2].change.ip = Some("203.0.113.7".into()), 2, BreakKind::Content),
        (|e| e[2].recorded_at = noonish(), 2, BreakKind::Content),
        (
            |e| {
                e.remove(2);
            },
            2,
            BreakKind::Number,
        ),
        (|e| e.swap(2, 3), 2, BreakKind::Number),
        (|e| e[2].contact = ContactId::from_u128(8), 2, BreakKind::Owner),
        // A forger who also writes the hash again is found one entry later.
        (
            |e| {
                e[2].change.state = ConsentState::OptedOut;
                e[2].hash = entry_hash(&e[2]);
            },
            3,
            BreakKind::Link,
        ),
    ];
    for (i, (tamper, index, why)) in tampers.into_iter().enumerate() {
        let mut forged = entries.clone();
        tamper(&mut forged);
        let broken = verify_chain(&forged).expect_err("forged");
        assert_eq!((broken.index, broken.why), (index, why), "tamper {i}");
    }
    assert_eq!(verify_chain(&[]).unwrap().seq, 0);
}

/// The canonical form is a promise to third parties: `docs/consent-ledger.md` prints this very example.
#[test]
fn r_con_1_the_canonical_form_is_stable() {
    let mut change = change(phone(), ConsentState::OptedIn, Some(Channel::Whatsapp), Some(Purpose::Promotional), None);
    change.evidence = Some("form entry \"42\" – Grüße".into());
    let (_, entries) = record([change]);
    let expected = concat!(
        r#"{"act":"form_submitted","actor":"contact","address":{"kind":"phone","value":"+12025550123"},"at":"2026-03-04T16:00:00.000Z","#,
        r#""channel":"whatsapp","contact":"ctc_00000000000000000000000007","evidence":"form entry \"42\" – Grüße","#,
        r#""id":"csn_00000000000000000000000001","prev_hash":"0000000000000000000000000000000000000000000000000000000000000000","#,
        r#""purpose":"promotional","recorded_at":"2026-03-04T16:00:00.000Z","seq":1,"source":"form:newsletter-2026","state":"opted_in","#,
        r#""workspace":"ws_00000000000000000000000001"}"#,
    );
    assert_eq!(canonical(&entries[0]), expected);
    assert_eq!(entries[0].hash, "3e1a2deec7707ed608f0b9be4e4da5a4df8e9f25e3cc7702d6dc5baf5c24aa80");
}

#[test]
fn entries_keep_their_hashes_through_the_store() {
    let (_, entries) = five();
    let read: Vec<LedgerEntry> = serde_json::from_str(&serde_json::to_string(&entries).unwrap()).unwrap();
    assert!(verify_chain(&read).is_ok());
}

/// A66: given a number and a date: the exact words, form version, act, time, address, and the proof.
#[test]
fn a66_evidence_shows_the_words_and_the_proof() {
    let words = "Yes, send me offers on WhatsApp.";
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, words.as_bytes());
    let wording = Wording {
        hash: hex::encode(digest),
        capture_point: "newsletter".into(),
        version: "3".into(),
        language: "en".into(),
        text: words.into(),
        screenshot: None,
        created_at: noonish(),
    };
    let mut shown = change(phone(), ConsentState::OptedIn, Some(Channel::Whatsapp), Some(Purpose::Promotional), None);
    shown.wording = Some(wording.hash.clone());
    shown.ip = Some("203.0.113.7".into());
    let mut later = change(phone(), ConsentState::OptedOut, None, None, None);
    later.at = noonish() + Millis::from_days(30);
    let (_, entries) = record([shown, later]);
    let evidence = export_evidence(&entries, std::slice::from_ref(&wording), &phone(), noonish() + Millis::from_days(1)).unwrap();
    assert_eq!(evidence.entry.seq, 1);
    assert_eq!(evidence.wording.as_ref().map(|w| w.text.as_str()), Some(words));
    assert_eq!(evidence.wording_matches, Some(true));
    assert_eq!((evidence.chain.len(), evidence.head.seq), (2, 2));
    let forged = Wording { text: "Yes to everything.".into(), ..wording };
    assert_eq!(export_evidence(&entries, &[forged], &phone(), noonish()).unwrap().wording_matches, Some(false));
    assert!(export_evidence(&entries, &[], &AddressKey::phone("+12025550199"), noonish()).is_err());
    assert!(export_evidence(&entries, &[], &phone(), noonish() - Millis(1)).is_err());
    let mut broken = entries;
    broken[0].change.source.push('x');
    assert!(export_evidence(&broken, &[], &phone(), noonish()).is_err());
}

#[test]
fn the_rulebook_reads_and_writes_itself() {
    let rules = policy::Rulebook { stop_scope: RevocationScope::Everything, ..policy::Rulebook::default() };
    let text = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<policy::Rulebook>(&text).unwrap(), rules);
    assert!(rules.validate().is_empty());
    assert_eq!(serde_json::from_str::<policy::Rulebook>("{}").unwrap(), policy::Rulebook::default());
    assert!(serde_json::from_str::<policy::Rulebook>(r#"{"capz":[]}"#).is_err());
}

fn any_change() -> impl Strategy<Value = ConsentChange> {
    let channel = prop_oneof![Just(None), Just(Some(Channel::Whatsapp)), Just(Some(Channel::Sms))];
    let purpose = prop_oneof![Just(None), Just(Some(Purpose::Promotional)), Just(Some(Purpose::Service))];
    let topic = prop_oneof![Just(None), Just(Some("sale")), Just(Some("news"))];
    (any::<bool>(), any::<bool>(), channel, purpose, topic).prop_map(|(out, other, channel, purpose, topic)| {
        let address = if other { AddressKey::bsuid("US.1349") } else { phone() };
        let state = if out { ConsentState::OptedOut } else { ConsentState::OptedIn };
        change(address, state, channel, purpose, topic)
    })
}

proptest! {
    /// R-CON-2: the projection is the replay of the chain, at the end and at every moment before.
    #[test]
    fn r_con_2_replay_equals_the_projection(changes in proptest::collection::vec(any_change(), 0..20)) {
        let mut live = ConsentBook::default();
        let (book, entries) = record(changes.clone());
        prop_assert!(verify_chain(&entries).is_ok());
        for (i, change) in changes.into_iter().enumerate() {
            let until = noonish() + Millis::from_mins(i as i64);
            live.record(entries[i].id, WorkspaceId::from_u128(1), ContactId::from_u128(7), change, until);
            prop_assert_eq!(&ConsentBook::replay(&entries, until), &live);
        }
        prop_assert_eq!(&live, &book);
        let stored: ConsentBook = serde_json::from_str(&serde_json::to_string(&book).unwrap()).unwrap();
        prop_assert_eq!(stored, book);
    }

    /// R-CON-4: the last word "out" on a scope, or on anything that holds it, always silences that scope.
    #[test]
    fn r_con_4_the_last_opt_out_always_silences(changes in proptest::collection::vec(any_change(), 0..20), channel in prop_oneof![Just(None), Just(Some(Channel::Whatsapp))]) {
        let out = change(phone(), ConsentState::OptedOut, channel, None, None);
        let (book, _) = record(changes.into_iter().chain([out]));
        for purpose in Purpose::ALL {
            for topic in [None, Some("sale")] {
                for address in [phone(), AddressKey::bsuid("US.1349")] {
                    prop_assert!(!book.check(&address, Channel::Whatsapp, purpose, topic, &ConsentModels::default()).allowed);
                }
            }
        }
    }
}

/// The page tells strangers how to verify a chain; its example must be this program's.
#[test]
fn r_con_1_the_documentation_shows_the_same_example() {
    let page = include_str!("../../../../docs/consent-ledger.md");
    let mut change = change(phone(), ConsentState::OptedIn, Some(Channel::Whatsapp), Some(Purpose::Promotional), None);
    change.evidence = Some("form entry \"42\" – Grüße".into());
    let (_, entries) = record([change]);
    assert!(page.contains(&entries[0].hash));
    assert!(page.replace(",\n\"", ",\"").contains(&canonical(&entries[0])));
}
