//! What CI runs. A person can run exactly the same: `cargo xtask ci`.

use anyhow::Result;

use crate::report::Steps;
use crate::{fuzz, generate, lint, sim, suite};

pub fn run(keep_going: bool) -> Result<()> {
    let mut steps = Steps::new(keep_going);
    lint::steps(&mut steps)?;
    let totals = suite::steps(&mut steps, &[]);
    let totals = match totals {
        Ok(totals) => steps.step("new seeds of the simulation", sim::new_seeds).map(|()| totals),
        failed => failed,
    };
    let totals = match totals {
        Ok(totals) => steps.step("hostile input, a minute for each reader", fuzz::a_minute_each).map(|()| totals),
        failed => failed,
    };
    // Last of the slow ones, for it reuses what the tests have built.
    let generated = totals.as_ref().map_or(Ok(()), |_| steps.step("generated files", || generate::run(true)));
    let finished = generated.and_then(|()| steps.finish());
    match totals {
        // The total closes the output, whatever else failed.
        Ok(totals) => {
            println!("\n{totals}");
            finished
        }
        Err(error) => Err(error),
    }
}
