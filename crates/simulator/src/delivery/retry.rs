//! When a webhook that was not accepted is tried again.

use model::Millis;

use super::Provider;

/// Meta: at once, then with growing gaps for up to 7 days (reference 4.1; another page says 36 hours).
const META_GAPS_S: &[i64] = &[1, 5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 86_400, 86_400, 86_400, 86_400];

/// Twilio: five repeats at most, as with the connection override `rc=5`.
const TWILIO_GAPS_S: &[i64] = &[1, 10, 60, 600, 3_600];

/// Telnyx: three attempts at an address ("Receiving webhooks"); the gaps are ours.
const TELNYX_GAPS_S: &[i64] = &[5, 30];

/// A mail program shows the failure, and a person may press again; one repeat stands for that.
const MAIL_GAPS_S: &[i64] = &[5];

/// RCS for Business: growing gaps up to 600 s, for 7 days; here for the first hours.
const RBM_GAPS_S: &[i64] = &[1, 10, 60, 300, 600, 600, 600, 600, 600, 600, 600, 600];

/// The wait before attempt number `attempt + 1`, or nothing when the sender gives up.
#[must_use]
pub fn gap_after(provider: Provider, attempt: u32) -> Option<Millis> {
    let gaps = match provider {
        Provider::Meta => META_GAPS_S,
        Provider::Twilio => TWILIO_GAPS_S,
        Provider::Telnyx => TELNYX_GAPS_S,
        Provider::Mail => MAIL_GAPS_S,
        Provider::Rbm => RBM_GAPS_S,
    };
    gaps.get(attempt.saturating_sub(1) as usize).map(|s| Millis::from_secs(*s))
}

/// What counts as accepted: Meta asks for exactly 200, the providers of texts for any 2xx.
#[must_use]
pub fn accepted(provider: Provider, status: u16) -> bool {
    match provider {
        Provider::Meta | Provider::Rbm => status == 200,
        Provider::Twilio | Provider::Telnyx | Provider::Mail => (200..300).contains(&status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_grow_and_end_within_seven_days() {
        let gaps: Vec<Millis> = (1..).map_while(|n| gap_after(Provider::Meta, n)).collect();
        assert!(gaps.windows(2).all(|pair| pair[0] <= pair[1]));
        let total: i64 = gaps.iter().map(|g| g.0).sum();
        assert!((Millis::from_days(6).0..=Millis::from_days(7).0).contains(&total), "{total}");
        assert_eq!(gap_after(Provider::Twilio, 6), None);
        assert_eq!((gap_after(Provider::Telnyx, 2), gap_after(Provider::Telnyx, 3)), (Some(Millis::from_secs(30)), None));
    }

    #[test]
    fn meta_takes_only_200_for_success() {
        assert!(accepted(Provider::Meta, 200) && !accepted(Provider::Meta, 204));
        assert!(accepted(Provider::Twilio, 204) && !accepted(Provider::Twilio, 302));
    }
}
