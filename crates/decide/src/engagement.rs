//! What people do with a message beside answering it: events whose target is that message, such as a press on a link in it.
//!
//! Such an event says of itself which message it is about, so that a journey can wait for it (`where: event.step == 'mail'`), and what a person
//! did counts once for each message. What a machine did comes under other names (`docs/links.md`); its clicks are counted apart, and what it fetches is not.

use model::Message;
use model::broadcast::engagement_scope;
use model::message::Origin;
use model::signal::Target;
use model::value::{Attributes, Value};

use crate::work::Work;

/// Events, with the name of their counter at the step or broadcast that sent the message.
const COUNTED: [(&str, &str); 3] =
    [("link_clicked", "clicked"), ("link_followed_by_machine", "clicked_by_machine"), ("mail_opened", "opened")];

impl<'a> Work<'a> {
    /// The properties of an event, with what is known of the message that it is about.
    pub fn about_message(&self, properties: &Attributes) -> Attributes {
        let mut properties = properties.clone();
        let Some(message) = self.meant() else { return properties };
        let mut put = |name: &str, value: String| properties.insert(name.to_owned(), Value::Text(value));
        put("message", message.id.to_string());
        put("channel", message.channel.as_str().to_owned());
        match &message.origin {
            Origin::Journey { journey, step, run, .. } => {
                put("journey", journey.clone());
                put("step", step.clone());
                if let Some(run) = self.state.runs.iter().find(|known| known.id == *run) {
                    put("run_key", run.instance_key.clone());
                }
            }
            Origin::Broadcast { broadcast, .. } => {
                put("broadcast", broadcast.to_string());
            }
            _ => {}
        }
        properties
    }

    /// Counts what was done with a message for the first time.
    pub fn count_engagement(&mut self, event: &str) {
        let Some((_, counter)) = COUNTED.iter().find(|(name, _)| *name == event) else { return };
        let Some(message) = self.meant() else { return };
        // Kept beside the buttons that were tapped: a mail has none, so that no name can be both.
        let done = (message.id, event.to_owned());
        if self.state.taps.contains(&done) {
            return;
        }
        self.state.taps.push(done);
        match &message.origin {
            Origin::Broadcast { broadcast, .. } => self.count(&engagement_scope(*broadcast), "", counter, 1),
            _ => self.count_step(message, counter),
        }
    }

    fn meant(&self) -> Option<&'a Message> {
        self.named.filter(|_| matches!(self.signal.target, Target::Message(_)))
    }
}
