//! Figures, as a table and as JSON.

use std::path::PathBuf;

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

/// The figures of one run: each is shown as soon as it is there, and kept in the file even if a later measurement fails.
pub struct Sheet {
    path: PathBuf,
    figures: Vec<Figure>,
}

impl Sheet {
    pub fn new(path: PathBuf) -> Self {
        println!("{:<30} {:>12} {:<12} {:>12} {:>8}", "figure", "median", "unit", "yardstick", "ratio");
        Self { path, figures: Vec::new() }
    }

    pub fn add(&mut self, figures: impl IntoIterator<Item = Figure>) -> Result<()> {
        for figure in figures {
            let or_dash = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number);
            let (yardstick, ratio) = (or_dash(figure.yardstick), or_dash(figure.ratio));
            println!("{:<30} {:>12} {:<12} {yardstick:>12} {ratio:>8}", figure.name, number(figure.value), figure.unit);
            self.figures.push(figure);
        }
        std::fs::write(&self.path, serde_json::to_string_pretty(&self.figures)?)?;
        std::fs::write(self.path.with_extension("md"), self.markdown())?;
        Ok(())
    }

    /// The table as `docs/figures.md` has it.
    fn markdown(&self) -> String {
        let or_nothing = |value: Option<f64>| value.map_or_else(String::new, number);
        let line = |figure: &Figure| {
            let (yardstick, ratio) = (or_nothing(figure.yardstick), or_nothing(figure.ratio));
            format!("| `{}` | {} {} | {yardstick} | {ratio} |\n", figure.name, number(figure.value), figure.unit)
        };
        let lines: String = self.figures.iter().map(line).collect();
        format!("| figure | median | yardstick | ratio |\n|---|---|---|---|\n{lines}")
    }

    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }
}
