//! What a mail says, gathered instead of handed in: for mails that come by HTTP, whose answer waits for the store.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use channel::{Inlet, NotTaken, Received};
use model::Timestamp;
use serde_json::Value;

pub(super) struct Collected {
    pub now: Timestamp,
    all: Mutex<Vec<Received>>,
}

impl Collected {
    pub fn at(now: Timestamp) -> Self {
        Self { now, all: Mutex::default() }
    }

    pub fn all(&self) -> Vec<Received> {
        std::mem::take(&mut *self.all.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Inlet for Collected {
    fn now(&self) -> Timestamp {
        self.now
    }

    async fn take(&self, received: Vec<Received>) -> Result<(), NotTaken> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).extend(received);
        Ok(())
    }

    async fn keep(&self, _key: &str, _value: Value) -> Result<(), NotTaken> {
        Err(NotTaken("a webhook has no shelf".to_owned()))
    }

    async fn forget(&self, _key: &str) -> Result<(), NotTaken> {
        Ok(())
    }

    async fn kept(&self) -> Result<BTreeMap<String, Value>, NotTaken> {
        Ok(BTreeMap::new())
    }
}
