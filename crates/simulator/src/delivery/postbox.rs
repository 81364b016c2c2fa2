//! The queue of outgoing webhooks. It knows moments and bytes; what they mean is decided by who posts them.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use model::{Millis, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::retry;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    Meta,
    Twilio,
    Telnyx,
    /// Mail programs.
    Mail,
    /// RCS for Business.
    Rbm,
}

/// One `changes[]` member that waits to be put into a POST.
#[derive(Clone, Debug)]
pub struct CloudUpdate {
    pub url: String,
    pub waba_id: String,
    pub field: &'static str,
    pub value: Value,
    /// `entry.time` in seconds: on account and template fields, not on `messages`.
    pub entry_time: Option<i64>,
    /// Ids of people's messages that count as delivered once this is accepted.
    pub carries: Vec<String>,
}

/// One POST with its history of attempts.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub id: u64,
    pub provider: Provider,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    pub attempt: u32,
    pub carries: Vec<String>,
    /// Twilio inbound: the two ends, so that a TwiML answer can be sent back.
    pub reply_route: Option<(String, String)>,
}

/// What a runner posts.
#[derive(Clone, Debug)]
pub struct PendingWebhook {
    pub id: u64,
    pub provider: Provider,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    pub attempt: u32,
    /// When it was handed out.
    pub at: Timestamp,
    /// Signed wrongly on purpose. Nobody waits for its result.
    pub forged: bool,
}

/// What became of an attempt.
#[derive(Debug)]
pub enum Settled {
    Accepted(Parcel),
    /// Tried again at this moment.
    Later(Timestamp),
    GivenUp,
}

#[derive(Debug, Default)]
pub struct Postbox {
    next: u64,
    updates: BTreeMap<(Timestamp, u64), CloudUpdate>,
    waiting: BTreeMap<(Timestamp, u64), Parcel>,
    ready: VecDeque<Parcel>,
    flying: BTreeMap<u64, Parcel>,
}

impl Postbox {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Queues one update for the Cloud API's callback.
    pub fn post_update(&mut self, due: Timestamp, update: CloudUpdate) {
        let n = self.number();
        self.updates.insert((due, n), update);
    }

    /// Queues a finished POST.
    pub fn post_parcel(&mut self, due: Timestamp, mut parcel: Parcel) {
        parcel.id = self.number();
        self.waiting.insert((due, parcel.id), parcel);
    }

    /// Moves everything that is due to the ready line: updates for one URL are put together, up to `batch` in a POST.
    pub fn collect(&mut self, now: Timestamp, batch: usize, sign: impl Fn(&[u8]) -> Vec<(String, String)>) {
        let mut posts: Vec<(String, Vec<CloudUpdate>)> = Vec::new();
        while let Some(entry) = self.updates.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let update = entry.remove();
            match posts.iter_mut().rev().find(|(url, post)| *url == update.url && post.len() < batch.max(1)) {
                Some((_, post)) if batch > 1 => post.push(update),
                _ => posts.push((update.url.clone(), vec![update])),
            }
        }
        for (url, post) in posts {
            let body = crate::wire::meta_json(&envelope(&post));
            let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            headers.extend(sign(&body));
            let carries = post.into_iter().flat_map(|update| update.carries).collect();
            let id = self.number();
            self.ready.push_back(Parcel {
                id,
                provider: Provider::Meta,
                url,
                headers,
                body: body.into(),
                attempt: 0,
                carries,
                reply_route: None,
            });
        }
        while let Some(entry) = self.waiting.first_entry() {
            if entry.key().0 > now {
                break;
            }
            self.ready.push_back(entry.remove());
        }
    }

    /// Hands out what is ready; each must come back through [`Postbox::settle`].
    pub fn take_ready(&mut self, now: Timestamp) -> Vec<PendingWebhook> {
        let mut out = Vec::new();
        while let Some(mut parcel) = self.ready.pop_front() {
            parcel.attempt += 1;
            out.push(PendingWebhook {
                id: parcel.id,
                provider: parcel.provider,
                url: parcel.url.clone(),
                headers: parcel.headers.clone(),
                body: parcel.body.clone(),
                attempt: parcel.attempt,
                at: now,
                forged: false,
            });
            self.flying.insert(parcel.id, parcel);
        }
        out
    }

    /// Takes the result of an attempt: an HTTP status, or none when no answer came.
    pub fn settle(&mut self, id: u64, status: Option<u16>, now: Timestamp) -> Option<Settled> {
        let parcel = self.flying.remove(&id)?;
        if status.is_some_and(|status| retry::accepted(parcel.provider, status)) {
            return Some(Settled::Accepted(parcel));
        }
        Some(match retry::gap_after(parcel.provider, parcel.attempt) {
            Some(gap) => {
                let due = now + gap;
                self.waiting.insert((due, parcel.id), parcel);
                Settled::Later(due)
            }
            None => Settled::GivenUp,
        })
    }

    /// When there is something to do again; `Timestamp::EPOCH` stands for at once.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        if !self.ready.is_empty() {
            return Some(Timestamp::EPOCH);
        }
        let first = |map: Option<&(Timestamp, u64)>| map.map(|(at, _)| *at);
        [first(self.updates.keys().next()), first(self.waiting.keys().next())].into_iter().flatten().min()
    }

    /// How many POSTs or updates have not been accepted yet.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.updates.len() + self.waiting.len() + self.ready.len() + self.flying.len()
    }
}

/// The envelope of one POST (reference 4.2): one `entry` for each update, as Meta does when it batches.
fn envelope(post: &[CloudUpdate]) -> Value {
    let entries: Vec<Value> = post
        .iter()
        .map(|update| {
            let mut entry = json!({ "id": update.waba_id });
            if let Some(time) = update.entry_time {
                entry["time"] = time.into();
            }
            entry["changes"] = json!([{ "value": update.value, "field": update.field }]);
            entry
        })
        .collect();
    json!({ "object": "whatsapp_business_account", "entry": entries })
}

/// Rounds a moment up to the next whole second: updates that may travel together leave together.
#[must_use]
pub fn batch_boundary(due: Timestamp) -> Timestamp {
    Timestamp::from_secs(due.as_secs()) + Millis(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(n: i64) -> CloudUpdate {
        CloudUpdate { url: "http://h/".into(), waba_id: "1".into(), field: "messages", value: json!(n), entry_time: None, carries: vec![] }
    }

    #[test]
    fn updates_for_one_callback_share_a_post_up_to_the_batch_size() {
        let mut postbox = Postbox::default();
        (0..5).for_each(|n| postbox.post_update(Timestamp::from_secs(n), update(n)));
        postbox.collect(Timestamp::from_secs(9), 2, |_| vec![]);
        assert_eq!(postbox.take_ready(Timestamp::from_secs(9)).len(), 3);
    }

    #[test]
    fn a_refused_post_comes_back_with_growing_gaps() {
        let mut postbox = Postbox::default();
        postbox.post_update(Timestamp::EPOCH, update(1));
        let mut now = Timestamp::from_secs(1);
        let mut gaps = Vec::new();
        for _ in 0..4 {
            postbox.collect(now, 1, |_| vec![]);
            let id = postbox.take_ready(now)[0].id;
            let Some(Settled::Later(due)) = postbox.settle(id, Some(500), now) else { panic!("expected a retry") };
            gaps.push((due - now).0);
            now = due;
        }
        assert_eq!(gaps, vec![1_000, 5_000, 30_000, 120_000]);
        postbox.collect(now, 1, |_| vec![]);
        let last = postbox.take_ready(now).remove(0);
        assert_eq!(last.attempt, 5);
        assert!(matches!(postbox.settle(last.id, Some(200), now), Some(Settled::Accepted(_))));
        assert_eq!(postbox.backlog(), 0);
    }
}
