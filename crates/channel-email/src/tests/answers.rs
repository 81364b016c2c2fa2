//! What people write back.

use std::sync::atomic::Ordering;

use model::content::MediaKind;
use model::inbound::{InboundContent, InboundMessage};
use model::signal::{SignalBody, Target};
use model::{AddressKey, AddressKind, MessageId};
use simulator::Line;

use super::office::*;
use crate::token::{self, Purpose};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channel::Secret;

fn inbound(body: SignalBody) -> InboundMessage {
    if let SignalBody::Inbound(message) = body { message } else { panic!("{body:?}") }
}

#[tokio::test]
async fn an_answer_finds_the_message_that_it_answers_and_is_only_its_new_words() {
    let office = Office::open().await;
    office.send(7, "Shall we meet?").await.unwrap();
    office.shown(1).await;
    office.act(|world, person| world.person_types(person, Line::Email, None, "Yes, gladly.\nWhen?").unwrap());
    let told = office.book.first().await;
    assert_eq!(told.target, Target::Message(MessageId::from_u128(7)));
    let message = inbound(told.body);
    assert_eq!(message.content, InboundContent::Text { body: "Yes, gladly.\nWhen?".to_owned() });
    assert_eq!(message.in_reply_to, Some(format!("{}@example.com", MessageId::from_u128(7))));
    assert_eq!((message.from, message.profile_name.as_deref()), (vec![AddressKey::new(AddressKind::Email, THEIRS)], Some("Alex")));
    office.close().await;
}

#[tokio::test]
async fn a_new_mail_to_our_address_is_a_message_of_its_writer() {
    let office = Office::open().await;
    office.act(|world, person| world.person_types(person, Line::Email, Some(OURS), "Are you open today?").unwrap());
    let told = office.book.first().await;
    assert_eq!(told.target, Target::Addresses { keys: vec![AddressKey::new(AddressKind::Email, THEIRS)], create: true });
    assert_eq!(inbound(told.body).in_reply_to, None);
    office.close().await;
}

#[tokio::test]
async fn what_could_not_be_stored_is_asked_for_again_and_is_one_message() {
    let office = Office::open().await;
    office.book.away.store(true, Ordering::SeqCst);
    office.act(|world, person| world.person_types(person, Line::Email, Some(OURS), "Hello?").unwrap());
    wait(|| office.book.refused.load(Ordering::SeqCst).then_some(())).await;
    assert!(office.book.told().is_empty());
    office.book.away.store(false, Ordering::SeqCst);
    office.book.first().await;
    wait(|| (office.world.with(|world| world.mail().waiting()) == 0).then_some(())).await;
    assert_eq!(office.book.told().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn attachments_are_kept_with_their_mail() {
    let office = Office::open().await;
    let mail = "From: a@example.org\r\nMessage-ID: <1@x>\r\nSubject: Re: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee it\r\n--b\r\nContent-Type: image/png; name=cat.png\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--";
    assert_eq!(office.bring("a@example.org", OURS, mail).await, "250 2.0.0 taken");
    let told = office.book.told();
    let InboundContent::Media(media) = inbound(told[1].body.clone()).content else { panic!() };
    assert_eq!((media.kind, media.stored.is_some()), (MediaKind::Image, true));
    assert_eq!(office.book.media.lock().unwrap().values().next().unwrap().bytes, [0, 1, 2]);
    // The same mail again changes nothing.
    office.bring("a@example.org", OURS, mail).await;
    assert_eq!(office.book.told().len(), 2);
    office.close().await;
}

#[tokio::test]
async fn a_mail_that_is_forwarded_whole_is_kept_as_a_file() {
    let office = Office::open().await;
    let mail = "From: a@example.org\r\nMessage-ID: <1@x>\r\nSubject: Re: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nread this\r\n--b\r\nContent-Type: message/rfc822; name=old.eml\r\n\r\nFrom: b@example.org\r\nSubject: old\r\n\r\nwords\r\n--b--";
    assert_eq!(office.bring("a@example.org", OURS, mail).await, "250 2.0.0 taken");
    let told = office.book.told();
    let InboundContent::Media(media) = inbound(told[1].body.clone()).content else { panic!() };
    assert_eq!((media.kind, media.mime.as_str(), media.filename.as_deref()), (MediaKind::Document, "message/rfc822", Some("old.eml")));
    let kept = office.book.media.lock().unwrap().values().next().unwrap().bytes.clone();
    assert_eq!(String::from_utf8_lossy(&kept), "From: b@example.org\r\nSubject: old\r\n\r\nwords");
    office.close().await;
}

#[tokio::test]
async fn machines_are_kept_aside_and_open_no_conversation() {
    let office = Office::open().await;
    let reply = format!("{}@in.example.com", token::local(&Secret::new(KEY), Purpose::Reply, MessageId::from_u128(7), ""));
    let away = "From: a@example.org\r\nAuto-Submitted: auto-replied\r\nSubject: Out of office\r\n\r\nBack on Monday";
    assert_eq!(office.bring("a@example.org", &reply, away).await, "250 2.0.0 taken");
    assert_eq!(office.bring(OURS, OURS, &format!("From: {OURS}\r\nSubject: x\r\n\r\nme")).await, "250 2.0.0 taken");
    assert!(office.book.told().is_empty());
    assert_eq!(office.book.kept_aside(), ["email_automatic", "email_automatic"]);
    office.close().await;
}

#[tokio::test]
async fn nothing_is_relayed_and_made_up_addresses_are_refused() {
    let office = Office::open().await;
    let forged = format!("reply+{}.0000000000000000@in.example.com", MessageId::from_u128(7));
    let of_elsewhere = format!("{}@elsewhere.example.com", token::local(&Secret::new(KEY), Purpose::Reply, MessageId::from_u128(7), ""));
    for to in ["victim@example.net", "anybody@in.example.com", &forged, &of_elsewhere] {
        assert!(office.bring("a@example.org", to, "x").await.starts_with("550 5.1.1"), "{to}");
    }
    office.close().await;
}

#[tokio::test]
async fn a_mail_made_to_exhaust_its_reader_is_refused() {
    let office = Office::open().await;
    let bomb = format!("From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(2_000));
    assert!(office.bring("a@example.org", OURS, &bomb).await.starts_with("554 5.6.0"));
    let nested = "From: a@example.org\r\nContent-Type: message/rfc822\r\n\r\n".repeat(200);
    assert!(office.bring("a@example.org", OURS, &nested).await.starts_with(['2', '5']));
    // Deeper than any reader's stack, wider than any reader's patience: a mail of a megabyte is not read for longer than a moment.
    for odd in [
        "From: a@example.org\r\nContent-Type: message/rfc822\r\n\r\n".repeat(20_000),
        format!(
            "From: a@example.org\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            STANDARD
                .encode("Content-Type: message/rfc822\r\n\r\n".repeat(20_000))
                .as_bytes()
                .chunks(76)
                .map(|line| String::from_utf8_lossy(line) + "\r\n")
                .collect::<String>()
        ),
        format!("From: a@example.org\r\n{}\r\nx", "X-Much: a\r\n".repeat(80_000)),
        format!("From: a@example.org\r\nReferences: {}\r\n\r\nx", "<a@example.org> ".repeat(40_000)),
        format!("From: {}\r\n\r\nx", "\"a\" <a@example.org>,\r\n ".repeat(30_000)),
        format!("From: a@example.org\r\nSubject: {}\r\n\r\nx", "=?utf-8?B?YWE=?=\r\n ".repeat(30_000)),
        format!("From: a@example.org\r\nContent-Type: text/html\r\n\r\n{}", "<div><table><tr><td>\r\n".repeat(30_000)),
    ] {
        let said = tokio::time::timeout(std::time::Duration::from_secs(20), office.bring("a@example.org", OURS, &odd)).await;
        assert!(said.expect("it takes too long").starts_with(['2', '5']), "{}", &odd[..60]);
    }
    let long = format!("From: a@example.org\r\n\r\n{}", "x".repeat(3_000_000));
    assert_eq!(office.bring("a@example.org", OURS, &long).await, "", "a line without end ends the connection");
    assert!(talk(&office.listen, &["MAIL FROM:<a@example.org> SIZE=99999999"]).await.starts_with("552"));
    office.close().await;
}

/// Servers disagree about what ends a mail; whoever uses that could put a second mail, from anybody, into one that a server in front let through.
#[tokio::test]
async fn a_dot_after_a_bare_line_feed_does_not_make_two_mails_of_one() {
    for end in ["\n.\r\n", "\n.\n", "\r.\r\n", "\r\n.\n", "\r\n.\r"] {
        let office = Office::open().await;
        let second = format!("MAIL FROM:<chief@example.org>\r\nRCPT TO:<{OURS}>\r\nDATA\r\nFrom: chief@example.org\r\n\r\nPay them");
        let mail = format!("From: a@example.org\r\nMessage-ID: <1@x>\r\nSubject: Re: x\r\n\r\nHi{end}{second}");
        assert_eq!(office.bring("a@example.org", OURS, &mail).await, "250 2.0.0 taken", "{end:?}");
        let from: Vec<String> = office.book.told().into_iter().map(|told| inbound(told.body).from[0].value.clone()).collect();
        assert_eq!(from, ["a@example.org"], "{end:?}");
        office.close().await;
    }
}

/// Whatever is said to it, the server answers or hangs up, and is there for the next.
#[tokio::test]
async fn garbage_neither_stops_the_server_nor_gets_in() {
    let office = Office::open().await;
    let odd: [&[&str]; 8] = [
        &["MAIL FROM:<a@example.org>", "MAIL FROM:<b@example.org>"],
        &["RCPT TO:<hello@example.com>"],
        &["DATA"],
        &["MAIL FROM:<a@example.org>", "DATA"],
        &["MAIL FROM:<\u{0}@\u{7f}>"],
        &["\u{1}\u{2}\u{ff}", "STARTTLS", "VRFY root", "EXPN all"],
        &["MAIL FROM:<>", "RCPT TO:<hello@example.com>", "RSET", "DATA"],
        &["EHLO", "HELO", "LHLO", "AUTH PLAIN x"],
    ];
    for lines in odd {
        let said = talk(&office.listen, lines).await;
        assert!(said.is_empty() || said.starts_with(['4', '5']), "{lines:?}: {said}");
    }
    // Whoever only makes mistakes is shown out.
    let mistakes = vec!["NONSENSE"; 20];
    assert!(talk(&office.listen, &mistakes).await.starts_with(['4', '5']));
    assert!(office.book.told().is_empty() && office.book.kept_aside().is_empty());
    assert_eq!(office.bring("a@example.org", OURS, "From: a@example.org\r\nSubject: still here\r\n\r\n").await, "250 2.0.0 taken");
    office.close().await;
}

#[tokio::test]
async fn recipients_and_connections_are_bounded_and_others_are_served_meanwhile() {
    let office = Office::open().await;
    let (from, to) = ("MAIL FROM:<a@example.org>".to_owned(), format!("RCPT TO:<{OURS}>"));
    let lines: Vec<&str> = std::iter::once(from.as_str()).chain(std::iter::repeat_n(to.as_str(), 51)).collect();
    assert!(talk(&office.listen, &lines).await.starts_with("452 4.5.3"));
    // Whoever opens connections and says nothing keeps others out for as long as they last, and no longer.
    let mut idle = Vec::new();
    for _ in 0..70 {
        idle.push(tokio::net::TcpStream::connect(&office.listen).await.unwrap());
    }
    drop(idle);
    let mail = "From: a@example.org\r\nMessage-ID: <1@x>\r\nSubject: Re: x\r\n\r\nStill there?";
    let taken = wait_for(|| office.bring("a@example.org", OURS, mail), |said| said == "250 2.0.0 taken").await;
    assert!(taken, "nobody is served any more");
    office.close().await;
}

/// Asks again until the answer is right; `false` when it never is.
async fn wait_for<F: Future<Output = String>>(ask: impl Fn() -> F, right: impl Fn(&str) -> bool) -> bool {
    for _ in 0..200 {
        if right(&ask().await) {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    false
}

/// LMTP, as a mail server in front speaks it: each recipient has an answer of its own.
#[tokio::test]
async fn each_recipient_has_its_own_answer_by_lmtp() {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    let office = Office::open().await;
    let reply = format!("{}@in.example.com", token::local(&Secret::new(KEY), Purpose::Reply, MessageId::from_u128(7), ""));
    let mut link = BufReader::new(tokio::net::TcpStream::connect(&office.listen).await.unwrap());
    let script = format!(
        "LHLO mx.example.net\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<{OURS}>\r\nRCPT TO:<{reply}>\r\nDATA\r\n\
         From: a@example.org\r\nMessage-ID: <1@x>\r\nSubject: Re: x\r\n\r\nYes\r\n.\r\nQUIT\r\n"
    );
    link.write_all(script.as_bytes()).await.unwrap();
    let (mut taken, mut line) = (0, String::new());
    while link.read_line(&mut line).await.unwrap_or(0) > 0 {
        taken += usize::from(line.starts_with("250 2.0.0 taken"));
        line.clear();
    }
    assert_eq!((taken, office.book.told().len()), (2, 1), "two answers, and one message");
    office.close().await;
}
