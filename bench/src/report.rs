//! Figures, as a table and as JSON.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

#[derive(Serialize)]
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
    /// The same done plainly, where there is a plain way.
    pub yardstick: Option<f64>,
    /// Value by yardstick.
    pub ratio: Option<f64>,
}

impl Figure {
    pub fn new(name: &'static str, value: f64, unit: &'static str) -> Self {
        Self { name, value, unit, yardstick: None, ratio: None }
    }

    pub fn against(self, yardstick: f64) -> Self {
        Self { yardstick: Some(yardstick), ratio: Some(self.value / yardstick), ..self }
    }
}

/// The middle one, or the upper of the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    at(&mut values, 0.5)
}

/// The value below which this share of all lies.
pub fn at(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((values.len() as f64 * share) as usize).or_else(|| values.get(last)).copied().unwrap_or(f64::NAN)
}

fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

pub fn table(figures: &[Figure]) -> String {
    let mut text = format!("{:<26} {:>12} {:<12} {:>12} {:>8}\n", "figure", "median", "unit", "yardstick", "ratio");
    for figure in figures {
        let or_dash = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
        let _ = writeln!(
            text,
            "{:<26} {:>12} {:<12} {:>12} {:>8}",
            figure.name,
            number(figure.value),
            figure.unit,
            or_dash(figure.yardstick),
            or_dash(figure.ratio)
        );
    }
    text
}

pub fn write(path: &Path, figures: &[Figure]) -> Result<()> {
    std::fs::write(path, serde_json::to_string_pretty(figures)?)?;
    Ok(())
}
