//! A message as requests to the message centre, one for each part.

use bytes::Bytes;
use channel::{Concat, SmppAccount, SubmitWith};
use model::content::Content;
use model::send_error::SendError;
use model::{AddressKey, Channel, MessageId, Millis};
use rusmpp::Pdu;
use rusmpp::pdus::{DataSm, SubmitSm};
use rusmpp::tlvs::{MessageSubmissionRequestTlvValue as Tlv, TlvValue};
use rusmpp::types::{AnyOctetString, COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp::values::MessagePayload;
use rusmpp::values::{DataCoding, EsmClass, Npi, RegisteredDelivery, Ton};

use crate::errors::{fix, not_carried};
use crate::text::{Cut, cut};

/// Characters that one text may have; as at other providers of SMS.
pub(crate) const TEXT_MAX: usize = 1_600;
/// `short_message` holds no more.
const SHORT_MAX: usize = 254;
/// Message class: nothing special, or octets that begin with a header.
const PLAIN: u8 = 0x00;
const HEADER: u8 = 0x40;
/// A receipt for the final outcome, and nothing else.
const FINAL_OUTCOME: u8 = 0x01;

/// What is to be sent: the parts of a decision that the wire needs.
#[derive(Clone, Copy)]
pub(crate) struct Parcel<'a> {
    pub message: MessageId,
    pub to: &'a AddressKey,
    pub content: &'a Content,
    pub lifetime: Option<Millis>,
}

pub(crate) fn requests(account: &SmppAccount, parcel: Parcel<'_>) -> Result<Vec<Pdu>, SendError> {
    let lifetime = lifetime(account, &parcel);
    let request = |submission: SubmitSm| match account.submit_with {
        SubmitWith::SubmitSm => submission.into(),
        SubmitWith::DataSm => data(submission, lifetime).into(),
    };
    Ok(submissions(account, parcel)?.into_iter().map(request).collect())
}

fn submissions(account: &SmppAccount, parcel: Parcel<'_>) -> Result<Vec<SubmitSm>, SendError> {
    let lifetime = lifetime(account, &parcel);
    let Parcel { message, to, content, .. } = parcel;
    if !Channel::Sms.accepts(to.kind) {
        return Err(fix("address", format!("an address of kind {} cannot get an SMS", to.kind.as_str())));
    }
    let body = text(content)?;
    let length = body.chars().count();
    if body.is_empty() {
        return Err(fix("empty", "the message has no text"));
    }
    if length > TEXT_MAX {
        return Err(fix("length", format!("an SMS takes {TEXT_MAX} characters at most, this text has {length}")));
    }
    let cut = cut(&body, account.concat, account.default_alphabet).map_err(|error| fix("length", error.to_string()))?;
    let first = envelope(account, to, cut.data_coding, lifetime)?;
    // The ids of messages are random in their last bits, so two long texts to one person never share a reference for long.
    let [.., high, low] = message.as_u128().to_be_bytes();
    parts(&first, cut, account.concat, u16::from_be_bytes([high, low]))
}

/// The message's own time and the sender's setting: the shorter one.
fn lifetime(account: &SmppAccount, parcel: &Parcel<'_>) -> Option<Millis> {
    account.validity_min.map(|minutes| Millis::from_mins(minutes.into())).into_iter().chain(parcel.lifetime).min()
}

/// The same as `data_sm`, which has a parameter for the text and one for its time, in seconds.
fn data(submission: SubmitSm, lifetime: Option<Millis>) -> DataSm {
    let mut request = DataSm::builder()
        .source_addr_ton(submission.source_addr_ton)
        .source_addr_npi(submission.source_addr_npi)
        .source_addr(submission.source_addr.clone())
        .dest_addr_ton(submission.dest_addr_ton)
        .dest_addr_npi(submission.dest_addr_npi)
        .destination_addr(submission.destination_addr.clone())
        .esm_class(submission.esm_class)
        .registered_delivery(submission.registered_delivery)
        .data_coding(submission.data_coding)
        .build();
    if let Some(time) = lifetime {
        request.push_tlv(Tlv::QosTimeToLive(u32::try_from(seconds(time)).unwrap_or(u32::MAX)));
    }
    if submission.sm_length() > 0 {
        let text = submission.short_message().as_ref().to_vec();
        request.push_tlv(Tlv::MessagePayload(MessagePayload::new(AnyOctetString::from_vec(text))));
    }
    for tlv in submission.tlvs() {
        match tlv.value() {
            Some(TlvValue::MessagePayload(payload)) => request.push_tlv(Tlv::MessagePayload(payload.clone())),
            Some(TlvValue::SarMsgRefNum(reference)) => request.push_tlv(Tlv::SarMsgRefNum(*reference)),
            Some(TlvValue::SarTotalSegments(total)) => request.push_tlv(Tlv::SarTotalSegments(*total)),
            Some(TlvValue::SarSegmentSeqnum(number)) => request.push_tlv(Tlv::SarSegmentSeqnum(*number)),
            _ => {}
        }
    }
    request
}

/// The words of a content on a channel that has nothing but words.
fn text(content: &Content) -> Result<String, SendError> {
    let words = content.in_words().map(|words| words.text).filter(|text| !text.is_empty());
    words.ok_or_else(|| not_carried(content.kind().name()))
}

fn envelope(account: &SmppAccount, to: &AddressKey, data_coding: u8, lifetime: Option<Millis>) -> Result<SubmitSm, SendError> {
    let (ton, npi, source) = source(&account.from)?;
    let digits = to.value.trim_start_matches('+').to_owned();
    let octets = |what: &str, text: String| COctetString::from_string(text).map_err(|error| fix("address", format!("{what}: {error}")));
    let validity = match lifetime {
        Some(time) => EmptyOrFullCOctetString::from_vec(relative(time)).map_err(|error| fix("validity", error.to_string()))?,
        None => EmptyOrFullCOctetString::empty(),
    };
    Ok(SubmitSm::builder()
        .source_addr_ton(ton)
        .source_addr_npi(npi)
        .source_addr(octets("the sender's address", source)?)
        .dest_addr_ton(Ton::International)
        .dest_addr_npi(Npi::Isdn)
        .destination_addr(octets("the person's number", digits)?)
        // The codec's own default is not zero.
        .esm_class(EsmClass::from(PLAIN))
        .validity_period(validity)
        .registered_delivery(RegisteredDelivery::from(FINAL_OUTCOME))
        .data_coding(DataCoding::from(data_coding))
        .build())
}

/// Kind and digits of our own address: a number, a short code or a name.
fn source(from: &str) -> Result<(Ton, Npi, String), SendError> {
    let digits = from.trim_start_matches('+');
    let numeric = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match (numeric, digits.len()) {
        (true, 1..=8) if !from.starts_with('+') => Ok((Ton::NetworkSpecific, Npi::Unknown, digits.to_owned())),
        (true, 1..=15) => Ok((Ton::International, Npi::Isdn, digits.to_owned())),
        (false, 1..=11) if from.is_ascii() => Ok((Ton::Alphanumeric, Npi::Unknown, from.to_owned())),
        _ => Err(fix("sender", format!("`{from}` is neither a number nor a name of at most 11 letters"))),
    }
}

/// At least a second, at most thirty days.
fn seconds(time: Millis) -> i64 {
    (time.0 / 1_000).clamp(1, 30 * 86_400)
}

/// `YYMMDDhhmmsstnnR`: from now.
fn relative(time: Millis) -> Vec<u8> {
    let seconds = seconds(time);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let mut out = format!("0000{days:02}{hours:02}{minutes:02}{:02}000R", seconds % 60).into_bytes();
    out.push(0);
    out
}

fn parts(first: &SubmitSm, cut: Cut, concat: Concat, reference: u16) -> Result<Vec<SubmitSm>, SendError> {
    let total = u8::try_from(cut.parts.len()).unwrap_or(u8::MAX);
    let request = |index: usize, octets: Vec<u8>| {
        let number = u8::try_from(index + 1).unwrap_or(u8::MAX);
        let mut request = first.clone();
        if concat == Concat::Payload && octets.len() > SHORT_MAX {
            request.push_tlv(Tlv::MessagePayload(MessagePayload::new(AnyOctetString::from_vec(octets))));
            return Ok(request);
        }
        let header: Vec<u8> = match (total, concat) {
            (1, _) | (_, Concat::Payload) => Vec::new(),
            (_, Concat::Udh8) => vec![5, 0, 3, reference.to_be_bytes()[1], total, number],
            (_, Concat::Udh16) => [vec![6, 8, 4], reference.to_be_bytes().to_vec(), vec![total, number]].concat(),
            (_, Concat::Sar) => {
                request.push_tlv(Tlv::SarMsgRefNum(reference));
                request.push_tlv(Tlv::SarTotalSegments(total));
                request.push_tlv(Tlv::SarSegmentSeqnum(number));
                Vec::new()
            }
        };
        if !header.is_empty() {
            request.esm_class = EsmClass::from(HEADER);
        }
        let octets = Bytes::from([header, octets].concat());
        request.set_short_message(OctetString::from_bytes(octets).map_err(|error| fix("length", error.to_string()))?);
        Ok(request)
    };
    cut.parts.into_iter().enumerate().map(|(index, octets)| request(index, octets)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::account;

    fn sent(account: &SmppAccount, text: &str) -> Vec<SubmitSm> {
        living(account, text, None)
    }

    fn living(account: &SmppAccount, text: &str, lifetime: Option<Millis>) -> Vec<SubmitSm> {
        let (to, content) = (AddressKey::phone("+12025550123"), Content::text(text));
        submissions(account, Parcel { message: MessageId::from_u128(0x1234), to: &to, content: &content, lifetime }).unwrap()
    }

    #[test]
    fn data_sm_says_the_same_in_parameters() {
        let (to, content) = (AddressKey::phone("+12025550123"), Content::text("a".repeat(200)));
        let asked = |concat| {
            let account = SmppAccount { submit_with: SubmitWith::DataSm, concat, validity_min: Some(5), ..account() };
            let parcel = Parcel { message: MessageId::from_u128(0x1234), to: &to, content: &content, lifetime: None };
            let all = requests(&account, parcel).unwrap().into_iter().map(|request| match request {
                Pdu::DataSm(data) => data,
                other => panic!("{other:?}"),
            });
            all.collect::<Vec<DataSm>>()
        };
        let payload = |data: &DataSm| {
            let payloads = data.tlvs().iter().filter_map(|tlv| match tlv.value() {
                Some(TlvValue::MessagePayload(payload)) => Some(payload.value.as_ref().to_vec()),
                _ => None,
            });
            payloads.collect::<Vec<_>>().concat()
        };
        let parts = asked(Concat::Udh8);
        assert_eq!(
            parts.iter().map(|part| payload(part)[..6].to_vec()).collect::<Vec<_>>(),
            [[5, 0, 3, 0x34, 2, 1], [5, 0, 3, 0x34, 2, 2]]
        );
        assert!(parts.iter().all(|part| u8::from(part.esm_class) == 0x40 && u8::from(part.registered_delivery) == 1));
        assert!(parts.iter().all(|part| part.tlvs().iter().any(|tlv| tlv.value() == Some(&TlvValue::QosTimeToLive(300)))));
        assert_eq!(parts[0].destination_addr.as_str(), "12025550123");
        let parts = asked(Concat::Sar);
        assert_eq!((parts.len(), parts[0].tlvs().len(), payload(&parts[0]).len()), (2, 5, 152));
        let parts = asked(Concat::Payload);
        assert_eq!((parts.len(), payload(&parts[0]).len()), (1, 200));
    }

    #[test]
    fn a_short_text_is_one_request_with_a_receipt_for_its_outcome() {
        let all = sent(&account(), "Hello @ home");
        assert_eq!(all.len(), 1);
        let one = &all[0];
        assert_eq!(
            (one.destination_addr.as_str(), one.dest_addr_ton, u8::from(one.registered_delivery)),
            ("12025550123", Ton::International, 1)
        );
        assert_eq!((one.source_addr.as_str(), one.source_addr_ton), ("12025550100", Ton::International));
        assert_eq!(one.short_message().as_ref(), b"Hello \0 home");
        assert_eq!(u8::from(one.esm_class), 0);
    }

    #[test]
    fn parts_carry_reference_total_and_number() {
        let text = "a".repeat(200);
        let all = sent(&account(), &text);
        assert_eq!(
            all.iter().map(|part| part.short_message().as_ref()[..6].to_vec()).collect::<Vec<_>>(),
            [[5, 0, 3, 0x34, 2, 1], [5, 0, 3, 0x34, 2, 2]]
        );
        assert!(all.iter().all(|part| u8::from(part.esm_class) == 0x40));
        let all = sent(&SmppAccount { concat: Concat::Udh16, ..account() }, &text);
        assert_eq!(all[1].short_message().as_ref()[..7], [6, 8, 4, 0x12, 0x34, 2, 2]);
        let all = sent(&SmppAccount { concat: Concat::Sar, ..account() }, &text);
        assert_eq!((all.len(), all[0].tlvs().len(), u8::from(all[0].esm_class)), (2, 3, 0));
        let all = sent(&SmppAccount { concat: Concat::Payload, ..account() }, &"a".repeat(500));
        assert_eq!((all.len(), all[0].sm_length(), all[0].tlvs().len()), (1, 0, 1));
    }

    #[test]
    fn a_sender_is_a_number_a_short_code_or_a_name() {
        assert_eq!(source("+12025550100").unwrap().0, Ton::International);
        assert_eq!(source("12345").unwrap(), (Ton::NetworkSpecific, Npi::Unknown, "12345".to_owned()));
        assert_eq!(source("Example").unwrap(), (Ton::Alphanumeric, Npi::Unknown, "Example".to_owned()));
        assert!(source("Much too long a name").is_err() && source("Bücher").is_err() && source("").is_err());
    }

    #[test]
    fn validity_is_relative_and_sixteen_characters_long() {
        assert_eq!(relative(Millis::from_mins(5)), b"000000000500000R\0");
        assert_eq!(relative(Millis::from_mins(26 * 60 + 30)), b"000001023000000R\0");
        assert_eq!(relative(Millis::from_secs(45)), b"000000000045000R\0");
        assert_eq!(relative(Millis(-1)), b"000000000001000R\0");
        assert_eq!(relative(Millis::from_days(400)), b"000030000000000R\0");
    }

    #[test]
    fn r_late_2_the_shorter_of_the_messages_time_and_the_senders_setting_counts() {
        let told = |setting: Option<u32>, lifetime: Option<Millis>| {
            living(&SmppAccount { validity_min: setting, ..account() }, "x", lifetime)[0].validity_period.as_str().to_owned()
        };
        assert_eq!(told(None, None), "");
        assert_eq!(told(Some(5), None), "000000000500000R");
        assert_eq!(told(None, Some(Millis::from_secs(90))), "000000000130000R");
        assert_eq!(told(Some(5), Some(Millis::from_secs(90))), "000000000130000R");
        assert_eq!(told(Some(5), Some(Millis::from_hours(2))), "000000000500000R");
    }
}
