//! What can be made to go wrong, or to look different, while a world runs.

use serde::{Deserialize, Serialize};

use crate::mail::MailKnobs;
use crate::rbm::RbmKnobs;
use crate::smsc::SmscKnobs;

/// Switches and shares that the control API reads and sets. Shares are in percent of the things they speak of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    /// Webhooks that are delivered twice.
    pub duplicate_percent: u32,
    /// Webhooks that are held back by `reorder_ms`, so that later ones overtake them.
    pub reorder_percent: u32,
    pub reorder_ms: (u64, u64),
    /// Webhooks that never arrive.
    pub drop_percent: u32,
    /// Time between an event and the first delivery attempt of its webhook.
    pub delay_ms: (u64, u64),
    /// Updates in one Cloud API POST at most; above 1, updates wait up to a second for company.
    pub batch_size: usize,
    /// Messages whose `delivered` status is left out when `read` follows.
    pub read_without_delivered_percent: u32,
    /// Sends whose `sent` status is posted before the HTTP answer is given.
    pub status_before_answer_percent: u32,
    /// Every callback URL refuses connections: webhooks are retried later with growing gaps.
    pub callbacks_down: bool,
    /// Webhooks before which a forgery of the same words arrives: signed with a key that nobody has, to be refused.
    pub wrong_signature_percent: u32,
    /// From, to: milliseconds of real time that an HTTP answer waits for after the request was carried out.
    pub answer_ms: (u64, u64),
    /// Requests that never arrive: the connection breaks and nothing was carried out.
    pub request_lost_percent: u32,
    /// Requests that are refused as one too many: 130429, Twilio's 20429, RCS 429.
    pub throttle_percent: u32,
    /// Requests that are refused for good with HTTP 400: code 100, Twilio's 21612, RCS `INVALID_ARGUMENT`.
    pub reject_percent: u32,
    /// Requests that are refused before acceptance with 131016 / HTTP 500 (Twilio: 503).
    pub refuse_percent: u32,
    /// Sends that are accepted, but the connection breaks before the answer: the in-doubt case.
    pub answer_lost_percent: u32,
    /// Both APIs answer 503 (code 2).
    pub apis_down: bool,
    /// No business-scoped user ids in webhooks: payloads as before April 2026.
    pub legacy_no_bsuid: bool,
    /// `contacts` with a profile also on statuses, `failed` and `user_preferences`. Meta leaves them out; pywa 4.5.0 needs them.
    pub contacts_always: bool,
    /// A closed service window is refused in the HTTP answer instead of by a `failed` status.
    pub window_errors_sync: bool,
    /// Marketing templates to the United States are not delivered (131049); so it is since April 2025.
    pub us_marketing_blocked: bool,
    /// Brazil, Mexico and Argentina: `wa_id` differs from what was dialled, as in real traffic.
    pub rewrite_wa_ids: bool,
    /// Messages that wait for a phone without network: seconds or minutes, for a quarter of them hours.
    pub slow_phones_percent: u32,
    /// People act by themselves. Off: only what is done by hand happens.
    pub people_active: bool,
    /// Divides every waiting time of people; 10 makes them answer ten times as fast.
    pub people_speed: u32,
    pub smsc: SmscKnobs,
    pub mail: MailKnobs,
    pub rbm: RbmKnobs,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            duplicate_percent: 0,
            reorder_percent: 0,
            reorder_ms: (2_000, 20_000),
            drop_percent: 0,
            delay_ms: (10, 80),
            batch_size: 1,
            read_without_delivered_percent: 0,
            status_before_answer_percent: 0,
            callbacks_down: false,
            wrong_signature_percent: 0,
            answer_ms: (0, 0),
            request_lost_percent: 0,
            throttle_percent: 0,
            reject_percent: 0,
            refuse_percent: 0,
            answer_lost_percent: 0,
            apis_down: false,
            legacy_no_bsuid: false,
            contacts_always: false,
            window_errors_sync: false,
            us_marketing_blocked: true,
            rewrite_wa_ids: true,
            slow_phones_percent: 8,
            people_active: true,
            people_speed: 1,
            smsc: SmscKnobs::default(),
            mail: MailKnobs::default(),
            rbm: RbmKnobs::default(),
        }
    }
}
