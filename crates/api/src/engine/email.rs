//! A sender of email, by a submission server.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Settings of a mail sender. The sender's address is what people see and answer: `hello@example.com`.
#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailDraft {
    #[schema(example = "smtp.example.com")]
    pub host: String,
    #[serde(default = "port")]
    #[schema(example = 587)]
    pub port: u16,
    #[serde(default)]
    pub security: EmailSecurity,
    /// PEM certificates of the authority that the server's certificate is from, when machines do not know it.
    #[serde(default)]
    pub authority: Option<String>,
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub password: String,
    /// What people see beside the address; the sender's name when absent.
    #[serde(default)]
    pub from_name: Option<String>,
    /// Of mails whose content has no subject of its own.
    #[schema(example = "Your message to Example Clinic")]
    pub subject: String,
    #[serde(default)]
    pub stream: EmailStream,
    /// What mails are signed with; leave it out when the server signs.
    #[serde(default)]
    pub dkim: Option<EmailDkim>,
    /// A second signature, while a key is changed: receivers believe either.
    #[serde(default)]
    pub dkim_also: Option<EmailDkim>,
    /// A sending service behind the server, whose webhooks tell what became of mails.
    #[serde(default)]
    pub service: Option<EmailService>,
    /// Where answers and reports come back to; without it nobody hears of them.
    #[serde(default)]
    pub inbound: Option<EmailInbound>,
    /// What is learnt of what people do with mails. Off unless you want it.
    #[serde(default)]
    pub tracking: EmailTracking,
}

/// Links that lead through Antiphon, and a picture that tells that a mail was shown.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EmailTracking {
    /// Links lead through Antiphon: a person's press is the event `link_clicked`, a machine's `link_followed_by_machine`.
    pub clicks: bool,
    /// A picture of one pixel: `mail_opened`, or `mail_fetched_by_machine`. Many programs fetch or hide pictures by themselves, so it says little.
    pub opens: bool,
    /// The base of such links, when they are not to show your public address: a domain of yours that leads to Antiphon.
    #[schema(example = "https://go.example.com")]
    pub base: Option<String>,
}

/// STARTTLS and nothing without it, TLS from the first byte, or none (servers on this machine or in the list of allowed private hosts only).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailSecurity {
    #[default]
    Starttls,
    Tls,
    Plain,
}

/// What the mails are for: promotional ones can be unsubscribed from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailStream {
    #[default]
    Promotional,
    Transactional,
}

/// Whose webhooks are believed, and by what. They go to the sender's `webhook_path`.
#[derive(Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EmailService {
    /// Amazon SES, by a topic of SNS; the subscription is confirmed by itself.
    Ses {
        #[schema(example = "arn:aws:sns:us-east-1:123456789012:mail")]
        topic_arn: String,
    },
    /// The event webhook with its signature switched on: the verification key as the service shows it.
    Sendgrid {
        public_key: String,
        /// What stands in the address of the inbound parse webhook: `https://name:password@…`. Without it no mail is taken from there.
        #[serde(default)]
        inbound: Option<EmailDoor>,
    },
    /// Put the name and password into the webhook's address: `https://name:password@…`.
    Postmark { user: String, password: String },
}

/// A name and a password in the address of a webhook that is not signed.
#[derive(Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailDoor {
    pub user: String,
    /// 16 characters or more.
    pub password: String,
}

#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailDkim {
    /// The domain of the sender's address, or one above it.
    #[schema(example = "example.com")]
    pub domain: String,
    #[schema(example = "antiphon1")]
    pub selector: String,
    /// PEM: RSA in PKCS#1 or PKCS#8, or Ed25519 in PKCS#8.
    pub private_key: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailInbound {
    /// Whose mail is delivered here: its MX, or a mail server in front, leads to `listen`.
    #[schema(example = "in.example.com")]
    pub domain: String,
    /// Address and port to listen at, for SMTP and LMTP; absent when a sending service takes the mail and delivers it by webhook.
    #[serde(default)]
    #[schema(example = "0.0.0.0:2525")]
    pub listen: String,
}

impl std::fmt::Debug for EmailDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Email(at {}:{}, …)", self.host, self.port)
    }
}

const fn port() -> u16 {
    587
}
