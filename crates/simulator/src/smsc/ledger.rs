//! What a message centre and its clients say to each other, in the log of exchanges. The status is the command's, 0 for success.

use serde_json::json;

use super::pdu::{Delivery, Submission};
use super::text;
use crate::world::{Exchange, Party, World};

impl World {
    /// A bind; passwords are never kept.
    pub(super) fn note_smsc_bind(&mut self, kind: &str, system_id: &str, status: u32) {
        self.note_smsc(Party::Smsc, kind, system_id, "", Some(status), "", None);
    }

    /// A submission and what became of it; no status when the connection broke before the answer.
    pub(super) fn note_smsc_submission(&mut self, submission: &Submission, status: Option<u32>, id: &str, note: Option<&str>) {
        let target = format!("{} → {}", submission.source, submission.destination);
        let said = json!({
            "text": text::read(submission.data_coding, &submission.octets),
            "octets": hex::encode(&submission.octets),
            "data_coding": submission.data_coding,
            "esm_class": submission.esm_class,
            "registered_delivery": submission.registered,
            "validity_period": submission.validity,
        });
        self.note_smsc(Party::Smsc, "submit", &target, &said.to_string(), status, id, note);
    }

    /// A message or a receipt that the client answered.
    pub(super) fn note_smsc_delivery(&mut self, delivery: &Delivery, status: u32) {
        let target = format!("{} → {}", delivery.source, delivery.destination);
        let receipt = delivery.receipted.as_ref().map(|(id, state)| json!({ "receipted_message_id": id, "message_state": state }));
        let said = json!({
            "text": text::read(delivery.data_coding, &delivery.octets),
            "octets": hex::encode(&delivery.octets),
            "data_coding": delivery.data_coding,
            "esm_class": delivery.esm_class,
            "receipt": receipt,
        });
        self.note_smsc(Party::SmscDelivery, "deliver", &target, &said.to_string(), Some(status), "", None);
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row of the log, in their order")]
    fn note_smsc(
        &mut self,
        party: Party,
        method: &str,
        target: &str,
        request: &str,
        status: Option<u32>,
        answer: &str,
        note: Option<&str>,
    ) {
        // Statuses go to 0x05FF; vendors' own ones stop at 0x04FF.
        let status = status.map(|status| u16::try_from(status).unwrap_or(u16::MAX));
        let mut exchange = Exchange::request(self.now, party, method, target, request.as_bytes()).answered(status, answer.as_bytes());
        exchange.note = note.map(str::to_owned);
        self.record(exchange);
    }
}
