//! Consent (R-CON-2 to R-CON-4, A67, A68, A81).

use model::ConsentState::{OptedIn, OptedOut};
use model::consent::ConsentAct;
use model::decision::Verdict;
use model::message::Origin;
use model::send_error::FallbackCause;
use model::{AddressKey, Channel, ConsentId, ConsentState, ContactId, Purpose, WorkspaceId};
use policy::consent::acts::{Said, platform_switch, start_word, stop_word};
use policy::consent::{ModelRule, RevocationScope};
use policy::{ConsentBook, ConsentModel, ConsentModels};

use crate::support::*;

type Said1<'a> = (ConsentState, Option<Channel>, Option<Purpose>, Option<&'a str>);

fn book(entries: &[Said1<'_>]) -> ConsentBook {
    let changes = entries.iter().map(|(state, channel, purpose, topic)| change(phone(), *state, *channel, *purpose, *topic));
    recorded(changes)
}

fn recorded(changes: impl IntoIterator<Item = model::consent::ConsentChange>) -> ConsentBook {
    let mut book = ConsentBook::default();
    for (i, change) in changes.into_iter().enumerate() {
        book.record(ConsentId::from_u128(i as u128), WorkspaceId::from_u128(1), ContactId::from_u128(7), change, noonish());
    }
    book
}

fn allowed(book: &ConsentBook, channel: Channel, purpose: Purpose, topic: Option<&str>) -> bool {
    book.check(&phone(), channel, purpose, topic, &ConsentModels::default()).allowed
}

const PROMO: Option<Purpose> = Some(Purpose::Promotional);
const WA: Option<Channel> = Some(Channel::Whatsapp);

/// A67: three models by three states, all nine.
#[test]
fn a67_three_models_and_three_states_match_the_table() {
    use ConsentModel::{Disabled, NonRestrictive, Restrictive};
    let table = [
        (Restrictive, Some(OptedIn), true),
        (Restrictive, Some(OptedOut), false),
        (Restrictive, None, false),
        (NonRestrictive, Some(OptedIn), true),
        (NonRestrictive, Some(OptedOut), false),
        (NonRestrictive, None, true),
        (Disabled, Some(OptedIn), true),
        (Disabled, Some(OptedOut), true),
        (Disabled, None, true),
    ];
    for purpose in Purpose::ALL {
        for (model, state, expected) in table {
            let models = ConsentModels { rules: vec![ModelRule { channel: None, purpose: None, model }], ..ConsentModels::default() };
            let entries: Vec<_> = state.into_iter().map(|s| (s, WA, Some(purpose), None)).collect();
            let verdict = book(&entries).check(&phone(), Channel::Whatsapp, purpose, None, &models);
            assert_eq!(verdict.allowed, expected, "{model:?} {state:?} {purpose}");
        }
        // Nobody is addressed who wants nothing at all.
        let models = ConsentModels { rules: vec![ModelRule { channel: None, purpose: None, model: Disabled }], ..ConsentModels::default() };
        assert!(!book(&[(OptedOut, None, None, None)]).check(&phone(), Channel::Whatsapp, purpose, None, &models).allowed);
    }
}

/// A67: default deny for marketing; the others need no opt-in and honour an opt-out of everything.
#[test]
fn a67_promotional_messages_are_denied_by_default() {
    let nothing = ConsentBook::default();
    for channel in Channel::ALL {
        for purpose in Purpose::ALL {
            assert_eq!(allowed(&nothing, channel, purpose, None), purpose != Purpose::Promotional);
        }
    }
    let out_of_all = book(&[(OptedOut, None, None, None)]);
    let out_of_promotions = book(&[(OptedOut, None, PROMO, None)]);
    for purpose in Purpose::ALL {
        assert!(!allowed(&out_of_all, Channel::Sms, purpose, None));
        assert_eq!(allowed(&out_of_promotions, Channel::Sms, purpose, None), purpose != Purpose::Promotional);
    }
}

/// A68: a general consent does not unlock WhatsApp marketing unless an administrator maps it.
#[test]
fn a68_general_consent_does_not_unlock_whatsapp_marketing_unless_mapped() {
    let general = book(&[(OptedIn, None, PROMO, None)]);
    let verdict = general.check(&phone(), Channel::Whatsapp, Purpose::Promotional, None, &ConsentModels::default());
    assert!(!verdict.allowed && verdict.detail.contains("general opt-in"), "{}", verdict.detail);
    let mapped = ConsentModels { general_unlocks: [Channel::Whatsapp].into(), ..ConsentModels::default() };
    assert!(general.check(&phone(), Channel::Whatsapp, Purpose::Promotional, None, &mapped).allowed);
    assert!(!general.check(&phone(), Channel::Sms, Purpose::Promotional, None, &mapped).allowed);
    // Even mapped, an opt-in that names no purpose is none for promotions.
    assert!(!book(&[(OptedIn, WA, None, None)]).check(&phone(), Channel::Whatsapp, Purpose::Promotional, None, &mapped).allowed);
}

/// R-CON-4: each row of the table in `resolve.rs`.
#[test]
fn r_con_4_scopes_resolve_as_the_table_says() {
    let promo = |book: &ConsentBook, topic| allowed(book, Channel::Whatsapp, Purpose::Promotional, topic);
    // An opt-out wins over a broader opt-in, however late.
    assert!(!promo(&book(&[(OptedIn, WA, PROMO, None), (OptedOut, WA, PROMO, Some("sale")), (OptedIn, WA, PROMO, None)]), Some("sale")));
    assert!(promo(&book(&[(OptedIn, WA, PROMO, None), (OptedOut, WA, PROMO, Some("sale")), (OptedIn, WA, PROMO, None)]), Some("news")));
    // The same scope again, later, opens.
    assert!(promo(&book(&[(OptedOut, WA, PROMO, None), (OptedIn, WA, PROMO, None)]), None));
    assert!(!promo(&book(&[(OptedIn, WA, PROMO, None), (OptedOut, WA, PROMO, None)]), None));
    // Narrower and later opens its own scope only.
    let narrower = book(&[(OptedOut, None, None, None), (OptedIn, WA, PROMO, None)]);
    assert!(promo(&narrower, None));
    assert!(
        !allowed(&narrower, Channel::Sms, Purpose::Promotional, None) && !allowed(&narrower, Channel::Whatsapp, Purpose::Service, None)
    );
    // Broader out after narrower in: out.
    assert!(!promo(&book(&[(OptedIn, WA, PROMO, None), (OptedOut, None, PROMO, None)]), None));
    // A topic cannot override its parent.
    let topic = book(&[(OptedOut, WA, PROMO, None), (OptedIn, WA, PROMO, Some("sale"))]);
    assert!(!promo(&topic, Some("sale")) && !promo(&topic, None));
    // A topic opt-in opens that topic alone.
    let one_topic = book(&[(OptedIn, WA, PROMO, Some("sale"))]);
    assert!(promo(&one_topic, Some("sale")) && !promo(&one_topic, Some("news")) && !promo(&one_topic, None));
    // After a lift, what was agreed to before counts again.
    assert!(promo(&book(&[(OptedIn, WA, PROMO, None), (OptedOut, WA, None, None), (OptedIn, WA, None, None)]), None));
}

/// R-CON-4: an opt-out follows the links between addresses; an opt-in does not.
#[test]
fn r_con_4_revocation_follows_identity_links() {
    let bsuid = AddressKey::bsuid("US.1349");
    let state = |address: &AddressKey, state| change(address.clone(), state, WA, PROMO, None);
    let check = |book: &ConsentBook, a: &AddressKey| {
        book.check(a, Channel::Whatsapp, Purpose::Promotional, None, &ConsentModels::default()).allowed
    };
    let linked = recorded([state(&phone(), OptedIn), state(&bsuid, OptedOut)]);
    assert!(!check(&linked, &phone()) && !check(&linked, &bsuid));
    let again = recorded([state(&phone(), OptedIn), state(&bsuid, OptedOut), state(&phone(), OptedIn)]);
    assert!(check(&again, &phone()) && !check(&again, &bsuid));
    assert!(!check(&recorded([state(&phone(), OptedIn)]), &bsuid));
}

/// R-CON-4: STOP is written for every address, so unlinking one never gives consent back.
#[test]
fn r_con_4_unlinking_never_resurrects_consent() {
    let addresses = [phone(), AddressKey::bsuid("US.1349")];
    let said = Said { channel: Channel::Sms, source: "sms_inbound", at: noonish(), evidence: Some("msg_1".into()) };
    let mut changes = vec![change(phone(), OptedIn, WA, PROMO, None)];
    changes.extend(stop_word(&addresses, RevocationScope::AllPromotional, &said));
    let book = recorded(changes);
    let mut world = World::promotional();
    world.consent = book;
    assert_eq!(world.verdict(), "consent_revoked");
    world.contact.addresses.retain(|a| a.key != phone());
    world.contact.addresses.push(model::Address::new(AddressKey::bsuid("US.1349"), "webhook", world.now));
    assert_eq!(world.verdict(), "consent_revoked");
}

#[test]
fn r_con_4_every_scope_of_a_stop_reaches_exactly_as_far_as_it_says() {
    let said = Said { channel: Channel::Sms, source: "sms_inbound", at: noonish(), evidence: None };
    for (scope, sms_promo, wa_promo, sms_service, wa_service) in [
        (RevocationScope::ChannelPromotional, false, true, true, true),
        (RevocationScope::AllPromotional, false, false, true, true),
        (RevocationScope::ChannelEverything, false, true, false, true),
        (RevocationScope::ChannelAndPromotions, false, false, false, true),
        (RevocationScope::Everything, false, false, false, false),
    ] {
        let agreed = [WA, Some(Channel::Sms)].map(|c| change(phone(), OptedIn, c, PROMO, None));
        let stopped = stop_word(&[phone()], scope, &said);
        let book = recorded(agreed.iter().cloned().chain(stopped.clone()));
        let states = [
            (Channel::Sms, Purpose::Promotional),
            (Channel::Whatsapp, Purpose::Promotional),
            (Channel::Sms, Purpose::Service),
            (Channel::Whatsapp, Purpose::Service),
        ];
        let got = states.map(|(c, p)| allowed(&book, c, p, None));
        assert_eq!(got, [sms_promo, wa_promo, sms_service, wa_service], "{scope:?}");
        // START with the same scope brings back what there was.
        let book = recorded(agreed.into_iter().chain(stopped).chain(start_word(&[phone()], scope, &said)));
        assert_eq!(states.map(|(c, p)| allowed(&book, c, p, None)), [true; 4], "{scope:?}");
    }
}

#[test]
fn start_does_not_agree_to_promotions_on_a_channel_that_was_never_agreed_to() {
    let said = Said { channel: Channel::Sms, source: "sms_inbound", at: noonish(), evidence: None };
    let book = recorded(start_word(&[phone()], RevocationScope::Everything, &said));
    assert!(!allowed(&book, Channel::Sms, Purpose::Promotional, None));
    let book = recorded(start_word(&[phone()], RevocationScope::AllPromotional, &said));
    assert!(!allowed(&book, Channel::Whatsapp, Purpose::Promotional, None));
}

/// A81: the switch inside WhatsApp revokes and renews WhatsApp marketing, with its source.
#[test]
fn a81_the_platform_switch_changes_whatsapp_marketing_only() {
    let switch = |word| platform_switch(word, &phone(), noonish(), Some("wamid.1".into())).unwrap();
    let stop = switch("stop");
    assert_eq!((stop.source.as_str(), stop.act), ("meta_preference", ConsentAct::PlatformSwitch));
    let sms = change(phone(), OptedIn, Some(Channel::Sms), PROMO, None);
    let book = recorded([switch("signup"), sms.clone(), stop]);
    assert!(!allowed(&book, Channel::Whatsapp, Purpose::Promotional, None));
    assert!(allowed(&book, Channel::Sms, Purpose::Promotional, None) && allowed(&book, Channel::Whatsapp, Purpose::Transactional, None));
    let book = recorded([switch("signup"), sms, switch("stop"), switch("resume")]);
    assert!(allowed(&book, Channel::Whatsapp, Purpose::Promotional, None));
    assert!(platform_switch("pause", &phone(), noonish(), None).is_none());
}

/// R-CON-3: what was planned with consent is silent at hand-off after the revocation.
#[test]
fn r_con_3_revocation_beats_everything_queued() {
    let mut world = World::promotional();
    world.stage = model::decision::Stage::Plan;
    assert_eq!(world.verdict(), "whatsapp");
    world.say(OptedOut, None, PROMO);
    world.stage = model::decision::Stage::HandOff;
    let ruling = world.judge();
    let Verdict::Silent { code, cause, .. } = &ruling.record.verdict else { panic!("{:?}", ruling.record.verdict) };
    assert_eq!((code.as_str(), *cause), ("consent_revoked", FallbackCause::NoConsent));
    assert!(ruling.decision.is_none());
}

/// R-CON-5: the one confirmation after STOP and the answer to HELP reach people who opted out, also at night.
#[test]
fn r_con_5_compliance_answers_reach_people_who_opted_out() {
    let mut world = World::promotional();
    world.say(OptedOut, None, None);
    world.now = at("2026-03-05T06:00:00Z");
    world.intent.due_at = world.now;
    world.intent.purpose = Purpose::Service;
    world.intent.channels = vec![sms_draft()];
    assert_eq!(world.verdict(), "consent_revoked");
    world.intent.origin = Origin::Compliance { rule: "stop_confirmation".into() };
    assert_eq!(world.verdict(), "sms");
}

#[test]
fn a_channel_with_consent_is_used_when_the_preferred_one_has_none() {
    let mut world = World::promotional();
    world.consent = book(&[(OptedIn, Some(Channel::Sms), PROMO, None)]);
    assert_eq!(world.verdict(), "sms");
}

/// R-CON-4: an address that moves to another contact takes its refusals along, and no agreement.
#[test]
fn r_con_4_refusals_travel_with_an_address() {
    let from = book(&[
        (OptedIn, WA, PROMO, None),
        (OptedOut, Some(Channel::Sms), None, None),
        (OptedOut, WA, PROMO, Some("sale")),
        (OptedIn, WA, PROMO, Some("sale")),
    ]);
    let carried = from.carried_opt_outs(&[phone()], noonish());
    assert_eq!(carried.len(), 1, "the lifted opt-out stays behind");
    let to = recorded(carried);
    assert!(!allowed(&to, Channel::Sms, Purpose::Transactional, None));
    assert!(!allowed(&to, Channel::Whatsapp, Purpose::Promotional, None), "an agreement does not travel");
    assert!(allowed(&to, Channel::Whatsapp, Purpose::Transactional, None));
}
