//! Frames: a length, a header, and a body that the codec reads. A body that it cannot read costs only itself, because the header is read here.

use bytes::{Buf as _, Bytes, BytesMut};
use rusmpp::decode::DecodeWithLength as _;
use rusmpp::encode::Length as _;
use rusmpp::encode::owned::Encode as _;
use rusmpp::{Command, CommandStatus, Pdu};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Octets of a header with its length.
const HEADER: usize = 16;
/// Longest frame: a payload of 64 KiB is what the protocol has room for; texts are far below.
const FRAME_MAX: usize = 64 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("the message centre closed the connection")]
    Closed,
    #[error("a frame of {0} octets: this is no message centre, or the connection is out of step")]
    BadLength(usize),
    #[error("the connection broke: {0}")]
    Io(#[from] std::io::Error),
}

/// One frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub id: u32,
    pub status: u32,
    pub sequence: u32,
    /// `None` for a bare header and for a body that cannot be read.
    pub body: Option<Pdu>,
    /// The octets of a body that cannot be read.
    pub unread: Bytes,
}

/// Reads frames. Nothing is lost when a read is given up halfway.
pub(crate) struct Reader<R> {
    half: R,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub fn new(half: R) -> Self {
        Self { half, buffer: BytesMut::with_capacity(4_096) }
    }

    pub async fn next(&mut self) -> Result<Frame, WireError> {
        loop {
            if let Some(frame) = take(&mut self.buffer)? {
                return Ok(frame);
            }
            if self.half.read_buf(&mut self.buffer).await? == 0 {
                return Err(WireError::Closed);
            }
        }
    }
}

/// The next frame, once it is whole.
pub(crate) fn take(buffer: &mut BytesMut) -> Result<Option<Frame>, WireError> {
    let Some(head) = buffer.first_chunk::<HEADER>() else { return Ok(None) };
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let length = usize::try_from(word(0)).unwrap_or(usize::MAX);
    if !(HEADER..=FRAME_MAX).contains(&length) {
        return Err(WireError::BadLength(length));
    }
    let (id, status, sequence) = (word(4), word(8), word(12));
    if buffer.len() < length {
        buffer.reserve(length - buffer.len());
        return Ok(None);
    }
    let mut frame = buffer.split_to(length);
    frame.advance(4);
    let octets = frame.clone().freeze();
    let body = (length > HEADER || is_bodyless(id)).then(|| Command::decode(&mut frame, length - 4).ok());
    let body = body.flatten().and_then(|(command, _)| command.pdu().cloned());
    let unread = if body.is_none() { octets.slice(HEADER - 4..) } else { Bytes::new() };
    Ok(Some(Frame { id, status, sequence, body, unread }))
}

/// Requests and answers that are a header only.
const fn is_bodyless(id: u32) -> bool {
    matches!(id & 0x7fff_ffff, 0x15 | 0x06 | 0x00)
}

pub(crate) fn write(status: u32, sequence: u32, pdu: Pdu) -> Vec<u8> {
    let command = Command::new(CommandStatus::from(status), sequence, pdu);
    let length = command.length() + 4;
    let mut out = BytesMut::with_capacity(length);
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    command.encode(&mut out);
    out.to_vec()
}

/// Out to the network: an encrypted connection keeps what is not flushed.
pub(crate) async fn send<W: AsyncWrite + Unpin>(writer: &mut W, octets: &[u8]) -> std::io::Result<()> {
    writer.write_all(octets).await?;
    writer.flush().await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(octets: &[u8]) -> Result<Option<Frame>, WireError> {
        take(&mut BytesMut::from(octets))
    }

    #[test]
    fn an_answer_may_be_a_bare_header() {
        let frame = read(&[0, 0, 0, 16, 0x80, 0, 0, 4, 0, 0, 0, 0x58, 0, 0, 0, 9]).unwrap().unwrap();
        assert_eq!((frame.id, frame.status, frame.sequence, frame.body), (0x8000_0004, 0x58, 9, None));
    }

    #[test]
    fn a_length_that_cannot_be_ends_the_connection() {
        for length in [0_u32, 15, 70_000, u32::MAX] {
            let frame = [&length.to_be_bytes()[..], &[0; 12]].concat();
            assert!(matches!(read(&frame), Err(WireError::BadLength(_))), "{length}");
        }
    }

    #[test]
    fn frames_come_back_as_they_were_written() {
        let frame = read(&write(0, 7, Pdu::EnquireLink)).unwrap().unwrap();
        assert_eq!((frame.id, frame.sequence, frame.body), (0x15, 7, Some(Pdu::EnquireLink)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_octets_are_frames_or_errors(id in prop_oneof![Just(5_u32), Just(4), Just(0x103), Just(0x8000_0004), any::<u32>()],
                                           body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let length = u32::try_from(16 + body.len()).unwrap();
            let octets = [&length.to_be_bytes()[..], &id.to_be_bytes(), &[0; 4], &[0, 0, 0, 1], &body].concat();
            prop_assert!(read(&octets).unwrap().is_some());
            let _ = read(&body);
        }
    }
}
