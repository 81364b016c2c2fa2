//! A small SMTP and LMTP server (RFC 5321, RFC 2033): only our recipients, and bounds on everything.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::House;
use super::intake::{Desk, Envelope, NotRead, Recipient};
use crate::smtp::Wire;

/// Connections at once; more are closed at once.
const CONNECTIONS_MAX: usize = 64;
/// Bytes of one mail. Answers with attachments are larger than reports, and smaller than this.
const MAIL_MAX: usize = 20 * 1024 * 1024;
/// Bytes of all mails that are being received at once.
const MAILS_MAX: usize = 4 * MAIL_MAX;
/// Bytes of a line of a command (the standard says 512), and of a mail (it says 1,000; some programs write
/// none of their own).
const COMMAND_MAX: usize = 1_024;
const LINE_MAX: usize = 1024 * 1024;
const RECIPIENTS_MAX: usize = 50;
/// Mails over one connection.
const MAILS_EACH: usize = 200;
/// Commands that cannot be followed, before the connection is closed.
const MISTAKES_MAX: usize = 15;
const COMMAND_WITHIN: Duration = Duration::from_secs(120);
const LINE_WITHIN: Duration = Duration::from_secs(60);
/// From DATA to the last dot.
const MAIL_WITHIN: Duration = Duration::from_secs(300);

/// Serves until dropped.
pub(crate) async fn serve(listener: TcpListener, house: House, listen: String) {
    let mut open = JoinSet::new();
    let room = Arc::new(tokio::sync::Semaphore::new(MAILS_MAX / MAIL_MAX));
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if open.len() < CONNECTIONS_MAX => {
                    open.spawn(session(stream, house.clone(), listen.clone(), Arc::clone(&room)));
                }
                Ok(_) => {}
                // Out of descriptors: those that are open end some day.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = open.join_next(), if !open.is_empty() => {}
        }
    }
}

struct Conversation {
    wire: Wire,
    house: House,
    listen: String,
    room: Arc<tokio::sync::Semaphore>,
    /// Each recipient has its own answer (RFC 2033).
    local: bool,
    greeted: bool,
    from: Option<String>,
    to: Vec<(Arc<Desk>, Recipient, String)>,
    mistakes: usize,
    mails: usize,
}

async fn session(stream: TcpStream, house: House, listen: String, room: Arc<tokio::sync::Semaphore>) {
    let wire = Wire::new(stream);
    let mut talk =
        Conversation { wire, house, listen, room, local: false, greeted: false, from: None, to: Vec::new(), mistakes: 0, mails: 0 };
    if let Err(error) = talk.hold().await {
        tracing::debug!(error = %error, "A connection that brought mail broke");
    }
}

impl Conversation {
    async fn hold(&mut self) -> std::io::Result<()> {
        self.say("220 mail ESMTP").await?;
        while self.mistakes < MISTAKES_MAX && self.mails < MAILS_EACH {
            let Some(line) = self.wire.line(COMMAND_MAX, COMMAND_WITHIN).await? else { return Ok(()) };
            let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match word.to_ascii_uppercase().as_str() {
                "HELO" | "EHLO" | "LHLO" => self.hello(word, rest).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.mistake("500 5.5.2 not known").await?,
            }
        }
        self.say("421 4.7.0 enough").await
    }

    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.wire.write(format!("{line}\r\n").as_bytes(), LINE_WITHIN).await
    }

    async fn mistake(&mut self, line: &str) -> std::io::Result<()> {
        self.mistakes += 1;
        self.say(line).await
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn hello(&mut self, word: &str, name: &str) -> std::io::Result<()> {
        if name.trim().is_empty() {
            return self.mistake("501 5.5.4 who is there?").await;
        }
        self.forget();
        self.greeted = true;
        self.local = word.eq_ignore_ascii_case("LHLO");
        if word.eq_ignore_ascii_case("HELO") {
            return self.say("250 mail").await;
        }
        self.say(&format!("250-mail\r\n250-SIZE {MAIL_MAX}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES")).await
    }

    async fn mail(&mut self, rest: &str) -> std::io::Result<()> {
        if !self.greeted || self.from.is_some() {
            return self.mistake("503 5.5.1 not now").await;
        }
        let Some((path, parameters)) = path(rest, "FROM:") else { return self.mistake("501 5.1.7 not an address").await };
        let size = parameters
            .split(' ')
            .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=").and_then(|size| size.parse::<usize>().ok()));
        if size.is_some_and(|size| size > MAIL_MAX) {
            return self.say("552 5.3.4 the mail is too large").await;
        }
        self.from = Some(path);
        self.say("250 2.1.0 ok").await
    }

    async fn recipient(&mut self, rest: &str) -> std::io::Result<()> {
        if self.from.is_none() {
            return self.mistake("503 5.5.1 not now").await;
        }
        let Some((address, _)) = path(rest, "TO:") else { return self.mistake("501 5.1.3 not an address").await };
        if self.to.len() >= RECIPIENTS_MAX {
            return self.say("452 4.5.3 too many recipients").await;
        }
        match self.house.find(&self.listen, &address) {
            Some((desk, recipient)) => {
                self.to.push((desk, recipient, address));
                self.say("250 2.1.5 ok").await
            }
            // Not ours, or not made by us: nothing is relayed.
            None => self.mistake("550 5.1.1 no such address here").await,
        }
    }

    async fn data(&mut self) -> std::io::Result<()> {
        if self.to.is_empty() {
            return self.mistake("503 5.5.1 nobody to give it to").await;
        }
        let Ok(_room) = Arc::clone(&self.room).try_acquire_owned() else { return self.say("451 4.3.2 busy, come again").await };
        self.say("354 go on").await?;
        let Ok(received) = tokio::time::timeout(MAIL_WITHIN, self.receive()).await else {
            return Err(std::io::ErrorKind::TimedOut.into());
        };
        let received = received?;
        self.mails += 1;
        let (from, to) = (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to));
        let mut answers = Vec::new();
        for (desk, recipient, address) in &to {
            answers.push(match &received {
                Some(bytes) => taken(desk.take(&Envelope { return_path: &from, recipient: *recipient, bytes }, address).await),
                None => "552 5.3.4 the mail is too large",
            });
        }
        if self.local {
            for answer in answers {
                self.say(answer).await?;
            }
            return Ok(());
        }
        // One answer for all: only when everybody's is durable. What was handed in twice is known by its key.
        let worst = answers.iter().find(|answer| answer.starts_with('4')).or_else(|| answers.iter().find(|answer| answer.starts_with('2')));
        let answer = worst.or(answers.first()).copied().unwrap_or("451 4.3.0 come again");
        self.say(answer).await
    }

    /// The mail without its dots; `None` when it is too large, and then it is read to its end all the same.
    async fn receive(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let (mut mail, mut total) = (Vec::new(), 0_usize);
        let mut whole_line = true;
        loop {
            let line = self.wire.line(LINE_MAX, LINE_WITHIN).await?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
            // Bare line feeds do not end a mail, nor does a dot after one: two mails must not be made of one (smuggling).
            let ends = whole_line && line == b".\r\n";
            whole_line = line.ends_with(b"\r\n");
            if ends {
                return Ok((total <= MAIL_MAX).then_some(mail));
            }
            total += line.len();
            if total > 2 * MAIL_MAX {
                return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a mail does not end"));
            }
            if total <= MAIL_MAX {
                mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            } else {
                mail = Vec::new();
            }
        }
    }
}

fn taken(done: Result<(), NotRead>) -> &'static str {
    match done {
        Ok(()) => "250 2.0.0 taken",
        Err(NotRead::Later(error)) => {
            tracing::warn!(error = %error, "A mail that came in could not be stored; its server is asked to give it again");
            "451 4.3.0 not stored, come again"
        }
        Err(NotRead::TooManyParts) => "554 5.6.0 the mail has too many parts",
        Err(NotRead::Unreadable) => "554 5.6.0 the mail cannot be read",
    }
}

/// `FROM:<a@b> SIZE=1` as address and parameters. The empty path is one, too.
fn path<'a>(rest: &'a str, word: &str) -> Option<(String, &'a str)> {
    let head = rest.get(..word.len())?;
    if !head.eq_ignore_ascii_case(word) {
        return None;
    }
    let rest = rest[word.len()..].trim_start().strip_prefix('<')?;
    let (path, parameters) = rest.split_once('>')?;
    // Source routes are ignored (RFC 5321 §4.1.1.3).
    let path = path.rsplit(':').next().unwrap_or(path);
    let fine = path.len() <= 320 && path.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    fine.then(|| (path.to_owned(), parameters.trim()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_read_in_every_customary_form() {
        assert_eq!(path("FROM:<a@example.com> SIZE=10", "FROM:"), Some(("a@example.com".to_owned(), "SIZE=10")));
        assert_eq!(path("from: <>", "FROM:"), Some((String::new(), "")));
        assert_eq!(path("TO:<@relay.example.com:a@example.com>", "TO:"), Some(("a@example.com".to_owned(), "")));
        for bad in ["a@example.com", "TO:a@example.com", "TO:<a b@example.com>", "TO:<a@example.com", ""] {
            assert_eq!(path(bad, "TO:"), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_commands_never_panic(rest in "\\PC{0,80}") {
            let _ = path(&rest, "RCPT TO:");
            let _ = path(&rest, "TO:");
        }
    }
}
