//! The core with journeys and rules on the embedded store.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Catalogue, Core, JourneyState, Published};
use journey::CompileContext;
use model::sender::{Sender, SenderStatus};
use model::signal::{Signal, SignalBody, Target};
use model::{AddressKey, Channel, SenderId, SignalId, Timestamp, WorkspaceId};
use policy::{GateKey, Rulebook};
use storage_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

pub const WS: WorkspaceId = WorkspaceId::from_u128(1);
pub const SMS: SenderId = SenderId::from_u128(12);
/// A Monday, 17:00 UTC: the middle of the day in Washington.
pub const START: Timestamp = Timestamp::from_secs(1_780_333_200);

/// The store is closed before its folder goes.
pub struct Product {
    pub store: SqliteStore,
    _folder: TempDir,
}

pub fn product(journeys: &[&str], rules: Rulebook) -> Product {
    let mut catalogue = Catalogue::empty(GateKey::new([7; 32]));
    for source in journeys {
        let compiled = journey::compile("journey.yaml", source, &CompileContext::default());
        let told: Vec<String> = compiled.diagnostics.iter().map(journey::Diagnostic::one_line).collect();
        let journey = Arc::new(compiled.journey.unwrap_or_else(|| panic!("{}", told.join("\n"))));
        let versions = BTreeMap::from([(journey.version.clone(), Arc::clone(&journey))]);
        catalogue.journeys.insert(journey.name.clone(), Published { state: JourneyState::Open, current: journey, versions });
    }
    catalogue.rulebook = Arc::new(Rulebook { quiet_hours: Vec::new(), ..rules });
    catalogue.senders = vec![Sender {
        id: SMS,
        channel: Channel::Sms,
        name: "Example".to_owned(),
        address: "+12025550101".to_owned(),
        provider_ref: "+12025550101".to_owned(),
        status: SenderStatus::Active,
        per_second: 10,
    }];
    let core = Core::new();
    core.install(WS, catalogue);
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("contacts.db"), Options::default(), Arc::new(core)).unwrap();
    Product { store, _folder: folder }
}

pub fn phone(n: usize) -> AddressKey {
    AddressKey::phone(format!("+1202555{n:04}"))
}

pub fn signal(serial: u128, to: AddressKey, now: Timestamp, body: SignalBody) -> Signal {
    Signal {
        id: SignalId::from_u128((u128::from(now.as_millis().unsigned_abs()) << 80) | (7 << 76) | serial),
        workspace: WS,
        target: Target::Addresses { keys: vec![to], create: true },
        event_time: now,
        arrival_time: now,
        source: "test".to_owned(),
        dedupe_key: None,
        fingerprint: None,
        permit: Vec::new(),
        body,
    }
}
