//! What comes by HTTP: presses on unsubscribe links and on links in mails, and what sending services report and deliver.

mod parse;
mod postmark;
mod said;
mod sendgrid;
mod ses;
mod sns;

use std::sync::Arc;

use channel::{Account, Call, Heard, MailService, Refused};
use http_client::Transport;
use model::Timestamp;

use crate::adapter::credentials;
use crate::inbound::House;
use crate::unsubscribe::pressed;
use crate::{token, track};

pub(crate) use said::{POSTMARK_HEADER, SENDGRID_HEADER, SES_HEADER};
pub use sendgrid::is_sendgrid_key;
pub(crate) use sns::Certificates;

/// The part of a link that somebody pressed, before its token.
const UNSUBSCRIBE: &str = "unsubscribe.";
/// Characters of a program's name that are kept as evidence.
const AGENT_MAX: usize = 200;

/// What reading a call may need beside the call.
pub(crate) struct Help<'a> {
    pub house: &'a House,
    /// The way to fetch a certificate; without it no notification of SNS is believed.
    pub transport: Option<&'a Arc<dyn Transport>>,
    pub certificates: &'a Certificates,
}

pub(crate) async fn receive(account: &Account, call: &Call<'_>, now: Timestamp, help: &Help<'_>) -> Result<Heard, Refused> {
    let email = credentials(account).map_err(|_| Refused::NoSuchAddress)?;
    if let Some(link) = call.part.strip_prefix(UNSUBSCRIBE) {
        // A link that we did not make leads nowhere; who guesses learns nothing.
        let (message, address) = token::read_link(&email.key, link).ok_or(Refused::NoSuchAddress)?;
        let agent = call.header("user-agent").map(|agent| agent.chars().take(AGENT_MAX).collect());
        return Ok(vec![pressed(&address, message, now, agent)].into());
    }
    if let Some(heard) = track::heard(email, call, now) {
        return heard;
    }
    match (&email.service, call.part) {
        (Some(MailService::Sendgrid { public_key, .. }), "sendgrid") => sendgrid::receive(public_key, call, now),
        (Some(MailService::Sendgrid { inbound: Some(door), .. }), "sendgrid_inbound") => {
            parse::receive(door, account, call, now, help.house).await
        }
        (Some(MailService::Postmark { user, password }), "postmark") => {
            postmark::receive(user, password, account, call, now, help.house).await
        }
        (Some(MailService::Ses { topic_arn }), "ses") => ses::receive(topic_arn, account, call, now, help).await,
        _ => Err(Refused::NoSuchAddress),
    }
}
