//! Asking a stored rule again: the proof that an explanation explains.

use model::decision::{Outcome, RuleResult};

use crate::rule::{Finding, Rule};
use crate::{address, caps, consent, contest, hold, holdout, lateness, price, quiet_hours, repeat, sender, template, window};

#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    #[error("no rule is called `{0}`")]
    UnknownRule(String),
    #[error("the stored inputs of rule `{rule}` do not read")]
    Inputs { rule: String, source: serde_json::Error },
}

/// Evaluates a stored rule on its stored inputs. The same program must find the same outcome; another answer means that the rule changed.
pub fn reevaluate(result: &RuleResult) -> Result<Outcome, ExplainError> {
    Ok(find(result)?.outcome)
}

/// As [`reevaluate`], with the whole finding.
pub fn find(result: &RuleResult) -> Result<Finding, ExplainError> {
    match result.rule.as_str() {
        hold::HoldRule::NAME => again::<hold::HoldRule>(result),
        holdout::HoldoutRule::NAME => again::<holdout::HoldoutRule>(result),
        lateness::LatenessRule::NAME => again::<lateness::LatenessRule>(result),
        address::AddressRule::NAME => again::<address::AddressRule>(result),
        sender::SenderRule::NAME => again::<sender::SenderRule>(result),
        consent::ConsentRule::NAME => again::<consent::ConsentRule>(result),
        window::WindowRule::NAME => again::<window::WindowRule>(result),
        template::RenderRule::NAME => again::<template::RenderRule>(result),
        template::TemplateRule::NAME => again::<template::TemplateRule>(result),
        quiet_hours::QuietRule::NAME => again::<quiet_hours::QuietRule>(result),
        contest::ContestRule::NAME => again::<contest::ContestRule>(result),
        repeat::RepeatRule::NAME => again::<repeat::RepeatRule>(result),
        caps::CapRule::NAME => again::<caps::CapRule>(result),
        price::PriceRule::NAME => again::<price::PriceRule>(result),
        other => Err(ExplainError::UnknownRule(other.to_owned())),
    }
}

fn again<R: Rule>(result: &RuleResult) -> Result<Finding, ExplainError> {
    let rule: Result<R, _> = result.inputs.read();
    rule.map(|rule| rule.evaluate()).map_err(|source| ExplainError::Inputs { rule: result.rule.clone(), source })
}
