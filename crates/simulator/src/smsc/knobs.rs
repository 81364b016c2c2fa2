//! What a message centre can do to its clients.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmscKnobs {
    /// Submissions a second for each connection; more are answered with 0x58. 0: as many as come.
    pub per_second: u32,
    /// Before each answer, in milliseconds of real time.
    pub latency_ms: u32,
    pub receipts: ReceiptStyle,
    /// Answers name messages in hexadecimal, receipts in decimal with leading zeros.
    pub hex_answers: bool,
    pub duplicate_receipts: bool,
    /// The receipt leaves before the answer to its submission.
    pub receipt_before_answer: bool,
    /// No receipts at all.
    pub no_receipts: bool,
    /// Every so many submissions one is taken, and the connection breaks before its answer. 0: never.
    pub drop_link_every: u32,
    /// Two answers at a time, the later first.
    pub answers_out_of_order: bool,
    /// Enquiries are not answered.
    pub deaf: bool,
    /// `data_sm` both ways: `submit_sm` is refused with 0x03.
    pub data_sm: bool,
    /// How long texts of people come.
    pub long_texts: LongTexts,
}

/// How a text that is too long for one message comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LongTexts {
    /// In parts with a header and an 8-bit reference.
    #[default]
    Udh8,
    /// The same with 16 bits.
    Udh16,
    /// In parts with parameters.
    Sar,
    /// In one piece, in a parameter.
    Payload,
}

/// How a receipt says what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStyle {
    #[default]
    Both,
    /// In the customary text only.
    Text,
    /// In optional parameters only.
    Parameters,
    /// In a text of the least words, in another order, with the network's code in a parameter.
    Terse,
}
