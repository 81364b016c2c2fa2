//! Rows that a step writes. Their owner is filled in by the scripted decider.

use std::collections::BTreeMap;

use model::audit::AuditEntry;
use model::case::{Case, Conversation, ConversationStatus, Handoff, HandoffReason, Priority};
use model::change::{ContactRow, RunRow, RunStatus};
use model::consent::{ConsentAct, ConsentChange};
use model::decision::{DecisionRecord, Stage, Verdict, Wanted};
use model::delivery::{Delivery, DeliveryStatus};
use model::message::{Class, Origin};
use model::send_error::FallbackCause;
use model::timeline::{TimelineEntry, TimelineKind};
use model::{
    AddressKey, CaseId, Channel, ConsentId, ConsentState, ContactId, ConversationId, DecisionId, DeliveryId, Direction, LedgerEntry,
    Message, MessageId, MessageStatus, RunId, TimelineId, UserId, WorkspaceId,
};

use super::{SENDER, WS, at, phone};

const NOBODY: ContactId = ContactId::from_u128(0);

#[must_use]
pub fn message(n: u128, status: MessageStatus) -> Message {
    Message {
        id: MessageId::from_u128(n),
        workspace: WS,
        contact: NOBODY,
        conversation: ConversationId::from_u128(n),
        case: None,
        direction: Direction::Out,
        channel: Channel::Whatsapp,
        sender: SENDER,
        address: phone(1),
        origin: Origin::Api { key: "key".to_owned() },
        class: Class::Transactional,
        purpose: None,
        status,
        times: BTreeMap::from([(status, at(10))]),
        created_at: at(10),
        not_before: None,
        content: None,
        received: None,
        decision: None,
        provider_id: None,
        attempts: 0,
        error: None,
        price: None,
        double_reach: false,
        in_reply_to: None,
        edited_at: None,
        revoked_at: None,
        intent: None,
        seal: None,
    }
}

#[must_use]
pub fn by_journey(name: &str) -> Origin {
    Origin::Journey { journey: name.to_owned(), version: "1".to_owned(), run: RunId::from_u128(1), step: "remind".to_owned(), visit: 1 }
}

#[must_use]
pub fn decision(n: u128, message: Option<MessageId>, silent: bool) -> DecisionRecord {
    let verdict = if silent {
        Verdict::Silent { code: "consent_missing".to_owned(), cause: FallbackCause::NoConsent, reason: "no consent".to_owned() }
    } else {
        Verdict::Defer { until: at(60), reason: "quiet hours".to_owned() }
    };
    DecisionRecord {
        id: DecisionId::from_u128(n),
        workspace: WS,
        contact: NOBODY,
        message,
        at: at(10),
        stage: Stage::Plan,
        wanted: Wanted {
            origin: Origin::Api { key: "key".to_owned() },
            purpose: None,
            topic: None,
            due_at: at(10),
            summary: "a reminder".to_owned(),
        },
        rules: Vec::new(),
        channels: Vec::new(),
        price: None,
        verdict,
        versions: Vec::new(),
    }
}

#[must_use]
pub fn ledger(seq: u64, address: AddressKey) -> LedgerEntry {
    LedgerEntry {
        id: ConsentId::from_u128(u128::from(seq)),
        workspace: WS,
        contact: NOBODY,
        seq,
        change: ConsentChange {
            address,
            channel: Some(Channel::Sms),
            purpose: None,
            topic: None,
            state: ConsentState::OptedIn,
            act: ConsentAct::ApiRecorded,
            wording: None,
            source: "test".to_owned(),
            actor: "key:key".to_owned(),
            ip: None,
            user_agent: None,
            at: at(10),
            evidence: None,
        },
        recorded_at: at(11),
        prev_hash: "0".repeat(64),
        hash: format!("{seq:064x}"),
    }
}

#[must_use]
pub fn timeline(n: u128, kind: TimelineKind) -> TimelineEntry {
    TimelineEntry {
        id: TimelineId::from_u128(n),
        workspace: WS,
        contact: NOBODY,
        at: at(10),
        recorded_at: at(11),
        kind,
        data: model::json_text!({ "n": n.to_string() }),
        message: None,
        decision: None,
        run: None,
    }
}

#[must_use]
pub fn conversation(n: u128, status: ConversationStatus, secs: i64) -> Conversation {
    Conversation {
        id: ConversationId::from_u128(n),
        workspace: WS,
        contact: NOBODY,
        contact_name: None,
        status,
        case: None,
        channel: None,
        last_message: "hello".to_owned(),
        last_message_id: None,
        last_message_at: at(secs),
        last_inbound_at: None,
        window_closes_at: None,
        unread: 0,
        labels: Vec::new(),
        imported: 0,
    }
}

#[must_use]
pub fn case(queue: &str, assignee: Option<u128>) -> Case {
    Case {
        id: CaseId::from_u128(1),
        queue: queue.to_owned(),
        assignee: assignee.map(UserId::from_u128),
        priority: Priority::Normal,
        opened_at: at(10),
        handoff: Handoff {
            reason: HandoffReason::AskedForHuman,
            summary: "asks for a person".to_owned(),
            fields: serde_json::Map::new(),
            journey: None,
            step: None,
        },
        first_reply_at: None,
        reply_due_at: None,
        resolved_at: None,
        category: None,
    }
}

#[must_use]
pub fn run(n: u128, journey: &str, status: RunStatus, step: &str) -> RunRow {
    RunRow {
        id: RunId::from_u128(n),
        contact: NOBODY,
        journey: journey.to_owned(),
        version: "1".to_owned(),
        instance_key: n.to_string(),
        status,
        step: step.to_owned(),
        entered_at: at(10),
        ended_at: None,
        due_at: None,
        result: None,
        goal_at: None,
    }
}

#[must_use]
pub fn profile(name: &str, search: &str) -> ContactRow {
    ContactRow { id: NOBODY, name: Some(name.to_owned()), locale: None, created_at: at(0), last_seen_at: None, search: search.to_owned() }
}

#[must_use]
pub fn delivery(n: u128, endpoint: &str, secs: i64) -> Delivery {
    Delivery {
        id: DeliveryId::from_u128(n),
        workspace: WS,
        contact: NOBODY,
        endpoint: endpoint.to_owned(),
        event: "appointment_confirmed".to_owned(),
        body: "{}".to_owned(),
        status: DeliveryStatus::Pending,
        created_at: at(0),
        next_at: at(secs),
        attempts: Vec::new(),
    }
}

#[must_use]
pub fn audit(ws: WorkspaceId, action: &str) -> AuditEntry {
    AuditEntry {
        workspace: ws,
        at: at(0),
        actor: "user:usr".to_owned(),
        action: action.to_owned(),
        target: "journey:reminder".to_owned(),
        detail: serde_json::Value::Null,
        ip: None,
    }
}
