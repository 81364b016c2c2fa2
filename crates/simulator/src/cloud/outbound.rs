//! Accepting a message: who it is for, which limits it meets, what will become of it.

use model::{Millis, Rng, Timestamp};
use serde_json::{Value, json};

use super::GraphError;
use super::send::{self, Addressed, Content, Frame, TemplateUse};
use super::templates::Category;
use crate::ids::Way;
use crate::people::{Line, Outcome, PersonId, Shown, Window};
use crate::world::{Event, World};

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivery {
    Accepted,
    Sent,
    Delivered,
    Read,
    Failed,
}

/// A message from the business.
#[derive(Clone, Debug)]
pub struct CloudMessage {
    pub wamid: String,
    pub number: String,
    pub person: PersonId,
    /// The request named a phone number (and not a user id).
    pub by_phone: bool,
    pub kind: String,
    pub shown: Shown,
    pub template: Option<TemplateUse>,
    pub reacts_to: Option<String>,
    pub context: Option<String>,
    pub opaque: Option<String>,
    pub delivery: Delivery,
    pub pricing: Option<Value>,
    pub conversation: Option<Value>,
    /// Leaves the `delivered` status out; `read` carries the price then.
    pub skip_delivered: bool,
    pub never_delivered: bool,
    /// Held for quality assessment.
    pub held: bool,
    /// Delivery events with their moments, for `message_history`.
    pub events: Vec<(&'static str, Timestamp)>,
}

/// What the checks after acceptance found.
enum Fate {
    Normal,
    NeverDelivered,
    Fail(u32),
}

impl World {
    /// `POST /{number}/messages` with a message in the body.
    pub(super) fn accept_message(&mut self, number: &str, body: &Value, marketing_api: bool) -> Result<Value, GraphError> {
        let frame = Frame::read(body)?;
        let content = send::content(&self.cloud, &frame, body)?;
        if marketing_api && content.template.as_ref().is_none_or(|t| t.category != Category::Marketing) {
            return Err(GraphError::of_code(134100));
        }
        let person = self.resolve(number, &frame)?;
        self.check_send_rate(number, person)?;
        let phone = self.people.get(person).map(|p| p.phone.clone()).unwrap_or_default();
        if let Some(code) = self.outcomes.refusal(person, Line::WhatsApp, &phone) {
            return Err(GraphError::of_code(code));
        }
        let by_user_id = matches!(frame.to, Addressed::User(_));
        if by_user_id && content.template.as_ref().is_some_and(|t| t.category == Category::Authentication) {
            return Err(GraphError::coded(131062, "Business-scoped user IDs are not supported for this message."));
        }
        let fate = self.fate(number, person, &phone, &frame, &content)?;
        let wamid = self.mint.wamid(&phone, Way::Outbound);
        self.answer_starts_entry_point(number, person);
        let held = content.template.as_ref().is_some_and(|t| self.cloud.templates.get(&t.id).is_some_and(|t| t.pacing));
        let status = content.template.is_some().then_some(if held { "held_for_quality_assessment" } else { "accepted" });
        let answer = self.acceptance(&frame, person, &wamid, status);
        let message = CloudMessage {
            wamid: wamid.clone(),
            number: number.to_owned(),
            person,
            by_phone: !by_user_id,
            kind: frame.kind,
            shown: content.shown,
            template: content.template,
            reacts_to: content.reacts_to,
            context: frame.context,
            opaque: frame.opaque,
            delivery: Delivery::Accepted,
            pricing: None,
            conversation: None,
            skip_delivered: false,
            never_delivered: matches!(fate, Fate::NeverDelivered),
            held,
            events: vec![("ACCEPTED", self.now)],
        };
        self.cloud.messages.insert(wamid.clone(), message);
        self.set_out(&wamid, &fate, held);
        Ok(answer)
    }

    /// Who is meant. Numbers that nobody has belong to a new person, or to nobody on WhatsApp.
    fn resolve(&mut self, number: &str, frame: &Frame) -> Result<PersonId, GraphError> {
        let own = self.cloud.numbers.get(number).map(|n| n.display().to_owned()).unwrap_or_default();
        match &frame.to {
            Addressed::User(id) => {
                self.people.by_user_id(id).ok_or_else(|| GraphError::value("Recipient is not a known business-scoped user ID"))
            }
            Addressed::Phone { digits, international, .. } => {
                // Meta's page says that a number without plus gets the business number's country code, yet clients send
                // `wa_id`s without plus and arrive: only what is too short to be international is completed.
                let complete =
                    if !international && digits.len() <= 10 { format!("{}{digits}", country_code(&own)) } else { digits.clone() };
                if complete == own {
                    return Err(GraphError::of_code(131021));
                }
                let wa_id = if self.knobs.rewrite_wa_ids { rewritten(&complete) } else { complete };
                if let Some(person) = self.people.by_phone(&wa_id) {
                    return Ok(person);
                }
                let person = self.people.adopt(&format!("+{wa_id}"), &self.mint);
                let adopt = self.config.population.adopt_unknown;
                self.change_person(person, |p| p.on_whatsapp = adopt);
                Ok(person)
            }
        }
    }

    fn fate(&mut self, number: &str, person: PersonId, phone: &str, frame: &Frame, content: &Content) -> Result<Fate, GraphError> {
        let now = self.now;
        if self.cloud.numbers.get(number).is_some_and(|n| n.blocked.contains_key(&person)) {
            return Err(GraphError::of_code(130403));
        }
        let Some(who) = self.people.get(person) else { return Ok(Fate::NeverDelivered) };
        let window = who.window(number);
        let open = window.service_open(now);
        let free_form = content.template.is_none() && content.reacts_to.is_none();
        if free_form && !open {
            return if self.knobs.window_errors_sync { Err(GraphError::of_code(131047)) } else { Ok(Fate::Fail(131047)) };
        }
        if frame.identity_hash.as_ref().is_some_and(|hash| *hash != who.identity_hash) {
            return Ok(Fate::Fail(137000));
        }
        if !who.on_whatsapp {
            return Ok(Fate::Fail(131026));
        }
        if content.template.as_ref().is_some_and(|t| t.category == Category::Marketing) {
            if who.marketing_stopped.contains(number) {
                return Ok(Fate::Fail(131050));
            }
            if self.knobs.us_marketing_blocked && who.user_id.starts_with("US.") {
                return Ok(Fate::Fail(131049));
            }
        }
        // Meta does not print which code the portfolio limit gives; the text of 131048 is the one that speaks of it.
        if content.template.is_some() && !open && !self.cloud.unique_users.admit(person, self.config.cloud.portfolio_limit, now) {
            return Ok(Fate::Fail(131048));
        }
        Ok(match self.outcomes.lookup(person, Line::WhatsApp, phone) {
            Some(Outcome::Fail { code }) => Fate::Fail(code),
            Some(Outcome::NeverDelivered) => Fate::NeverDelivered,
            Some(Outcome::Refuse { .. } | Outcome::RefuseFirst { .. }) | None => Fate::Normal,
        })
    }

    /// The business's first answer to somebody who came through an advertisement opens 72 free hours.
    fn answer_starts_entry_point(&mut self, number: &str, person: PersonId) {
        let now = self.now;
        let Some(person) = self.people.get_mut(person) else { return };
        let window = person.window_mut(number);
        if let Some(came) = window.entry_point_at.take()
            && now < came + Window::SERVICE
        {
            window.entry_point_until = Some(now + Window::ENTRY_POINT);
        }
    }

    fn acceptance(&self, frame: &Frame, person: PersonId, wamid: &str, status: Option<&str>) -> Value {
        let contact = match (&frame.to, self.people.get(person)) {
            (Addressed::Phone { input, .. }, Some(person)) => json!({ "input": input, "wa_id": person.wa_id() }),
            (Addressed::Phone { input, digits, .. }, None) => json!({ "input": input, "wa_id": digits }),
            (Addressed::User(id), _) => json!({ "input": id, "user_id": id }),
        };
        let mut message = json!({ "id": wamid });
        if let Some(status) = status {
            message["message_status"] = status.into();
        }
        json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [message] })
    }

    fn set_out(&mut self, wamid: &str, fate: &Fate, held: bool) {
        let mut draws = self.keyed("set-out", wamid);
        let id = wamid.to_owned();
        match fate {
            Fate::Fail(code) => {
                let wait = Millis(200 + draws.below(800) as i64);
                self.agenda.add(self.now + wait, Event::CloudFailed { wamid: id, code: *code });
            }
            _ if held => {
                // Decisions come within an hour, most of them sooner.
                let wait = Millis::from_mins(5 + draws.below(55) as i64);
                self.agenda.add(self.now + wait, Event::CloudReleased { wamid: id });
            }
            Fate::Normal | Fate::NeverDelivered => {
                let wait = Millis(50 + draws.below(450) as i64);
                if self.chance("early-status", self.knobs.status_before_answer_percent) {
                    self.cloud_sent_early(wamid);
                } else {
                    self.agenda.add(self.now + wait, Event::CloudSent { wamid: id });
                }
            }
        }
    }
}

/// The country code of a number, as far as the simulator has business numbers: one digit for NANP and Russia, else two.
fn country_code(digits: &str) -> &str {
    let length = if digits.starts_with('1') || digits.starts_with('7') { 1 } else { 2 };
    digits.get(..length).unwrap_or_default()
}

/// Brazil drops the ninth digit of most area codes, Mexico and Argentina gain their mobile prefix.
fn rewritten(digits: &str) -> String {
    let area = digits.get(2..4).and_then(|d| d.parse::<u32>().ok()).unwrap_or(0);
    if digits.starts_with("55") && digits.len() == 13 && area >= 31 && &digits[4..5] == "9" {
        return format!("{}{}", &digits[..4], &digits[5..]);
    }
    if digits.starts_with("52") && digits.len() == 12 {
        return format!("521{}", &digits[2..]);
    }
    if digits.starts_with("54") && digits.len() == 12 && &digits[2..3] != "9" {
        return format!("549{}", &digits[2..]);
    }
    digits.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_countries_have_their_own_ideas_about_mobile_numbers() {
        assert_eq!(rewritten("5531987654321"), "553187654321");
        assert_eq!(rewritten("5511987654321"), "5511987654321");
        assert_eq!(rewritten("525512345678"), "5215512345678");
        assert_eq!(rewritten("541123456789"), "5491123456789");
        assert_eq!(rewritten("12025550123"), "12025550123");
    }
}
