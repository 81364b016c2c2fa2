//! Reading, cancelling, redacting and deleting messages.

use serde_json::{Value, json};

use super::error::TwilioError;
use super::message::VERSION;
use super::validate::Form;
use crate::world::World;

impl World {
    pub(super) fn list_sms(&self, query: &Form) -> Value {
        let account = &self.config.twilio.account_sid;
        let size = query.some("PageSize").and_then(|s| s.parse::<usize>().ok()).unwrap_or(50).clamp(1, 1_000);
        let page = query.some("Page").and_then(|p| p.parse::<usize>().ok()).unwrap_or(0);
        let same = |name: &str, value: Option<&str>| query.some(name).is_none_or(|wanted| value == Some(wanted));
        // Newest first.
        let hits: Vec<Value> = self
            .twilio
            .order
            .iter()
            .rev()
            .filter_map(|sid| self.twilio.messages.get(sid))
            .filter(|m| same("To", Some(&m.to)) && same("From", m.from.as_deref()))
            .map(|m| m.json(account))
            .collect();
        let start = (page * size).min(hits.len());
        let end = (start + size).min(hits.len());
        let base = format!("/{VERSION}/Accounts/{account}/Messages.json");
        let kept: String =
            ["To", "From"].iter().filter_map(|n| query.some(n).map(|v| format!("{n}={v}&"))).collect::<String>().replace('+', "%2B");
        let link = |page: usize| format!("{base}?{kept}PageSize={size}&Page={page}");
        json!({
            "messages": hits[start..end],
            "first_page_uri": link(0),
            "next_page_uri": (end < hits.len()).then(|| link(page + 1)),
            "previous_page_uri": (page > 0).then(|| link(page - 1)),
            "page": page,
            "page_size": size,
            "start": start,
            "end": end.saturating_sub(1),
            "uri": link(page),
        })
    }

    pub(super) fn get_sms(&self, sid: &str) -> Result<Value, TwilioError> {
        let message = self.twilio.messages.get(sid).ok_or_else(|| self.sms_not_found(sid))?;
        Ok(message.json(&self.config.twilio.account_sid))
    }

    fn sms_not_found(&self, sid: &str) -> TwilioError {
        TwilioError::new(20404, &format!("/{VERSION}/Accounts/{}/Messages/{sid}.json", self.config.twilio.account_sid))
    }

    /// `Status=canceled` before it is sent; `Body=` (empty) redacts it afterwards.
    pub(super) fn change_sms(&mut self, sid: &str, form: &Form) -> Result<Value, TwilioError> {
        let missing = self.sms_not_found(sid);
        let now = self.now;
        let message = self.twilio.messages.get_mut(sid).ok_or(missing)?;
        match (form.get("Status"), form.get("Body")) {
            (Some("canceled"), _) if matches!(message.status, "scheduled" | "accepted" | "queued") => message.status = "canceled",
            (Some("canceled"), _) => return Err(TwilioError::new(30409, "")),
            (Some(_), _) => return Err(TwilioError::new(20001, "Status")),
            (None, Some("")) if message.is_final() => message.body.clear(),
            (None, Some("")) => return Err(TwilioError::new(30409, "")),
            _ => return Err(TwilioError::new(20001, "Body")),
        }
        message.updated = now;
        let json = message.json(&self.config.twilio.account_sid);
        if form.get("Status").is_some() {
            self.post_sms_status(sid);
        }
        Ok(json)
    }

    pub(super) fn delete_sms(&mut self, sid: &str) -> Result<(), TwilioError> {
        let missing = self.sms_not_found(sid);
        self.twilio.messages.remove(sid).map(|_| self.twilio.order.retain(|known| known != sid)).ok_or(missing)
    }

    /// The files of a message: those of inbound ones are ours, those of outbound ones are links.
    pub(super) fn list_sms_media(&self, sid: &str) -> Result<Value, TwilioError> {
        self.twilio.messages.get(sid).ok_or_else(|| self.sms_not_found(sid))?;
        let account = &self.config.twilio.account_sid;
        let rows: Vec<Value> = self
            .twilio
            .media
            .iter()
            .filter(|((message, _), _)| message == sid)
            .map(|((_, media), (mime, _))| {
                let uri = format!("/{VERSION}/Accounts/{account}/Messages/{sid}/Media/{media}.json");
                json!({ "sid": media, "account_sid": account, "parent_sid": sid, "content_type": mime, "uri": uri })
            })
            .collect();
        let uri = format!("/{VERSION}/Accounts/{account}/Messages/{sid}/Media.json");
        Ok(
            json!({ "media_list": rows, "page": 0, "page_size": 50, "start": 0, "end": 0, "uri": uri, "first_page_uri": uri, "next_page_uri": null, "previous_page_uri": null }),
        )
    }
}
