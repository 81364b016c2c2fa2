//! Reading and writing fields. Reads past the end answer `None`.

pub(super) struct Octets<'a>(pub &'a [u8]);

impl<'a> Octets<'a> {
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    /// Up to the zero that ends it; at most `room` octets with it.
    pub fn text(&mut self, room: usize) -> Option<String> {
        let end = self.0.iter().take(room).position(|octet| *octet == 0)?;
        let text = self.0[..end].iter().map(|octet| char::from(*octet)).collect();
        self.0 = &self.0[end + 1..];
        Some(text)
    }

    /// Tag and value.
    pub fn parameter(&mut self) -> Option<(u16, &'a [u8])> {
        let tag = u16::from_be_bytes([self.byte()?, self.byte()?]);
        let length = u16::from_be_bytes([self.byte()?, self.byte()?]);
        Some((tag, self.take(usize::from(length))?))
    }
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend(text.bytes().filter(|octet| *octet != 0));
    out.push(0);
}

pub(super) fn put_parameter(out: &mut Vec<u8>, tag: u16, value: &[u8]) {
    out.extend(tag.to_be_bytes());
    out.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend(value);
}
