//! The listener that mail comes back to, as a whole over its socket: dialogues, then mails in a sound dialogue; and designs of mails.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use aws_lc_rs::hmac;
use channel::{
    Account, Adapter as _, EmailAccount, Inlet, MailInbound, MailSecurity, MailService, MailStream, NotTaken, Provider, Received, Secret,
};
use channel_email::{DesignSource, Email};
use http_client::Guard;
use model::{Channel, Clock, MessageId, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::heard::{NOW, account, sound};
use crate::seeds_in;
use crate::target::{Broken, Form, Pace, Target, promise, read_as, reader};

const KEY: &str = "a key of thirty-two bytes or more";
/// An answer that does not come is a promise that does not hold.
const WITHIN: Duration = Duration::from_secs(20);
/// Tries to reach a listener that was just started.
const TURNS: usize = 100;
/// Over a socket: connections, and turns of the runtime.
const BY_SOCKET: Pace = Pace { once_ms: 300, each_kib_ms: 20 };

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// A sender of mail whose answers come to `listen`, or by webhook where that is empty.
pub(super) fn sender(listen: &str, service: Option<MailService>) -> Account {
    let email = EmailAccount {
        host: "mail.example.com".into(),
        port: 587,
        security: MailSecurity::Starttls,
        authority: None,
        user: None,
        password: Secret::new(""),
        from: "hello@example.com".into(),
        from_name: "Shop".into(),
        subject: "News".into(),
        dkim: None,
        dkim_also: None,
        stream: MailStream::Transactional,
        inbound: Some(MailInbound { domain: "in.example.com".into(), listen: listen.into() }),
        service,
        tracking: channel::MailTracking::default(),
        key: Secret::new(KEY),
        public_url: "https://antiphon.example.com".into(),
    };
    account(Channel::Email, "hello@example.com", Provider::Email(email))
}

pub(super) fn adapter() -> Email {
    Email::new(Guard::public_only(), Arc::new(Stopped))
}

/// An address of ours that a bounce comes back to, as `docs/email.md` has it: the first half of an HMAC proves it.
fn bounce_address() -> String {
    let message = MessageId::from_u128(7);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes()), format!("antiphon mail 1 bounce {message} ").as_bytes());
    format!("bounce+{message}.{}@in.example.com", hex::encode(&tag.as_ref()[..8]))
}

#[derive(Default)]
struct Taken(Mutex<Vec<Received>>);

impl Taken {
    fn all(&self) -> Vec<Received> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Inlet for Taken {
    fn now(&self) -> Timestamp {
        NOW
    }

    async fn take(&self, received: Vec<Received>) -> Result<(), NotTaken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(received);
        Ok(())
    }

    async fn keep(&self, _: &str, _: serde_json::Value) -> Result<(), NotTaken> {
        Ok(())
    }

    async fn kept(&self) -> Result<BTreeMap<String, serde_json::Value>, NotTaken> {
        Ok(BTreeMap::new())
    }

    async fn forget(&self, _: &str) -> Result<(), NotTaken> {
        Ok(())
    }
}

/// A listener of the product's on a port of its own.
struct Office {
    runtime: Runtime,
    listen: String,
    taken: Arc<Taken>,
}

impl Office {
    fn open() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let free = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?.local_addr()?;
        let (listen, taken) = (free.to_string(), Arc::new(Taken::default()));
        let (account, inlet) = (Arc::new(sender(&listen, None)), Arc::clone(&taken));
        runtime.spawn(async move { adapter().serve(account, inlet, Box::pin(std::future::pending())).await });
        let office = Self { runtime, listen, taken };
        // It listens only after its task has had a turn or two.
        let answers = (0..TURNS).any(|_| office.talk(b"QUIT\r\n").is_ok());
        anyhow::ensure!(answers, "the listener does not answer at {}", office.listen);
        Ok(office)
    }

    /// Everything at once, as somebody does who does not wait for answers.
    fn talk(&self, said: &[u8]) -> Result<Vec<u8>, Broken> {
        let talk = async {
            let mut stream = TcpStream::connect(&self.listen).await?;
            let (mut read, mut write) = stream.split();
            let mut answers = Vec::new();
            let say = async {
                // Whoever is turned away halfway cannot write on.
                let _ = write.write_all(said).await;
                let _ = write.shutdown().await;
            };
            let ((), heard) = tokio::join!(say, read.read_to_end(&mut answers));
            // A connection that is closed with words unread is reset; what was answered before counts.
            match heard {
                Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset => Err(error),
                _ => Ok(answers),
            }
        };
        let talked = self.runtime.block_on(async { tokio::time::timeout(WITHIN, talk).await });
        match talked {
            Ok(Ok(answers)) => Ok(answers),
            Ok(Err(error)) => Err(Broken(format!("the connection broke: {error}"))),
            Err(_) => Err(Broken("gives no answer and does not hang up".into())),
        }
    }

    fn hear(&self, said: &[u8]) -> Result<u64, Broken> {
        let answers = self.talk(said)?;
        let lines = || answers.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        for line in lines() {
            let code = line.first_chunk::<3>().is_some_and(|code| code.iter().all(u8::is_ascii_digit));
            promise(code && line.len() <= 512, || format!("answers {}", String::from_utf8_lossy(line)))?;
        }
        let taken = self.taken.all();
        sound(&taken)?;
        let codes: String =
            lines().filter_map(|line| line.first_chunk::<3>()).flat_map(|code| code.iter().map(|byte| char::from(byte + 17))).collect();
        Ok(crate::shape::of(&taken) ^ crate::shape::of(&Codes(&codes)))
    }
}

/// Answers as letters, because a shape leaves out digits and what is in quotes.
struct Codes<'a>(&'a str);

impl std::fmt::Debug for Codes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

fn mails() -> Result<Vec<Vec<u8>>> {
    let mut mails = seeds_in(&["crates/channel-email/testdata"], ".eml")?;
    for mail in [
        "From: Ana <ana@example.com>\r\nTo: hello@example.com\r\nSubject: Re: News\r\nMessage-ID: <a@example.com>\r\n\r\nYes, please.\r\n\r\n> News\r\n",
        "From: ana@example.com\r\nMessage-ID: <b@example.com>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=\
         iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=E9</p>\r\n--x\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-\
         Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n",
        "From: ana@example.com\r\nAuto-Submitted: auto-replied\r\nSubject: =?utf-8?B?T3V0IG9mIG9mZmljZQ==?=\r\n\r\nI am away.\r\n",
    ] {
        mails.push(mail.as_bytes().to_vec());
    }
    Ok(mails)
}

/// A dialogue that delivers one mail to two addresses of ours.
fn delivered(mail: &[u8]) -> Vec<u8> {
    let mut said =
        format!("EHLO a.example.com\r\nMAIL FROM:<>\r\nRCPT TO:<hello@example.com>\r\nRCPT TO:<{}>\r\nDATA\r\n", bounce_address())
            .into_bytes();
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            said.push(b'.');
        }
        said.extend_from_slice(line);
    }
    said.extend_from_slice(b"\r\n.\r\nQUIT\r\n");
    said
}

pub const DIALOGUE: Target = Target {
    name: "smtp-dialogue",
    form: Form::Bytes,
    seeds: || {
        let mut seeds: Vec<_> = mails()?.iter().map(|mail| delivered(mail)).collect();
        seeds.push(
            b"LHLO a\r\nMAIL FROM:<a@example.com> SIZE=10 BODY=8BITMIME\r\nRCPT TO:<hello@example.com>\r\nRSET\r\nNOOP\r\nQUIT\r\n"
                .to_vec(),
        );
        Ok(seeds)
    },
    words: &[
        "EHLO x\r\n",
        "LHLO x\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<hello@example.com>\r\n",
        "DATA\r\n",
        "\r\n.\r\n",
        "\n.\n",
        "RSET\r\n",
        "QUIT\r\n",
        "SIZE=",
        "<",
        ">",
    ],
    longest: 64 * 1024,
    pace: BY_SOCKET,
    reader: || {
        let office = Office::open()?;
        reader(move |said| office.hear(said))
    },
};

pub const MAILS: Target = Target {
    name: "mime",
    form: Form::Bytes,
    seeds: mails,
    words: &[
        "Content-Type: multipart/mixed; boundary=x\r\n",
        "\r\n--x\r\n",
        "--x--",
        "Content-Type: message/rfc822\r\n\r\n",
        "message/delivery-status",
        "message/feedback-report",
        "Content-Transfer-Encoding: base64\r\n",
        "quoted-printable",
        "=?utf-8?B?",
        "?=",
        "charset=utf-7",
        "In-Reply-To: <",
        "References: ",
        "Action: failed\r\n",
        "Status: 5.1.1\r\n",
        "From: ",
        "\r\n\r\n",
        "filename*=utf-8''%2e%2e%2f",
    ],
    longest: 64 * 1024,
    pace: BY_SOCKET,
    reader: || {
        let office = Office::open()?;
        reader(move |mail| office.hear(&delivered(mail)))
    },
};

pub const DESIGNS: Target = Target {
    name: "mjml",
    form: Form::Text,
    seeds: || {
        Ok([
            "<mjml><mj-body><mj-section><mj-column><mj-text>Hello {{first_name}}</mj-text><mj-button href=\"https://example.com/{{code}}\">Go</mj-button>\
             </mj-column></mj-section></mj-body></mjml>",
            "<mjml><mj-head><mj-title>News</mj-title><mj-style>p { color: red }</mj-style><mj-attributes><mj-all padding=\"0\"/></mj-attributes></mj-head>\
             <mj-body width=\"500px\"><mj-hero><mj-image src=\"https://example.com/a.png\" alt=\"{{first_name}}\"/></mj-hero><mj-raw><!-- x --></mj-raw></mj-body></mjml>",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec())
    },
    words: &[
        "<mj-section>",
        "</mj-section>",
        "<mj-column width=\"50%\">",
        "<mj-table>",
        "<mj-include path=\"/etc/passwd\"/>",
        "{{first_name}}",
        "{{unsubscribe_url}}",
        "<![CDATA[",
        "<!DOCTYPE",
        "&lt;",
        "<script>",
    ],
    longest: 16 * 1024,
    // The renderer is somebody else's, and runs when a person publishes a design.
    pace: Pace { once_ms: 400, each_kib_ms: 100 },
    reader: || {
        let known: BTreeSet<String> = ["first_name", "code"].map(String::from).into();
        let values = [("first_name", "<b>\"Ana\"</b>"), ("code", "a b"), (channel_email::UNSUBSCRIBE_URL, "https://example.com/u")];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        reader(move |raw| {
            let mjml = std::str::from_utf8(raw).context("text").map_err(|error| Broken(error.to_string()))?;
            let design = channel_email::compile(&DesignSource { subject: "News", mjml, text: None }, &known);
            let Ok(design) = &design else { return read_as(&design) };
            let filled = channel_email::fill(design, &values);
            if let Ok(filled) = &filled {
                promise(!filled.html.contains("<b>\"Ana\"</b>"), || "a value becomes markup".into())?;
            }
            read_as(&filled.is_ok())
        })
    },
};
