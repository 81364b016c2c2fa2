//! What a domain publishes, asked of a name server on this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use channel::{DkimKey, EmailAccount, Hop, HopState, MailInbound, Secret};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::office::settings;
use crate::domain::health;
use crate::{Names as _, NotAsked, Resolver};

/// Made for this test by openssl, which also wrote the public half beside it.
const KEY: &str = include_str!("../../testdata/dkim_example.pem");
const PUBLIC: &str = include_str!("../../testdata/dkim_example.pub.txt");
const TXT: u16 = 16;
const MX: u16 = 15;

type Zone = BTreeMap<(String, u16), Vec<Vec<u8>>>;

/// A text record, in pieces of 255 bytes.
fn txt(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(255).flat_map(|piece| [&[u8::try_from(piece.len()).unwrap()], piece].concat()).collect()
}

/// `10 mx.<the name that was asked for>`, by a pointer to it.
fn mx() -> Vec<u8> {
    [&10_u16.to_be_bytes(), b"\x02mx".as_slice(), &[0xc0, 12]].concat()
}

fn zone(entries: &[(&str, u16, Vec<u8>)]) -> Zone {
    let mut zone = Zone::new();
    for (name, kind, data) in entries {
        zone.entry(((*name).to_owned(), *kind)).or_default().push(data.clone());
    }
    zone
}

/// Answers from a zone; a name that ends in `.broken` gets a refusal. Every answer begins with an alias that has nothing to do with it.
async fn serve(zone: Zone) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut question = vec![0; usize::from(stream.read_u16().await.unwrap())];
            stream.read_exact(&mut question).await.unwrap();
            let (mut name, mut from) = (Vec::new(), 12);
            while question[from] != 0 {
                let end = from + 1 + usize::from(question[from]);
                name.push(String::from_utf8(question[from + 1..end].to_vec()).unwrap());
                from = end;
            }
            let name = name.join(".");
            let kind = u16::from_be_bytes([question[from + 1], question[from + 2]]);
            let found = zone.get(&(name.clone(), kind)).cloned().unwrap_or_default();
            let code = if name.ends_with(".broken") { 2 } else { u8::from(found.is_empty()) * 3 };
            let mut answer = [&question[..2], &[0x81, 0x80 | code], &[0, 1]].concat();
            answer.extend(u16::try_from(found.len() + 1).unwrap().to_be_bytes());
            answer.extend([0, 0, 0, 0]);
            answer.extend(&question[12..]);
            let mut record = |kind: u16, data: &[u8]| {
                answer.extend([0xc0, 12]);
                answer.extend(kind.to_be_bytes());
                answer.extend([0, 1, 0, 0, 0, 60]);
                answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
                answer.extend(data);
            };
            record(5, b"\x05alias\x00");
            found.iter().for_each(|data| record(kind, data));
            let _ = stream.write_all(&[&u16::try_from(answer.len()).unwrap().to_be_bytes(), answer.as_slice()].concat()).await;
        }
    });
    (at, task)
}

/// `hello@mail.example.com` with a key and a return path at `in.example.com`.
fn sender() -> EmailAccount {
    EmailAccount {
        from: "hello@mail.example.com".to_owned(),
        dkim: Some(DkimKey { domain: "example.com".to_owned(), selector: "a1".to_owned(), private_key: Secret::new(KEY) }),
        inbound: Some(MailInbound { domain: "in.example.com".to_owned(), listen: "127.0.0.1:2525".to_owned() }),
        ..settings(1)
    }
}

fn published() -> Vec<(&'static str, u16, Vec<u8>)> {
    vec![
        ("in.example.com", TXT, txt("v=spf1 include:_spf.example.net ~all")),
        ("in.example.com", TXT, txt("some other text")),
        ("_spf.example.net", TXT, txt("v=spf1 ip4:192.0.2.0/24 a:out.example.net -all")),
        ("a1._domainkey.example.com", TXT, txt(&format!("v=DKIM1; k=rsa; p={PUBLIC}"))),
        ("_dmarc.example.com", TXT, txt("v=DMARC1; p=quarantine; rua=mailto:reports@example.com")),
        ("in.example.com", MX, mx()),
        ("mail.example.com", MX, mx()),
    ]
}

async fn hops(email: &EmailAccount, zone: Zone) -> BTreeMap<String, Hop> {
    let (at, task) = serve(zone).await;
    let hops = health(email, &Resolver::at(vec![at])).await;
    task.abort();
    hops.into_iter().map(|hop| (hop.hop.clone(), hop)).collect()
}

/// The zone with one entry in another's place, or without it.
fn but(name: &str, kind: u16, data: Option<Vec<u8>>) -> Zone {
    let mut entries = published();
    entries.retain(|(known, of, _)| (*known, *of) != (name, kind));
    entries.extend(data.map(|data| (name.to_owned().leak() as &'static str, kind, data)));
    zone(&entries)
}

#[tokio::test]
async fn while_a_key_is_changed_both_are_looked_at() {
    let also = Some(DkimKey { domain: "example.com".to_owned(), selector: "b2".to_owned(), private_key: Secret::new(KEY) });
    let email = EmailAccount { dkim_also: also, ..sender() };
    let state = async |zone: Zone| {
        let found = hops(&email, zone).await;
        (found["dkim"].state, found["dkim_also"].state)
    };
    let mut entries = published();
    assert_eq!(state(zone(&entries)).await, (HopState::Good, HopState::Broken));
    entries.push(("b2._domainkey.example.com", TXT, txt(&format!("v=DKIM1; k=rsa; p={PUBLIC}"))));
    assert_eq!(state(zone(&entries)).await, (HopState::Good, HopState::Good));
}

#[tokio::test]
async fn a_domain_that_publishes_everything_is_good_at_every_hop() {
    let hops = hops(&sender(), zone(&published())).await;
    assert!(hops.values().all(|hop| hop.state == HopState::Good), "{hops:#?}");
    assert!(hops["spf"].found.contains("2 of 10 lookups"), "{hops:#?}");
    assert_eq!(hops.keys().collect::<Vec<_>>(), ["dkim", "dmarc", "mx", "spf"]);
}

#[tokio::test]
async fn what_lacks_is_named_with_the_record_to_publish() {
    let hops = hops(&sender(), Zone::new()).await;
    for (hop, mend) in [
        ("spf", "publish one TXT record at in.example.com: v=spf1 include:".to_owned()),
        ("dkim", format!("publish one TXT record at a1._domainkey.example.com: v=DKIM1; k=rsa; p={PUBLIC}")),
        ("dmarc", "publish one TXT record at _dmarc.example.com: v=DMARC1; p=none".to_owned()),
        ("mx", "publish an MX record at in.example.com".to_owned()),
    ] {
        assert_eq!(hops[hop].state, HopState::Broken, "{hop}");
        assert!(hops[hop].mend.as_deref().is_some_and(|said| said.starts_with(&mend)), "{:?}", hops[hop]);
    }
}

#[tokio::test]
async fn each_fault_of_a_record_is_found_and_no_other_hop_is_blamed() {
    let many = format!("v=spf1 {} -all", (0..11).map(|n| format!("a:h{n}.example.com")).collect::<Vec<_>>().join(" "));
    let key = "a1._domainkey.example.com";
    let spf = "in.example.com";
    for (name, kind, data, hop, state, words) in [
        (spf, TXT, "v=spf1 +all", "spf", HopState::Broken, "everybody"),
        (spf, TXT, "v=spf1 ip4:192.0.2.1", "spf", HopState::Doubtful, "from elsewhere"),
        (spf, TXT, many.as_str(), "spf", HopState::Broken, "ten lookups"),
        (spf, TXT, "v=spf1 include:nothing.example.net -all", "spf", HopState::Broken, "no record"),
        (spf, TXT, "v=spf1 include:in.example.com include:_spf.example.net -all", "spf", HopState::Good, "3 of 10"),
        (key, TXT, "v=DKIM1; k=rsa; p=AAAA", "dkim", HopState::Broken, "another key"),
        (key, TXT, "v=DKIM1; p=", "dkim", HopState::Broken, "revoked"),
        (key, TXT, &format!("t=y:s; p={PUBLIC}"), "dkim", HopState::Doubtful, "a test"),
        ("_dmarc.example.com", TXT, "v=DMARC1; p=reject; adkim=s; aspf=s", "dmarc", HopState::Doubtful, "p=reject"),
        ("_dmarc.example.com", TXT, "v=DMARC1; p=none; aspf=s", "dmarc", HopState::Good, "the signature"),
    ] {
        let hops = hops(&sender(), but(name, kind, Some(txt(data)))).await;
        assert_eq!(hops[hop].state, state, "{data}: {:?}", hops[hop]);
        assert!(hops[hop].found.contains(words), "{data}: {:?}", hops[hop]);
        assert!(hops.iter().all(|(other, found)| other == hop || found.state == HopState::Good), "{data}: {hops:#?}");
    }
    let mut twice = published();
    twice.push((spf, TXT, txt("v=spf1 -all")));
    assert!(hops(&sender(), zone(&twice)).await["spf"].found.contains("several"));
    // RFC 7505: a host without a name takes no mail.
    let null = [&0_u16.to_be_bytes(), [0].as_slice()].concat();
    assert_eq!(hops(&sender(), but("mail.example.com", MX, Some(null))).await["mx"].state, HopState::Doubtful);
}

#[tokio::test]
async fn a_name_server_that_is_away_or_refuses_blames_nobody() {
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let hops = health(&sender(), &Resolver::at(vec![away])).await;
    assert!(hops.iter().all(|hop| hop.state == HopState::Unasked), "{hops:#?}");
    let (at, task) = serve(Zone::new()).await;
    assert_eq!(Resolver::at(vec![at]).texts("example.broken").await, Err(NotAsked::Refused(2)));
    assert_eq!(Resolver::at(vec![away, at]).mail_hosts("example.com").await, Ok(Vec::new()), "the next one is asked");
    task.abort();
}

#[test]
fn the_machines_name_servers_are_read_from_its_settings() {
    assert!(Resolver::of("search example.com\n# nameserver 192.0.2.1\noptions edns0\n").is_none());
    let found = format!("{:?}", Resolver::of("nameserver 127.0.0.53\nnameserver ::1\n").unwrap());
    assert!(found.contains("127.0.0.53:53") && found.contains("[::1]:53"), "{found}");
}
