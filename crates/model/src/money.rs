//! Money as whole micro-units of a currency: message prices go to five decimals.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a currency code of three letters such as EUR")]
pub struct CurrencyError(String);

/// An amount in millionths of the currency's unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    pub micros: i64,
    pub currency: Currency,
}

crate::compact_struct!(Money { 1 micros, 2 currency });

impl Currency {
    pub const EUR: Self = Self(*b"EUR");
    pub const USD: Self = Self(*b"USD");

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl Money {
    #[must_use]
    pub const fn new(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }

    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum, or `None` when the currencies differ or the amount overflows.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self::new(self.micros.checked_add(other.micros)?, self.currency))
    }
}

impl Sum<Money> for Option<Money> {
    /// Sums one currency; `None` for no amounts or mixed currencies.
    fn sum<I: Iterator<Item = Money>>(mut amounts: I) -> Self {
        let first = amounts.next()?;
        amounts.try_fold(first, Money::checked_add)
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;
    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        match text.as_bytes() {
            [a, b, c] if text.bytes().all(|l| l.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(CurrencyError(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Money {
    /// `0.0567 EUR`: at least two decimals, at most six, no trailing zeros beyond two.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.micros < 0 { "-" } else { "" };
        let abs = self.micros.unsigned_abs();
        let mut decimals = format!("{:06}", abs % 1_000_000);
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        write!(f, "{sign}{}.{decimals} {}", abs / 1_000_000, self.currency)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_prices_keep_their_decimals() {
        assert_eq!(Money::new(56_700, Currency::EUR).to_string(), "0.0567 EUR");
        assert_eq!(Money::new(-1_500_000, Currency::USD).to_string(), "-1.50 USD");
    }

    #[test]
    fn currencies_do_not_mix() {
        let eur = Money::new(1, Currency::EUR);
        assert_eq!(eur.checked_add(Money::new(1, Currency::USD)), None);
        assert_eq!([eur, eur].into_iter().sum::<Option<Money>>(), Some(Money::new(2, Currency::EUR)));
        assert!("eur".parse::<Currency>().is_err());
    }
}
