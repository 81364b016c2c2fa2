//! How long a provider tries before it takes a message back, on channels where another one goes in its place (A61).

use model::Millis;

/// How long before another channel goes a message is taken back.
const HEAD_START: Millis = Millis::from_secs(20);

/// In seconds: the sender's setting, or sooner when the message is worth nothing any more or another channel goes. The provider's word that it
/// was taken back is to come before that happens.
#[must_use]
pub fn taken_back_after(setting_s: u32, lifetime: Option<Millis>) -> i64 {
    let early = |left: Millis| if left.0 > 2 * HEAD_START.0 { Millis(left.0 - HEAD_START.0) } else { left };
    let worth = lifetime.map(|left| early(left).0 / 1_000);
    worth.into_iter().chain([i64::from(setting_s)]).min().unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a61_a_message_is_taken_back_before_another_channel_goes() {
        let secs = |secs| Some(Millis::from_secs(secs));
        assert_eq!(taken_back_after(600, None), 600);
        assert_eq!(taken_back_after(600, secs(300)), 280);
        assert_eq!(taken_back_after(600, secs(86_400)), 600);
        assert_eq!(taken_back_after(600, secs(30)), 30);
        assert_eq!(taken_back_after(600, Some(Millis(1))), 1);
    }
}
