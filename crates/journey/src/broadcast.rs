//! A broadcast's file, compiled: one message, an audience, and how carefully it goes.

use model::message::{Class, Intent, Origin};
use model::{BroadcastId, Purpose, Timestamp};

use crate::conditions::Expression;
use crate::definition::Send;
use crate::diagnostic::Diagnostic;
use crate::render;
use crate::run::StepEnv;
use crate::scope::Scope;

/// What is sent to whom. Exists only when its file has no errors.
#[derive(Clone, Debug)]
pub struct Broadcast {
    pub name: String,
    /// A hash of what it means: title, description and tags do not count.
    pub version: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub audience: Audience,
    pub send: Send,
    /// Share of those who could be messaged that is kept back, in hundredths of a percent.
    pub holdout: u32,
    /// Which of several promotions a person gets (R-PRIO-1): more comes first.
    pub priority: u32,
    /// What one message is expected to be worth, in a unit of the workspace's choice.
    pub value: u32,
    /// The most recipients decided about in one minute.
    pub per_minute: Option<u32>,
}

#[derive(Clone, Debug)]
pub enum Audience {
    /// Every contact of the workspace that fulfils the condition; without one, every contact.
    Matching(Option<Expression>),
    /// Recipients are listed one by one beside the file.
    Listed,
}

#[derive(Clone, Debug)]
pub struct CompiledBroadcast {
    /// Present exactly when there is no error.
    pub broadcast: Option<Broadcast>,
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Broadcast {
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.send.purpose
    }

    #[must_use]
    pub const fn is_listed(&self) -> bool {
        matches!(self.audience, Audience::Listed)
    }

    /// Whether the condition chooses this contact. One that cannot be judged is not chosen, and the reason is told.
    #[must_use]
    pub fn chooses(&self, env: &StepEnv<'_>) -> (bool, Option<String>) {
        match &self.audience {
            Audience::Listed => (false, None),
            Audience::Matching(None) => (true, None),
            Audience::Matching(Some(condition)) => condition.holds(&Scope::new(env.contact, env.now, env.zone, &[]).before_entry()),
        }
    }

    /// The message as this person would get it now. However urgent its purpose, a message to many goes behind messages to one (A45).
    #[must_use]
    pub fn intent(&self, id: BroadcastId, due_at: Timestamp, env: &StepEnv<'_>) -> Intent {
        let scope = Scope::new(env.contact, env.now, env.zone, &[]);
        Intent {
            origin: Origin::Broadcast { broadcast: id, version: self.version.clone() },
            class: Class::Promotional,
            purpose: self.send.purpose,
            topic: self.send.topic.clone(),
            channels: render::drafts(&self.send, &scope.before_entry(), env),
            due_at,
            max_lateness: Some(self.send.max_lateness),
            on_late: self.send.on_late.clone(),
            on_cap: self.send.on_cap.clone(),
            in_doubt: self.send.in_doubt,
            replaced_after: None,
            quote: None,
        }
    }
}
