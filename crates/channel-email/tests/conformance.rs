//! Email keeps the promises of every adapter.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use channel::{Account, Adapter, EmailAccount, FetchedMedia, MailSecurity, MailStream, MediaReader, Provider, Secret};
use channel_email::Email;
use channel_tests::{Answer, Delivery, News, Rig};
use http_client::Guard;
use model::sender::{Sender, SenderStatus};
use model::{AddressKey, AddressKind, Channel, Clock, MediaId, MessageId, SenderId, Timestamp, WorkspaceId};

const PASSWORD: &str = "a-password";
const KEY: &str = "a key of thirty-two bytes or more";

#[derive(Default)]
struct Script {
    next: Option<Answer>,
    calls: Vec<String>,
}

/// A mail server that does as it is told, each connection in a thread.
struct MailRig {
    port: u16,
    script: Arc<Mutex<Script>>,
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        channel_tests::NOW
    }
}

struct OnePicture;

#[async_trait]
impl MediaReader for OnePicture {
    async fn read(&self, _ws: WorkspaceId, _media: MediaId) -> Option<FetchedMedia> {
        Some(FetchedMedia { bytes: vec![0, 1, 2], mime: "image/png".to_owned() })
    }
}

impl Default for MailRig {
    fn default() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let script: Arc<Mutex<Script>> = Arc::default();
        let shared = Arc::clone(&script);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || drop(talk(&stream, &shared)));
            }
        });
        Self { port, script }
    }
}

fn talk(mut stream: &TcpStream, script: &Mutex<Script>) -> std::io::Result<()> {
    let answer = script.lock().unwrap().next.take();
    if answer == Some(Answer::Unreachable) {
        return Ok(());
    }
    let note = |text: String| script.lock().unwrap().calls.push(text);
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 mx.example.net\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let said = match (line.split(' ').next().unwrap_or_default(), answer) {
            ("EHLO", _) => "250-mx.example.net\r\n250-DSN\r\n250 AUTH PLAIN",
            ("AUTH", Some(Answer::WrongCredentials)) => "535 5.7.8 no",
            ("AUTH", _) => "235 2.7.0 ok",
            ("RCPT", Some(Answer::NobodyThere)) => "550 5.1.1 no such user",
            ("RCPT", Some(Answer::Throttles)) => "451 4.7.1 slower",
            ("DATA", _) => "354 go",
            _ => "250 ok",
        };
        if said.starts_with(['4', '5']) {
            note(line.clone());
        }
        stream.write_all(format!("{said}\r\n").as_bytes())?;
        if said == "354 go" {
            let mut mail = String::new();
            for line in lines.by_ref() {
                let line = line?;
                if line == "." {
                    break;
                }
                mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                mail.push('\n');
            }
            note(mail);
            match answer {
                // It broke down over the mail, or its answer was lost: nobody can tell.
                Some(Answer::AnswerLost | Answer::Fails) => return Ok(()),
                Some(Answer::Babbles) => stream.write_all(b"<html>\r\n")?,
                _ => stream.write_all(b"250 2.0.0 queued\r\n")?,
            }
        }
    }
    Ok(())
}

impl Rig for MailRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        Arc::new(Email::new(Guard::allowing(["127.0.0.1"]), Arc::new(Noon)).with_media(Arc::new(OnePicture)))
    }

    fn account(&self) -> Account {
        let sender = Sender {
            id: SenderId::from_u128(2),
            channel: Channel::Email,
            name: "Main".into(),
            address: "hello@example.com".into(),
            provider_ref: "hello@example.com".into(),
            status: SenderStatus::Active,
            per_second: 1,
        };
        let email = EmailAccount {
            host: "127.0.0.1".into(),
            port: self.port,
            security: MailSecurity::Plain,
            authority: None,
            user: Some("shop".into()),
            password: Secret::new(PASSWORD),
            from: "hello@example.com".into(),
            from_name: "Example".into(),
            subject: "Your message".into(),
            dkim: None,
            dkim_also: None,
            stream: MailStream::Transactional,
            inbound: None,
            service: None,
            tracking: channel::MailTracking::default(),
            key: Secret::new(KEY),
            public_url: "https://antiphon.example.com".into(),
        };
        Account { workspace: WorkspaceId::from_u128(1), sender, provider: Provider::Email(email) }
    }

    fn secrets(&self) -> Vec<String> {
        vec![PASSWORD.to_owned(), KEY.to_owned()]
    }

    fn person(&self) -> AddressKey {
        AddressKey::new(AddressKind::Email, "alex@example.org")
    }

    fn next(&self, answer: Answer) {
        self.script.lock().unwrap().next = Some(answer);
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.script.lock().unwrap().calls)
    }

    fn mark(&self, message: MessageId) -> Option<String> {
        Some(message.to_string())
    }

    fn signed(&self, _part: &str, _body: &[u8]) -> Option<Delivery> {
        None
    }

    fn delivery(&self, _news: &News) -> Option<Delivery> {
        None
    }
}

channel_tests::suite!(MailRig::default());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&MailRig::default(), file.as_ref()).await;
}
