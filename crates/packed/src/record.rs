//! From a record to its packed form, without the JSON in between.

use std::fmt::Display;
use std::io::Write as _;

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use super::PREFIXES;
use super::write::Writer;

/// How `serde_json` marks a text that is JSON already; the text is the one member.
const RAW: &str = "$serde_json::private::RawValue";

/// A record that JSON cannot express either.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PackError(String);

impl ser::Error for PackError {
    fn custom<T: Display>(text: T) -> Self {
        Self(text.to_string())
    }
}

/// What the next text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Value,
    /// The name of a member, which takes its colon along.
    Name,
    /// JSON as it is.
    Raw,
    /// The number of an id, by the number of its prefix.
    Id {
        prefix: u8,
        name: bool,
    },
}

pub(super) struct Packer {
    writer: Writer,
    role: Role,
}

/// The packed form of what JSON would be.
pub fn pack<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, PackError> {
    let mut packer = Packer { writer: Writer::default(), role: Role::Value };
    value.serialize(&mut packer)?;
    Ok(packer.writer.finish())
}

/// What stands between braces or brackets.
pub(super) struct Members<'a> {
    packer: &'a mut Packer,
    first: bool,
    /// What closes it.
    end: &'static [u8],
}

impl Packer {
    fn open(&mut self, start: u8, end: &'static [u8]) -> Result<Members<'_>, PackError> {
        self.plain(&[start])?;
        Ok(Members { packer: self, first: true, end })
    }

    /// `{"variant":`
    fn variant(&mut self, variant: &'static str) {
        self.writer.out.push(b'{');
        self.writer.word(variant, true);
    }

    fn number(&mut self, number: impl Display) -> Result<(), PackError> {
        let quoted = std::mem::replace(&mut self.role, Role::Value) == Role::Name;
        let out = &mut self.writer.out;
        let written = if quoted { write!(out, "\"{number}\":") } else { write!(out, "{number}") };
        written.map_err(ser::Error::custom)
    }

    /// What can be no name.
    fn plain(&mut self, text: &[u8]) -> Result<(), PackError> {
        if self.role == Role::Name {
            return Err(ser::Error::custom("a name must be a text"));
        }
        self.writer.plain(text);
        Ok(())
    }
}

impl Members<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PackError> {
        self.comma();
        value.serialize(&mut *self.packer)
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), PackError> {
        if name == RAW {
            self.packer.role = Role::Raw;
        } else {
            self.comma();
            self.packer.writer.word(name, true);
        }
        value.serialize(&mut *self.packer)
    }

    fn comma(&mut self) {
        if !std::mem::replace(&mut self.first, false) {
            self.packer.writer.out.push(b',');
        }
    }

    fn close(self) {
        self.packer.writer.out.extend_from_slice(self.end);
    }
}

macro_rules! numbers {
    ($($method:ident $kind:ty),*) => {$(
        fn $method(self, number: $kind) -> Result<(), PackError> {
            self.number(number)
        }
    )*};
}

impl<'a> Serializer for &'a mut Packer {
    type Ok = ();
    type Error = PackError;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Members<'a>;
    type SerializeTupleVariant = Members<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    numbers!(serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128);
    numbers!(serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64);

    /// Ids and times then say what they are, not how they are spelt.
    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_u128(self, number: u128) -> Result<(), PackError> {
        if let Role::Id { prefix, name } = self.role {
            self.role = Role::Value;
            self.writer.id(prefix, number, name);
            return Ok(());
        }
        self.number(number)
    }

    fn serialize_bool(self, value: bool) -> Result<(), PackError> {
        self.plain(if value { b"true" } else { b"false" })
    }

    fn serialize_f32(self, value: f32) -> Result<(), PackError> {
        let text = serde_json::to_string(&value).map_err(ser::Error::custom)?;
        self.plain(text.as_bytes())
    }

    /// As JSON writes it: the shortest digits that give it back.
    fn serialize_f64(self, value: f64) -> Result<(), PackError> {
        let text = serde_json::to_string(&value).map_err(ser::Error::custom)?;
        self.plain(text.as_bytes())
    }

    fn serialize_char(self, value: char) -> Result<(), PackError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), PackError> {
        match std::mem::replace(&mut self.role, Role::Value) {
            Role::Value => self.writer.string(text, false),
            Role::Name => self.writer.string(text, true),
            Role::Raw => self.writer.json(text.as_bytes()),
            Role::Id { .. } => return Err(ser::Error::custom("an id is a number")),
        }
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), PackError> {
        bytes.serialize(self)
    }

    fn serialize_none(self) -> Result<(), PackError> {
        self.plain(b"null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), PackError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), PackError> {
        self.plain(b"null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), PackError> {
        self.plain(b"null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), PackError> {
        match std::mem::replace(&mut self.role, Role::Value) {
            Role::Raw | Role::Id { .. } => return Err(ser::Error::custom("an id is a number, and JSON a text")),
            role => self.writer.word(variant, role == Role::Name),
        }
        Ok(())
    }

    /// One that is named as a prefix is an id: 128 bits.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), PackError> {
        if name.len() <= 3
            && let Some(prefix) = PREFIXES.iter().position(|prefix| *prefix == name)
        {
            self.role = Role::Id { prefix: prefix as u8, name: self.role == Role::Name };
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), PackError> {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.writer.out.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>, PackError> {
        self.open(b'[', b"]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'a>, PackError> {
        self.open(b'[', b"]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, PackError> {
        self.open(b'[', b"]")
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Members<'a>, PackError> {
        self.variant(variant);
        self.open(b'[', b"]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>, PackError> {
        self.open(b'{', b"}")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'a>, PackError> {
        if name == RAW {
            return Ok(Members { packer: self, first: true, end: b"" });
        }
        self.open(b'{', b"}")
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Members<'a>, PackError> {
        self.variant(variant);
        self.open(b'{', b"}}")
    }
}

macro_rules! items {
    ($($kind:ident $method:ident),*) => {$(
        impl $kind for Members<'_> {
            type Ok = ();
            type Error = PackError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PackError> {
                self.item(value)
            }

            fn end(self) -> Result<(), PackError> {
                self.close();
                Ok(())
            }
        }
    )*};
}

items!(SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field);

macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl $kind for Members<'_> {
            type Ok = ();
            type Error = PackError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), PackError> {
                self.member(name, value)
            }

            fn end(self) -> Result<(), PackError> {
                self.close();
                Ok(())
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = PackError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), PackError> {
        self.comma();
        self.packer.role = Role::Name;
        name.serialize(&mut *self.packer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), PackError> {
        value.serialize(&mut *self.packer)
    }

    fn end(self) -> Result<(), PackError> {
        self.close();
        Ok(())
    }
}
