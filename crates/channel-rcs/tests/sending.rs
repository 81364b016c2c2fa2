//! Tokens, and the form of agent messages.

mod google;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use channel::{Account, OnUnknown, Presence, Provider};
use channel_tests::{Answer, NOW, Rig as _, Wish, decided};
use google::{RcsRig, TOKEN_URL, private_key, uuid};
use http_client::HttpErrorKind;
use model::content::{Button, ButtonAction, Card, Cards, Content, List, Row, Section};
use model::send_error::{FallbackCause, Remedy, SendError};
use model::signal::SendOutcome;
use model::{ContactId, ConversationId, Message, MessageId};
use serde_json::{Value, json};

const MESSAGE: MessageId = MessageId::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0007);

fn wish(rig: &RcsRig, content: Content) -> Wish {
    Wish { message: MESSAGE, address: rig.person(), content }
}

/// What left: the address, and the body.
async fn sent(rig: &RcsRig, account: &Account, content: Content) -> (String, Value) {
    rig.next(Answer::Accepts);
    let outcome = rig.adapter().send(account, &decided(account, &wish(rig, content))).await;
    assert_eq!(outcome, SendOutcome::Accepted { provider_id: uuid(MESSAGE), learnt: vec![] });
    let call = rig.calls().remove(0);
    let (line, body) = call.split_once('\n').unwrap();
    (line.to_owned(), serde_json::from_str(body).unwrap())
}

async fn refused(rig: &RcsRig, content: Content) -> SendError {
    let account = rig.account();
    match rig.adapter().send(&account, &decided(&account, &wish(rig, content))).await {
        SendOutcome::Refused { error } => error,
        other => panic!("{other:?}"),
    }
}

fn action(title: &str, action: ButtonAction) -> Button {
    Button { action: Some(Box::new(action)), ..Button::reply(title, title) }
}

#[tokio::test]
async fn the_assertion_is_signed_by_the_accounts_key_and_the_token_is_kept() {
    let rig = RcsRig::default();
    let (account, adapter) = (rig.account(), rig.adapter());
    for _ in 0..3 {
        rig.next(Answer::Accepts);
        adapter.send(&account, &decided(&account, &wish(&rig, Content::text("hello")))).await;
    }
    let asked = rig.google.asked.lock().unwrap().clone();
    let [form] = asked.as_slice() else { panic!("{asked:?}") };
    let (grant, assertion) = form.split_once("&assertion=").unwrap();
    assert_eq!(grant, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let part = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    assert_eq!(part(header), json!({ "alg": "RS256", "typ": "JWT" }));
    let (iat, exp) = (NOW.as_secs(), NOW.as_secs() + 3_600);
    let scope = "https://www.googleapis.com/auth/rcsbusinessmessaging";
    assert_eq!(
        part(claims),
        json!({ "iss": "antiphon@acme.iam.gserviceaccount.com", "scope": scope, "aud": TOKEN_URL, "iat": iat, "exp": exp })
    );
    let body: String = private_key().lines().filter(|line| !line.starts_with("-----")).collect();
    let pair = aws_lc_rs::signature::RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
    let public = aws_lc_rs::signature::KeyPair::public_key(&pair).clone();
    aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256, public)
        .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
}

#[tokio::test]
async fn without_a_token_nothing_has_left() {
    let rig = RcsRig::default();
    let cases = [
        (Ok(400), "pause"),
        (Ok(503), "later"),
        (Ok(200), "later"),
        (Err(HttpErrorKind::Lost), "later"),
        (Err(HttpErrorKind::NotConnected), "retry"),
    ];
    for (answer, expected) in cases {
        *rig.google.denies.lock().unwrap() = Some(answer);
        let error = refused(&rig, Content::text("hello")).await;
        let found = match error.remedy {
            Remedy::PauseSender => "pause",
            Remedy::SlowSender { .. } => "later",
            Remedy::Retry { .. } => "retry",
            _ => "?",
        };
        assert_eq!(found, expected, "{answer:?}: {error:?}");
        assert!(rig.calls().is_empty(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_token_that_ended_early_is_asked_for_anew() {
    let rig = RcsRig::default();
    let (account, adapter) = (rig.account(), rig.adapter());
    let send = async |answer| {
        rig.next(answer);
        adapter.send(&account, &decided(&account, &wish(&rig, Content::text("hello")))).await
    };
    assert!(matches!(send(Answer::Accepts).await, SendOutcome::Accepted { .. }));
    let SendOutcome::Refused { error } = send(Answer::WrongCredentials).await else { panic!() };
    assert!(matches!(error.remedy, Remedy::Retry { .. }), "{error:?}");
    assert!(matches!(send(Answer::Accepts).await, SendOutcome::Accepted { .. }));
    assert_eq!(rig.google.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn the_address_has_the_agent_and_the_body_its_time_to_live() {
    let rig = RcsRig::default();
    let mut account = rig.account();
    let Provider::Rcs(rcs) = &mut account.provider else { panic!() };
    rcs.ttl_s = 90;
    let (line, body) = sent(&rig, &account, Content::text("Your table is ready")).await;
    let expected =
        format!("POST https://rbm.example.com/v1/phones/+12025550123/agentMessages?messageId={}&agentId=acme_agent", uuid(MESSAGE));
    assert_eq!(line, expected);
    let text = json!({ "contentMessage": { "text": "Your table is ready" }, "messageTrafficType": "SERVICEREQUEST", "ttl": "90s" });
    assert_eq!(body, text);
}

#[tokio::test]
async fn reading_and_writing_are_agent_events_to_the_person_who_wrote() {
    let rig = RcsRig::default();
    let (account, adapter) = (rig.account(), rig.adapter());
    for (presence, words) in [(Presence::Read, &["READ"][..]), (Presence::Typing, &["READ", "IS_TYPING"])] {
        words.iter().for_each(|_| rig.next(Answer::Accepts));
        let before = rig.calls().len();
        assert_eq!(adapter.show(&account, &rig.person(), "MxQ1", presence).await, Ok(()));
        let calls = rig.calls().split_off(before);
        let said: Vec<Value> = calls.iter().map(|call| serde_json::from_str(call.split_once('\n').unwrap().1).unwrap()).collect();
        assert_eq!(said.iter().map(|event| event["eventType"].as_str().unwrap()).collect::<Vec<_>>(), words);
        assert_eq!(said[0]["messageId"], "MxQ1");
        for call in &calls {
            assert!(call.starts_with("POST https://rbm.example.com/v1/phones/+12025550123/agentEvents?eventId="), "{call}");
            assert!(call.lines().next().unwrap().ends_with("&agentId=acme_agent"), "{call}");
        }
    }
    rig.next(Answer::NobodyThere);
    let error = adapter.show(&account, &rig.person(), "MxQ1", Presence::Read).await.unwrap_err();
    assert_eq!(error.code, "rcs:404");
}

#[tokio::test]
async fn a_card_is_as_in_googles_own_sample() {
    let rig = RcsRig::default();
    let place = ButtonAction::ViewLocation { latitude: 37.4220188, longitude: -122.0844786, label: Some("Googleplex".into()) };
    let card = Card {
        media: None,
        title: Some("Hello, world!".into()),
        body: Some("RBM is awesome!".into()),
        buttons: vec![
            Button::reply("suggestion_1", "Suggestion #1"),
            Button::reply("suggestion_2", "Suggestion #2"),
            action("View map", place),
        ],
    };
    let (_, found) = sent(&rig, &rig.account(), Content::Cards(Cards { body: None, cards: vec![card] })).await;
    let mut sample: Value = serde_json::from_str(include_str!("../testdata/agent_message_rich_card.json")).unwrap();
    // What comes back with a tap is ours to choose.
    let suggestions = &mut sample["contentMessage"]["richCard"]["standaloneCard"]["cardContent"]["suggestions"];
    let postback = |id: &str| json!(format!("{}|{id}", uuid(MESSAGE)));
    suggestions[0]["reply"]["postbackData"] = postback("suggestion_1");
    suggestions[1]["reply"]["postbackData"] = postback("suggestion_2");
    suggestions[2]["action"]["postbackData"] = postback("View map");
    sample["ttl"] = json!("600s");
    sample["messageTrafficType"] = json!("SERVICEREQUEST");
    assert_eq!(found, sample);
}

#[tokio::test]
async fn every_action_has_its_form() {
    let rig = RcsRig::default();
    let at = |hour: i64| model::Timestamp::from_secs(1_800_000_000 + hour * 3_600);
    let appointment =
        ButtonAction::AddToCalendar { title: "Table".into(), description: Some("For four".into()), starts_at: at(0), ends_at: at(2) };
    let buttons = vec![
        action("Menu", ButtonAction::OpenUrl { url: "https://example.com".into() }),
        action("Call", ButtonAction::Dial { phone: "+12025550100".into() }),
        action("Where", ButtonAction::ShareLocation),
        action("Save", appointment),
    ];
    let body = model::content::Buttons { header: None, body: "Well?".into(), footer: None, buttons, media: None };
    let (_, found) = sent(&rig, &rig.account(), Content::Buttons(body)).await;
    let actions: Vec<Value> = found["contentMessage"]["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|suggestion| {
            let mut action = suggestion["action"].clone();
            let members = action.as_object_mut().unwrap();
            members.remove("text");
            members.remove("postbackData");
            action
        })
        .collect();
    let expected = json!([
        { "openUrlAction": { "url": "https://example.com" } },
        { "dialAction": { "phoneNumber": "+12025550100" } },
        { "shareLocationAction": {} },
        { "createCalendarEventAction": { "title": "Table", "description": "For four", "startTime": at(0), "endTime": at(2) } },
    ]);
    assert_eq!(json!(actions), expected);
}

#[tokio::test]
async fn what_rcs_does_not_take_is_refused_before_anything_leaves() {
    let rig = RcsRig::default();
    let card = |buttons: usize| Card {
        media: None,
        title: Some("One".into()),
        body: None,
        buttons: (0..buttons).map(|n| Button::reply(n.to_string(), n.to_string())).collect(),
    };
    let cards = |cards: Vec<Card>| Content::Cards(Cards { body: None, cards });
    let too_much = [
        (Content::text("x".repeat(3_073)), "3072"),
        (cards(vec![card(5)]), "4"),
        (cards((0..11).map(|_| card(0)).collect()), "10"),
        (cards(vec![Card { buttons: vec![Button::reply("a", "x".repeat(26))], ..card(0) }]), "25"),
        (cards(vec![Card { title: None, ..card(0) }]), "a picture"),
    ];
    for (content, said) in too_much {
        let error = refused(&rig, content).await;
        assert!(error.for_user.contains(said) && error.remedy == Remedy::FixData && error.cause == FallbackCause::Rejected, "{error:?}");
        assert!(rig.calls().is_empty());
    }
    assert!(rig.google.asked.lock().unwrap().is_empty(), "no token is needed to refuse");
}

#[tokio::test]
async fn a_list_that_does_not_fit_becomes_numbered_lines() {
    let rig = RcsRig::default();
    let row = |n: usize| Row { id: n.to_string(), title: format!("Day {n}"), description: Some("free".into()) };
    let list = |rows: usize| {
        let sections = vec![Section { title: None, rows: (1..=rows).map(row).collect() }];
        Content::List(List { header: None, body: "Which day?".into(), footer: None, button: "Days".into(), sections })
    };
    let (_, short) = sent(&rig, &rig.account(), list(2)).await;
    assert_eq!(short["contentMessage"]["text"], "Which day?\nDay 1: free\nDay 2: free");
    assert_eq!(short["contentMessage"]["suggestions"][1]["reply"]["text"], "Day 2");
    let (_, long) = sent(&rig, &rig.account(), list(12)).await;
    assert!(long["contentMessage"]["text"].as_str().unwrap().ends_with("12. Day 12 (free)"), "{long}");
    assert_eq!(long["contentMessage"].get("suggestions"), None);
}

#[tokio::test]
async fn the_doctor_asks_for_a_token_and_writes_to_nobody() {
    let rig = RcsRig::default();
    let good = rig.adapter().examine(&rig.account(), "https://app.example.com").await;
    assert_eq!(good.iter().map(|hop| hop.state).collect::<Vec<_>>(), [channel::HopState::Good, channel::HopState::Unasked], "{good:?}");
    assert!(rig.calls().is_empty(), "no agent message left");
    let mut account = rig.account();
    let Provider::Rcs(rcs) = &mut account.provider else { panic!("an account of RCS") };
    rcs.private_key = channel::Secret::new("not a key");
    let broken = rig.adapter().examine(&account, "https://app.example.com").await;
    assert_eq!(broken[0].state, channel::HopState::Broken, "{broken:?}");
}

/// A carousel, for which a phone must be able to more than others.
fn cards() -> Content {
    let card = |title: &str| Card {
        media: None,
        title: Some(title.to_owned()),
        body: Some("Two nights".to_owned()),
        buttons: vec![Button::reply("yes", "Yes")],
    };
    Content::Cards(Cards { body: None, cards: vec![card("Sea"), card("Mountains")] })
}

async fn outcome(rig: &RcsRig, account: &Account, content: Content) -> SendOutcome {
    rig.next(Answer::Accepts);
    rig.adapter().send(account, &decided(account, &wish(rig, content))).await
}

#[tokio::test]
async fn a61_a_phone_is_asked_about_once_in_a_week() {
    let rig = RcsRig::default();
    let (account, adapter) = (rig.account(), rig.adapter());
    for _ in 0..3 {
        rig.next(Answer::Accepts);
        assert!(matches!(adapter.send(&account, &decided(&account, &wish(&rig, cards()))).await, SendOutcome::Accepted { .. }));
    }
    let asked = rig.google.asked_about.lock().unwrap().clone();
    let expected = format!("https://rbm.example.com/v1/phones/+12025550123/capabilities?requestId={}&agentId=acme_agent", uuid(MESSAGE));
    assert_eq!(asked, [expected]);
    // One that is found to be gone is asked about again.
    rig.next(Answer::NobodyThere);
    let gone = adapter.send(&account, &decided(&account, &wish(&rig, cards()))).await;
    assert!(matches!(gone, SendOutcome::Refused { .. }), "{gone:?}");
    rig.next(Answer::Accepts);
    adapter.send(&account, &decided(&account, &wish(&rig, cards()))).await;
    assert_eq!(rig.google.asked_about.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a61_a_phone_without_rcs_is_not_written_to() {
    let rig = RcsRig::default();
    *rig.google.reach.lock().unwrap() = Some(Ok((404, r#"{"error":{"code":404,"message":"not reachable","status":"NOT_FOUND"}}"#)));
    let error = refused(&rig, Content::text("hello")).await;
    assert_eq!((error.code.as_str(), error.cause), ("rcs:404", FallbackCause::NotCapable));
    assert!(matches!(error.remedy, Remedy::SuppressAddress { retry_after: Some(_) }), "{error:?}");
    assert_eq!(rig.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a61_what_holds_for_an_unknown_phone_is_the_senders_rule() {
    for told in [Ok((503, "")), Ok((200, "<html>")), Err(HttpErrorKind::Lost), Err(HttpErrorKind::NotConnected)] {
        let rig = RcsRig::default();
        *rig.google.reach.lock().unwrap() = Some(told);
        let mut account = rig.account();
        assert!(matches!(outcome(&rig, &account, cards()).await, SendOutcome::Accepted { .. }), "{told:?}");
        let Provider::Rcs(rcs) = &mut account.provider else { panic!() };
        rcs.on_unknown = OnUnknown::Skip;
        assert_eq!(rig.calls().len(), 1);
        let SendOutcome::Refused { error } = outcome(&rig, &account, cards()).await else { panic!("{told:?}") };
        assert_eq!((error.code.as_str(), error.cause, error.remedy), ("rcs:unknown_phone", FallbackCause::NotCapable, Remedy::NextChannel));
        assert_eq!(rig.calls(), Vec::<String>::new(), "{told:?}: nothing has left");
    }
}

#[tokio::test]
async fn a_phone_that_shows_no_carousel_gets_none_and_everything_else() {
    let rig = RcsRig::default();
    *rig.google.reach.lock().unwrap() = Some(Ok((200, r#"{"features":["RICHCARD_STANDALONE"]}"#)));
    let account = rig.account();
    let SendOutcome::Refused { error } = outcome(&rig, &account, cards()).await else { panic!() };
    assert_eq!((error.code.as_str(), error.cause, error.remedy), ("rcs:no_carousel", FallbackCause::NotCapable, Remedy::NextChannel));
    assert!(matches!(outcome(&rig, &account, Content::text("hello")).await, SendOutcome::Accepted { .. }));
}

/// A message that Google took.
fn taken(account: &Account, rig: &RcsRig) -> Message {
    let message = json!({
        "id": MESSAGE, "workspace": account.workspace, "contact": ContactId::from_u128(3), "conversation": ConversationId::from_u128(3),
        "direction": "out", "channel": "rcs", "sender": account.sender.id, "address": rig.person(), "origin": { "by": "contact" },
        "class": "promotional", "status": "accepted", "created_at": NOW,
    });
    serde_json::from_value(message).unwrap()
}

#[tokio::test]
async fn a61_a_message_whose_place_is_taken_is_asked_back() {
    let rig = RcsRig::default();
    let account = rig.account();
    let message = taken(&account, &rig);
    rig.google.wire.answer(200, "{}");
    assert_eq!(rig.adapter().revoke(&account, &message).await, Ok(()));
    let expected = format!("DELETE https://rbm.example.com/v1/phones/+12025550123/agentMessages/{}?agentId=acme_agent", uuid(MESSAGE));
    assert_eq!(rig.calls().pop().unwrap().lines().next().unwrap(), expected);
    rig.next(Answer::WrongCredentials);
    assert_eq!(rig.adapter().revoke(&account, &message).await.unwrap_err().code, "rcs:401");
}
