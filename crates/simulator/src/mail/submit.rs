//! Taking a mail, and when it arrives.

use model::{Millis, Rng};

use super::state::Taken;
use crate::people::{Line, Outcome, PersonId};
use crate::world::{Event, Exchange, Party, World, note};

pub(super) struct Submission {
    pub return_path: String,
    pub recipient: String,
    pub envelope: Option<String>,
    pub bytes: Vec<u8>,
}

pub(super) enum Answer {
    Say(String),
    /// The connection breaks instead.
    Break,
}

impl World {
    /// The answer to a recipient. Scripted refusals have the digits of their status as code: 511 is `550 5.1.1`, 422 is `452 4.2.2`.
    pub(super) fn mail_recipient(&mut self, address: &str) -> String {
        if !address.contains('@') {
            return "501 5.1.3 not an address".to_owned();
        }
        let Some(person) = self.mail_person(address) else { return "550 5.1.1 no such mailbox".to_owned() };
        self.mail.recipients += 1;
        let every = self.knobs.mail.greylist_every;
        if every > 0 && self.mail.recipients.is_multiple_of(every) {
            return "451 4.7.1 greylisted, come again".to_owned();
        }
        match self.outcomes.refusal(person, Line::Email, address) {
            Some(code) => format!("{} {} refused by script", if code < 500 { 450 } else { 550 }, status(code)),
            None => "250 2.1.5 ok".to_owned(),
        }
    }

    /// Whose mailbox this is. Addresses of nobody get an owner when the world adopts strangers.
    pub(super) fn mail_person(&mut self, address: &str) -> Option<PersonId> {
        if let Some(known) = self.people.by_email(address) {
            return Some(known);
        }
        self.config.population.adopt_unknown.then(|| self.people.adopt_email(address, &self.mint))
    }

    pub(super) fn mail_submit(&mut self, submission: Submission) -> Answer {
        let Some(person) = self.people.by_email(&submission.recipient) else { return Answer::Say("550 5.1.1 gone".to_owned()) };
        self.mail.next += 1;
        let id = self.mail.next;
        let Submission { return_path, recipient, envelope, bytes } = submission;
        let mut exchange = Exchange::request(self.now, Party::MailServer, "MAIL", &recipient, &bytes);
        let every = self.knobs.mail.drop_link_every;
        let breaks = every > 0 && id.is_multiple_of(u64::from(every));
        if breaks {
            exchange.note = Some(note::ANSWER_LOST.to_owned());
        }
        self.record(exchange.answered((!breaks).then_some(250), b""));
        let mut draws = self.keyed("mail", &id.to_string());
        let slow = draws.below(200) < u64::from(self.knobs.slow_phones_percent);
        let wait = Millis(if slow { 60_000 + draws.below(600_000) } else { 200 + draws.below(1_500) } as i64);
        let end = match self.outcomes.lookup(person, Line::Email, &recipient) {
            Some(Outcome::NeverDelivered) => None,
            Some(Outcome::Fail { code }) => Some(Event::MailReturned { id, code }),
            _ => Some(Event::MailArrives { id }),
        };
        self.mail.on_way.insert(id, Taken { person, return_path, recipient, envelope, bytes });
        if let Some(event) = end {
            self.agenda.add(self.now + wait, event);
        }
        if breaks { Answer::Break } else { Answer::Say(format!("250 2.0.0 queued as M{id}")) }
    }
}

/// 511 is `5.1.1`.
pub(super) fn status(code: u32) -> String {
    let digits: Vec<String> = code.to_string().chars().map(String::from).collect();
    if digits.len() == 3 { digits.join(".") } else { "5.0.0".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::Submission;
    use crate::config::WorldConfig;
    use crate::knobs::Knobs;
    use crate::report::Verdict;
    use crate::world::World;

    #[test]
    fn a_mail_that_is_sent_again_after_a_lost_answer_is_seen_by_the_report() {
        let mut world = World::new(WorldConfig::default(), 7);
        let mut knobs = Knobs::default();
        knobs.mail.drop_link_every = 1;
        world.set_knobs(knobs);
        let verdict = |world: &World| world.report().check("no_blind_repeat", "email").map(|check| check.verdict);
        assert_eq!(verdict(&world), Some(Verdict::NotSeen));
        for expected in [Verdict::Passed, Verdict::Failed] {
            let recipient = "ada@example.com".to_owned();
            assert!(world.mail_recipient(&recipient).starts_with("250"));
            let bytes = b"Message-ID: <1@example.org>\r\n\r\nReady.\r\n".to_vec();
            world.mail_submit(Submission { return_path: "us@example.org".to_owned(), recipient, envelope: None, bytes });
            assert_eq!(verdict(&world), Some(expected));
        }
    }
}
