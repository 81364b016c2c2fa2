//! What the message centre delivers: a receipt, or what a person wrote, whole or in part.

use channel::DefaultAlphabet;
use rusmpp::pdus::{DataSm, DeliverSm};
use rusmpp::tlvs::{Tlv, TlvValue};
use rusmpp::values::Ton;

use crate::receipt::{self, Dlr, Noted};
use crate::text::{self, Written};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Arrived {
    Receipt(Dlr),
    Text(Part),
    /// Neither; kept with the reason.
    Other(&'static str),
}

/// A text or one part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub from: String,
    pub to: String,
    pub written: Written,
    pub octets: Vec<u8>,
    pub place: Option<Place>,
}

/// Where a part belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub reference: u16,
    pub total: u8,
    pub number: u8,
}

/// Receipts and what the centre says about them (SMPP 3.4, 5.2.12).
const TYPE_BITS: u8 = 0x3c;
const RECEIPT: u8 = 0x04;
const INTERMEDIATE: u8 = 0x20;
const HEADER: u8 = 0x40;

/// `deliver_sm` and `data_sm` say the same in different places.
#[derive(Debug)]
pub(crate) struct Delivery {
    source_ton: Ton,
    source: String,
    destination: String,
    esm_class: u8,
    data_coding: u8,
    octets: Vec<u8>,
    tlvs: Vec<Tlv>,
}

impl From<&DeliverSm> for Delivery {
    fn from(pdu: &DeliverSm) -> Self {
        Self {
            source_ton: pdu.source_addr_ton,
            source: pdu.source_addr.as_str().to_owned(),
            destination: pdu.destination_addr.as_str().to_owned(),
            esm_class: u8::from(pdu.esm_class),
            data_coding: u8::from(pdu.data_coding),
            octets: pdu.short_message().as_ref().to_vec(),
            tlvs: pdu.tlvs().to_vec(),
        }
    }
}

impl From<&DataSm> for Delivery {
    fn from(pdu: &DataSm) -> Self {
        Self {
            source_ton: pdu.source_addr_ton,
            source: pdu.source_addr.as_str().to_owned(),
            destination: pdu.destination_addr.as_str().to_owned(),
            esm_class: u8::from(pdu.esm_class),
            data_coding: u8::from(pdu.data_coding),
            octets: Vec::new(),
            tlvs: pdu.tlvs().to_vec(),
        }
    }
}

impl Delivery {
    /// For whoever looks into what was kept aside.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

/// What the parameters say.
#[derive(Default)]
struct Told {
    receipt: Noted,
    reference: Option<u16>,
    total: Option<u8>,
    number: Option<u8>,
}

fn parameters(delivery: &mut Delivery) -> Told {
    let mut told = Told::default();
    for tlv in std::mem::take(&mut delivery.tlvs) {
        match tlv.value() {
            Some(TlvValue::MessagePayload(payload)) if delivery.octets.is_empty() => delivery.octets = payload.value.as_ref().to_vec(),
            Some(TlvValue::ReceiptedMessageId(id)) if !id.as_str().is_empty() => told.receipt.id = Some(id.as_str().to_owned()),
            Some(TlvValue::MessageState(code)) => told.receipt.state = Some(receipt::state_name(u8::from(*code))),
            Some(TlvValue::NetworkErrorCode(code)) => told.receipt.err = Some(format!("{:03}", code.error_code)),
            Some(TlvValue::SarMsgRefNum(reference)) => told.reference = Some(*reference),
            Some(TlvValue::SarTotalSegments(total)) => told.total = Some(*total),
            Some(TlvValue::SarSegmentSeqnum(number)) => told.number = Some(*number),
            _ => {}
        }
    }
    told
}

pub(crate) fn read(mut delivery: Delivery) -> Arrived {
    let told = parameters(&mut delivery);
    let Delivery { source_ton, source, destination, esm_class, data_coding, mut octets, .. } = delivery;
    let said_to_be = matches!(esm_class & TYPE_BITS, RECEIPT | INTERMEDIATE);
    let named = told.receipt.id.is_some();
    // Some centres forget the class, some the parameters, some the text.
    if said_to_be || named || esm_class & HEADER == 0 {
        let text = text::read(Written::by(data_coding), &octets, DefaultAlphabet::Ascii);
        let noted = told.receipt.or(receipt::notes(&text));
        // Without class and parameter it takes both marks of a receipt: people write, too.
        let Noted { id, state, err } = if said_to_be || named { noted } else { receipt::notes(&text) };
        match (id, state) {
            (Some(id), Some(state)) => return Arrived::Receipt(Dlr { id, state: state.to_owned(), err }),
            _ if said_to_be => return Arrived::Other("a receipt that names no message or no state"),
            _ => {}
        }
    }
    let header = if esm_class & HEADER != 0 { udh(&octets) } else { Header::default() };
    let place = header.place.or_else(|| {
        let place = Place { reference: told.reference?, total: told.total?, number: told.number? };
        valid(place)
    });
    octets.drain(..header.length);
    let written = Written { data_coding, ..header.written };
    Arrived::Text(Part { from: person(source_ton, &source), to: destination, written, octets, place })
}

/// What stands before a text.
#[derive(Default)]
struct Header {
    length: usize,
    place: Option<Place>,
    written: Written,
}

/// Elements of a header that matter here (3GPP TS 23.040, 9.2.3.24).
fn udh(octets: &[u8]) -> Header {
    let Some(length) = octets.first().map(|length| usize::from(*length)) else { return Header::default() };
    let Some(mut rest) = octets.get(1..=length) else { return Header::default() };
    let mut header = Header { length: length + 1, ..Header::default() };
    while let [kind, size, tail @ ..] = rest {
        let Some(value) = tail.get(..usize::from(*size)) else { break };
        match (kind, value) {
            (0x00, [reference, total, number]) => {
                header.place = valid(Place { reference: u16::from(*reference), total: *total, number: *number });
            }
            (0x08, [high, low, total, number]) => {
                header.place = valid(Place { reference: u16::from_be_bytes([*high, *low]), total: *total, number: *number });
            }
            (0x24, [language]) => header.written.escaped = *language,
            (0x25, [language]) => header.written.locked = *language,
            _ => {}
        }
        rest = &tail[usize::from(*size)..];
    }
    header
}

fn valid(place: Place) -> Option<Place> {
    (place.total > 1 && (1..=place.total).contains(&place.number)).then_some(place)
}

/// A number with its plus; short codes and names as they are.
fn person(ton: Ton, address: &str) -> String {
    let digits = address.trim_start_matches('+');
    let long = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if long && matches!(ton, Ton::International | Ton::Unknown) { format!("+{digits}") } else { address.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusmpp::tlvs::MessageDeliveryRequestTlvValue as Asked;
    use rusmpp::types::{COctetString, OctetString};
    use rusmpp::values::{ErrorCodeNetworkType, EsmClass, MessageState, NetworkErrorCode};

    use super::*;

    fn deliver(esm_class: u8, octets: &[u8], tlvs: Vec<Asked>) -> Arrived {
        let pdu = DeliverSm::builder()
            .source_addr_ton(Ton::International)
            .source_addr(COctetString::from_slice(b"12025550123\0").unwrap())
            .destination_addr(COctetString::from_slice(b"12025550100\0").unwrap())
            .esm_class(EsmClass::from(esm_class))
            .short_message(OctetString::from_slice(octets).unwrap())
            .tlvs(tlvs)
            .build();
        read(Delivery::from(&pdu))
    }

    fn receipted(id: &[u8]) -> Asked {
        Asked::ReceiptedMessageId(COctetString::from_slice(id).unwrap())
    }

    #[test]
    fn a_receipt_is_known_by_its_class_its_parameters_or_its_text() {
        let text = b"id:77 sub:001 dlvrd:001 submit date:2611230100 done date:2611230101 stat:UNDELIV err:027 text:Hi";
        let expected = |id: &str, state: &str, err: Option<&str>| {
            Arrived::Receipt(Dlr { id: id.to_owned(), state: state.to_owned(), err: err.map(str::to_owned) })
        };
        assert_eq!(deliver(0x04, text, vec![]), expected("77", "UNDELIV", Some("027")));
        assert_eq!(deliver(0x00, text, vec![]), expected("77", "UNDELIV", Some("027")));
        let both = vec![receipted(b"9a\0"), Asked::MessageState(MessageState::Delivered)];
        assert_eq!(deliver(0x00, b"", both.clone()), expected("9a", "DELIVRD", None));
        // Parameters win over the text.
        assert_eq!(deliver(0x04, text, both), expected("9a", "DELIVRD", Some("027")));
        // Each of them may have a part of it.
        assert_eq!(
            deliver(0x04, b"id:77 err:027", vec![Asked::MessageState(MessageState::Expired)]),
            expected("77", "EXPIRED", Some("027"))
        );
        assert_eq!(deliver(0x00, b"stat:UNDELIV", vec![receipted(b"9a\0")]), expected("9a", "UNDELIV", None));
        let code = Asked::NetworkErrorCode(NetworkErrorCode::new(ErrorCodeNetworkType::Gsm, 27));
        let failed = vec![receipted(b"9a\0"), Asked::MessageState(MessageState::Undeliverable), code];
        assert_eq!(deliver(0x04, b"", failed), expected("9a", "UNDELIV", Some("027")));
        // Neither class nor parameter: what a person may have written stays theirs.
        let words = Arrived::Text(Part {
            from: "+12025550123".into(),
            to: "12025550100".into(),
            written: Written::by(0),
            octets: b"id:77 is mine".to_vec(),
            place: None,
        });
        assert_eq!(deliver(0x00, b"id:77 is mine", vec![Asked::MessageState(MessageState::Delivered)]), words);
        assert_eq!(deliver(0x04, b"unreadable", vec![]), Arrived::Other("a receipt that names no message or no state"));
    }

    #[test]
    fn parts_are_found_in_both_kinds_of_header_and_in_parameters() {
        let place = |arrived| if let Arrived::Text(part) = arrived { (part.octets, part.place) } else { panic!("{arrived:?}") };
        let at = |reference| Some(Place { reference, total: 2, number: 1 });
        assert_eq!(place(deliver(0x40, &[5, 0, 3, 7, 2, 1, b'a'], vec![])), (b"a".to_vec(), at(7)));
        assert_eq!(place(deliver(0x40, &[6, 8, 4, 1, 7, 2, 1, b'a'], vec![])), (b"a".to_vec(), at(263)));
        let sar = vec![Asked::SarMsgRefNum(263), Asked::SarTotalSegments(2), Asked::SarSegmentSeqnum(1)];
        assert_eq!(place(deliver(0, b"a", sar)), (b"a".to_vec(), at(263)));
        let fields = [vec![6, 0x24, 1, 1, 0x25, 1, 3], b"a".to_vec()].concat();
        let Arrived::Text(part) = deliver(0x40, &fields, vec![]) else { panic!("no text") };
        assert_eq!((part.written, part.octets.as_slice()), (Written { data_coding: 0, escaped: 1, locked: 3 }, &b"a"[..]));
        // A part beyond the end belongs nowhere.
        assert_eq!(place(deliver(0x40, &[5, 0, 3, 7, 2, 3, b'a'], vec![])), (b"a".to_vec(), None));
    }

    #[test]
    fn data_sm_has_its_text_in_a_parameter() {
        let mut pdu = DataSm::builder()
            .source_addr_ton(Ton::International)
            .source_addr(COctetString::from_slice(b"12025550123\0").unwrap())
            .destination_addr(COctetString::from_slice(b"12025550100\0").unwrap())
            .esm_class(EsmClass::from(0x40))
            .build();
        let payload = rusmpp::values::MessagePayload::new(rusmpp::types::AnyOctetString::from_vec(vec![5, 0, 3, 7, 2, 1, b'a']));
        pdu.push_tlv(rusmpp::tlvs::MessageSubmissionRequestTlvValue::MessagePayload(payload));
        let Arrived::Text(part) = read(Delivery::from(&pdu)) else { panic!("no text") };
        assert_eq!((part.from.as_str(), part.octets.as_slice()), ("+12025550123", &b"a"[..]));
        assert_eq!(part.place, Some(Place { reference: 7, total: 2, number: 1 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_octets_arrive_as_something(esm_class in any::<u8>(), octets in proptest::collection::vec(any::<u8>(), 0..160)) {
            if let Arrived::Text(part) = deliver(esm_class, &octets, vec![]) {
                prop_assert!(part.octets.len() <= octets.len());
            }
        }
    }
}
