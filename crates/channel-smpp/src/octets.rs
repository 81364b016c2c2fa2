//! What octets of a message centre would be read as, for looking at a capture and for tests that write nonsense.

use bytes::BytesMut;
use channel::DefaultAlphabet;
use rusmpp::Pdu;

use crate::arrival::{self, Arrived};
use crate::{receipt, text, wire};

/// One line for each frame, in the order of their coming; it ends where a session would.
#[must_use]
pub fn read_octets(octets: &[u8]) -> Vec<String> {
    let (mut buffer, mut lines) = (BytesMut::from(octets), Vec::new());
    loop {
        match wire::take(&mut buffer) {
            Ok(Some(frame)) => lines.push(match &frame.body {
                Some(Pdu::DeliverSm(delivery)) => arrived(&arrival::read(delivery.into())),
                Some(Pdu::DataSm(delivery)) => arrived(&arrival::read(delivery.into())),
                body => format!("frame {:#x} {}", frame.id, if body.is_some() { "read" } else { "not read" }),
            }),
            Ok(None) => return lines,
            Err(error) => {
                lines.push(format!("ends: {error}"));
                return lines;
            }
        }
    }
}

fn arrived(arrived: &Arrived) -> String {
    match arrived {
        Arrived::Receipt(dlr) => format!("receipt of {} {} final {:?}", dlr.id, dlr.state, dlr.outcome()),
        Arrived::Text(part) => {
            let said = text::read(part.written, &part.octets, DefaultAlphabet::Gsm7);
            let nested = receipt::read(&said).is_some();
            format!(
                "text from {} to {} in part {:?} like a receipt {nested}: {} letters",
                part.from,
                part.to,
                part.place,
                said.chars().count()
            )
        }
        Arrived::Other(why) => format!("kept: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_is_a_line_and_a_frame_that_cannot_be_ends_it() {
        let enquiry = [0, 0, 0, 16, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(read_octets(&[enquiry, enquiry].concat()), ["frame 0x15 read", "frame 0x15 read"]);
        let lines = read_octets(&[&enquiry[..], &[0xff; 16]].concat());
        assert!(lines.len() == 2 && lines[1].starts_with("ends: a frame of"), "{lines:?}");
        assert!(read_octets(&enquiry[..9]).is_empty());
    }
}
