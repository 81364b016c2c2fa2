//! What the phone app knew before its number came to the API (reference 11): earlier conversations, and handing them over once.
//!
//! Meta does not promise an order of the chunks. Here the newest phase comes first, and files come after the places where they belong.

use bytes::Bytes;
use model::{Millis, Timestamp};
use serde_json::{Value, json};

use super::media::MediaFile;
use super::{ApiRequest, GraphError};
use crate::ids::Way;
use crate::people::{Entry, Line, PersonId, Shown, ShownMedia};
use crate::world::{Change, World};

/// The app is asked within this time after it came, or not at all.
const ASKED_WITHIN: Millis = Millis::from_hours(24);
/// Files of older messages are not handed over.
const FILES_OF: Millis = Millis::from_days(14);
/// The last day of each phase.
const PHASES: [Millis; 3] = [Millis::from_days(1), Millis::from_days(90), Millis::from_days(180)];
const THREADS_IN_A_CHUNK: usize = 20;

/// The phone app that has a number, too.
#[derive(Debug)]
pub struct PhoneApp {
    /// When the number came from it to the API.
    since: Timestamp,
    /// Whether the owner agreed to share what was said before.
    shares: bool,
    asked_contacts: bool,
    asked_history: bool,
    said: Vec<Said>,
}

#[derive(Clone, Debug)]
struct Said {
    person: PersonId,
    at: Timestamp,
    id: String,
    from_business: bool,
    text: String,
    /// Meta's id of the file.
    file: Option<String>,
    quotes: Option<String>,
}

/// Something that was said on the phone before the number was connected.
#[derive(Clone, Debug)]
pub struct Earlier {
    pub ago: Millis,
    pub from_business: bool,
    pub text: String,
    /// An image instead of the text alone.
    pub image: bool,
    /// The id of an earlier one.
    pub quotes: Option<String>,
}

impl World {
    fn app(&mut self, number: &str) -> Option<&mut PhoneApp> {
        let now = self.now;
        let number = self.cloud.numbers.get_mut(number)?;
        let fresh = || PhoneApp { since: now, shares: true, asked_contacts: false, asked_history: false, said: Vec::new() };
        Some(number.app.get_or_insert_with(fresh))
    }

    /// Whether the owner lets the app hand over what was said before. False when there is no such number.
    pub fn owner_shares(&mut self, number: &str, shares: bool) -> bool {
        self.app(number).map(|app| app.shares = shares).is_some()
    }

    /// Puts a message into the app's past. Answers its wamid, or nothing when there is no such number or person.
    pub fn owner_had(&mut self, number: &str, person: PersonId, earlier: Earlier) -> Option<String> {
        self.app(number)?;
        let phone = self.people.get(person).filter(|who| who.on_whatsapp)?.phone.clone();
        let wamid = self.mint.wamid(&phone, if earlier.from_business { Way::Outbound } else { Way::Inbound });
        let at = self.now - earlier.ago;
        let file = earlier.image.then(|| self.keep_media(MediaFile::new("image/png", None, Bytes::from_static(PIXEL))));
        let media = file.clone().map(|id| ShownMedia { kind: "image".to_owned(), id: Some(id), link: None, filename: None });
        let entry = Entry {
            seq: self.next_history(),
            at,
            line: Line::WhatsApp,
            from_business: earlier.from_business,
            business: number.to_owned(),
            id: wamid.clone(),
            opaque: None,
            kind: if file.is_some() { "image" } else { "text" }.to_owned(),
            shown: Shown { text: earlier.text.clone(), media, ..Shown::default() },
            context: earlier.quotes.clone(),
            read_at: Some(at),
            delivered_at: Some(at),
            reaction: None,
            revoked: false,
        };
        let thread = &mut self.people.get_mut(person)?.thread;
        let place = thread.partition_point(|known| known.at <= at);
        thread.insert(place, entry);
        let Earlier { from_business, text, quotes, .. } = earlier;
        self.app(number)?.said.push(Said { person, at, id: wamid.clone(), from_business, text, file, quotes });
        self.announce(Change::Phone { person });
        Some(wamid)
    }

    /// `POST /{number}/smb_app_data`: the app hands over its address book, or what was said, once each.
    pub(super) fn sync_app(&mut self, id: &str, request: &ApiRequest) -> Result<Value, GraphError> {
        let kind = request.param("sync_type").ok_or_else(|| GraphError::required("sync_type"))?;
        let late = self.cloud.numbers.get(id).and_then(|number| number.app.as_ref()).is_some_and(|app| self.now - app.since > ASKED_WITHIN);
        let has_app = self.cloud.numbers.get(id).is_some_and(|number| number.app.is_some());
        if !has_app {
            return Err(GraphError::invalid("The number is not used in the WhatsApp Business app"));
        }
        if late {
            return Err(GraphError::of_code(2593108));
        }
        let request_id = self.mint.hex("sync", 32);
        let Some(app) = self.app(id) else { return Err(GraphError::unknown_object("POST", id)) };
        let asked = match kind.as_str() {
            "smb_app_state_sync" => &mut app.asked_contacts,
            "history" => &mut app.asked_history,
            _ => return Err(GraphError::invalid("Param sync_type must be one of {smb_app_state_sync, history}")),
        };
        if std::mem::replace(asked, true) {
            return Err(GraphError::of_code(2593107));
        }
        let (shares, said) = (app.shares, app.said.clone());
        match (kind.as_str(), shares) {
            ("history", true) => self.tell_history(id, said),
            ("history", false) => self.tell_nothing(id),
            _ => self.tell_address_book(id, &said),
        }
        Ok(json!({ "messaging_product": "whatsapp", "request_id": request_id }))
    }

    fn tell_address_book(&mut self, number: &str, said: &[Said]) {
        let mut known: Vec<PersonId> = said.iter().map(|said| said.person).collect();
        known.sort_unstable();
        known.dedup();
        for person in known {
            let Some((phone, name)) = self.people.get(person).map(|who| (who.phone.clone(), who.name.clone())) else { continue };
            self.owner_notes_contact(number, &phone, &name, false);
        }
    }

    fn tell_nothing(&mut self, number: &str) {
        let mut value = self.value_frame(number);
        value["history"] = json!([{ "errors": [{
            "code": 2593109,
            "title": "History sync is turned off by the business from the WhatsApp Business App",
            "message": "History sync is turned off by the business from the WhatsApp Business App",
            "error_data": { "details": "History sharing is turned off by the business" },
        }] }]);
        self.post_cloud("history", Some(number), value, Vec::new());
    }

    fn tell_history(&mut self, number: &str, mut said: Vec<Said>) {
        said.sort_by_key(|said| (said.at, said.id.clone()));
        let mut from = Millis::ZERO;
        for (phase, until) in PHASES.into_iter().enumerate() {
            let age = |said: &Said| self.now - said.at;
            let these: Vec<Said> = said.iter().filter(|said| age(said) >= from && age(said) < until).cloned().collect();
            from = until;
            let mut people: Vec<PersonId> = these.iter().map(|said| said.person).collect();
            people.sort_unstable();
            people.dedup();
            let chunks: Vec<Vec<PersonId>> = people.chunks(THREADS_IN_A_CHUNK).map(<[PersonId]>::to_vec).collect();
            for (order, chunk) in chunks.iter().enumerate() {
                let threads: Vec<Value> = chunk.iter().filter_map(|person| self.past_thread(number, *person, &these)).collect();
                let last = order + 1 == chunks.len();
                let progress = if last && phase + 1 == PHASES.len() { 100 } else { (phase * 33 + 33 * (order + 1) / chunks.len()).min(99) };
                let mut value = self.value_frame(number);
                let metadata = json!({ "phase": phase, "chunk_order": order + 1, "progress": progress });
                value["history"] = json!([{ "metadata": metadata, "threads": threads }]);
                self.post_cloud("history", Some(number), value, Vec::new());
            }
        }
        let now = self.now;
        for one in said.into_iter().filter(|said| said.file.is_some() && now - said.at <= FILES_OF) {
            let Some(mut message) = self.past_frame(number, &one) else { continue };
            message["type"] = "image".into();
            message["image"] = json!({ "mime_type": "image/png", "id": one.file, "caption": one.text });
            let mut value = self.value_frame(number);
            value["messages"] = json!([message]);
            self.post_cloud("history", Some(number), value, Vec::new());
        }
    }

    fn past_thread(&self, number: &str, person: PersonId, said: &[Said]) -> Option<Value> {
        let who = self.people.get(person)?;
        let message = |one: &Said| {
            let mut message = self.past_frame(number, one)?;
            if one.file.is_some() {
                message["type"] = "media_placeholder".into();
            } else {
                message["type"] = "text".into();
                message["text"] = json!({ "body": one.text });
            }
            if let Some(quotes) = &one.quotes {
                message["context"] = json!({ "id": quotes });
            }
            message["history_context"] = json!({ "status": if one.file.is_some() { "PLAYED" } else { "READ" } });
            Some(message)
        };
        let messages: Vec<Value> = said.iter().filter(|said| said.person == person).filter_map(message).collect();
        Some(json!({ "id": who.wa_id(), "messages": messages }))
    }

    fn past_frame(&self, number: &str, said: &Said) -> Option<Value> {
        let who = self.people.get(said.person)?;
        let display = self.cloud.numbers.get(number)?.display();
        let mut message = json!({ "id": said.id, "timestamp": said.at.as_secs().to_string() });
        if said.from_business {
            (message["from"], message["to"]) = (display.into(), who.wa_id().into());
        } else {
            message["from"] = who.wa_id().into();
        }
        Some(message)
    }
}

/// One grey point.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63,
    0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
];
