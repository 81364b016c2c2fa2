//! What one node at a time may do.

use std::fmt;
use std::str::FromStr;

use model::SenderId;

/// Work under a lease. Its text form is the lease's name, for ever: nodes of two versions must agree on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Duty {
    /// Hand off a sender's messages and settle its doubt.
    Sender(SenderId),
    /// The same for messages whose sender has no account any more.
    Strays,
    /// Wake contacts whose time has come.
    Timers,
    /// Carry out broadcasts.
    Broadcasts,
    /// Deliver events to other systems.
    Deliveries,
    /// Fetch media.
    Media,
    /// Sign the heads of the consent ledger.
    Ledger,
    /// Remove what nobody needs any more.
    Tidy,
}

impl Duty {
    /// Those that there are whatever senders there are.
    pub const FIXED: [Self; 7] = [Self::Strays, Self::Timers, Self::Broadcasts, Self::Deliveries, Self::Media, Self::Ledger, Self::Tidy];
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sender(id) => write!(f, "sender/{id}"),
            Self::Strays => f.write_str("work/strays"),
            Self::Timers => f.write_str("work/timers"),
            Self::Broadcasts => f.write_str("work/broadcasts"),
            Self::Deliveries => f.write_str("work/deliveries"),
            Self::Media => f.write_str("work/media"),
            Self::Ledger => f.write_str("work/ledger"),
            Self::Tidy => f.write_str("work/tidy"),
        }
    }
}

/// The name of a lease that is no duty known to this version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not the name of a duty")]
pub struct UnknownDuty;

impl FromStr for Duty {
    type Err = UnknownDuty;

    fn from_str(name: &str) -> Result<Self, UnknownDuty> {
        if let Some(id) = name.strip_prefix("sender/") {
            return id.parse().map(Self::Sender).map_err(|_| UnknownDuty);
        }
        Self::FIXED.into_iter().find(|duty| duty.to_string() == name).ok_or(UnknownDuty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duty_is_read_from_its_lease() {
        for duty in Duty::FIXED.into_iter().chain([Duty::Sender(SenderId::from_u128(7))]) {
            assert_eq!(duty.to_string().parse(), Ok(duty));
        }
        assert_eq!("worker/0".parse::<Duty>(), Err(UnknownDuty));
        assert_eq!("sender/x".parse::<Duty>(), Err(UnknownDuty));
    }
}
