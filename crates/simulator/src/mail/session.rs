//! One client's connection (RFC 5321).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::submit::{Answer, Submission};
use crate::server::Simulator;

/// Bytes of one line.
const LINE_MAX: u64 = 100_000;

struct Session {
    simulator: Simulator,
    stream: BufReader<TcpStream>,
    signed_in: bool,
    greeted: bool,
    from: Option<(String, Option<String>)>,
    to: Option<String>,
}

pub(super) async fn run(stream: TcpStream, simulator: Simulator) {
    let _ = stream.set_nodelay(true);
    let open = simulator.with(|world| world.config().mail.user.is_empty());
    let mut session = Session { simulator, stream: BufReader::new(stream), signed_in: open, greeted: false, from: None, to: None };
    // A connection that breaks is the client's affair.
    let _ = session.hold().await;
}

impl Session {
    async fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        (&mut self.stream).take(LINE_MAX).read_until(b'\n', &mut line).await?;
        Ok((!line.is_empty()).then_some(line))
    }

    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    async fn hold(&mut self) -> std::io::Result<()> {
        self.say("220 mx.example.net ESMTP simulated").await?;
        while let Some(line) = self.line().await? {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match word.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello().await?,
                "HELO" => {
                    self.greeted = true;
                    self.say("250 mx.example.net").await?;
                }
                "AUTH" => self.auth(rest).await?,
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" => {
                    if self.data().await?.is_none() {
                        return Ok(());
                    }
                }
                "RSET" => {
                    (self.from, self.to) = (None, None);
                    self.say("250 2.0.0 ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.say("500 5.5.2 what?").await?,
            }
        }
        Ok(())
    }

    async fn hello(&mut self) -> std::io::Result<()> {
        self.greeted = true;
        let (size, dsn) = self.simulator.with(|world| (world.config().mail.size_max, !world.knobs().mail.no_dsn));
        let dsn = if dsn { "250-DSN\r\n" } else { "" };
        self.say(&format!("250-mx.example.net\r\n250-SIZE {size}\r\n250-8BITMIME\r\n{dsn}250-AUTH PLAIN LOGIN\r\n250 ENHANCEDSTATUSCODES"))
            .await
    }

    async fn auth(&mut self, rest: &str) -> std::io::Result<()> {
        let decoded = |text: &str| STANDARD.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let (way, first) = rest.split_once(' ').unwrap_or((rest, ""));
        let given = match way.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let said = decoded(first);
                let mut parts = said.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            "LOGIN" => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = self.line().await?.unwrap_or_default();
                self.say("334 UGFzc3dvcmQ6").await?;
                let password = self.line().await?.unwrap_or_default();
                (decoded(&String::from_utf8_lossy(&user)), decoded(&String::from_utf8_lossy(&password)))
            }
            _ => return self.say("504 5.5.4 not known").await,
        };
        let right = self.simulator.with(|world| (world.config().mail.user.clone(), world.config().mail.password.clone()));
        self.signed_in = given == right;
        self.say(if self.signed_in { "235 2.7.0 welcome" } else { "535 5.7.8 wrong user or password" }).await
    }

    async fn mail(&mut self, rest: &str) -> std::io::Result<()> {
        if !self.greeted {
            return self.say("503 5.5.1 say who you are").await;
        }
        if !self.signed_in {
            return self.say("530 5.7.0 sign in first").await;
        }
        let Some((from, parameters)) = path(rest) else { return self.say("501 5.1.7 not an address").await };
        let envelope = parameters.split(' ').find_map(|word| word.strip_prefix("ENVID=")).map(str::to_owned);
        self.from = Some((from, envelope));
        self.say("250 2.1.0 ok").await
    }

    async fn recipient(&mut self, rest: &str) -> std::io::Result<()> {
        if self.from.is_none() || self.to.is_some() {
            return self.say("503 5.5.1 not now, and one at a time").await;
        }
        let Some((to, _)) = path(rest) else { return self.say("501 5.1.3 not an address").await };
        let answer = self.simulator.with(|world| world.mail_recipient(&to));
        if answer.starts_with('2') {
            self.to = Some(to);
        }
        self.say(&answer).await
    }

    /// `None` ends the connection.
    async fn data(&mut self) -> std::io::Result<Option<()>> {
        let Some(recipient) = self.to.take() else { return self.say("503 5.5.1 to whom?").await.map(Some) };
        let (return_path, envelope) = self.from.take().unwrap_or_default();
        self.say("354 go on").await?;
        let size_max = self.simulator.with(|world| world.config().mail.size_max);
        let mut bytes = Vec::new();
        loop {
            let Some(line) = self.line().await? else { return Ok(None) };
            if line == b".\r\n" {
                break;
            }
            if bytes.len() + line.len() > size_max {
                self.say("552 5.3.4 too large").await?;
                return Ok(None);
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let submission = Submission { return_path, recipient, envelope, bytes };
        match self.simulator.with(|world| world.mail_submit(submission)) {
            Answer::Say(text) => self.say(&text).await.map(Some),
            Answer::Break => Ok(None),
        }
    }
}

/// `FROM:<a@b> SIZE=1` as address and parameters.
fn path(rest: &str) -> Option<(String, &str)> {
    let (_, rest) = rest.split_once('<')?;
    let (path, parameters) = rest.split_once('>')?;
    Some((path.to_lowercase(), parameters.trim()))
}
