//! A connection that is signed in, and the handing over of one mail.

use std::io;
use std::time::Duration;

use super::{Reply, Wire};
use crate::errors::Stage;

/// For the answer to a command.
const ANSWER: Duration = Duration::from_secs(60);
/// For the answer to a whole mail: servers scan it first (RFC 5321 §4.5.3.2.6 says ten minutes; the dispatcher waits less).
const TAKEN: Duration = Duration::from_secs(90);

/// What the server said it can do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Extensions {
    pub starttls: bool,
    pub dsn: bool,
    pub auth_plain: bool,
    pub auth_login: bool,
    /// Bytes of a mail; none when it does not say.
    pub size: Option<usize>,
}

impl Extensions {
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offers = Self::default();
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase().replace("AUTH=", "AUTH ");
            let mut words = line.split_whitespace();
            match words.next() {
                Some("STARTTLS") => offers.starttls = true,
                Some("DSN") => offers.dsn = true,
                Some("SIZE") => offers.size = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0),
                Some("AUTH") => {
                    for way in words {
                        offers.auth_plain |= way == "PLAIN";
                        offers.auth_login |= way == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        offers
    }
}

/// The form in which a mail leaves.
pub(crate) struct Parcel<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub envelope: &'a str,
    pub bytes: &'a [u8],
}

/// What became of a mail.
#[derive(Debug)]
pub(crate) enum Handed {
    Taken,
    Refused(Stage, Reply),
    /// Larger than the server takes.
    TooLarge(usize),
    /// The connection broke before the mail was complete: it certainly did not leave.
    NotSent(io::Error),
    /// The mail was complete and its answer never came.
    Unknown(io::Error),
}

pub(crate) struct Session {
    wire: Wire,
    offers: Extensions,
    /// Mails so far.
    pub(super) sent: u32,
    /// Nothing more can be said on it.
    pub(super) broken: bool,
}

impl Session {
    pub(super) const fn new(wire: Wire, offers: Extensions) -> Self {
        Self { wire, offers, sent: 0, broken: false }
    }

    async fn say(&mut self, line: &str) -> io::Result<Reply> {
        let answer = async {
            self.wire.write(format!("{line}\r\n").as_bytes(), ANSWER).await?;
            Reply::read(&mut self.wire, ANSWER).await
        };
        let answer = answer.await;
        self.broken |= answer.as_ref().map_or(true, |reply| reply.code == 421);
        answer
    }

    /// Whether the connection still answers, and with an empty envelope.
    pub(super) async fn is_fresh(&mut self) -> bool {
        self.say("RSET").await.is_ok_and(|reply| reply.is_positive())
    }

    pub(crate) async fn quit(mut self) {
        // Nobody waits for the answer: the server may have gone already.
        let _ = self.wire.write(b"QUIT\r\n", Duration::from_secs(1)).await;
    }

    pub(crate) async fn hand_over(&mut self, parcel: &Parcel<'_>) -> Handed {
        self.sent += 1;
        if let Some(most) = self.offers.size.filter(|most| parcel.bytes.len() > *most) {
            return Handed::TooLarge(most);
        }
        let (mut from, mut to) = (format!("MAIL FROM:<{}>", parcel.from), format!("RCPT TO:<{}>", parcel.to));
        if self.offers.size.is_some() {
            from.push_str(&format!(" SIZE={}", parcel.bytes.len()));
        }
        if self.offers.dsn {
            // RFC 3461: the headers are enough for us, and the envelope id names the message.
            from.push_str(&format!(" RET=HDRS ENVID={}", parcel.envelope));
            to.push_str(&format!(" NOTIFY=FAILURE,DELAY ORCPT=rfc822;{}", xtext(parcel.to)));
        }
        for (stage, line) in [(Stage::Sender, from), (Stage::Recipient, to), (Stage::Content, "DATA".to_owned())] {
            match self.say(&line).await {
                Ok(reply) if reply.is_positive() => {}
                Ok(reply) => return Handed::Refused(stage, reply),
                Err(error) => return Handed::NotSent(error),
            }
        }
        self.data(parcel.bytes).await
    }

    async fn data(&mut self, bytes: &[u8]) -> Handed {
        let stuffed = stuffed(bytes);
        // Without its last line no server takes a mail, so up to there a broken connection has sent nothing.
        if let Err(error) = self.wire.write(&stuffed, TAKEN).await {
            self.broken = true;
            return Handed::NotSent(error);
        }
        let answer = match self.wire.write(b".\r\n", ANSWER).await {
            Ok(()) => Reply::read(&mut self.wire, TAKEN).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(reply) => {
                self.broken |= reply.code == 421;
                if reply.is_positive() { Handed::Taken } else { Handed::Refused(Stage::Content, reply) }
            }
            Err(error) => {
                self.broken = true;
                Handed::Unknown(error)
            }
        }
    }
}

/// A dot at a line's start is doubled (RFC 5321 §4.5.2); the last line has its end.
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut start = true;
    for byte in bytes {
        if start && *byte == b'.' {
            out.push(b'.');
        }
        out.push(*byte);
        start = *byte == b'\n';
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// RFC 3461 §4.
fn xtext(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if matches!(byte, b'!'..=b'~') && !b"+=".contains(&byte) { char::from(byte).to_string() } else { format!("+{byte:02X}") }
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_offers_is_read_in_either_spelling() {
        let lines = ["mx.example.com", "SIZE 1000", "AUTH=LOGIN", "auth PLAIN XOAUTH2", "DSN", "STARTTLS"].map(str::to_owned).to_vec();
        let offers = Extensions::read(&Reply { code: 250, lines });
        assert_eq!(offers, Extensions { starttls: true, dsn: true, auth_plain: true, auth_login: true, size: Some(1000) });
        let greeting_only = Reply { code: 250, lines: vec!["DSN".to_owned()] };
        assert_eq!(Extensions::read(&greeting_only), Extensions::default());
    }

    #[test]
    fn a_lone_dot_does_not_end_a_mail_early() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\nc"), b"a\r\n..\r\n...b\r\nc\r\n");
        assert_eq!(xtext("a+b=c@example.com"), "a+2Bb+3Dc@example.com");
    }
}
