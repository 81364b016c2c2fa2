//! One client's connection.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::pdu::{self, Delivery, Frame, RESPONSE};
use crate::server::Simulator;
use crate::world::note;

/// How often it is looked for something to deliver.
const LOOK: Duration = Duration::from_millis(20);
/// Looks in a second.
const LOOKS: u64 = 50;
/// Deliveries that may wait for their acknowledgement.
const WINDOW: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Bound {
    sends: bool,
    receives: bool,
}

struct Session {
    simulator: Simulator,
    writer: Box<dyn AsyncWrite + Send + Unpin>,
    bound: Option<Bound>,
    given: BTreeMap<u32, Delivery>,
    sequence: u32,
    look: u64,
    /// Submissions in this second.
    submitted: u32,
    /// Submissions on this connection.
    total: u32,
    held: Option<Vec<u8>>,
}

/// What a frame leads to.
enum Next {
    Go,
    End,
}

pub(super) async fn run(stream: impl AsyncRead + AsyncWrite + Send + 'static, simulator: Simulator) {
    let (mut reader, writer) = tokio::io::split(stream);
    let writer = Box::new(writer);
    let mut session =
        Session { simulator, writer, bound: None, given: BTreeMap::new(), sequence: 0, look: 0, submitted: 0, total: 0, held: None };
    let mut buffer = Vec::new();
    let mut ticker = tokio::time::interval(LOOK);
    ticker.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            read = reader.read_buf(&mut buffer) => match read {
                Ok(0) | Err(_) => Ok(Next::End),
                Ok(_) => session.frames(&mut buffer).await,
            },
            _ = ticker.tick() => session.tick().await,
        };
        if !matches!(done, Ok(Next::Go)) {
            break;
        }
    }
    // Who reads to the end learns that it is the end.
    let _ = session.writer.shutdown().await;
    let left: Vec<Delivery> = std::mem::take(&mut session.given).into_values().collect();
    session.simulator.with(|world| world.smsc_give_back(left));
}

impl Session {
    async fn frames(&mut self, buffer: &mut Vec<u8>) -> std::io::Result<Next> {
        loop {
            match pdu::take(buffer) {
                Ok(None) => return Ok(Next::Go),
                Err(_) => {
                    self.write(&pdu::frame(RESPONSE, pdu::BAD_LENGTH, 0, &[])).await?;
                    return Ok(Next::End);
                }
                Ok(Some(frame)) => {
                    if matches!(self.frame(frame).await?, Next::End) {
                        return Ok(Next::End);
                    }
                }
            }
        }
    }

    async fn write(&mut self, octets: &[u8]) -> std::io::Result<()> {
        self.writer.write_all(octets).await?;
        self.writer.flush().await
    }

    async fn answer(&mut self, frame: &Frame, status: u32, body: &[u8]) -> std::io::Result<Next> {
        // A refusal is a bare header.
        let body = if status == pdu::OK { body } else { &[] };
        self.write(&pdu::frame(frame.id | RESPONSE, status, frame.sequence, body)).await?;
        Ok(Next::Go)
    }

    async fn frame(&mut self, frame: Frame) -> std::io::Result<Next> {
        match frame.id {
            pdu::BIND_RECEIVER => self.bind(&frame, Bound { sends: false, receives: true }).await,
            pdu::BIND_TRANSMITTER => self.bind(&frame, Bound { sends: true, receives: false }).await,
            pdu::BIND_TRANSCEIVER => self.bind(&frame, Bound { sends: true, receives: true }).await,
            pdu::ENQUIRE if self.simulator.with(|world| world.knobs().smsc.deaf) => Ok(Next::Go),
            pdu::ENQUIRE => self.answer(&frame, pdu::OK, &[]).await,
            pdu::UNBIND => {
                self.answer(&frame, pdu::OK, &[]).await?;
                Ok(Next::End)
            }
            pdu::SUBMIT if self.simulator.with(|world| world.knobs().smsc.data_sm) => self.answer(&frame, pdu::BAD_COMMAND, &[]).await,
            pdu::SUBMIT => self.submit(&frame, pdu::submission(&frame.body)).await,
            pdu::DATA => self.submit(&frame, pdu::data(&frame.body)).await,
            id if id == pdu::DELIVER | RESPONSE || id == pdu::DATA | RESPONSE => {
                if let Some(delivery) = self.given.remove(&frame.sequence) {
                    self.simulator.with(|world| {
                        world.note_smsc_delivery(&delivery, frame.status);
                        if frame.status != pdu::OK {
                            world.smsc_give_back(vec![delivery]);
                        }
                    });
                }
                Ok(Next::Go)
            }
            id if id & RESPONSE != 0 => Ok(Next::Go),
            _ => {
                self.write(&pdu::frame(RESPONSE, pdu::BAD_COMMAND, frame.sequence, &[])).await?;
                Ok(Next::Go)
            }
        }
    }

    async fn bind(&mut self, frame: &Frame, bound: Bound) -> std::io::Result<Next> {
        if self.bound.is_some() {
            return self.answer(frame, pdu::ALREADY_BOUND, &[]).await;
        }
        let config = self.simulator.with(|world| world.config().smsc.clone());
        let login = pdu::bind(&frame.body);
        let who = login.as_ref().map(|(system_id, _)| system_id.clone()).unwrap_or_default();
        let status = match login {
            None => pdu::BAD_LENGTH,
            Some((system_id, _)) if system_id != config.system_id => pdu::BAD_SYSTEM_ID,
            Some((_, password)) if password != config.password => pdu::BAD_PASSWORD,
            Some(_) => pdu::OK,
        };
        if status == pdu::OK {
            self.bound = Some(bound);
        }
        let kind = match (bound.sends, bound.receives) {
            (true, true) => "bind_transceiver",
            (true, false) => "bind_transmitter",
            _ => "bind_receiver",
        };
        self.simulator.with(|world| world.note_smsc_bind(kind, &who, status));
        self.answer(frame, status, &pdu::named("SIM")).await
    }

    async fn submit(&mut self, frame: &Frame, submission: Option<pdu::Submission>) -> std::io::Result<Next> {
        if !self.bound.is_some_and(|bound| bound.sends) {
            return self.answer(frame, pdu::BAD_STATE, &[]).await;
        }
        let Some(submission) = submission else { return self.answer(frame, pdu::BAD_LENGTH, &[]).await };
        let knobs = self.simulator.with(|world| world.knobs().smsc.clone());
        self.submitted += 1;
        if knobs.per_second > 0 && self.submitted > knobs.per_second {
            self.simulator.with(|world| world.note_smsc_submission(&submission, Some(pdu::THROTTLED), "", Some("faster than allowed")));
            return self.answer(frame, pdu::THROTTLED, &[]).await;
        }
        self.total += 1;
        let breaks = knobs.drop_link_every > 0 && self.total.is_multiple_of(knobs.drop_link_every);
        let taken = self.simulator.with(|world| {
            let taken = world.smsc_submit(&submission);
            let id = taken.map(|id| id.to_string()).unwrap_or_default();
            let status = taken.err().unwrap_or(pdu::OK);
            world.note_smsc_submission(&submission, (!breaks).then_some(status), &id, breaks.then_some(note::ANSWER_LOST));
            taken
        });
        if breaks {
            return Ok(Next::End);
        }
        if knobs.receipt_before_answer {
            // What is due at this moment happens, and goes out before the answer.
            self.simulator.tick();
            self.deliver().await?;
        }
        if knobs.latency_ms > 0 {
            tokio::time::sleep(Duration::from_millis(knobs.latency_ms.into())).await;
        }
        let answer = match taken {
            Ok(id) => {
                let name = if knobs.hex_answers { format!("{id:X}") } else { id.to_string() };
                pdu::frame(frame.id | RESPONSE, pdu::OK, frame.sequence, &pdu::named(&name))
            }
            Err(status) => pdu::frame(frame.id | RESPONSE, status, frame.sequence, &[]),
        };
        if !knobs.answers_out_of_order {
            self.write(&answer).await?;
            return Ok(Next::Go);
        }
        match self.held.take() {
            Some(earlier) => {
                self.write(&answer).await?;
                self.write(&earlier).await?;
            }
            None => self.held = Some(answer),
        }
        Ok(Next::Go)
    }

    async fn tick(&mut self) -> std::io::Result<Next> {
        self.look += 1;
        if self.look.is_multiple_of(LOOKS) {
            self.submitted = 0;
        }
        if let Some(answer) = self.held.take() {
            self.write(&answer).await?;
        }
        self.deliver().await?;
        Ok(Next::Go)
    }

    async fn deliver(&mut self) -> std::io::Result<()> {
        if !self.bound.is_some_and(|bound| bound.receives) {
            return Ok(());
        }
        let by_data = self.simulator.with(|world| world.knobs().smsc.data_sm);
        let command = if by_data { pdu::DATA } else { pdu::DELIVER };
        while self.given.len() < WINDOW {
            let Some(delivery) = self.simulator.with(crate::world::World::smsc_next) else { break };
            self.sequence += 1;
            let octets = pdu::frame(command, pdu::OK, self.sequence, &pdu::delivery(&delivery, by_data));
            self.given.insert(self.sequence, delivery);
            self.write(&octets).await?;
        }
        Ok(())
    }
}
