//! What the message centre delivers: a receipt, or what a person wrote, whole or in part.

use rusmpp::pdus::DeliverSm;
use rusmpp::tlvs::TlvValue;
use rusmpp::values::Ton;

use crate::receipt::{self, Dlr};
use crate::text;
use channel::DefaultAlphabet;

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
    pub data_coding: u8,
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

pub(crate) fn read(pdu: &DeliverSm) -> Arrived {
    let esm_class = u8::from(pdu.esm_class);
    let mut octets = pdu.short_message().as_ref().to_vec();
    let (mut receipted, mut state, mut sar) = (None, None, (None, None, None));
    for tlv in pdu.tlvs() {
        match tlv.value() {
            Some(TlvValue::MessagePayload(payload)) if octets.is_empty() => octets = payload.value.as_ref().to_vec(),
            Some(TlvValue::ReceiptedMessageId(id)) => receipted = Some(id.as_str().to_owned()),
            Some(TlvValue::MessageState(code)) => state = Some(u8::from(*code)),
            Some(TlvValue::SarMsgRefNum(reference)) => sar.0 = Some(*reference),
            Some(TlvValue::SarTotalSegments(total)) => sar.1 = Some(*total),
            Some(TlvValue::SarSegmentSeqnum(number)) => sar.2 = Some(*number),
            _ => {}
        }
    }
    let data_coding = u8::from(pdu.data_coding);
    let said_to_be = matches!(esm_class & TYPE_BITS, RECEIPT | INTERMEDIATE);
    // Some centres forget the class, some the parameters, some the text.
    if said_to_be || receipted.is_some() || esm_class & HEADER == 0 {
        let written = receipt::read(&text::read(data_coding, &octets, DefaultAlphabet::Ascii));
        let dlr = match (receipted, state, written) {
            (Some(id), Some(state), written) => {
                Some(Dlr { id, state: receipt::state_name(state).to_owned(), err: written.and_then(|written| written.err) })
            }
            (Some(id), None, Some(written)) => Some(Dlr { id, ..written }),
            (_, _, written) => written,
        };
        match dlr {
            Some(dlr) => return Arrived::Receipt(dlr),
            None if said_to_be => return Arrived::Other("a receipt that names no message or no state"),
            None => {}
        }
    }
    let (header, place) = if esm_class & HEADER != 0 { udh(&octets) } else { (0, None) };
    let place = place.or(match sar {
        (Some(reference), Some(total), Some(number)) => valid(Place { reference, total, number }),
        _ => None,
    });
    let from = person(pdu.source_addr_ton, pdu.source_addr.as_str());
    octets.drain(..header);
    Arrived::Text(Part { from, to: pdu.destination_addr.as_str().to_owned(), data_coding, octets, place })
}

/// Length of the header and the part's place in it.
fn udh(octets: &[u8]) -> (usize, Option<Place>) {
    let Some(length) = octets.first().map(|length| usize::from(*length)) else { return (0, None) };
    let Some(mut rest) = octets.get(1..=length) else { return (0, None) };
    let mut place = None;
    while let [kind, size, tail @ ..] = rest {
        let Some(value) = tail.get(..usize::from(*size)) else { break };
        match (kind, value) {
            (0x00, [reference, total, number]) => place = valid(Place { reference: u16::from(*reference), total: *total, number: *number }),
            (0x08, [high, low, total, number]) => {
                place = valid(Place { reference: u16::from_be_bytes([*high, *low]), total: *total, number: *number });
            }
            _ => {}
        }
        rest = &tail[usize::from(*size)..];
    }
    (length + 1, place)
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
    use rusmpp::tlvs::MessageDeliveryRequestTlvValue as Tlv;
    use rusmpp::types::{COctetString, OctetString};
    use rusmpp::values::{EsmClass, MessageState};

    use super::*;

    fn deliver(esm_class: u8, octets: &[u8], tlvs: Vec<Tlv>) -> Arrived {
        let pdu = DeliverSm::builder()
            .source_addr_ton(Ton::International)
            .source_addr(COctetString::from_slice(b"12025550123\0").unwrap())
            .destination_addr(COctetString::from_slice(b"12025550100\0").unwrap())
            .esm_class(EsmClass::from(esm_class))
            .short_message(OctetString::from_slice(octets).unwrap())
            .tlvs(tlvs)
            .build();
        read(&pdu)
    }

    fn receipted(id: &[u8]) -> Tlv {
        Tlv::ReceiptedMessageId(COctetString::from_slice(id).unwrap())
    }

    #[test]
    fn a_receipt_is_known_by_its_class_its_parameters_or_its_text() {
        let text = b"id:77 sub:001 dlvrd:001 submit date:2611230100 done date:2611230101 stat:UNDELIV err:027 text:Hi";
        let expected = |id: &str, state: &str, err: Option<&str>| {
            Arrived::Receipt(Dlr { id: id.to_owned(), state: state.to_owned(), err: err.map(str::to_owned) })
        };
        assert_eq!(deliver(0x04, text, vec![]), expected("77", "UNDELIV", Some("027")));
        assert_eq!(deliver(0x00, text, vec![]), expected("77", "UNDELIV", Some("027")));
        let both = vec![receipted(b"9a\0"), Tlv::MessageState(MessageState::Delivered)];
        assert_eq!(deliver(0x00, b"", both.clone()), expected("9a", "DELIVRD", None));
        // Parameters win over the text.
        assert_eq!(deliver(0x04, text, both), expected("9a", "DELIVRD", Some("027")));
        assert_eq!(deliver(0x04, b"unreadable", vec![]), Arrived::Other("a receipt that names no message or no state"));
    }

    #[test]
    fn parts_are_found_in_both_kinds_of_header_and_in_parameters() {
        let place = |arrived| if let Arrived::Text(part) = arrived { (part.octets, part.place) } else { panic!("{arrived:?}") };
        let at = |reference| Some(Place { reference, total: 2, number: 1 });
        assert_eq!(place(deliver(0x40, &[5, 0, 3, 7, 2, 1, b'a'], vec![])), (b"a".to_vec(), at(7)));
        assert_eq!(place(deliver(0x40, &[6, 8, 4, 1, 7, 2, 1, b'a'], vec![])), (b"a".to_vec(), at(263)));
        let sar = vec![Tlv::SarMsgRefNum(263), Tlv::SarTotalSegments(2), Tlv::SarSegmentSeqnum(1)];
        assert_eq!(place(deliver(0, b"a", sar)), (b"a".to_vec(), at(263)));
        // A part beyond the end belongs nowhere.
        assert_eq!(place(deliver(0x40, &[5, 0, 3, 7, 2, 3, b'a'], vec![])), (b"a".to_vec(), None));
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
