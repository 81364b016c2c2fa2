//! Runs of the journey.

use model::change::{RunRow, RunStatus};

use super::{Differences, word};
use crate::scenario::story::RunWanted;

/// The newest run with this key stands there, or ended so.
pub(super) fn one(name: &str, wanted: &RunWanted, there: &[RunRow]) -> Option<String> {
    let of_key = |run: &&RunRow| wanted.key.as_deref().is_none_or(|key| run.instance_key == key);
    let subject = wanted.key.as_ref().map_or_else(|| format!("a run of {name}"), |key| format!("the run {key} of {name}"));
    let Some(run) = there.iter().rev().find(of_key) else {
        return Some(format!("expected {subject}; there is none. {}", list(name, there)));
    };
    let mut wrong = Differences::new();
    wrong.check("status", wanted.status.as_ref().map(word), Some(word(&run.status)));
    wrong.check("step", wanted.step.as_ref(), Some(&run.step));
    wrong.check("result", wanted.result.as_ref(), run.result.as_ref());
    let goal = |reached: bool| if reached { "reached" } else { "not reached" };
    wrong.check("goal", wanted.goal.map(goal), Some(goal(run.goal_at.is_some())));
    wrong.finish(&subject, &describe(run))
}

pub(super) fn count(name: &str, active: Option<u32>, total: Option<u32>, there: &[RunRow]) -> Option<String> {
    let now_active = there.iter().filter(|run| run.status == RunStatus::Active).count();
    let mut wrong = Vec::new();
    if let Some(active) = active.filter(|active| *active as usize != now_active) {
        wrong.push(format!("{active} active and not {now_active}"));
    }
    if let Some(total) = total.filter(|total| *total as usize != there.len()) {
        wrong.push(format!("{total} in all and not {}", there.len()));
    }
    (!wrong.is_empty()).then(|| format!("expected runs of {name}: {}. {}", wrong.join(", "), list(name, there)))
}

fn describe(run: &RunRow) -> String {
    let result = run.result.as_ref().map(|result| format!(", result {result}")).unwrap_or_default();
    let goal = run.goal_at.map(|at| format!(", goal at {at}")).unwrap_or_default();
    let due = run.due_at.map(|at| format!(", due at {at}")).unwrap_or_default();
    format!("run {} {} in step {}{result}{goal}{due}", run.instance_key, word(&run.status), run.step)
}

fn list(name: &str, there: &[RunRow]) -> String {
    if there.is_empty() {
        return format!("{name} has no run at all.");
    }
    format!("Runs of {name}:{}", there.iter().map(|run| format!("\n    {}", describe(run))).collect::<String>())
}
