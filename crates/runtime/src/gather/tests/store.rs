use std::sync::atomic::{AtomicBool, Ordering};

use model::signal::Target;
use storage::Applied;
use tokio::sync::Semaphore;

use super::*;

/// Notes the groups that come, answers each when it is let go, and says that something was queued.
#[derive(Default)]
pub(super) struct Held {
    groups: Mutex<Vec<usize>>,
    fail: AtomicBool,
    came: tokio::sync::Notify,
}

pub(super) struct Door(Arc<Held>, Arc<Semaphore>);

pub(super) struct Handle(Arc<Held>, Arc<Semaphore>);

/// A gather over a store that is busy until it is told otherwise.
pub(super) fn held() -> (Arc<Gather<Door>>, Handle) {
    let (held, gate) = (Arc::new(Held::default()), Arc::new(Semaphore::new(0)));
    let gather = Gather::new(Door(Arc::clone(&held), Arc::clone(&gate)), Arc::new(Bells::new()));
    (gather, Handle(held, gate))
}

impl Handle {
    /// Lets everybody who is able to run come first, so that lines form.
    pub(super) async fn let_all_go(&self) {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        self.1.add_permits(1_000_000);
    }

    pub(super) async fn until_one_waits(&self) {
        self.0.came.notified().await;
    }

    pub(super) fn fail(&self, fail: bool) {
        self.0.fail.store(fail, Ordering::SeqCst);
    }

    pub(super) fn groups(&self) -> Vec<usize> {
        self.0.groups.lock().unwrap().clone()
    }
}

#[async_trait]
impl Steps for Door {
    async fn apply(&self, signals: Vec<Signal>) -> Answer {
        self.0.groups.lock().unwrap().push(signals.len());
        self.0.came.notify_one();
        let _permit = self.1.acquire().await.unwrap();
        if self.0.fail.load(Ordering::SeqCst) {
            return Err(StorageError::new(StorageErrorKind::Unavailable, "the disk is gone"));
        }
        Ok(signals.iter().map(applied).collect())
    }
}

fn applied(signal: &Signal) -> StepOutcome {
    let Target::Contact(contact) = signal.target else { panic!("{:?}", signal.target) };
    StepOutcome::Applied(Applied {
        contact,
        reply: serde_json::Value::Null,
        next_wake: None,
        queued: true,
        conversation: false,
        deliveries: false,
        handed: Vec::new(),
        withdrawn: Vec::new(),
    })
}

pub(super) fn contact_of(outcome: &StepOutcome) -> u128 {
    match outcome {
        StepOutcome::Applied(applied) => applied.contact.as_u128(),
        other => panic!("{other:?}"),
    }
}
