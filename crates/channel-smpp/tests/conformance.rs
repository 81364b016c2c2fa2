//! SMS by SMPP keeps the promises of every adapter.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::{Buf as _, BytesMut};
use channel::{Account, Adapter, Concat, Inlet, NotTaken, Provider, Received, Secret, SmppAccount};
use channel_smpp::Smpp;
use channel_tests::{Answer, Delivery, NOW, News, Rig};
use http_client::Guard;
use model::sender::{Sender, SenderStatus};
use model::{AddressKey, Channel, MessageId, SenderId, Timestamp, WorkspaceId};
use rusmpp::decode::DecodeWithLength as _;
use rusmpp::pdus::SubmitSm;
use rusmpp::tlvs::TlvValue;
use rusmpp::{Command, Pdu};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const PASSWORD: &str = "s3cr3tpw";
/// Nobody listens there.
const NOWHERE: u16 = 1;

const BIND: u32 = 0x09;
const SUBMIT: u32 = 0x04;
const ENQUIRE: u32 = 0x15;
const RESPONSE: u32 = 0x8000_0000;

#[derive(Default)]
struct Script {
    next: Option<Answer>,
    calls: Vec<String>,
}

/// Takes everything in and keeps nothing: what arrives is shown by the crate's own tests.
struct Sink;

#[async_trait]
impl Inlet for Sink {
    fn now(&self) -> Timestamp {
        NOW
    }

    async fn take(&self, _received: Vec<Received>) -> Result<(), NotTaken> {
        Ok(())
    }

    async fn keep(&self, _key: &str, _value: Value) -> Result<(), NotTaken> {
        Ok(())
    }

    async fn forget(&self, _key: &str) -> Result<(), NotTaken> {
        Ok(())
    }

    async fn kept(&self) -> Result<BTreeMap<String, Value>, NotTaken> {
        Ok(BTreeMap::new())
    }
}

/// A message centre that does as it is told, a line that is bound to it, and one that never is.
struct SmppRig {
    script: Arc<Mutex<Script>>,
    bound: Arc<Smpp>,
    unbound: Arc<Smpp>,
}

impl Default for SmppRig {
    fn default() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener for tasks");
        let port = listener.local_addr().expect("a port").port();
        let script: Arc<Mutex<Script>> = Arc::default();
        tokio::spawn(centre(TcpListener::from_std(listener).expect("a listener for tasks"), Arc::clone(&script)));
        Self { script, bound: line(port), unbound: line(NOWHERE) }
    }
}

fn line(port: u16) -> Arc<Smpp> {
    let smpp = Arc::new(Smpp::new(Guard::allowing(["127.0.0.1"])));
    let serving = Arc::clone(&smpp);
    tokio::spawn(async move { serving.serve(Arc::new(account(port)), Arc::new(Sink), Box::pin(std::future::pending())).await });
    smpp
}

fn account(port: u16) -> Account {
    let mut smpp: SmppAccount = serde_json::from_value(serde_json::json!({
        "host": "127.0.0.1", "port": port, "system_id": "antiphon", "password": "", "from": "+12025550100", "response_timeout_s": 1
    }))
    .expect("an account");
    smpp.password = Secret::new(PASSWORD);
    // One request for each message, however long.
    smpp.concat = Concat::Payload;
    let sender = Sender {
        id: SenderId::from_u128(2),
        channel: Channel::Sms,
        name: "Main".into(),
        address: smpp.from.clone(),
        provider_ref: smpp.system_id.clone(),
        status: SenderStatus::Active,
        per_second: 200,
    };
    Account { workspace: WorkspaceId::from_u128(1), sender, provider: Provider::Smpp(smpp) }
}

async fn centre(listener: TcpListener, script: Arc<Mutex<Script>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let script = Arc::clone(&script);
        tokio::spawn(async move { drop(talk(stream, &script).await) });
    }
}

/// Until the client goes or is left.
async fn talk(mut stream: TcpStream, script: &Mutex<Script>) -> std::io::Result<()> {
    loop {
        let length = stream.read_u32().await?;
        let mut frame = BytesMut::zeroed(usize::try_from(length).unwrap_or_default().saturating_sub(4));
        stream.read_exact(&mut frame).await?;
        let (id, sequence) = ((&frame[..4]).get_u32(), (&frame[8..12]).get_u32());
        let (status, body): (u32, &[u8]) = match id {
            BIND => (0, b"centre\0"),
            ENQUIRE => (0, b""),
            SUBMIT => {
                let size = frame.len();
                let words = Command::decode(&mut frame, size).ok().and_then(|(command, _)| match command.pdu() {
                    Some(Pdu::SubmitSm(submitted)) => Some(words(submitted)),
                    _ => None,
                });
                let answer = {
                    let mut script = script.lock().unwrap();
                    script.calls.push(words.unwrap_or_else(|| "unreadable".to_owned()));
                    script.next.take().unwrap_or(Answer::Accepts)
                };
                match answer {
                    Answer::Accepts => (0, b"out-1\0"),
                    Answer::NobodyThere => (0x0b, b""),
                    // What the session itself waits out (0x58, 0x14) is no answer to the message: this one is.
                    Answer::Throttles => (0x64, b""),
                    Answer::WrongCredentials => (0x0e, b""),
                    Answer::AnswerLost => continue,
                    Answer::Babbles => return stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nok").await,
                    Answer::Fails | Answer::Unreachable => return Ok(()),
                }
            }
            _ => continue,
        };
        let length = u32::try_from(16 + body.len()).unwrap_or_default();
        let head: Vec<u8> = [length, id | RESPONSE, status, sequence].into_iter().flat_map(u32::to_be_bytes).collect();
        stream.write_all(&[&head, body].concat()).await?;
    }
}

/// What a phone would show.
fn words(submitted: &SubmitSm) -> String {
    let payload = submitted.tlvs().iter().find_map(|tlv| match tlv.value() {
        Some(TlvValue::MessagePayload(payload)) => Some(payload.value.as_ref().to_vec()),
        _ => None,
    });
    let octets = payload.unwrap_or_else(|| submitted.short_message().as_ref().to_vec());
    if u8::from(submitted.data_coding) == 8 {
        let units: Vec<u16> = octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    } else {
        // The letters of the default alphabet that the samples use and ASCII has elsewhere.
        let letter = |octet: &u8| match octet {
            0x00 => '@',
            0x11 => '_',
            other => char::from(*other),
        };
        octets.iter().map(letter).collect()
    }
}

impl Rig for SmppRig {
    fn adapter(&self) -> Arc<dyn Adapter> {
        let unreachable = self.script.lock().unwrap().next == Some(Answer::Unreachable);
        Arc::clone(if unreachable { &self.unbound } else { &self.bound }) as Arc<dyn Adapter>
    }

    fn account(&self) -> Account {
        account(NOWHERE)
    }

    fn secrets(&self) -> Vec<String> {
        vec![PASSWORD.to_owned()]
    }

    fn person(&self) -> AddressKey {
        AddressKey::phone("+12025550123")
    }

    fn next(&self, answer: Answer) {
        self.script.lock().unwrap().next = Some(answer);
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.script.lock().unwrap().calls)
    }

    /// The protocol has room for two octets of ours, which name nothing.
    fn mark(&self, _message: MessageId) -> Option<String> {
        None
    }

    fn signed(&self, _part: &str, _body: &[u8]) -> Option<Delivery> {
        None
    }

    fn delivery(&self, _news: &News) -> Option<Delivery> {
        None
    }
}

channel_tests::suite!(SmppRig::default());

#[tokio::test]
async fn a27_every_content_leaves_as_the_golden_file_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/contents.txt");
    channel_tests::golden::every_content_leaves_as_the_golden_file_says(&SmppRig::default(), file.as_ref()).await;
}
