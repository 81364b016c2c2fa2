//! Rules about mail: RFC 8058 (one press to unsubscribe), RFC 3464 and 5965 (reports), and what large receivers ask of senders since 2024.

use super::Check;
use crate::mail::reading;
use crate::world::{Exchange, Party, World};

/// A mail that was handed in.
struct Mailing<'a> {
    exchange: &'a Exchange,
    to: String,
    /// The way to unsubscribe by the web, when it offers one.
    unsubscribe: Option<String>,
    one_click: bool,
    html: bool,
    plain: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It will never arrive: status 5.
    Bounced,
    /// The person called it spam.
    Complained,
}

/// A report on a mail that its sender has taken.
struct Returned<'a> {
    exchange: &'a Exchange,
    to: String,
    why: Why,
}

pub fn all(world: &World) -> [Check; 5] {
    let of = |party: Party| world.journal().iter().filter(move |exchange| exchange.party == party);
    let mails: Vec<Mailing<'_>> = of(Party::MailServer).map(mailing).collect();
    let reports: Vec<Returned<'_>> = of(Party::MailCourier).filter(|one| one.status == Some(250)).filter_map(returned).collect();
    let presses: Vec<&Exchange> = of(Party::OneClick).filter(|one| one.status.is_some_and(|status| (200..300).contains(&status))).collect();
    [
        one_click_offered(&mails),
        plain_part(&mails),
        bounces_obeyed(&mails, &reports),
        complaints_obeyed(&mails, &reports),
        unsubscribed(&mails, &presses),
    ]
}

fn mailing(exchange: &Exchange) -> Mailing<'_> {
    let mail = reading::read(exchange.request.as_bytes());
    Mailing {
        exchange,
        to: exchange.target.to_lowercase(),
        unsubscribe: mail.unsubscribe("http"),
        one_click: mail.field("list-unsubscribe-post").is_some_and(|post| post.trim() == "List-Unsubscribe=One-Click"),
        html: mail.html.is_some(),
        plain: mail.has_plain,
    }
}

/// Bounces and complaints; what people write is neither.
fn returned(exchange: &Exchange) -> Option<Returned<'_>> {
    let field = |name: &str| exchange.request.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let bounced = field("Status:").filter(|status| status.starts_with('5')).and(field("Final-Recipient:"));
    let complained = field("Feedback-Type:").and(field("Original-Rcpt-To:"));
    let (to, why) = match (bounced, complained) {
        (Some(to), _) => (to.rsplit(';').next().unwrap_or_default(), Why::Bounced),
        (None, to) => (to?.trim_start_matches('<').trim_end_matches('>'), Why::Complained),
    };
    Some(Returned { exchange, to: to.trim().to_lowercase(), why })
}

fn one_click_offered(mails: &[Mailing<'_>]) -> Check {
    let rule = "lets people unsubscribe by one press where it offers to unsubscribe by the web";
    let mut check = Check::new("one_click_offered", "email", rule, "send a mail that is not transactional");
    for mail in mails.iter().filter(|mail| mail.unsubscribe.is_some()) {
        check.case(mail.one_click, mail.exchange, || match mail.one_click {
            true => format!("one press is enough for {}", mail.to),
            false => format!("to {}: List-Unsubscribe without `List-Unsubscribe-Post: List-Unsubscribe=One-Click`", mail.to),
        });
    }
    check
}

fn plain_part(mails: &[Mailing<'_>]) -> Check {
    let mut check = Check::new("plain_part", "email", "has a plain text beside HTML", "send a mail with a design");
    for mail in mails.iter().filter(|mail| mail.html) {
        check.case(mail.plain, mail.exchange, || format!("to {}: {}", mail.to, if mail.plain { "both" } else { "HTML alone" }));
    }
    check
}

fn bounces_obeyed(mails: &[Mailing<'_>], reports: &[Returned<'_>]) -> Check {
    let rule = "sends nothing more to an address that was found not to exist";
    let mut check = Check::new("bounces_obeyed", "email", rule, "give mail back a route, script 511 for somebody, and send twice");
    judge(mails, reports, &mut check, Why::Bounced, |_| true);
    check
}

fn complaints_obeyed(mails: &[Mailing<'_>], reports: &[Returned<'_>]) -> Check {
    let rule = "sends nothing more that can be unsubscribed from to who called it spam";
    let mut check = Check::new("complaints_obeyed", "email", rule, "give mail back a route, and let somebody complain");
    judge(mails, reports, &mut check, Why::Complained, |mail| mail.unsubscribe.is_some());
    check
}

fn judge(mails: &[Mailing<'_>], reports: &[Returned<'_>], check: &mut Check, why: Why, concerned: impl Fn(&Mailing<'_>) -> bool) {
    for Returned { exchange, to, .. } in reports.iter().filter(|report| report.why == why) {
        let after = mails.iter().find(|mail| mail.to == *to && mail.exchange.seq > exchange.seq && concerned(mail));
        check.case(after.is_none(), after.map_or(exchange, |mail| mail.exchange), || match after {
            Some(_) => format!("sent to {to} after the report in {}", exchange.seq),
            None => format!("nothing more to {to}"),
        });
    }
}

fn unsubscribed(mails: &[Mailing<'_>], presses: &[&Exchange]) -> Check {
    let rule = "sends nothing more that can be unsubscribed from to who unsubscribed";
    let mut check = Check::new("unsubscribed", "email", rule, "press the opt-out button: `unsubscribes`");
    for press in presses {
        let pressed = |mail: &&Mailing<'_>| mail.unsubscribe.as_deref() == Some(press.target.as_str());
        let Some(Mailing { to, .. }) = mails.iter().find(pressed) else { continue };
        let after = mails.iter().find(|mail| mail.to == *to && mail.exchange.seq > press.seq && mail.unsubscribe.is_some());
        check.case(after.is_none(), after.map_or(press, |mail| mail.exchange), || match after {
            Some(_) => format!("sent to {to} after the press in {}", press.seq),
            None => format!("nothing more to {to}"),
        });
    }
    check
}

#[cfg(test)]
mod tests {
    use crate::config::WorldConfig;
    use crate::report::Verdict;
    use crate::world::{Exchange, Party, World};

    const TO: &str = "someone@example.com";
    const WAY: &str = "https://antiphon.example.com/u/abc";
    const HTML: &str = "Content-Type: text/html; charset=utf-8\r\n";
    const BOUNCE: &str = "Final-Recipient: rfc822; someone@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n";
    const DELAY: &str = "Final-Recipient: rfc822; someone@example.com\r\nAction: delayed\r\nStatus: 4.2.2\r\n";
    const COMPLAINT: &str = "Feedback-Type: abuse\r\nOriginal-Rcpt-To: <someone@example.com>\r\n";

    struct Log(World);

    impl Log {
        fn new() -> Self {
            Self(World::new(WorldConfig::default(), 1))
        }

        fn add(&mut self, party: Party, method: &str, target: &str, body: &str, status: u16) {
            let exchange = Exchange::request(self.0.now(), party, method, target, body.as_bytes());
            self.0.record(exchange.answered(Some(status), b""));
        }

        fn mail(&mut self, head: &str) {
            self.add(Party::MailServer, "MAIL", TO, &format!("Subject: An offer\r\n{head}\r\nTwenty percent off.\r\n"), 250);
        }

        fn carried(&mut self, report: &str) {
            self.add(Party::MailCourier, "MAIL", "bounces@in.example.com by 127.0.0.1:25", report, 250);
        }

        fn presses(&mut self) {
            self.add(Party::OneClick, "POST", WAY, "List-Unsubscribe=One-Click", 200);
        }

        fn verdict(&self, id: &str) -> Verdict {
            self.0.report().check(id, "email").expect("a check").verdict
        }
    }

    fn way() -> String {
        format!("List-Unsubscribe: <{WAY}>\r\n")
    }

    fn whole() -> String {
        way() + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    }

    const RULES: [&str; 5] = ["one_click_offered", "plain_part", "bounces_obeyed", "complaints_obeyed", "unsubscribed"];

    #[test]
    fn a_careful_sender_passes_each_rule() {
        let mut log = Log::new();
        log.mail(&whole());
        log.carried(DELAY);
        let parts = "--x\r\nContent-Type: text/plain\r\n\r\nWords\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Words\r\n--x--\r\n";
        log.mail(&format!("Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\n{parts}"));
        assert_eq!(log.verdict("bounces_obeyed"), Verdict::NotSeen, "a delay is no bounce");
        log.presses();
        log.carried(COMPLAINT);
        // What has no way out is no promotion.
        log.mail("");
        log.carried(BOUNCE);
        for id in RULES {
            assert_eq!(log.verdict(id), Verdict::Passed, "{id}");
        }
    }

    #[test]
    fn a_careless_sender_fails_each_rule() {
        let mut log = Log::new();
        log.mail(&way());
        log.mail(HTML);
        log.carried(COMPLAINT);
        log.carried(BOUNCE);
        log.presses();
        log.mail(&whole());
        for id in RULES {
            assert_eq!(log.verdict(id), Verdict::Failed, "{id}");
        }
    }

    #[test]
    fn a_log_without_mail_shows_nothing() {
        for id in RULES {
            assert_eq!(Log::new().verdict(id), Verdict::NotSeen, "{id}");
        }
    }
}
