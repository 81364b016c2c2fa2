//! A request to the forms' address of a number: opened here, and answered once it is known whose form it is.

use channel::{Account, Provider};
use model::MessageId;
use whatsapp::form::{FormAction, FormKey, Opened};

use super::FormDefinition;
use super::exchange::{Prefill, answer};
use crate::verify::verify;

/// What the phone, or Meta itself, is answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormAnswer {
    /// 200 with a sealed body.
    Page(String),
    /// 421: the phone gets our key from Meta again, and tries once more.
    OtherKey,
    /// 427: the form is over; the person reads why.
    Over(String),
    /// 432: not signed by Meta.
    NotSigned,
}

/// A request that is signed and was opened.
pub struct FormCall {
    opened: Opened,
}

/// Checks the signature and opens the request.
pub fn open_form(account: &Account, key: Option<&FormKey>, signature: Option<&str>, raw: &[u8]) -> Result<FormCall, FormAnswer> {
    let Provider::WhatsappCloud(whatsapp) = &account.provider else { return Err(FormAnswer::NotSigned) };
    verify(whatsapp, signature, raw).map_err(|_| FormAnswer::NotSigned)?;
    let key = key.ok_or(FormAnswer::OtherKey)?;
    match key.open(raw) {
        Ok(opened) => Ok(FormCall { opened }),
        Err(error) => {
            tracing::warn!(sender.id = %account.sender.id, error = %error, "A form's request could not be opened");
            Err(FormAnswer::OtherKey)
        }
    }
}

impl FormCall {
    /// Meta only looks whether we live: there is no form.
    #[must_use]
    pub fn is_ping(&self) -> bool {
        self.opened.request.action == FormAction::Ping || self.opened.request.is_notice()
    }

    /// The message that opened the form.
    #[must_use]
    pub fn message(&self) -> Option<MessageId> {
        self.opened.request.flow_token.as_deref()?.parse().ok()
    }

    #[must_use]
    pub fn answer(&self, form: &FormDefinition, known: &Prefill) -> FormAnswer {
        self.sealed(&answer(form, known, &self.opened.request))
    }

    /// To a ping and to a notice, which need no form.
    #[must_use]
    pub fn answer_ping(&self) -> FormAnswer {
        self.answer(&FormDefinition { name: String::new(), pages: Vec::new() }, &Prefill::new())
    }

    fn sealed(&self, answer: &serde_json::Value) -> FormAnswer {
        self.opened.seal(answer).map_or_else(|| FormAnswer::Over("This form is too long.".to_owned()), FormAnswer::Page)
    }
}
