//! A bind that is only tried, to see whether the settings are right.

use std::time::Duration;

use channel::{BindMode, Hop, SmppAccount};
use http_client::Guard;
use rusmpp::Pdu;

use super::bind::{BindError, Role, bind};
use crate::wire;

/// ESME_RALYBND: who is bound already had the right password.
const ALREADY_BOUND: u32 = 0x05;
/// For the farewell: whoever does not read it is left.
const WITHIN: Duration = Duration::from_secs(2);

/// Binds beside whatever is bound, and ends the session at once. Many centres allow one bind for a name, and say so.
pub(crate) async fn try_bind(account: &SmppAccount, guard: &Guard) -> Hop {
    let place = format!("{}:{}", account.host, account.port);
    let role = if account.bind == BindMode::Transceiver { Role::Transceiver } else { Role::Transmitter };
    match bind(account, role, guard).await {
        Ok(mut bound) => {
            // Sequence 2: the bind was the first. Whether the farewell arrives changes nothing.
            let _farewell = tokio::time::timeout(WITHIN, wire::send(&mut bound.writer, &wire::write(0, 2, Pdu::Unbind))).await;
            Hop::good("bind", format!("{place} takes the bind of {}", account.system_id))
        }
        Err(BindError::Refused(ALREADY_BOUND)) => {
            Hop::good("bind", format!("{} is bound at {place} already, and one bind is all that the centre allows", account.system_id))
        }
        Err(error) => {
            let mend = match &error {
                BindError::Refused(_) => "check the system id, the password, the system type, and the kind of bind that the centre grants",
                BindError::Private(_) => "start the server with --allow-host for it, if that is where the centre is",
                BindError::Certificate(..) => {
                    "use the host name that the centre's certificate has, or give the authority that it is from as `authority`"
                }
                BindError::Settings(_) | BindError::Authority => "correct the sender's settings",
                BindError::NoAddress(_) | BindError::Late | BindError::Wire(_) => {
                    "check host and port, and that the centre lets this machine's address in"
                }
            };
            Hop::broken("bind", format!("{place}: {error}"), mend)
        }
    }
}
