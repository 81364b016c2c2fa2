//! Requests and answers (SMPP 3.4, section 4).

use super::octets::{Octets, put_parameter, put_text};

/// Octets of a header, and of the longest frame that is read.
pub(super) const HEADER: usize = 16;
pub(super) const FRAME_MAX: usize = 64 * 1024;

pub(super) const BIND_RECEIVER: u32 = 0x01;
pub(super) const BIND_TRANSMITTER: u32 = 0x02;
pub(super) const SUBMIT: u32 = 0x04;
pub(super) const DELIVER: u32 = 0x05;
pub(super) const UNBIND: u32 = 0x06;
pub(super) const BIND_TRANSCEIVER: u32 = 0x09;
pub(super) const ENQUIRE: u32 = 0x15;
pub(super) const DATA: u32 = 0x103;
pub(super) const RESPONSE: u32 = 0x8000_0000;

pub(super) const OK: u32 = 0;
pub(super) const BAD_LENGTH: u32 = 0x02;
pub(super) const BAD_COMMAND: u32 = 0x03;
pub(super) const BAD_STATE: u32 = 0x04;
pub(super) const ALREADY_BOUND: u32 = 0x05;
pub(super) const BAD_SOURCE: u32 = 0x0a;
pub(super) const BAD_DESTINATION: u32 = 0x0b;
pub(super) const BAD_PASSWORD: u32 = 0x0e;
pub(super) const BAD_SYSTEM_ID: u32 = 0x0f;
pub(super) const SUBMIT_FAILED: u32 = 0x45;
pub(super) const THROTTLED: u32 = 0x58;
pub(super) const BAD_EXPIRY: u32 = 0x62;

/// A header with the octets behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub id: u32,
    pub status: u32,
    pub sequence: u32,
    pub body: Vec<u8>,
}

/// The first frame of a buffer, taken out of it. `Err` for a length that cannot be.
pub(super) fn take(buffer: &mut Vec<u8>) -> Result<Option<Frame>, usize> {
    if buffer.len() < HEADER {
        return Ok(None);
    }
    let word = |at: usize| u32::from_be_bytes([buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]]);
    let length = usize::try_from(word(0)).unwrap_or(usize::MAX);
    if !(HEADER..=FRAME_MAX).contains(&length) {
        return Err(length);
    }
    if buffer.len() < length {
        return Ok(None);
    }
    let (id, status, sequence) = (word(4), word(8), word(12));
    let body = buffer[HEADER..length].to_vec();
    buffer.drain(..length);
    Ok(Some(Frame { id, status, sequence, body }))
}

pub(super) fn frame(id: u32, status: u32, sequence: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(HEADER + body.len()).unwrap_or(u32::MAX);
    let mut out = Vec::with_capacity(HEADER + body.len());
    for word in [length, id, status, sequence] {
        out.extend(word.to_be_bytes());
    }
    out.extend(body);
    out
}

/// Who binds.
pub(super) fn bind(body: &[u8]) -> Option<(String, String)> {
    let mut octets = Octets(body);
    Some((octets.text(16)?, octets.text(9)?))
}

/// One submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Submission {
    pub source: String,
    pub destination: String,
    pub esm_class: u8,
    pub registered: u8,
    pub data_coding: u8,
    /// As it was written.
    pub validity: String,
    /// The same in seconds, as a parameter.
    pub time_to_live: Option<u32>,
    pub octets: Vec<u8>,
    /// Reference, total, number, where they come as parameters.
    pub sar: Option<(u16, u8, u8)>,
}

pub(super) fn submission(body: &[u8]) -> Option<Submission> {
    let mut octets = Octets(body);
    octets.text(6)?;
    octets.take(2)?;
    let source = octets.text(21)?;
    octets.take(2)?;
    let destination = octets.text(21)?;
    let esm_class = octets.byte()?;
    octets.take(2)?;
    octets.text(17)?;
    let validity = octets.text(17)?;
    let registered = octets.byte()?;
    octets.byte()?;
    let data_coding = octets.byte()?;
    octets.byte()?;
    let length = octets.byte()?;
    let text = octets.take(usize::from(length))?.to_vec();
    let submission =
        Submission { source, destination, esm_class, registered, data_coding, validity, octets: text, ..Submission::default() };
    with_parameters(submission, octets)
}

/// `data_sm`: addresses may be longer, and the text is a parameter.
pub(super) fn data(body: &[u8]) -> Option<Submission> {
    let mut octets = Octets(body);
    octets.text(6)?;
    octets.take(2)?;
    let source = octets.text(65)?;
    octets.take(2)?;
    let destination = octets.text(65)?;
    let (esm_class, registered, data_coding) = (octets.byte()?, octets.byte()?, octets.byte()?);
    with_parameters(Submission { source, destination, esm_class, registered, data_coding, ..Submission::default() }, octets)
}

fn with_parameters(mut submission: Submission, mut octets: Octets<'_>) -> Option<Submission> {
    let (mut reference, mut total, mut number) = (None, None, None);
    while !octets.0.is_empty() {
        match octets.parameter()? {
            (0x0424, payload) if submission.octets.is_empty() => submission.octets = payload.to_vec(),
            (0x0017, [a, b, c, d]) => submission.time_to_live = Some(u32::from_be_bytes([*a, *b, *c, *d])),
            (0x020c, [high, low]) => reference = Some(u16::from_be_bytes([*high, *low])),
            (0x020e, [value]) => total = Some(*value),
            (0x020f, [value]) => number = Some(*value),
            _ => {}
        }
    }
    submission.sar = reference.zip(total).zip(number).map(|((reference, total), number)| (reference, total, number));
    Some(submission)
}

/// The body of an answer to a submission or a bind.
pub(super) fn named(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    put_text(&mut out, name);
    out
}

/// What the centre gives to a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub source: String,
    pub destination: String,
    pub esm_class: u8,
    pub data_coding: u8,
    pub octets: Vec<u8>,
    /// Receipts: the id and the state's number.
    pub receipted: Option<(String, u8)>,
    /// Receipts: the code of a GSM network.
    pub network_code: Option<u16>,
    /// Reference, total, number, where they go as parameters.
    pub sar: Option<(u16, u8, u8)>,
}

/// `short_message` holds no more.
const SHORT_MAX: usize = 254;

/// The body of `deliver_sm`, or of `data_sm`.
pub(super) fn delivery(delivery: &Delivery, by_data: bool) -> Vec<u8> {
    let mut out = vec![0, 1, 1];
    put_text(&mut out, delivery.source.trim_start_matches('+'));
    out.extend([1, 1]);
    put_text(&mut out, delivery.destination.trim_start_matches('+'));
    let short = !by_data && delivery.octets.len() <= SHORT_MAX;
    if by_data {
        out.extend([delivery.esm_class, 0, delivery.data_coding]);
    } else {
        out.extend([delivery.esm_class, 0, 0, 0, 0, 0, 0, delivery.data_coding, 0]);
        out.push(if short { u8::try_from(delivery.octets.len()).unwrap_or(0) } else { 0 });
    }
    if short {
        out.extend(&delivery.octets);
    } else if !delivery.octets.is_empty() {
        put_parameter(&mut out, 0x0424, &delivery.octets);
    }
    if let Some((id, state)) = &delivery.receipted {
        put_parameter(&mut out, 0x001e, &named(id));
        put_parameter(&mut out, 0x0427, &[*state]);
    }
    if let Some(code) = delivery.network_code {
        let [high, low] = code.to_be_bytes();
        put_parameter(&mut out, 0x0423, &[3, high, low]);
    }
    if let Some((reference, total, number)) = delivery.sar {
        put_parameter(&mut out, 0x020c, &reference.to_be_bytes());
        put_parameter(&mut out, 0x020e, &[total]);
        put_parameter(&mut out, 0x020f, &[number]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `submit_sm` from 1 to 2 with a header of concatenation, written by hand.
    const SUBMITTED: &[u8] =
        &[0, 1, 1, b'1', 0, 1, 1, b'2', 0, 0x40, 0, 0, 0, 0, 1, 0, 8, 0, 8, 5, 0, 3, 9, 2, 1, 0x04, 0x4f, 0x02, 0x04, 0, 2, 0, 1];

    #[test]
    fn a_submission_is_read_field_by_field() {
        let read = submission(SUBMITTED).expect("a submission");
        assert_eq!(
            (read.source.as_str(), read.destination.as_str(), read.esm_class, read.registered, read.data_coding),
            ("1", "2", 0x40, 1, 8)
        );
        assert_eq!(read.octets, [5, 0, 3, 9, 2, 1, 0x04, 0x4f]);
    }

    #[test]
    fn a_submission_cut_anywhere_is_none_or_without_its_parameters() {
        for end in 0..SUBMITTED.len() {
            let read = submission(&SUBMITTED[..end]);
            assert!(read.is_none() || end == SUBMITTED.len() - 6, "{end}");
        }
    }

    #[test]
    fn data_has_its_text_and_its_time_in_parameters() {
        let body = [&b"\0\x01\x011\0\x01\x012\0\0\x01\x08"[..], &[0x04, 0x24, 0, 2, 0x04, 0x4f], &[0, 0x17, 0, 4, 0, 0, 0, 90]].concat();
        let read = data(&body).expect("a submission");
        assert_eq!((read.source.as_str(), read.destination.as_str(), read.registered, read.data_coding), ("1", "2", 1, 8));
        assert_eq!((read.octets.as_slice(), read.time_to_live), (&[0x04, 0x4f][..], Some(90)));
        assert!(data(&body[..body.len() - 1]).is_none());
    }

    #[test]
    fn what_is_delivered_by_data_reads_as_data() {
        let given =
            Delivery { source: "+1".into(), destination: "+2".into(), octets: b"a".to_vec(), sar: Some((9, 2, 1)), ..Delivery::default() };
        let read = data(&delivery(&given, true)).expect("data");
        assert_eq!((read.octets.as_slice(), read.sar), (&b"a"[..], Some((9, 2, 1))));
    }

    #[test]
    fn frames_are_taken_one_by_one_and_bad_lengths_refused() {
        let mut buffer = [frame(ENQUIRE, 0, 7, &[]), frame(UNBIND, 0, 8, &[])].concat();
        assert_eq!(take(&mut buffer).map(|frame| frame.map(|frame| (frame.id, frame.sequence))), Ok(Some((ENQUIRE, 7))));
        buffer.truncate(15);
        assert_eq!(take(&mut buffer), Ok(None));
        assert_eq!(take(&mut vec![0xff; 16]), Err(0xffff_ffff));
    }
}
