//! A sender with what it takes to send by it. Each provider's credentials have their own file.

mod email;
mod rcs;
mod smpp;
mod telnyx;
mod twilio;
mod whatsapp;

use model::WorkspaceId;
use model::sender::Sender;
use serde::{Deserialize, Serialize};

pub use email::{DkimKey, EmailAccount, MailDoor, MailInbound, MailSecurity, MailService, MailStream, MailTracking};
pub use rcs::{OnUnknown, RcsAccount};
pub use smpp::{BindMode, Concat, DefaultAlphabet, IdForm, SmppAccount, SubmitWith};
pub use telnyx::TelnyxAccount;
pub use twilio::{TwilioAccount, TwilioRcsAccount};
pub use whatsapp::WhatsappAccount;

/// A sender and its provider's credentials.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Account {
    pub workspace: WorkspaceId,
    pub sender: Sender,
    pub provider: Provider,
}

/// Whose API it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum Provider {
    WhatsappCloud(WhatsappAccount),
    Twilio(TwilioAccount),
    Smpp(SmppAccount),
    Email(EmailAccount),
    Telnyx(TelnyxAccount),
    Rcs(RcsAccount),
    TwilioRcs(TwilioRcsAccount),
}

/// A provider without credentials: what adapters are found by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProviderKind {
    WhatsappCloud,
    Twilio,
    Smpp,
    Email,
    Telnyx,
    Rcs,
    TwilioRcs,
}

impl Provider {
    #[must_use]
    pub const fn kind(&self) -> ProviderKind {
        match self {
            Self::WhatsappCloud(_) => ProviderKind::WhatsappCloud,
            Self::Twilio(_) => ProviderKind::Twilio,
            Self::Smpp(_) => ProviderKind::Smpp,
            Self::Email(_) => ProviderKind::Email,
            Self::Telnyx(_) => ProviderKind::Telnyx,
            Self::Rcs(_) => ProviderKind::Rcs,
            Self::TwilioRcs(_) => ProviderKind::TwilioRcs,
        }
    }

    /// Whether the sender's settings let people see that they were read.
    #[must_use]
    pub const fn shows_presence(&self) -> bool {
        match self {
            Self::WhatsappCloud(account) => account.read_receipts,
            _ => true,
        }
    }

    /// The account at the provider to which the sender belongs, as the provider names it. Senders of one account share its limits.
    #[must_use]
    pub fn account(&self) -> &str {
        match self {
            Self::WhatsappCloud(account) => &account.waba_id,
            Self::Twilio(account) => &account.account_sid,
            Self::Smpp(account) => &account.system_id,
            Self::Email(account) => &account.from,
            Self::Rcs(account) => &account.agent_id,
            Self::TwilioRcs(account) => &account.account.account_sid,
            Self::Telnyx(account) => account.messaging_profile_id.as_deref().unwrap_or(&account.from),
        }
    }
}

impl ProviderKind {
    /// As the API and stored accounts name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhatsappCloud => "whatsapp_cloud",
            Self::Twilio => "twilio",
            Self::Smpp => "smpp",
            Self::Email => "email",
            Self::Telnyx => "telnyx",
            Self::Rcs => "rcs",
            Self::TwilioRcs => "twilio_rcs",
        }
    }
}
