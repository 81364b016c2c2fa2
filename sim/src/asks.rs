//! What businesses, agents and integrations ask of the product, as seeded draws. Each request has a key of its own and is repeated until it is
//! answered, as clients do.

use model::consent::{ConsentAct, ConsentChange, ConsentState};
use model::contact::ContactPatch;
use model::content::Content;
use model::message::{ChannelDraft, Class, Origin, Rendered};
use model::signal::{AgentAct, MessageRequest, SignalBody, Target};
use model::value::Attributes;
use model::{AddressKey, Channel, Draws, Millis, Purpose, Rng as _, Timestamp, UserId, Value};

use crate::tenant;

/// What has been booked, so that later requests can speak of it.
#[derive(Default)]
pub struct Books {
    visits: u64,
    offers: u64,
    orders: u64,
    appointments: u64,
    texts: u64,
    /// Who agreed to promotions last.
    keen: Option<usize>,
    /// Offers that still follow to the same person: what two campaigns of one morning do, and caps are for.
    rush: u8,
    /// Where: one business rushes.
    rush_in: usize,
}

/// Who agreed to promotions on every channel before a play begins: without them there would be nearly none.
const KEEN: [usize; 3] = [0, 2, 5];

/// What those people said.
pub fn agreed(now: Timestamp) -> impl Iterator<Item = (Target, SignalBody)> {
    KEEN.into_iter().flat_map(move |person| {
        [Channel::Whatsapp, Channel::Sms].map(|channel| {
            let address = AddressKey::phone(tenant::phone(person));
            let target = Target::Addresses { keys: vec![address.clone()], create: true };
            let yes = consent(address, ConsentState::OptedIn, Some(channel), Some(Purpose::Promotional), now);
            (target, SignalBody::Consent(yes))
        })
    })
}

/// How many offers come in a row to somebody who agreed.
const RUSH: u8 = 3;

/// One request.
pub struct Ask {
    pub name: &'static str,
    pub target: Target,
    pub body: SignalBody,
}

const AGENT: UserId = UserId::from_u128(1);

impl Books {
    /// The workspace that asks next, if it is not the one that was drawn.
    pub const fn tenant(&mut self, drawn: usize) -> usize {
        if self.rush == 0 {
            self.rush_in = drawn;
        }
        self.rush_in
    }

    /// The next request about a person.
    pub fn ask(&mut self, draws: &mut Draws, person: usize, now: Timestamp) -> Ask {
        let address = AddressKey::phone(tenant::phone(person));
        let to = |create: bool| Target::Addresses { keys: vec![address.clone()], create };
        let event = |name: &'static str, pairs: &[(&str, String)]| Ask { name, target: to(true), body: event(name, pairs) };
        let channel = if draws.below(2) == 0 { Channel::Whatsapp } else { Channel::Sms };
        if self.rush > 0 {
            self.rush -= 1;
            return self.offer(self.keen.unwrap_or(KEEN[0]));
        }
        match draws.below(24) {
            0..=4 => {
                self.visits += 1;
                event("visit_booked", &[("visit", format!("v{}", self.visits))])
            }
            5 => event("visit_cancelled", &[("visit", format!("v{}", one_of(draws, self.visits)))]),
            6 => self.offer(person),
            7 => {
                self.rush = RUSH - 1;
                self.offer(self.keen.unwrap_or(KEEN[0]))
            }
            8 | 9 => {
                self.orders += 1;
                event("order_placed", &[("order_id", format!("n{}", self.orders))])
            }
            10 | 11 => {
                let status = ["packed", "shipped", "out_for_delivery", "delivered"][draws.below(4) as usize];
                event("order_status", &[("order_id", format!("n{}", one_of(draws, self.orders))), ("status", status.to_owned())])
            }
            12 => {
                self.appointments += 1;
                let at = now + Millis::from_hours(draws.below(100) as i64);
                event("appointment_booked", &[("appointment_id", format!("a{}", self.appointments)), ("starts_at", at.to_string())])
            }
            13 => {
                let at = now + Millis::from_hours(draws.below(100) as i64);
                let which = one_of(draws, self.appointments);
                event("appointment_moved", &[("appointment_id", format!("a{which}")), ("starts_at", at.to_string())])
            }
            14 => event("appointment_cancelled", &[("appointment_id", format!("a{}", one_of(draws, self.appointments)))]),
            15 => {
                let zone = ["America/New_York", "America/Los_Angeles", "Europe/Lisbon"][draws.below(3) as usize];
                let patch = ContactPatch { time_zone: Some(zone.to_owned()), ..ContactPatch::default() };
                Ask { name: "contact_update", target: to(true), body: SignalBody::ContactUpdate(patch) }
            }
            16..=18 => {
                let state = if draws.below(3) == 0 { ConsentState::OptedOut } else { ConsentState::OptedIn };
                let channel = (draws.below(3) > 0).then_some(channel);
                let purpose = (draws.below(4) > 0).then_some(Purpose::Promotional);
                if state == ConsentState::OptedIn {
                    self.keen = Some(person);
                }
                Ask { name: "consent", target: to(true), body: SignalBody::Consent(consent(address.clone(), state, channel, purpose, now)) }
            }
            19 => {
                self.texts += 1;
                let request = MessageRequest {
                    origin: Origin::Api { key: "play".to_owned() },
                    class: Class::Transactional,
                    purpose: Purpose::Transactional,
                    topic: None,
                    channels: vec![draft(channel, format!("Note {}.", self.texts))],
                    max_lateness: None,
                };
                Ask { name: "request", target: to(true), body: SignalBody::Request(Box::new(request)) }
            }
            _ => {
                self.texts += 1;
                let act = match draws.below(7) {
                    0 => AgentAct::Resolve { category: None },
                    1 => AgentAct::ReturnToBot,
                    2 => AgentAct::Assign { to: Some(AGENT), queue: None },
                    3 => AgentAct::Open { queue: "inbox".to_owned() },
                    _ => AgentAct::Reply {
                        draft: draft(channel, format!("Answer {} from the desk.", self.texts)),
                        seen: None,
                        reply_to: None,
                    },
                };
                Ask { name: "agent", target: to(false), body: SignalBody::Agent { user: AGENT, act } }
            }
        }
    }

    fn offer(&mut self, person: usize) -> Ask {
        self.offers += 1;
        let target = Target::Addresses { keys: vec![AddressKey::phone(tenant::phone(person))], create: true };
        Ask { name: "offer_made", target, body: event("offer_made", &[("offer", format!("o{}", self.offers))]) }
    }
}

fn one_of(draws: &mut Draws, count: u64) -> u64 {
    1 + draws.below(count.max(1))
}

fn event(name: &str, pairs: &[(&str, String)]) -> SignalBody {
    let properties: Attributes = pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.clone()))).collect();
    SignalBody::Event { name: name.to_owned(), properties, contact: ContactPatch::default() }
}

fn draft(channel: Channel, text: String) -> ChannelDraft {
    ChannelDraft { channel, sender: None, address: None, in_window: Some(Rendered::Ready(Content::text(text))), out_of_window: None }
}

fn consent(address: AddressKey, state: ConsentState, channel: Option<Channel>, purpose: Option<Purpose>, at: Timestamp) -> ConsentChange {
    ConsentChange {
        address,
        channel,
        purpose,
        topic: None,
        state,
        act: ConsentAct::ApiRecorded,
        wording: None,
        source: "play".to_owned(),
        actor: "key:play".to_owned(),
        ip: None,
        user_agent: None,
        at,
        evidence: None,
    }
}
