//! The creep test of a laboratory: a disc that is pressed for hours and then let free.

use crate::fluid::{Fluid, FluidError, Hold};

/// How long it is pressed, and free, min. Source: `oconnell-2011`, human lumbar discs, 1000 N.
const PRESSED_MIN: usize = 4 * 60;
/// See [`PRESSED_MIN`].
const FREE_MIN: usize = 24 * 60;
/// What must have happened of all that happens after the first minute.
const SHARE: f64 = 0.67;

/// How many times as long a rested disc takes to recover from `stress_pa` as it took to give way: times to two thirds of what happens after
/// the first minute, in four hours under it and in a day under `rest_pa` (Pa). None where nothing happens.
///
/// # Errors
/// A stress out of the limits of the model.
pub fn recovery_over_loading(fluid: &Fluid, stress_pa: f64, rest_pa: f64) -> Result<Option<f64>, FluidError> {
    let mut water = fluid.rested();
    let mut heights = |stress_pa: f64, minutes: usize| -> Result<Vec<f64>, FluidError> {
        let hold = Hold {
            stress_pa,
            flexion_rad: 0.0,
        };
        (0..minutes)
            .map(|_| {
                fluid.advance(&mut water, hold, 60.0)?;
                Ok(fluid.seen(&water).stretch)
            })
            .collect()
    };
    let (pressed, free) = (heights(stress_pa, PRESSED_MIN)?, heights(rest_pa, FREE_MIN)?);
    Ok(minutes_to_share(&free)
        .zip(minutes_to_share(&pressed))
        .map(|(free, pressed)| free / pressed))
}

fn minutes_to_share(course: &[f64]) -> Option<f64> {
    let (first, last) = (course.first()?, course.last()?);
    let passed = course.iter().position(|now| (now - first) / (last - first) > SHARE)?;
    (passed > 0).then_some(passed as f64)
}
