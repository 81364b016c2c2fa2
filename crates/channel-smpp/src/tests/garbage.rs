//! Deliveries that break the protocol: each is refused with a status, kept aside, and costs neither the connection nor what follows it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use channel::{Adapter as _, SmppAccount};
use http_client::Guard;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::centre::{Book, account};
use crate::{Smpp, testing};

const DELIVER: u32 = 0x05;
const DATA: u32 = 0x103;
/// ESME_RX_P_APPN and ESME_RX_T_APPN.
const NEVER: u32 = 0x65;
const LATER: u32 = 0x64;

/// `deliver_sm` that says "Hi", written by hand.
const GOOD: &[u8] = b"\0\x01\x0112025550123\0\x01\x0112025550100\0\0\0\0\0\0\0\0\0\0\x02Hi";

/// A centre of one connection, written octet by octet.
struct Octets {
    stream: TcpStream,
    book: Arc<Book>,
    line: tokio::task::JoinHandle<()>,
}

impl Drop for Octets {
    fn drop(&mut self) {
        self.line.abort();
    }
}

impl Octets {
    async fn bound() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let book = Arc::new(Book::default());
        let (smpp, inlet) = (Smpp::new(Guard::allowing(["127.0.0.1"])), Arc::clone(&book));
        let account = Arc::new(account(SmppAccount { port, ..testing::account() }));
        let line = tokio::spawn(async move { smpp.serve(account, inlet, Box::pin(std::future::pending())).await });
        let (stream, _) = listener.accept().await.unwrap();
        let mut centre = Self { stream, book, line };
        let (id, _, sequence) = centre.heard().await;
        assert_eq!((id, sequence), (0x09, 1), "the bind");
        centre.say(0x8000_0009, 1, b"centre\0").await;
        centre
    }

    async fn say(&mut self, id: u32, sequence: u32, body: &[u8]) {
        let length = u32::try_from(16 + body.len()).unwrap();
        let head: Vec<u8> = [length, id, 0, sequence].into_iter().flat_map(u32::to_be_bytes).collect();
        self.stream.write_all(&[&head, body].concat()).await.unwrap();
    }

    /// Command, status and sequence of the next frame.
    async fn heard(&mut self) -> (u32, u32, u32) {
        let length = self.stream.read_u32().await.unwrap();
        let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
        self.stream.read_exact(&mut rest).await.unwrap();
        let word = |at: usize| u32::from_be_bytes(rest[at..at + 4].try_into().unwrap());
        (word(0), word(4), word(8))
    }

    /// The status that a delivery is answered with.
    async fn given(&mut self, id: u32, sequence: u32, body: &[u8]) -> u32 {
        self.say(id, sequence, body).await;
        let (answer, status, of) = self.heard().await;
        assert_eq!((answer, of), (id | 0x8000_0000, sequence), "the answer to {body:02x?}");
        status
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_is_refused_for_good_kept_aside_and_costs_nothing_else() {
    let mut centre = Octets::bound().await;
    let cut = [1, 4, 15, 20, 40].map(|end| GOOD[..end].to_vec());
    // More text than there is; an address without its end; a parameter that is longer than the frame.
    let boasting = [&GOOD[..GOOD.len() - 3], b"\xffHi"].concat();
    let endless = [&b"\0\x01\x01"[..], &[b'1'; 90]].concat();
    let overlong = [GOOD, b"\x04\x24\xff\xffHi"].concat();
    let mut sequence = 0;
    for body in cut.into_iter().chain([Vec::new(), vec![0xff; 40], boasting, endless, overlong]) {
        sequence += 1;
        assert_eq!(centre.given(DELIVER, sequence, &body).await, NEVER, "{body:02x?}");
    }
    sequence += 1;
    assert_eq!(centre.given(DATA, sequence, &[0xff; 40]).await, NEVER);
    assert_eq!(centre.book.aside.lock().unwrap().len(), usize::try_from(sequence).unwrap());
    assert!(centre.book.aside.lock().unwrap().iter().all(|kind| kind == "smpp_unreadable"));
    assert!(centre.book.texts().is_empty());
    // The connection is the same, and what follows is taken.
    assert_eq!(centre.given(DELIVER, sequence + 1, GOOD).await, 0);
    assert_eq!(centre.book.texts(), ["Hi"]);
}

#[tokio::test]
async fn what_cannot_be_kept_aside_is_asked_for_again() {
    let mut centre = Octets::bound().await;
    centre.book.away.store(true, Ordering::SeqCst);
    assert_eq!(centre.given(DELIVER, 1, &[0xff; 40]).await, LATER);
    centre.book.away.store(false, Ordering::SeqCst);
    assert_eq!(centre.given(DELIVER, 2, &[0xff; 40]).await, NEVER);
    assert_eq!(centre.book.aside.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_receipt_that_names_nothing_is_kept_aside_and_acknowledged() {
    let mut centre = Octets::bound().await;
    let receipt = [&GOOD[..GOOD.len() - 12], &[4, 0, 0, 0, 0, 0, 0, 0, 0, 2], b"??"].concat();
    assert_eq!(centre.given(DELIVER, 1, &receipt).await, 0);
    assert_eq!(*centre.book.aside.lock().unwrap(), ["smpp_unreadable"]);
}

#[tokio::test]
async fn requests_that_a_client_never_gets_are_answered_with_a_nack() {
    let mut centre = Octets::bound().await;
    for (sequence, id) in [(1, 0x04), (2, 0x21), (3, 0x0dec_0ded & 0x7fff_ffff)] {
        centre.say(id, sequence, GOOD).await;
        assert_eq!(centre.heard().await, (0x8000_0000, 0x03, sequence), "{id:#x}");
    }
    assert_eq!(centre.given(DELIVER, 4, GOOD).await, 0);
}
