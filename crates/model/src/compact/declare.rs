//! How types declare their compact form.

/// `compact_struct!(Sender { 1 id, 2 name, 5 limit or 80 })`: numbers and fields, and what a field is when it is absent, where that is not
/// "empty". Numbers are never used twice.
#[macro_export]
macro_rules! compact_struct {
    ($name:ident { $($number:literal $field:ident $(or $default:expr)?),* $(,)? }) => {
        impl $crate::compact::Compact for $name {
            const WIRE: $crate::compact::Wire = $crate::compact::Wire::Struct;

            fn put(&self, out: &mut Vec<u8>) {
                $($crate::compact::put_field(out, $number, &self.$field);)*
                out.push(0);
            }

            fn take(from: &mut $crate::compact::Input<'_>) -> Result<Self, $crate::compact::CompactError> {
                $(let mut $field = None;)*
                while let Some((number, wire)) = from.key()? {
                    match number {
                        $($number => $field = Some(from.value(wire)?),)*
                        _ => from.skip(wire)?,
                    }
                }
                Ok(Self { $($field: $crate::compact_struct!(@field $name $field $($default)?),)* })
            }
        }
    };
    (@field $name:ident $field:ident) => {
        match $field.or_else($crate::compact::Compact::absent) {
            Some(value) => value,
            None => return Err($crate::compact::CompactError::Missing(concat!(stringify!($name), ".", stringify!($field)))),
        }
    };
    (@field $name:ident $field:ident $default:expr) => {
        match $field {
            Some(value) => value,
            None => $default,
        }
    };
}

/// `compact_code!(Channel { 1 Whatsapp, 2 Sms })`: an enum without data.
#[macro_export]
macro_rules! compact_code {
    ($name:ident { $($number:literal $variant:ident),* $(,)? }) => {
        impl $crate::compact::Compact for $name {
            const WIRE: $crate::compact::Wire = $crate::compact::Wire::Varint;

            fn put(&self, out: &mut Vec<u8>) {
                $crate::compact::put_varint(out, match self { $(Self::$variant => $number,)* });
            }

            fn take(from: &mut $crate::compact::Input<'_>) -> Result<Self, $crate::compact::CompactError> {
                match from.varint()? {
                    $($number => Ok(Self::$variant),)*
                    number => Err($crate::compact::CompactError::Variant { of: stringify!($name), number }),
                }
            }
        }
    };
}

/// `compact_enum!(Reach { unit 1 Unknown; one 2 Told; of 3 Known { 1 since, 2 until }; })`: variants without data, with one value, with
/// fields; in this order. The value is a structure with one field, whose number is the variant's.
#[macro_export]
macro_rules! compact_enum {
    ($name:ident {
        $(unit $unit_number:literal $unit:ident;)*
        $(one $one_number:literal $one:ident;)*
        $(of $number:literal $variant:ident { $($field_number:literal $field:ident),* $(,)? };)*
    }) => {
        impl $crate::compact::Compact for $name {
            const WIRE: $crate::compact::Wire = $crate::compact::Wire::Struct;

            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$unit => $crate::compact::put_key(out, $unit_number, $crate::compact::Wire::Flag),)*
                    $(Self::$one(value) => $crate::compact::put_one(out, $one_number, value),)*
                    $(Self::$variant { $($field),* } => {
                        $crate::compact::put_key(out, $number, $crate::compact::Wire::Struct);
                        $($crate::compact::put_field(out, $field_number, $field);)*
                        out.push(0);
                    })*
                }
                out.push(0);
            }

            fn take(from: &mut $crate::compact::Input<'_>) -> Result<Self, $crate::compact::CompactError> {
                let missing = || $crate::compact::CompactError::Missing(concat!("the variant of ", stringify!($name)));
                let (number, wire) = from.key()?.ok_or_else(missing)?;
                let value = match number {
                    $($unit_number => {
                        from.value::<bool>(wire)?;
                        Self::$unit
                    })*
                    $($one_number => Self::$one(from.value(wire)?),)*
                    $($number => {
                        from.expect(wire, $crate::compact::Wire::Struct)?;
                        $(let mut $field = None;)*
                        while let Some((number, wire)) = from.key()? {
                            match number {
                                $($field_number => $field = Some(from.value(wire)?),)*
                                _ => from.skip(wire)?,
                            }
                        }
                        Self::$variant { $($field: $crate::compact_struct!(@field $variant $field),)* }
                    })*
                    number => return Err($crate::compact::CompactError::Variant { of: stringify!($name), number }),
                };
                from.end()?;
                Ok(value)
            }
        }
    };
}
