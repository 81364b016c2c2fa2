//! A mail address that messages leave by, through a submission server (SMTP).

use serde::{Deserialize, Serialize};

use crate::Secret;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EmailAccount {
    pub host: String,
    pub port: u16,
    #[serde(default)]
    pub security: MailSecurity,
    /// PEM certificates of the authority that the server's certificate is from; the machine's own authorities when absent.
    #[serde(default)]
    pub authority: Option<String>,
    /// None where the server knows us by our address.
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub password: Secret,
    /// The bare address: `hello@example.com`.
    pub from: String,
    /// What people see beside it.
    pub from_name: String,
    /// Of messages that have no subject of their own.
    pub subject: String,
    /// What mails are signed with; none when the server signs.
    #[serde(default)]
    pub dkim: Option<DkimKey>,
    /// A second signature, while a key is changed: receivers believe either.
    #[serde(default)]
    pub dkim_also: Option<DkimKey>,
    #[serde(default)]
    pub stream: MailStream,
    /// Where replies and bounces come back to; none when nobody listens.
    #[serde(default)]
    pub inbound: Option<MailInbound>,
    /// Whose webhooks tell what became of mails.
    #[serde(default)]
    pub service: Option<MailService>,
    /// What is learnt of what people do with mails; nothing when absent.
    #[serde(default)]
    pub tracking: MailTracking,
    /// Signs the addresses and links in mails, so that nobody can make one up.
    pub key: Secret,
    /// Where people reach us: the base of unsubscribe links. Never taken from a request.
    pub public_url: String,
}

/// Whether links lead through us and whether a picture tells that a mail was shown. Both are off unless the operator wants them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MailTracking {
    pub clicks: bool,
    pub opens: bool,
    /// The base of such links, such as `https://go.example.com`, when it is not the public address. It must lead to this program.
    pub base: Option<String>,
}

/// How the connection to the submission server is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// TLS after STARTTLS, and never without it (port 587).
    #[default]
    Starttls,
    /// TLS from the first byte (port 465).
    Tls,
    /// None. Only for servers on the same machine.
    Plain,
}

/// A sending service behind the submission server, and what proves that a webhook is its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailService {
    /// Amazon SES, by a topic of SNS.
    Ses { topic_arn: String },
    /// Base64 of the key that events are signed with; and, where it takes mail for us, what stands in that webhook's address.
    Sendgrid {
        public_key: String,
        #[serde(default)]
        inbound: Option<MailDoor>,
    },
    /// The name and password that stand in the webhook's address.
    Postmark { user: String, password: Secret },
}

/// A name and a password in the address of a webhook that is not signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MailDoor {
    pub user: String,
    pub password: Secret,
}

/// What a sender's mails are for. People unsubscribe from the first, never from the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailStream {
    #[default]
    Promotional,
    Transactional,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DkimKey {
    /// Must be the domain of `from` or one above it, or DMARC does not count it.
    pub domain: String,
    pub selector: String,
    /// PEM: RSA in PKCS#1 or PKCS#8, or Ed25519 in PKCS#8.
    pub private_key: Secret,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MailInbound {
    /// Its mail is delivered to `listen`: `in.example.com`.
    pub domain: String,
    /// Address and port to listen at, SMTP and LMTP alike: `0.0.0.0:2525`. Empty when a service takes the mail and delivers it by webhook.
    pub listen: String,
}
