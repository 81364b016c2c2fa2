//! One bound connection: messages out, deliveries in, and signs of life both ways.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use rusmpp::Pdu;
use rusmpp::pdus::{DataSmResp, DeliverSmResp};
use rusmpp::types::COctetString;
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

use super::bind::{Bound, Role, WriteHalf};
use super::jobs::{Ended, Job, Jobs, Waiting};
use super::pace::{Pace, TICKS};
use crate::arrival::Delivery;
use crate::errors;
use crate::intake::Desk;
use crate::wire::{self, Frame, WireError};

/// A peer that does not read is as good as gone.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// Deliveries being stored at once; more are asked to be given again.
const DELIVERIES_MAX: usize = 64;
/// A message whose turn does not come in this many ticks, because the centre throttles, is given back.
const TURN_WITHIN: u64 = 30 * TICKS as u64;
/// Ticks for answers to come in after a stop, and then for the farewell.
const DRAIN: u64 = 2 * TICKS as u64;
const FAREWELL: Duration = Duration::from_secs(1);

const SUBMIT_RESP: u32 = 0x8000_0004;
const DATA_RESP: u32 = 0x8000_0103;
const DELIVER: u32 = 0x05;
const DATA: u32 = 0x103;
const UNBIND: u32 = 0x06;
const ENQUIRE: u32 = 0x15;
const NACK: u32 = 0x8000_0000;
const RESPONSE: u32 = 0x8000_0000;

/// How a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Over {
    #[error("it was asked to end")]
    Stopped,
    #[error("the message centre ended the session")]
    Unbound,
    #[error("the message centre gave no sign of life")]
    Silent,
    #[error(transparent)]
    Wire(#[from] WireError),
}

struct Sent {
    waiting: Waiting,
    at: u64,
}

type Work<'d> = FuturesUnordered<Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'd>>>;

struct Connection<'d> {
    desk: &'d Desk,
    role: Role,
    writer: WriteHalf,
    jobs: Jobs,
    sent: BTreeMap<u32, Sent>,
    pace: Pace,
    tick: u64,
    sequence: u32,
    heard: u64,
    enquired: u64,
    work: Work<'d>,
}

/// Runs until the connection is over, for whatever reason. Every message that was taken from the queue has its outcome then.
pub(crate) async fn run(
    desk: &Desk,
    bound: Bound,
    role: Role,
    mut queue: Option<&mut mpsc::Receiver<Job>>,
    stop: &mut watch::Receiver<bool>,
) -> Over {
    let Bound { mut reader, writer } = bound;
    let mut connection = Connection {
        desk,
        role,
        writer,
        jobs: Jobs::default(),
        sent: BTreeMap::new(),
        pace: Pace::new(desk.account.sender.per_second),
        tick: 0,
        sequence: 1,
        heard: 0,
        enquired: 0,
        work: FuturesUnordered::new(),
    };
    let mut ticker = tokio::time::interval(Duration::from_millis(1_000 / u64::from(TICKS)));
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopping = None;
    let over = loop {
        let room = stopping.is_none() && connection.jobs.waiting.len() < usize::from(desk.smpp.window);
        let step = tokio::select! {
            frame = reader.next() => match frame {
                Ok(frame) => connection.heard(frame).await,
                Err(error) => Err(error.into()),
            },
            Some(job) = next_job(&mut queue), if room => {
                connection.jobs.add(job, connection.tick);
                Ok(())
            }
            Some(answer) = connection.work.next(), if !connection.work.is_empty() => match answer {
                Some(octets) => connection.write(&octets).await,
                None => Ok(()),
            },
            _ = ticker.tick() => connection.ticked().await,
            () = super::stopped(stop), if stopping.is_none() => {
                stopping = Some(connection.tick + DRAIN);
                Ok(())
            }
        };
        if let Err(over) = step {
            break over;
        }
        if let Err(over) = connection.submit().await {
            break over;
        }
        if stopping.is_some_and(|until| connection.is_idle() || connection.tick >= until) {
            connection.farewell(&mut reader).await;
            break Over::Stopped;
        }
    };
    let why = over.to_string();
    let Connection { jobs, work, .. } = connection;
    // Answers that are being written down are finished; acknowledgements have nowhere to go.
    let _: Vec<_> = work.collect().await;
    jobs.broken(&why).into_iter().for_each(tell);
    over
}

async fn next_job(queue: &mut Option<&mut mpsc::Receiver<Job>>) -> Option<Job> {
    match queue {
        Some(queue) => queue.recv().await,
        None => std::future::pending().await,
    }
}

fn tell(ended: Ended) {
    if let Ended::Other { outcome, reply } = ended {
        // Nobody waits any more when the call was given up.
        let _ = reply.send(outcome);
    }
}

impl<'d> Connection<'d> {
    fn is_idle(&self) -> bool {
        self.jobs.is_empty() && self.work.is_empty()
    }

    async fn write(&mut self, octets: &[u8]) -> Result<(), Over> {
        match tokio::time::timeout(WRITE_WITHIN, wire::send(&mut self.writer, octets)).await {
            Ok(done) => done.map_err(|error| Over::Wire(error.into())),
            Err(_) => Err(Over::Silent),
        }
    }

    fn sequence(&mut self) -> u32 {
        self.sequence = if self.sequence >= 0x7fff_fffe { 1 } else { self.sequence + 1 };
        self.sequence
    }

    /// Submits what the window and the pace allow, in order.
    async fn submit(&mut self) -> Result<(), Over> {
        while self.sent.len() < usize::from(self.desk.smpp.window) && !self.jobs.waiting.is_empty() && self.pace.take(self.tick) {
            let Some(waiting) = self.jobs.waiting.pop_front() else { break };
            let sequence = self.sequence();
            let octets = wire::write(0, sequence, waiting.request.clone());
            self.jobs.submitted(waiting.job);
            self.sent.insert(sequence, Sent { waiting, at: self.tick });
            self.write(&octets).await?;
        }
        Ok(())
    }

    async fn ticked(&mut self) -> Result<(), Over> {
        self.tick += 1;
        self.pace.tick();
        let longest = u64::from(self.desk.smpp.response_timeout_s) * u64::from(TICKS);
        let late: Vec<u32> = self.sent.iter().filter(|(_, sent)| self.tick - sent.at > longest).map(|(sequence, _)| *sequence).collect();
        for sequence in late {
            if let Some(sent) = self.sent.remove(&sequence)
                && let Some(ended) = self.jobs.lost(sent.waiting.job)
            {
                self.end(ended);
            }
        }
        for ended in self.jobs.give_up(self.tick, TURN_WITHIN) {
            self.end(ended);
        }
        if self.enquired > self.heard && self.tick - self.enquired > longest {
            return Err(Over::Silent);
        }
        let every = u64::from(self.desk.smpp.enquire_link_s) * u64::from(TICKS);
        if self.tick - self.enquired >= every {
            self.enquired = self.tick;
            let sequence = self.sequence();
            self.write(&wire::write(0, sequence, Pdu::EnquireLink)).await?;
        }
        Ok(())
    }

    async fn heard(&mut self, frame: Frame) -> Result<(), Over> {
        self.heard = self.tick;
        // An enquiry of this very tick is answered by any later frame.
        self.enquired = self.enquired.min(self.tick);
        match (frame.id, frame.body) {
            (SUBMIT_RESP, Some(Pdu::SubmitSmResp(answer))) if frame.status == 0 => {
                self.answered(frame.sequence, Ok(answer.message_id().as_str().to_owned()));
                Ok(())
            }
            (DATA_RESP, Some(Pdu::DataSmResp(answer))) if frame.status == 0 => {
                self.answered(frame.sequence, Ok(answer.message_id().as_str().to_owned()));
                Ok(())
            }
            // Accepted without an id that could be read: receipts cannot be matched, but it went.
            (SUBMIT_RESP | DATA_RESP, _) if frame.status == 0 => {
                self.answered(frame.sequence, Ok(String::new()));
                Ok(())
            }
            (SUBMIT_RESP | DATA_RESP | NACK, _) => {
                self.answered(frame.sequence, Err(frame.status));
                Ok(())
            }
            (DELIVER, Some(Pdu::DeliverSm(delivery))) => self.delivered(frame.sequence, Delivery::from(&delivery), deliver_resp).await,
            (DATA, Some(Pdu::DataSm(delivery))) => self.delivered(frame.sequence, Delivery::from(&delivery), data_resp).await,
            (DELIVER | DATA, _) => {
                let answer = if frame.id == DELIVER { deliver_resp } else { data_resp };
                let (desk, sequence) = (self.desk, frame.sequence);
                self.work.push(Box::pin(async move { Some(answer(sequence, desk.unreadable(&frame.unread).await)) }));
                Ok(())
            }
            (ENQUIRE, _) => self.write(&wire::write(0, frame.sequence, Pdu::EnquireLinkResp)).await,
            (UNBIND, _) => {
                self.write(&wire::write(0, frame.sequence, Pdu::UnbindResp)).await?;
                Err(Over::Unbound)
            }
            (id, _) if id & RESPONSE != 0 => Ok(()),
            // An alert has no answer.
            (0x102, _) => Ok(()),
            _ => self.write(&wire::write(errors::INVALID_COMMAND, frame.sequence, Pdu::GenericNack)).await,
        }
    }

    fn answered(&mut self, sequence: u32, answer: Result<String, u32>) {
        let Some(Sent { waiting, .. }) = self.sent.remove(&sequence) else { return };
        match answer {
            Err(status) if errors::is_throttling(status) => {
                self.pace.throttled(self.tick);
                self.jobs.throttled(waiting);
                return;
            }
            Ok(ref id) => {
                self.pace.accepted();
                if self.jobs.is_long(waiting.job) {
                    self.desk.expect(id);
                }
            }
            Err(_) => {}
        }
        if let Some(ended) = self.jobs.answered(waiting.job, waiting.part, answer) {
            self.end(ended);
        }
    }

    /// Ids are written down before anybody learns that a message was accepted.
    fn end(&mut self, ended: Ended) {
        let desk = self.desk;
        match ended {
            Ended::Accepted { message, ids, reply } => self.work.push(Box::pin(async move {
                let provider_id = desk.accepted(message, ids).await;
                let _ = reply.send(model::signal::SendOutcome::Accepted { provider_id, learnt: Vec::new() });
                None
            })),
            other @ Ended::Other { .. } => tell(other),
        }
    }

    async fn delivered(&mut self, sequence: u32, delivery: Delivery, answer: fn(u32, u32) -> Vec<u8>) -> Result<(), Over> {
        if self.role == Role::Transmitter || self.work.len() >= DELIVERIES_MAX {
            return self.write(&answer(sequence, errors::TRY_AGAIN)).await;
        }
        let desk = self.desk;
        self.work.push(Box::pin(async move {
            let status = desk.arrived(delivery).await;
            Some(answer(sequence, status))
        }));
        Ok(())
    }

    async fn farewell<R: tokio::io::AsyncRead + Unpin>(&mut self, reader: &mut wire::Reader<R>) {
        let sequence = self.sequence();
        if self.write(&wire::write(0, sequence, Pdu::Unbind)).await.is_err() {
            return;
        }
        let answer = async {
            while let Ok(frame) = reader.next().await {
                if frame.id == UNBIND | RESPONSE {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(FAREWELL, answer).await;
    }
}

fn deliver_resp(sequence: u32, status: u32) -> Vec<u8> {
    wire::write(status, sequence, DeliverSmResp::new(COctetString::empty(), Vec::new()).into())
}

fn data_resp(sequence: u32, status: u32) -> Vec<u8> {
    wire::write(status, sequence, DataSmResp::new(COctetString::empty(), Vec::new()).into())
}
