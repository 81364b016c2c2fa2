//! A sender at a message centre that speaks SMPP.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Settings of a bind. The sender's address is what people see: a number, a short code, or a name of at most 11 letters.
#[derive(Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SmppDraft {
    #[schema(example = "smsc.example.com")]
    pub host: String,
    #[serde(default = "port")]
    #[schema(example = 2775)]
    pub port: u16,
    /// TLS from the first octet; the certificate must be the host's. Plain TCP otherwise. Centres often have another port for it.
    #[serde(default)]
    pub tls: bool,
    /// PEM certificates of the authority that the centre's certificate is from, when machines do not know it.
    #[serde(default)]
    pub authority: Option<String>,
    /// At most 15 octets.
    pub system_id: String,
    /// At most 8 octets.
    pub password: String,
    /// At most 12 octets.
    #[serde(default)]
    pub system_type: String,
    #[serde(default)]
    pub bind: SmppBind,
    /// Requests that may wait for their answers at once, 1 to 100.
    #[serde(default = "window")]
    pub window: u16,
    #[serde(default)]
    pub submit_with: SmppSubmit,
    #[serde(default)]
    pub concat: SmppConcat,
    #[serde(default)]
    pub default_alphabet: SmppAlphabet,
    #[serde(default)]
    pub id_form: SmppIdForm,
    /// How many minutes the message centre tries; its own default when absent.
    #[serde(default)]
    pub validity_min: Option<u32>,
}

/// One connection both ways, or one each way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmppBind {
    #[default]
    Transceiver,
    Pair,
}

/// The request that texts are submitted with; `data_sm` for message centres that want it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmppSubmit {
    #[default]
    SubmitSm,
    DataSm,
}

/// How long texts are cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmppConcat {
    #[default]
    Udh8,
    Udh16,
    Sar,
    Payload,
}

/// What the message centre takes its default alphabet for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmppAlphabet {
    #[default]
    Gsm7,
    Latin1,
    Ascii,
}

/// How ids in receipts differ from those in answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmppIdForm {
    #[default]
    Same,
    HexThenDecimal,
    DecimalThenHex,
}

impl std::fmt::Debug for SmppDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smpp({} at {}:{}, …)", self.system_id, self.host, self.port)
    }
}

const fn port() -> u16 {
    2775
}

const fn window() -> u16 {
    10
}
