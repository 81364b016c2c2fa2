//! A bind at a message centre (SMSC) that speaks SMPP 3.4. One live bind for each sender.

use serde::{Deserialize, Serialize};

use crate::Secret;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SmppAccount {
    pub host: String,
    pub port: u16,
    /// TLS from the first octet; plain TCP otherwise.
    #[serde(default)]
    pub tls: bool,
    /// PEM certificates of the authority that the centre's certificate is from; the machine's own authorities when absent.
    #[serde(default)]
    pub authority: Option<String>,
    /// At most 15 octets, as the protocol has it.
    pub system_id: String,
    /// At most 8 octets.
    pub password: Secret,
    /// At most 12 octets; most message centres want it empty.
    #[serde(default)]
    pub system_type: String,
    /// Number, short code or alphanumeric name that people see.
    pub from: String,
    #[serde(default)]
    pub bind: BindMode,
    /// Requests that may wait for their answers at once.
    #[serde(default = "window")]
    pub window: u16,
    #[serde(default = "enquire_s")]
    pub enquire_link_s: u16,
    /// After this long without an answer it is unknown what became of a message.
    #[serde(default = "response_s")]
    pub response_timeout_s: u16,
    /// The request that texts are submitted with.
    #[serde(default)]
    pub submit_with: SubmitWith,
    #[serde(default)]
    pub concat: Concat,
    #[serde(default)]
    pub default_alphabet: DefaultAlphabet,
    #[serde(default)]
    pub id_form: IdForm,
    /// How long the message centre tries; its own default when absent.
    #[serde(default)]
    pub validity_min: Option<u32>,
}

/// How the connection is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindMode {
    /// One connection both ways.
    #[default]
    Transceiver,
    /// One connection each way, for message centres that know no other.
    Pair,
}

/// The request that texts are submitted with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmitWith {
    #[default]
    SubmitSm,
    /// The shorter request, with the text in a parameter, for message centres that want it.
    DataSm,
}

/// How a text that is too long for one message is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concat {
    /// A header with an 8-bit reference in each part.
    #[default]
    Udh8,
    /// The same with 16 bits.
    Udh16,
    /// Optional parameters; the message centre writes the headers.
    Sar,
    /// In one piece; the message centre cuts it.
    Payload,
}

/// What the message centre takes `data_coding` 0 for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultAlphabet {
    #[default]
    Gsm7,
    Latin1,
    Ascii,
}

/// How ids in receipts differ from those in answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdForm {
    /// Not at all, apart from case and leading zeros.
    #[default]
    Same,
    /// Answers have hexadecimal ids, receipts the same number as decimal.
    HexThenDecimal,
    DecimalThenHex,
}

const fn window() -> u16 {
    10
}

const fn enquire_s() -> u16 {
    30
}

const fn response_s() -> u16 {
    20
}
