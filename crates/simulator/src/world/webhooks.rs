//! Posting webhooks: where they go, how the knobs bend their way, what their results mean.

use model::{Millis, Rng, Timestamp};
use serde_json::Value;

use super::{Change, Exchange, Party, World, note};
use crate::crypto;
use crate::delivery::{CloudUpdate, Parcel, PendingWebhook, Provider, Settled, SinkError, WebhookAnswer, batch_boundary};
use crate::wire::form_encode;

const TELNYX_TIMESTAMP: &str = "telnyx-timestamp";
const TELNYX_SIGNATURE: &str = "telnyx-signature-ed25519";
/// What the headers begin with that the log keeps: signatures and marks of repeats.
const KEPT_HEADERS: [&str; 3] = ["x-", "i-", "telnyx-"];

impl World {
    /// Queues one Cloud API update. `number` routes it: phone-number override, then WABA override, then the app's callback.
    pub(crate) fn post_cloud(&mut self, field: &'static str, number: Option<&str>, value: Value, carries: Vec<String>) {
        let Some(url) = self.cloud.callback_for(number, field) else {
            return self.note_undelivered(Party::CloudWebhook, &value, "no callback");
        };
        let entry_time = (!matches!(field, "messages" | "calls")).then(|| self.now.as_secs());
        let update = CloudUpdate { url, waba_id: self.config.cloud.waba_id.clone(), field, value, entry_time, carries };
        let Some((due, repeat)) = self.draw_journey() else {
            return self.note_undelivered(Party::CloudWebhook, &update.value, "dropped");
        };
        let boundary = |at: Timestamp| if self.knobs.batch_size > 1 { batch_boundary(at) } else { at };
        let (due, repeat) = (boundary(due), repeat.map(boundary));
        if let Some(again) = repeat {
            self.postbox.post_update(again, update.clone());
        }
        self.postbox.post_update(due, update);
    }

    /// Queues one Twilio webhook: a signed form POST.
    pub(crate) fn post_twilio(
        &mut self,
        url: &str,
        form: &[(String, String)],
        carries: Vec<String>,
        reply_route: Option<(String, String)>,
    ) {
        let Some((due, repeat)) = self.draw_journey() else {
            return self.note_undelivered(Party::TwilioWebhook, &Value::String(form_encode(form)), "dropped");
        };
        let headers = vec![
            ("content-type".to_owned(), "application/x-www-form-urlencoded; charset=UTF-8".to_owned()),
            ("x-twilio-signature".to_owned(), crypto::twilio_signature(&self.config.twilio.auth_token, url, form)),
            ("i-twilio-idempotency-token".to_owned(), self.mint.hex("idempotency", 32)),
            ("user-agent".to_owned(), "TwilioProxy/1.1".to_owned()),
        ];
        let body = form_encode(form).into_bytes().into();
        let parcel = Parcel { id: 0, provider: Provider::Twilio, url: url.to_owned(), headers, body, attempt: 0, carries, reply_route };
        if let Some(again) = repeat {
            self.postbox.post_parcel(again, parcel.clone());
        }
        self.postbox.post_parcel(due, parcel);
    }

    /// Queues one Telnyx webhook. It is signed at each attempt, because the signature covers the moment.
    pub(crate) fn post_telnyx(&mut self, url: &str, body: &Value, carries: Vec<String>) {
        let Some((due, repeat)) = self.draw_journey() else {
            return self.note_undelivered(Party::TelnyxWebhook, body, "dropped");
        };
        let headers = [("content-type", "application/json"), ("user-agent", "telnyx-webhooks")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let body = body.to_string().into_bytes().into();
        let parcel =
            Parcel { id: 0, provider: Provider::Telnyx, url: url.to_owned(), headers, body, attempt: 0, carries, reply_route: None };
        if let Some(again) = repeat {
            self.postbox.post_parcel(again, parcel.clone());
        }
        self.postbox.post_parcel(due, parcel);
    }

    /// Queues one event of RCS for Business.
    pub(crate) fn post_pushed(&mut self, url: &str, headers: Vec<(String, String)>, body: String, carries: Vec<String>) {
        let Some((due, repeat)) = self.draw_journey() else {
            return self.note_undelivered(Party::RbmWebhook, &Value::String(body), "dropped");
        };
        let body = body.into_bytes().into();
        let parcel = Parcel { id: 0, provider: Provider::Rbm, url: url.to_owned(), headers, body, attempt: 0, carries, reply_route: None };
        if let Some(again) = repeat {
            self.postbox.post_parcel(again, parcel.clone());
        }
        self.postbox.post_parcel(due, parcel);
    }

    /// When a webhook is first tried, and when its twin is; nothing when it gets lost.
    fn draw_journey(&mut self) -> Option<(Timestamp, Option<Timestamp>)> {
        let mut draws = self.mint.draws("webhook");
        let hit = |percent: u32, draws: &mut model::Draws| draws.below(100) < u64::from(percent);
        let span = |(from, to): (u64, u64), draws: &mut model::Draws| Millis((from + draws.below(to.saturating_sub(from) + 1)) as i64);
        let (lost, held, twice) = (
            hit(self.knobs.drop_percent, &mut draws),
            hit(self.knobs.reorder_percent, &mut draws),
            hit(self.knobs.duplicate_percent, &mut draws),
        );
        if lost {
            return None;
        }
        let mut due = self.now + span(self.knobs.delay_ms, &mut draws);
        if self.rush {
            due = self.now;
        } else if held {
            due = due + span(self.knobs.reorder_ms, &mut draws);
        } else {
            due = due.max(self.latest_due);
            self.latest_due = due;
        }
        let repeat = twice.then(|| due + span((200, 30_000), &mut draws));
        Some((due, repeat))
    }

    fn note_undelivered(&mut self, party: Party, value: &Value, note: &str) {
        let mut exchange = Exchange::request(self.now, party, "POST", "", value.to_string().as_bytes());
        exchange.note = Some(note.to_owned());
        exchange.attempt = 0;
        self.record(exchange);
    }

    pub(crate) fn collect_webhooks(&mut self) {
        let secret = &self.config.cloud.app_secret;
        self.postbox.collect(self.now, self.knobs.batch_size, |body| {
            vec![
                ("x-hub-signature-256".to_owned(), crypto::hub_signature(secret, body)),
                ("user-agent".to_owned(), "facebookexternalua".to_owned()),
            ]
        });
    }

    /// Hands out the webhooks whose moment has come. Each must be reported back through [`World::webhook_result`].
    pub fn take_webhooks(&mut self) -> Vec<PendingWebhook> {
        let mut ready = self.postbox.take_ready(self.now);
        let at = self.now.as_secs().to_string();
        for webhook in ready.iter_mut().filter(|webhook| webhook.provider == Provider::Telnyx) {
            let signature = crypto::telnyx_signature(&self.config.telnyx.signing_secret, &at, &webhook.body);
            webhook.headers.push((TELNYX_TIMESTAMP.to_owned(), at.clone()));
            webhook.headers.push((TELNYX_SIGNATURE.to_owned(), signature));
        }
        let share = self.knobs.wrong_signature_percent;
        if share == 0 {
            return ready;
        }
        let mut all = Vec::with_capacity(ready.len());
        for webhook in ready {
            if webhook.attempt == 1 && self.chance("wrong-signature", share) {
                all.extend(forgery(&webhook));
            }
            all.push(webhook);
        }
        all
    }

    /// How many webhooks have not been accepted by their receiver yet.
    #[must_use]
    pub fn webhook_backlog(&self) -> usize {
        self.postbox.backlog()
    }

    /// Takes the result of one delivery attempt.
    pub fn webhook_result(&mut self, webhook: &PendingWebhook, result: Result<WebhookAnswer, SinkError>) {
        let party = match webhook.provider {
            Provider::Meta => Party::CloudWebhook,
            Provider::Twilio => Party::TwilioWebhook,
            Provider::Telnyx => Party::TelnyxWebhook,
            Provider::Mail => Party::OneClick,
            Provider::Rbm => Party::RbmWebhook,
        };
        let (status, body, mut note) = match result {
            Ok(answer) => (Some(answer.status), answer.body, None),
            Err(error) => (None, Default::default(), Some(error.to_string())),
        };
        let settled = if webhook.forged { None } else { self.postbox.settle(webhook.id, status, self.now) };
        let fate = match &settled {
            Some(Settled::Later(due)) => Some(format!("again at {due}")),
            Some(Settled::GivenUp) => Some("given up".to_owned()),
            Some(Settled::Accepted(_)) | None => None,
        };
        let forged = webhook.forged.then(|| note::FORGED.to_owned());
        note = [forged, note, fate].into_iter().flatten().reduce(|a: String, b| format!("{a}; {b}"));
        let mut exchange = Exchange::request(self.now, party, "POST", &webhook.url, &webhook.body).answered(status, &body);
        exchange.headers =
            webhook.headers.iter().filter(|(name, _)| KEPT_HEADERS.iter().any(|kept| name.starts_with(kept))).cloned().collect();
        exchange.attempt = webhook.attempt;
        exchange.took_ms = status.map(|_| (self.now - webhook.at).0.max(0).unsigned_abs());
        exchange.note = note;
        self.record(exchange);
        if let Some(Settled::Accepted(parcel)) = settled {
            self.webhook_accepted(&parcel);
            if let Some((business, person)) = &parcel.reply_route {
                self.twiml_reply(business, person, &body);
            }
        }
    }

    fn webhook_accepted(&mut self, parcel: &Parcel) {
        for message in &parcel.carries {
            let by_entry = || self.people.iter().find(|person| person.entry(message).is_some()).map(|person| person.id);
            let of_rcs = || message.starts_with("Mx").then(by_entry).flatten();
            let of_texts = || self.twilio.author_of(message).or_else(|| self.telnyx.author_of(message));
            let Some(id) = self.cloud.author_of(message).or_else(of_texts).or_else(of_rcs) else { continue };
            let now = self.now;
            if let Some(entry) = self.people.get_mut(id).and_then(|person| person.entry_mut(message)) {
                entry.delivered_at.get_or_insert(now);
                self.announce(Change::Phone { person: id });
            }
        }
    }
}

/// The same words under a signature made with a key that nobody has; nothing for those that carry no signature.
fn forgery(webhook: &PendingWebhook) -> Option<PendingWebhook> {
    const NOBODYS: &str = "a key that nobody has";
    let mut forged = PendingWebhook { forged: true, ..webhook.clone() };
    let moment = webhook.headers.iter().find(|(name, _)| name == TELNYX_TIMESTAMP).map_or("", |(_, at)| at.as_str());
    let mut signed = false;
    for (name, value) in &mut forged.headers {
        *value = match name.as_str() {
            "x-hub-signature-256" => crypto::hub_signature(NOBODYS, &webhook.body),
            "x-twilio-signature" => crypto::twilio_signature(NOBODYS, &webhook.url, &[]),
            TELNYX_SIGNATURE => crypto::telnyx_signature(NOBODYS, moment, &webhook.body),
            "x-goog-signature" => crypto::goog_signature(NOBODYS, &webhook.body),
            _ => continue,
        };
        signed = true;
    }
    signed.then_some(forged)
}
