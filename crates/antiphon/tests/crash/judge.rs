//! The judge: compares what the product says with what the phones show. Nothing here looks into the store.
//!
//! A message is *lost* when the product says that the provider took it and no phone has it, when a run ended in a way that needs a message and
//! the phone does not show it, or when somebody's answer never came in. It is *doubled* when a phone shows it twice, under one id or two.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::evidence::{Evidence, reference, text};
use crate::load::keys;
use crate::report::Report;
use crate::{order, stops};

impl Evidence {
    /// `extra` are the names of runs that were asked for beside everybody's own.
    pub fn judge(&self, people: usize, extra: &[String], report: &mut Report) {
        self.count(report);
        self.every_event_has_its_run((0..people).flat_map(keys).chain(extra.iter().cloned()), report);
        self.every_message_reached_its_phone_once(report);
        self.every_run_said_what_it_had_to_say(report);
        self.every_answer_came_in(report);
        order::judge(self, people, report);
        stops::judge(self, report);
    }

    fn count(&self, report: &mut Report) {
        for run in &self.runs {
            let end = run["result"].as_str().unwrap_or_else(|| text(run, "status"));
            *report.ended.entry(format!("{}: {end}@{}", text(run, "journey"), text(run, "step"))).or_default() += 1;
        }
        for message in &self.ours {
            *report.messages.entry(text(message, "status").to_owned()).or_default() += 1;
            if message["times"]["in_doubt"].is_null() {
                continue;
            }
            report.in_doubt += 1;
            let how = match text(message, "status") {
                "accepted" | "delivered" | "read" if message["attempts"] == 1 => "had arrived",
                "accepted" | "delivered" | "read" => "called again",
                _ => "dropped",
            };
            *report.settled.entry(how.to_owned()).or_default() += 1;
        }
        report.received = self.truth.len();
        report.answers = self.theirs.len();
    }

    fn every_event_has_its_run(&self, asked: impl Iterator<Item = String>, report: &mut Report) {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for run in &self.runs {
            *seen.entry(text(run, "instance_key")).or_default() += 1;
        }
        for key in asked {
            match seen.remove(key.as_str()) {
                None => report.lost.push(format!("the run of {key}, whose event was accepted")),
                Some(1) => {}
                Some(many) => report.doubled.push(format!("{key} has {many} runs")),
            }
        }
        report.faults.extend(seen.into_keys().map(|key| format!("{key} has a run, and nobody asked for it")));
        for run in &self.runs {
            if !matches!(text(run, "status"), "completed") {
                report.faults.push(format!("{} is {} in {}", text(run, "instance_key"), text(run, "status"), text(run, "step")));
            }
        }
    }

    /// Message by message, by the reference that travelled with it.
    fn every_message_reached_its_phone_once(&self, report: &mut Report) {
        let mut rows: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for row in &self.truth {
            rows.entry(reference(text(row, "opaque")).to_owned()).or_default().push(row);
            if row["duplicate"] == true {
                report.doubled.push(format!("{} on phone {}: {}", text(row, "id"), text(row, "phone"), text(row, "text")));
            }
        }
        for message in &self.ours {
            let id = text(message, "id");
            let got = rows.remove(id).unwrap_or_default();
            let status = text(message, "status");
            let what = || format!("{id} ({status}, attempt {}): {}", message["attempts"], message["content"]);
            // What was dropped in doubt may have arrived: that is what the author chose. What became too late to be called for again, too.
            let in_doubt = !message["times"]["in_doubt"].is_null();
            let dropped = in_doubt && message["origin"]["journey"] == "visit_once";
            match (status, got.len()) {
                ("accepted" | "delivered" | "read", 1) | ("failed" | "cancelled" | "expired", 0) => {}
                ("failed", 1) if dropped => {}
                ("expired", 1) if in_doubt => {}
                ("accepted" | "delivered" | "read", 0) => report.lost.push(format!("message {}", what())),
                (_, 2..) => report.doubled.push(format!("message {} is {} times on the phone", what(), got.len())),
                _ => report.faults.push(format!("message {}, and it is {} times on the phone", what(), got.len())),
            }
            // The phone has it and every status was answered: then the product must have taken them in too.
            if status == "accepted" {
                report.faults.push(format!("the delivery of message {} was never taken in", what()));
            }
        }
        // After STOP by SMS the provider answers by itself; such a message has no reference of ours.
        let own = rows.remove("").unwrap_or_default();
        report.by_provider = own.len();
        for row in own.iter().filter(|row| row["line"] != "sms") {
            report.faults.push(format!("a phone has a message without a reference: {row}"));
        }
        for (reference, rows) in rows {
            report.faults.push(format!("a phone has {} messages under `{reference}`, which the product does not know", rows.len()));
        }
    }

    /// Run by run, by what the phone shows: two intents for one purpose would show here even if each arrived once.
    fn every_run_said_what_it_had_to_say(&self, report: &mut Report) {
        let mut shown: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for row in &self.truth {
            let words = text(row, "text");
            let Some(key) = self.key_in(words) else { continue };
            let kind = match words.split(' ').next() {
                Some("Thank") => "thanks",
                Some("We") => "silence",
                Some("Please") => "note",
                Some("Offer") => "offer",
                _ => "question",
            };
            *shown.entry((key, kind)).or_default() += 1;
        }
        for ((key, kind), times) in shown.iter().filter(|(_, times)| **times > 1) {
            report.doubled.push(format!("the {kind} of {key} came {times} times"));
        }
        // The provider may refuse a message after it had accepted it, and after the time in which the run waits for that.
        let refused: BTreeSet<&str> = self
            .ours
            .iter()
            .filter(|message| message["status"] == "failed" && !message["times"]["accepted"].is_null())
            .map(|message| text(&message["origin"], "run"))
            .collect();
        for run in self.runs.iter().filter(|run| !refused.contains(text(run, "id"))) {
            let key = text(run, "instance_key");
            let needs = match (text(run, "journey"), text(run, "step")) {
                ("visit" | "visit_once", "confirmed") => vec!["question", "thanks"],
                ("visit" | "visit_once", "silent") => vec!["silence"],
                ("visit" | "visit_once", "at_desk") => vec!["question"],
                ("note", "told") => vec!["note"],
                ("offer", "told") => vec!["offer"],
                _ => vec![],
            };
            for kind in needs.into_iter().filter(|kind| !shown.contains_key(&(key, *kind))) {
                report.lost.push(format!("the {kind} of {key}, which ended at {}", text(run, "step")));
            }
        }
    }

    /// What people wrote or tapped is in the product once.
    fn every_answer_came_in(&self, report: &mut Report) {
        let mut ids: BTreeMap<&str, u32> = BTreeMap::new();
        for message in &self.theirs {
            *ids.entry(text(message, "provider_id")).or_default() += 1;
        }
        let mut sent = BTreeSet::new();
        for phone in &self.phones {
            let entries = ["whatsapp", "sms"].into_iter().flat_map(|line| phone[line].as_array().into_iter().flatten());
            for entry in entries.filter(|entry| entry["from_business"] == false) {
                let id = text(entry, "id");
                sent.insert(id);
                match ids.get(id) {
                    Some(1) => {}
                    None => report.lost.push(format!("answer {id} of {}: {}", text(phone, "phone"), entry["shown"]["text"])),
                    Some(many) => report.doubled.push(format!("answer {id} of {} is there {many} times", text(phone, "phone"))),
                }
            }
        }
        for id in ids.keys().filter(|id| !sent.contains(**id)) {
            report.faults.push(format!("answer {id} is in the product, and nobody sent it"));
        }
    }
}
