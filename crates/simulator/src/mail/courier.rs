//! Carries mail to the business: one connection for each mail, again when it is asked to come later.

use std::time::Duration;

use model::Millis;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::state::Outgoing;
use crate::server::Simulator;
use crate::world::{Exchange, Party, World};

/// How often it is looked for something to carry.
const LOOK: Duration = Duration::from_millis(20);
/// For a whole mail.
const WITHIN: Duration = Duration::from_secs(30);
const AGAIN: Millis = Millis::from_secs(2);
const TRIES_MAX: u32 = 100;

/// What became of an attempt.
enum Carried {
    Taken(String),
    Refused(String),
    Later(String),
}

pub(super) async fn carry(simulator: Simulator) {
    loop {
        match simulator.with(World::mail_next) {
            None => tokio::time::sleep(LOOK).await,
            Some((mail, route)) => {
                let carried = match tokio::time::timeout(WITHIN, hand_over(&mail, &route)).await {
                    Ok(Ok(carried)) => carried,
                    Ok(Err(error)) => Carried::Later(error.to_string()),
                    Err(_) => Carried::Later("no answer".to_owned()),
                };
                simulator.with(|world| world.mail_carried(mail, &route, carried));
            }
        }
    }
}

impl World {
    /// The next mail whose moment has come, and where it goes. What goes nowhere is lost, as on the real net.
    fn mail_next(&mut self) -> Option<(Outgoing, String)> {
        if self.knobs.mail.hold_answers {
            return None;
        }
        let now = self.now;
        let place = self.mail.outgoing.iter().position(|mail| mail.not_before <= now)?;
        let mail = self.mail.outgoing.remove(place)?;
        let domain = mail.to.rsplit_once('@').map_or("", |(_, domain)| domain);
        let Some(route) = self.config.mail.routes.get(domain).cloned() else {
            let mut exchange = Exchange::request(self.now, Party::MailCourier, "MAIL", &mail.to, &mail.bytes);
            exchange.note = Some("no route".to_owned());
            self.record(exchange);
            return None;
        };
        Some((mail, route))
    }

    fn mail_carried(&mut self, mut mail: Outgoing, route: &str, carried: Carried) {
        mail.tries += 1;
        let mut exchange = Exchange::request(self.now, Party::MailCourier, "MAIL", &format!("{} by {route}", mail.to), &mail.bytes);
        exchange.attempt = mail.tries;
        let (status, said) = match &carried {
            Carried::Taken(said) => (Some(250), said),
            Carried::Refused(said) => (Some(550), said),
            Carried::Later(said) => (Some(450), said),
        };
        self.record(exchange.answered(status, said.as_bytes()));
        if matches!(carried, Carried::Later(_)) && mail.tries < TRIES_MAX {
            mail.not_before = self.now + AGAIN;
            self.mail.outgoing.push_back(mail);
        }
    }

    /// Where the business takes its mail, as tests learn it late.
    pub fn route_mail(&mut self, domain: &str, at: &str) {
        self.config.mail.routes.insert(domain.to_owned(), at.to_owned());
    }
}

async fn hand_over(mail: &Outgoing, route: &str) -> std::io::Result<Carried> {
    let mut link = BufReader::new(TcpStream::connect(route).await?);
    let mut stuffed = String::new();
    for line in String::from_utf8_lossy(&mail.bytes).split_inclusive("\r\n") {
        if line.starts_with('.') {
            stuffed.push('.');
        }
        stuffed.push_str(line);
    }
    let commands = [
        String::new(),
        "EHLO mx.example.net\r\n".to_owned(),
        format!("MAIL FROM:<{}>\r\n", mail.from),
        format!("RCPT TO:<{}>\r\n", mail.to),
        "DATA\r\n".to_owned(),
        format!("{stuffed}.\r\n"),
    ];
    let mut said = String::new();
    for command in commands {
        link.write_all(command.as_bytes()).await?;
        link.flush().await?;
        said = answer(&mut link).await?;
        match said.as_bytes().first() {
            Some(b'2' | b'3') => {}
            Some(b'5') => return Ok(Carried::Refused(said)),
            _ => return Ok(Carried::Later(said)),
        }
    }
    link.write_all(b"QUIT\r\n").await?;
    Ok(Carried::Taken(said))
}

/// The last line of an answer.
async fn answer(link: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    for _ in 0..50 {
        let mut line = String::new();
        if link.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(line.trim_end().to_owned());
        }
    }
    Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "the answer does not end"))
}
