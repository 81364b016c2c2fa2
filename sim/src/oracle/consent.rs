//! Consent as the judge reads it from the log alone. It is on the safe side: it calls a message forbidden only where no reading of the rules
//! permits it (R-CON-3).

use model::consent::{ConsentChange, ConsentState};
use model::inbound::InboundContent;
use model::signal::SignalBody;
use model::{AddressKey, Channel, Purpose};

/// What somebody said about consent, in the order of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    state: ConsentState,
    /// `None` stands for all of them.
    address: Option<AddressKey>,
    channel: Option<Channel>,
    purpose: Option<Purpose>,
    /// Whether it can permit promotions: a START lifts a STOP and agrees to nothing new.
    names_purpose: bool,
}

impl Said {
    fn change(change: &ConsentChange) -> Self {
        Self {
            state: change.state,
            address: Some(change.address.clone()),
            channel: change.channel,
            purpose: change.purpose,
            names_purpose: change.purpose.is_some(),
        }
    }

    fn covers(&self, address: &AddressKey, channel: Channel, purpose: Purpose) -> bool {
        self.address.as_ref().is_none_or(|own| own == address)
            && self.channel.is_none_or(|own| own == channel)
            && self.purpose.is_none_or(|own| own == purpose)
    }
}

/// What a signal says about consent.
pub fn heard(body: &SignalBody) -> Vec<Said> {
    let said = |state, channel, purpose| Said { state, address: None, channel, purpose, names_purpose: false };
    match body {
        SignalBody::Consent(change) => vec![Said::change(change)],
        SignalBody::Inbound(inbound) => match &inbound.content {
            InboundContent::Text { body } if body == "STOP" => vec![
                said(ConsentState::OptedOut, Some(inbound.channel), None),
                said(ConsentState::OptedOut, None, Some(Purpose::Promotional)),
            ],
            // Other words may lift a withdrawal too: which ones is the product's business, so the judge forgets what was said before.
            InboundContent::Text { .. } | InboundContent::ButtonReply { .. } => vec![said(ConsentState::OptedIn, None, None)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Why no reading of the rules permits such a message, if none does.
pub fn forbids(book: &[Said], address: &AddressKey, channel: Channel, purpose: Purpose) -> Option<String> {
    let agreed = |said: &&Said| {
        said.state == ConsentState::OptedIn
            && said.names_purpose
            && said.purpose == Some(purpose)
            && said.channel.is_none_or(|c| c == channel)
    };
    if purpose == Purpose::Promotional && !book.iter().any(|said| agreed(&said)) {
        return Some(format!("nobody ever agreed to promotions on {channel}"));
    }
    let out = book.iter().rposition(|said| said.state == ConsentState::OptedOut && said.covers(address, channel, purpose))?;
    let lifted = book[out..].iter().any(|said| said.state == ConsentState::OptedIn);
    (!lifted).then(|| format!("withdrawn by {:?}, and nothing was said since", book[out]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(state: ConsentState, channel: Option<Channel>, purpose: Option<Purpose>) -> Said {
        Said { state, address: None, channel, purpose, names_purpose: purpose.is_some() }
    }

    #[test]
    fn promotions_need_a_yes_and_a_stop_ends_them() {
        let address = AddressKey::phone("+12025550110");
        let asks = |book: &[Said]| forbids(book, &address, Channel::Sms, Purpose::Promotional).is_some();
        let yes = said(ConsentState::OptedIn, Some(Channel::Sms), Some(Purpose::Promotional));
        let stop = said(ConsentState::OptedOut, Some(Channel::Sms), None);
        assert!(asks(&[]));
        assert!(!asks(std::slice::from_ref(&yes)));
        assert!(asks(&[yes.clone(), stop.clone()]));
        assert!(!asks(&[yes.clone(), stop.clone(), yes]));
        assert!(forbids(&[stop], &address, Channel::Whatsapp, Purpose::Transactional).is_none());
    }
}
